"""Subscriptions: products, plans, the lifecycle of what customers subscribed to, and the billing run."""

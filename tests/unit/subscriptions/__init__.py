"""Tests of the subscriptions service without broker and store."""

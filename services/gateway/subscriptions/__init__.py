"""What the customers' and the staff's pages about subscriptions share."""

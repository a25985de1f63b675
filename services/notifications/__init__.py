"""E-mails out, made from what happens in the other services."""

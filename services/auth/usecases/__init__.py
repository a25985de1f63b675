"""What the auth service does: load, decide, save."""

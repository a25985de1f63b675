"""What can be asked of the customers service: load, let the domain decide, save."""

"""What the services promise to each other: one file a service."""

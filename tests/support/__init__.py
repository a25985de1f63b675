"""What the tests stand on: a real broker, a real store, a mailbox, and services as processes."""

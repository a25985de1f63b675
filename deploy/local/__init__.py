"""Everything on one machine: broker, store, mailbox and the supervisor behind `make run`."""

"""A small service that counts what was deposited with the ledger, from its events, and that can be poisoned."""

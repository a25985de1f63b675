"""Wallets, setups and transactions: pure; ``now`` is always an argument."""

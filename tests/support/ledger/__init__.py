"""A small service for the tests of messaging and storage: accounts that count, and a reader that counts along."""

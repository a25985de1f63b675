"""A small service for the tests of messaging and storage: accounts that count. The bookkeeper counts along."""

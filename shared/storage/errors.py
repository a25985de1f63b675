"""What the store's driver raises when the store can't be reached or did not answer in time."""

from __future__ import annotations

from pymongo.errors import ConnectionFailure, DuplicateKeyError, ExecutionTimeout, WTimeoutError

STORE_AWAY: tuple[type[Exception], ...] = (ConnectionFailure, ExecutionTimeout, WTimeoutError)

__all__ = ["STORE_AWAY", "DuplicateKeyError"]

"""Everything that knows pymongo beyond a service's own repository."""

from shared.storage.aggregates import Aggregates, AlreadyExists, Outcome, Stored
from shared.storage.indexes import Index
from shared.storage.store import Store, connect

__all__ = ["Aggregates", "AlreadyExists", "Index", "Outcome", "Store", "Stored", "connect"]

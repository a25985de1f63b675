"""Leases: of several copies of a service, one at a time does what must not be done by two."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from shared.kernel.clock import utc_now
from shared.kernel.ids import new_id


class Lease:
    """The right to do ``name``, held by this process for ``seconds`` at a time."""

    def __init__(self, collection: Collection[dict[str, Any]], name: str, seconds: float) -> None:
        self._collection = collection
        self._name = name
        self._length = timedelta(seconds=seconds)
        self._holder = new_id()

    def take(self) -> bool:
        """Take or prolong the lease; False while another process holds it."""
        now = utc_now()
        free_or_ours = {"_id": self._name, "$or": [{"until": {"$lte": now}}, {"holder": self._holder}]}
        held = {"$set": {"holder": self._holder, "until": now + self._length}}
        try:
            self._collection.update_one(free_or_ours, held, upsert=True)
        except DuplicateKeyError:
            return False
        return True

    def give_back(self) -> None:
        """Let another process have it at once."""
        self._collection.update_one(
            {"_id": self._name, "holder": self._holder}, {"$set": {"until": utc_now()}}
        )

"""Counters: how often something happened."""

from __future__ import annotations

from datetime import datetime

from services.auth.domain.limits import Limit
from services.auth.repository.documents import Document
from shared.storage import Index, Store
from shared.storage.errors import DuplicateKeyError


class Counters:
    """How often something happened in a limit's window: a document each, changed by single updates."""

    def __init__(self, store: Store) -> None:
        self._counters = store.collection("counters", indexes=[Index(("ends_at", 1), expire_after=0)])

    def take(self, limit: Limit, who: str, now: datetime, *, times: int = 1) -> bool:
        """Count one more; False, and nothing counted, when ``limit`` is reached. Parallel calls all count.

        With 0 ``times`` nothing is counted, but the store has the same to do.
        """
        below = {"_id": _counter(limit, who, now), "count": {"$lt": limit.most}}
        more: Document = {"$inc": {"count": times}}
        if self._counters.update_one(below, more).matched_count:
            return True
        # There is no counter yet, or it is full, or another call has just made it. In the latter two cases
        # inserting it fails, and a plain update has the last word.
        first = {**more, "$setOnInsert": {"ends_at": limit.window_end(now)}}
        try:
            self._counters.update_one(below, first, upsert=True)
        except DuplicateKeyError:
            return self._counters.update_one(below, more).matched_count == 1
        return True

    def give_back(self, limit: Limit, who: str, now: datetime) -> None:
        """Undo one ``take`` that was made at ``now``."""
        self._counters.update_one({"_id": _counter(limit, who, now)}, {"$inc": {"count": -1}})

    def is_full(self, limit: Limit, who: str, now: datetime) -> bool:
        """Whether ``limit`` is reached."""
        counter = self._counters.find_one({"_id": _counter(limit, who, now)}, {"count": 1})
        return counter is not None and counter["count"] >= limit.most


def _counter(limit: Limit, who: str, now: datetime) -> str:
    return f"{limit.name} {who} {limit.window_start(now).isoformat()}"

"""The outbox inside each aggregate's document: events wait there until a relay has published them.

A document with waiting events has ``outbox_at``, the moment from which a relay may take it. Taking it moves the
moment ahead, so that several relays share the work, and one that dies only delays; at worst an event goes out twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo.collection import Collection

from shared.kernel.clock import utc_now
from shared.storage.indexes import Index

INDEX = Index(("outbox_at", 1), sparse=True)
_CLAIM = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Backlog:
    """The events that wait to be published, and when the ``oldest`` was recorded (None where none waits)."""

    events: int = 0
    oldest: datetime | None = None

    def __add__(self, other: Backlog) -> Backlog:
        moments = [moment for moment in (self.oldest, other.oldest) if moment]
        return Backlog(self.events + other.events, min(moments, default=None))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A document whose events the caller may publish until ``claimed_until``; ``envelopes`` in their order."""

    id: str
    claimed_until: datetime
    envelopes: list[dict[str, Any]]


class Outbox:
    """The waiting events of one collection."""

    def __init__(self, collection: Collection[dict[str, Any]]) -> None:
        self._collection = collection

    @property
    def name(self) -> str:
        """The collection's name."""
        return self._collection.name

    def claim(self, limit: int) -> Iterator[Waiting]:
        """Take up to ``limit`` documents that have waiting events, one after the other, and hold each for 10 s."""
        now = utc_now()
        due = self._collection.find({"outbox_at": {"$lte": now}}, {"outbox": 1, "outbox_at": 1}).limit(limit)
        for document in list(due):
            until = utc_now() + _CLAIM
            seen = {"_id": document["_id"], "outbox_at": document["outbox_at"]}
            if self._collection.update_one(seen, {"$set": {"outbox_at": until}}).modified_count:
                yield Waiting(document["_id"], until, document["outbox"])

    def backlog(self, limit: int) -> Backlog:
        """The events that wait, of ``limit`` documents at most."""
        waiting = {"outbox_at": {"$gt": datetime.fromtimestamp(0, UTC)}}
        documents = self._collection.find(waiting, {"outbox.recorded_at": 1}).limit(limit)
        moments = [event["recorded_at"] for document in documents for event in document["outbox"]]
        return Backlog(len(moments), datetime.fromisoformat(min(moments)) if moments else None)

    def published(self, waiting: Waiting) -> None:
        """Take the events of ``waiting`` out of the outbox: they are safely with the broker."""
        unchanged = {
            "_id": waiting.id,
            "outbox_at": waiting.claimed_until,
            "outbox": {"$size": len(waiting.envelopes)},
        }
        emptied = {"$set": {"outbox": []}, "$unset": {"outbox_at": ""}}
        if self._collection.update_one(unchanged, emptied).modified_count:
            return
        # Something was added, or another relay took the document over: take out ours, and unset only if none is left.
        ids = [envelope["event_id"] for envelope in waiting.envelopes]
        self._collection.update_one({"_id": waiting.id}, {"$pull": {"outbox": {"event_id": {"$in": ids}}}})
        self._collection.update_one(
            {"_id": waiting.id, "outbox": {"$size": 0}}, {"$unset": {"outbox_at": ""}}
        )

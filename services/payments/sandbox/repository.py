"""Where the sandbox keeps its setups: the only file with queries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from bson.codec_options import CodecOptions
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.payments.sandbox.events import Event
from services.payments.sandbox.model import Method, Setup, State
from shared.storage.indexes import Index, create

Document = dict[str, Any]
_KEPT_SECONDS = 90 * 24 * 3600
_INDEXES = (
    Index(("key", 1), unique=True),
    Index(("method.id", 1), unique=True, partial={"method.id": {"$exists": True}}),
    Index(("forget_from", 1), expire_after=_KEPT_SECONDS),
    # Only what is still open or has something to tell has the moment.
    Index(("due_at", 1), sparse=True),
)


class KeyUsedForSomethingElse(Exception):
    """The idempotency key came with another request before."""


class SetupStore:
    """Setups, each with the method that came of it, and with the events that are still to be told of it.

    A setup is looked at by itself at ``due_at``: to see whether it has failed for want of an entry, and to tell events.
    """

    def __init__(self, database: Database[Document]) -> None:
        aware = CodecOptions[Document](tz_aware=True, tzinfo=UTC)
        self._setups = database.get_collection("setups", codec_options=aware)
        create(self._setups, _INDEXES)

    def add(self, setup: Setup, key: str, body_hash: str, due_at: datetime | None) -> Setup:
        """Keep ``setup``, or give the one that the same ``key`` made before; with None, it is not looked at by itself.

        Raises KeyUsedForSomethingElse when that came with another ``body_hash``.
        """
        document = {**_state(setup), "_id": setup.id, "key": key, "body_hash": body_hash}
        if due_at is not None:
            document["due_at"] = due_at
        try:
            self._setups.insert_one({**document, "forget_from": setup.created_at})
        except DuplicateKeyError:
            first = self._setups.find_one({"key": key})
            if first is None or first["body_hash"] != body_hash:
                raise KeyUsedForSomethingElse from None
            return _setup(first)
        return setup

    def get(self, setup_id: str) -> Setup | None:
        """The setup, or None."""
        document = self._setups.find_one({"_id": setup_id})
        return _setup(document) if document else None

    def of_method(self, method_id: str) -> Setup | None:
        """The setup that a stored method came of, or None."""
        document = self._setups.find_one({"method.id": method_id, "state": State.SUCCEEDED.value})
        return _setup(document) if document else None

    def newest_methods(self, limit: int) -> list[Method]:
        """The methods that were stored last, the newest first."""
        found = self._setups.find({"state": State.SUCCEEDED.value}).sort("created_at", -1).limit(limit)
        return [setup.method for setup in map(_setup, found) if setup.method]

    def save(self, before: Setup, after: Setup, event: Event | None = None) -> bool:
        """Put ``after`` in the place of ``before``, with the ``event`` to be told; False when another was quicker."""
        same = {"_id": before.id, "state": before.state.value, "attempts": before.attempts}
        if before.method is not None:
            changing = ("revoked", "last4", "expiry_year", "expiry_month")
            same |= {f"method.{name}": getattr(before.method, name) for name in changing}
        gone = {"$unset": {"method": ""}} if after.method is None else {}
        # A method that was taken is kept for as long as it may be charged.
        if after.state is State.SUCCEEDED:
            gone["$unset"] = {"forget_from": ""}
        told: Document = {}
        if event is not None:
            told = {"$push": {"events": asdict(event)}}
        due: Document = {"due_at": event.at} if event is not None else {}
        change = {"$set": {**_state(after), **due}, **gone, **told}
        return self._setups.update_one(same, change).matched_count == 1

    def claim(self, now: datetime, until: datetime, limit: int) -> Iterator[str]:
        """Take setups that are due, one after the other, and hold each ``until`` then."""
        due = self._setups.find({"due_at": {"$lte": now}}, {"due_at": 1}).limit(limit)
        for document in list(due):
            taken = {"_id": document["_id"], "due_at": document["due_at"]}
            if self._setups.update_one(taken, {"$set": {"due_at": until}}).matched_count:
                yield document["_id"]

    def release(self, setup_id: str, claimed_until: datetime, due_at: datetime | None) -> None:
        """Look at it at ``due_at`` again, or no more; if something has happened since it was claimed, at once."""
        change = {"$set": {"due_at": due_at}} if due_at else {"$unset": {"due_at": ""}}
        self._setups.update_one({"_id": setup_id, "due_at": claimed_until}, change)

    def first_event(self, setup_id: str) -> tuple[Event, int] | None:
        """The event that is to be told next, and how often that was tried in vain."""
        document = self._setups.find_one({"_id": setup_id}, {"events": 1, "tries": 1})
        events = document.get("events", []) if document else []
        return (Event(**events[0]), document.get("tries", 0)) if document and events else None

    def count_try(self, setup_id: str) -> None:
        """The first event was told in vain once more."""
        self._setups.update_one({"_id": setup_id}, {"$inc": {"tries": 1}})

    def drop_event(self, setup_id: str, event: Event) -> None:
        """It was told, or is told no more."""
        self._setups.update_one(
            {"_id": setup_id}, {"$pull": {"events": {"id": event.id}}, "$set": {"tries": 0}}
        )


def _state(setup: Setup) -> Document:
    document = {**asdict(setup), "state": setup.state.value}
    del document["id"]
    if setup.method is None:
        del document["method"]
    return document


def _setup(document: Document) -> Setup:
    method = document.get("method")
    return Setup(
        id=document["_id"],
        reference=document["reference"],
        return_url=document["return_url"],
        language=document["language"],
        created_at=document["created_at"],
        state=State(document["state"]),
        attempts=document["attempts"],
        method=Method(**method) if method else None,
        refusal=document["refusal"],
    )

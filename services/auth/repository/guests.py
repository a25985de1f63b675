"""Guests: those who came in by rule, so that the timeline can name them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from shared.storage import Store


class Guests:
    """One document a guest, under the id that events bear."""

    def __init__(self, store: Store) -> None:
        self._guests = store.collection("guests")

    def note(self, guest: str, email: str, now: datetime) -> None:
        """Somebody came in by rule."""
        seen = {"$set": {"email": email, "last_at": now}, "$setOnInsert": {"first_at": now}}
        self._guests.update_one({"_id": guest}, seen, upsert=True)

    def emails(self, guests: Iterable[str]) -> dict[str, str]:
        """The addresses of these guests, by id."""
        found = self._guests.find({"_id": {"$in": sorted(guests)}}, {"email": 1})
        return {document["_id"]: document["email"] for document in found}

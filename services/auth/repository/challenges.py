"""Challenges: what was asked for at the door."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from services.auth.domain.challenges import MOST_TRIES, VALID_FOR, Challenge, Way
from services.auth.repository.documents import KEPT, Document, reader, seconds
from shared.kernel.context import Context
from shared.kernel.happening import Happening
from shared.storage import AlreadyExists, Index, Outcome, Store


class Challenges:
    """Challenges belong to no bill group: until the code was right, nobody is in one."""

    def __init__(self, store: Store) -> None:
        self._challenges = store.aggregates(
            "challenges",
            _from_challenge,
            _to_challenge,
            indexes=[Index(("sent_at", 1), expire_after=seconds(VALID_FOR + KEPT))],
        )

    def get(self, handle: str) -> Challenge:
        """Raises NotFound."""
        return self._challenges.get(handle, bill_group=None).value

    def find(self, handle: str) -> Challenge | None:
        """The challenge, or None."""
        stored = self._challenges.one({"_id": handle})
        return None if stored is None else stored.value

    def add(
        self, handle: str, challenge: Challenge, context: Context, happenings: Sequence[Happening]
    ) -> bool:
        """Insert the challenge; False when there is one already."""
        try:
            self._challenges.add(
                challenge, handle=handle, bill_group="", context=context, happenings=happenings
            )
        except AlreadyExists:
            return False
        return True

    def change(
        self, handle: str, context: Context, decide: Callable[[Challenge], Outcome[Challenge]]
    ) -> dict[str, Any]:
        """Let ``decide`` say what becomes of the challenge; its result. Raises what it raises, and NotFound."""
        return self._challenges.change(handle, bill_group=None, context=context, decide=decide) or {}

    def count_try(self, handle: str, code_hash: str) -> bool:
        """Count one try at this very code; False when none is left, it was used, or another replaced it."""
        bearable = {"_id": handle, "code_hash": code_hash, "used_at": None, "tries": {"$lt": MOST_TRIES}}
        counted = {"$inc": {"tries": 1, "version": 1}}
        return self._challenges.collection.update_one(bearable, counted).modified_count == 1

    def use(self, handle: str, code_hash: str, now: datetime) -> bool:
        """Use this very code up; False when it was already, or was replaced by another."""
        unused = {"_id": handle, "code_hash": code_hash, "used_at": None}
        used = {"$set": {"used_at": now}, "$inc": {"version": 1}}
        return self._challenges.collection.update_one(unused, used).modified_count == 1


def _from_challenge(challenge: Challenge) -> Document:
    return {**asdict(challenge), "ways": [way.value for way in challenge.ways]}


_read_challenge = reader(Challenge)


def _to_challenge(document: Document) -> Challenge:
    ways = tuple(Way(way) for way in document.get("ways", [Way.CODE]))
    return _read_challenge({**document, "ways": ways})

"""Openings of the portal from the merchant's app."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from services.auth.domain.openings import Opening
from services.auth.repository.documents import KEPT, reader, seconds
from shared.kernel.context import Context
from shared.kernel.happening import IdempotencyKey
from shared.storage import Index, Store

_read = reader(Opening)


class Openings:
    """Openings under the keyed hashes of their tokens; each is good once."""

    def __init__(self, store: Store) -> None:
        self._openings = store.aggregates(
            "openings", asdict, _read, indexes=[Index(("expires_at", 1), expire_after=seconds(KEPT))]
        )

    def add(
        self,
        handle: str,
        opening: Opening,
        context: Context,
        *,
        result: dict[str, Any],
        key: IdempotencyKey,
    ) -> dict[str, Any]:
        """Insert a new one; ``result``, or what was answered the first time that ``key`` was used."""
        return (
            self._openings.add(
                opening, handle=handle, bill_group=opening.bill_group, context=context, result=result, key=key
            )
            or {}
        )

    def find(self, handle: str, now: datetime) -> Opening | None:
        """The opening, while it is good; None for one that is unknown, used or too old."""
        stored = self._openings.one({"_id": handle, "used_at": None, "expires_at": {"$gt": now}})
        return None if stored is None else stored.value

    def use(self, handle: str, now: datetime) -> bool:
        """Use it up; False where somebody was quicker."""
        good = {"_id": handle, "used_at": None, "expires_at": {"$gt": now}}
        used = {"$set": {"used_at": now}, "$inc": {"version": 1}}
        return self._openings.collection.update_one(good, used).modified_count == 1

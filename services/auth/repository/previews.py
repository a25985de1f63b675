"""Previews of the portal."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from services.auth.domain.previews import LONGEST, Preview
from services.auth.repository.documents import KEPT, reader, seconds
from shared.kernel.context import Context
from shared.kernel.happening import IdempotencyKey
from shared.storage import Index, Store

_read = reader(Preview)


class Previews:
    """Previews under the keyed hashes of their tokens, apart from the customers' sessions."""

    def __init__(self, store: Store) -> None:
        self._previews = store.aggregates(
            "previews",
            asdict,
            _read,
            indexes=[Index(("created_at", 1), expire_after=seconds(LONGEST + KEPT))],
        )

    def add(
        self, handle: str, preview: Preview, context: Context, *, result: dict[str, Any], key: IdempotencyKey
    ) -> dict[str, Any]:
        """Insert a new one; ``result``, or what was answered the first time that ``key`` was used."""
        return (
            self._previews.add(
                preview,
                handle=handle,
                bill_group=preview.bill_group,
                context=context,
                happenings=[preview.started()],
                result=result,
                key=key,
            )
            or {}
        )

    def find(self, handle: str) -> Preview | None:
        """The preview of a token's hash, or None."""
        stored = self._previews.one({"_id": handle})
        return None if stored is None else stored.value

    def end(self, handle: str, now: datetime) -> None:
        """End it; one that is over stays as it is."""
        runs = {"_id": handle, "ended_at": None}
        self._previews.collection.update_one(runs, {"$set": {"ended_at": now}, "$inc": {"version": 1}})

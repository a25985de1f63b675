"""API keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from services.auth.domain.api_keys import ApiKey
from services.auth.repository.documents import NEWEST_FIRST, Document, newest_behind, reader
from shared.kernel.context import Context
from shared.kernel.happening import IdempotencyKey
from shared.storage import Index, Outcome, Store, Stored


class ApiKeys:
    """API keys belong to the merchant, and so to no bill group. None is ever removed: what it did bears its handle."""

    def __init__(self, store: Store) -> None:
        self._keys = store.aggregates("api_keys", _from_api_key, _to_api_key, indexes=[Index(*NEWEST_FIRST)])

    def add(
        self,
        handle: str,
        api_key: ApiKey,
        context: Context,
        *,
        result: dict[str, Any],
        key: IdempotencyKey,
    ) -> dict[str, Any]:
        """Insert a new key; ``result``, or what was answered the first time that ``key`` was used."""
        return (
            self._keys.add(
                api_key,
                handle=handle,
                bill_group="",
                context=context,
                happenings=[api_key.created(handle)],
                result=result,
                key=key,
            )
            or {}
        )

    def find(self, handle: str) -> ApiKey | None:
        """The key, or None."""
        stored = self._keys.one({"_id": handle})
        return None if stored is None else stored.value

    def change(
        self,
        handle: str,
        context: Context,
        decide: Callable[[ApiKey], Outcome[ApiKey]],
        *,
        key: IdempotencyKey | None = None,
    ) -> dict[str, Any]:
        """Let ``decide`` say what becomes of the key; its result. Raises what it raises, and NotFound."""
        return self._keys.change(handle, bill_group=None, context=context, decide=decide, key=key) or {}

    def page(self, limit: int, after: tuple[datetime, str] | None) -> list[Stored[ApiKey]]:
        """The newest ``limit`` keys, or those behind the one that ``after`` names by its creation and handle."""
        return self._keys.find(newest_behind(after), sort=NEWEST_FIRST, limit=limit)

    def named(self, handles: Sequence[str]) -> list[Stored[ApiKey]]:
        """Those of ``handles`` that are keys."""
        return self._keys.find({"_id": {"$in": list(handles)}}) if handles else []


_read_api_key = reader(ApiKey)


def _from_api_key(api_key: ApiKey) -> Document:
    return {**asdict(api_key), "scopes": list(api_key.scopes)}


def _to_api_key(document: Document) -> ApiKey:
    return _read_api_key({**document, "scopes": tuple(document["scopes"])})

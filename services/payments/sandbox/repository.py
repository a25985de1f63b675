"""Where the sandbox keeps its setups: the only file with queries."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC
from typing import Any

from bson.codec_options import CodecOptions
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.payments.sandbox.model import Method, Setup, State
from shared.storage.indexes import Index, create

Document = dict[str, Any]
_KEPT_SECONDS = 90 * 24 * 3600
_INDEXES = (
    Index(("key", 1), unique=True),
    Index(("method.id", 1), unique=True, partial={"method.id": {"$exists": True}}),
    Index(("forget_from", 1), expire_after=_KEPT_SECONDS),
)


class KeyUsedForSomethingElse(Exception):
    """The idempotency key came with another request before."""


class SetupStore:
    """Setups, each with the method that came of it."""

    def __init__(self, database: Database[Document]) -> None:
        aware = CodecOptions[Document](tz_aware=True, tzinfo=UTC)
        self._setups = database.get_collection("setups", codec_options=aware)
        create(self._setups, _INDEXES)

    def add(self, setup: Setup, key: str, body_hash: str) -> Setup:
        """Keep ``setup``, or give the one that the same ``key`` made before.

        Raises KeyUsedForSomethingElse when that came with another ``body_hash``.
        """
        document = {**_state(setup), "_id": setup.id, "key": key, "body_hash": body_hash}
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

    def save(self, before: Setup, after: Setup) -> bool:
        """Put ``after`` in the place of ``before``; False when another request was quicker."""
        same = {"_id": before.id, "state": before.state.value, "attempts": before.attempts}
        gone = {"$unset": {"method": ""}} if after.method is None else {}
        # A method that was taken is kept for as long as it may be charged.
        if after.state is State.SUCCEEDED:
            gone["$unset"] = {"forget_from": ""}
        return self._setups.update_one(same, {"$set": _state(after), **gone}).matched_count == 1

    def method(self, method_id: str) -> Method | None:
        """The stored method, or None; one that was never confirmed is none."""
        document = self._setups.find_one({"method.id": method_id, "state": State.SUCCEEDED.value})
        return Method(**document["method"]) if document else None


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

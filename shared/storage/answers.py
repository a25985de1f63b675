"""Answers kept in the aggregate, so that a change asked for again with the same key is answered, not done again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from shared.contracts.base import Contract
from shared.kernel.errors import DomainError
from shared.kernel.happening import IdempotencyKey
from shared.kernel.ids import BRIEF_KEY

KEPT = timedelta(hours=24)
# For a request that came without a key: only what passes it on may ask again, within its deadline.
KEPT_BRIEFLY = timedelta(minutes=1)
# Nobody changes one thing that often in a day; a script that does must not make the document grow without end.
MOST_KEPT = 300


class KeptAnswer(dict[str, Any]):
    """An answer that was given before, in its form for the wire: it goes out as it is."""


def record(
    contract: Contract, key: IdempotencyKey, result: Mapping[str, Any] | None, now: datetime
) -> dict[str, Any]:
    """What is kept of an answered request. The result is kept in its form for the wire."""
    schema = contract.methods[key.method].reply()
    return {
        "key": key.value,
        "hash": key.body_hash,
        "method": key.method,
        "at": now,
        "result": schema.dump(result or {}),
    }


def kept(answers: list[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """Those of ``answers`` that may still be asked for."""
    return [answer for answer in answers if now - answer["at"] < _kept_for(answer["key"])]


def find(answers: list[dict[str, Any]], key: IdempotencyKey) -> KeptAnswer | None:
    """The answer that was given to ``key`` before, or None.

    Raises DomainError ``key_used_for_something_else`` when the same key came with another request.
    """
    for answer in answers:
        if answer["key"] == key.value:
            if answer["hash"] != key.body_hash or answer["method"] != key.method:
                raise DomainError("key_used_for_something_else")
            return KeptAnswer(answer["result"])
    return None


def _kept_for(key: str) -> timedelta:
    return KEPT_BRIEFLY if key.startswith(BRIEF_KEY) else KEPT

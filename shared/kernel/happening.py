"""What the domain says has happened. Storage wraps it into an envelope and keeps it with the aggregate."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened to ``subject`` (a handle) of ``bill_group``.

    ``type`` is an event of the service's contract (``subscription_paused``); ``data`` fits its schema.
    """

    type: str
    subject: str
    bill_group: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """What makes a change safe to ask for again: the asker's key, and a hash of all else that was asked for.

    ``method`` is the contract's method that was called: its reply schema keeps the answer for the next time.
    """

    value: str
    body_hash: str
    method: str = ""


def hash_of(asked: Mapping[str, Any]) -> str:
    """The ``body_hash`` of a request's arguments, but for its key: equal requests have the same."""
    return hashlib.sha256(repr(sorted(_flat(asked))).encode()).hexdigest()


def _flat(value: Any, path: str = "") -> list[tuple[str, str]]:
    """The leaves of nested JSON with their paths: equal requests give equal lists, whatever their order of fields."""
    if isinstance(value, Mapping):
        return [leaf for name, inner in value.items() for leaf in _flat(inner, f"{path}.{name}")] or [
            (path, "{}")
        ]
    if isinstance(value, list):
        return [leaf for i, inner in enumerate(value) for leaf in _flat(inner, f"{path}[{i}]")] or [
            (path, "[]")
        ]
    return [(path, repr(value))]

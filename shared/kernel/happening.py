"""What the domain says has happened. Storage wraps it into an envelope and keeps it with the aggregate."""

from __future__ import annotations

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

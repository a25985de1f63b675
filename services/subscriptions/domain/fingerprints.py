"""Fingerprints of what was shown: with another amount, date or state by now, another one comes out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence

from services.subscriptions.domain.billing import Line
from services.subscriptions.domain.plans import DEFAULT_LANGUAGE


def fingerprint(decided: Sequence[object]) -> str:
    """A hash of ``decided``: of plain values, dates, and lists of them."""
    return hashlib.sha256(json.dumps(decided, default=str).encode()).hexdigest()[:32]


def lines_decided(lines: Iterable[Line]) -> list[object]:
    """What a fingerprint holds of ``lines``."""
    return [[line.descriptions[DEFAULT_LANGUAGE], line.net.minor] for line in lines]

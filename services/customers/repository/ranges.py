"""Ranges of places: texts that begin with a moment, in its order."""

from __future__ import annotations

from datetime import datetime

from services.customers.documents import Document, in_order


def places(
    field: str,
    first: datetime | None,
    end: datetime | None,
    *,
    behind: str | None = None,
    before: str | None = None,
) -> Document:
    """Places from ``first`` up to, not including, ``end``, and beyond the last one that was seen."""
    lower = {"$gte": in_order(first)} if first else {}
    upper = {"$lt": in_order(end)} if end else {}
    if behind is not None:
        lower = {"$gt": max(behind, lower.get("$gte", ""))}
    if before is not None:
        upper = {"$lt": min(before, upper.get("$lt", before))}
    both = lower | upper
    return {field: both} if both else {}

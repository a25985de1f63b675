"""Pages of lists that go from the newest to the oldest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from shared.kernel import cursors
from shared.kernel.errors import DomainError
from shared.storage import Stored

_ORDER = "-created_at"


def after(cursor: str | None) -> tuple[datetime, str] | None:
    """The creation and the handle behind which a page begins. Raises DomainError ``invalid_cursor``."""
    place = cursors.read(_ORDER, cursor or None)
    if place is None:
        return None
    try:
        moment, handle = place.split(" ")
        return datetime.fromisoformat(moment).astimezone(UTC), handle
    except (ValueError, OverflowError) as error:
        raise DomainError("invalid_cursor") from error


def cursor_behind(found: Sequence[Stored[Any]], limit: int) -> str | None:
    """The cursor of the page behind the first ``limit`` of those found; None where there are no more."""
    if len(found) <= limit:
        return None
    last = found[limit - 1]
    return cursors.write(_ORDER, f"{last.value.created_at.isoformat()} {last.handle}")

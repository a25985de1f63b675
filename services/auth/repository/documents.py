"""What the repositories of auth have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any, TypeVar

Document = dict[str, Any]
T = TypeVar("T")

# A challenge or session that is over is kept for a while, so that its page can say what became of it.
KEPT = timedelta(days=1)


def seconds(length: timedelta) -> int:
    """Whole seconds, as indexes count them."""
    return int(length.total_seconds())


def reader(kind: type[T]) -> Callable[[Document], T]:
    """Makes what a document holds into a ``kind``, a frozen dataclass."""
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    # What an older version wrote lacks what was added since: then the default holds.
    return lambda document: kind(**{name: document[name] for name in names if name in document})


# How lists go, and the fields of the index that they need.
NEWEST_FIRST = (("created_at", -1), ("_id", -1))


def newest_behind(after: tuple[datetime, str] | None) -> Document:
    """Which documents come behind the one that ``after`` names by its creation and handle; None: all."""
    if after is None:
        return {}
    created_at, handle = after
    # The first condition bounds the range of the index; the second leaves out what was shown.
    return {
        "created_at": {"$lte": created_at},
        "$or": [{"created_at": {"$lt": created_at}}, {"_id": {"$lt": handle}}],
    }

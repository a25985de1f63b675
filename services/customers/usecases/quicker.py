"""Changes that others may be quicker with."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from shared.kernel.errors import DomainError, Kind, Stale

T = TypeVar("T")
_TRIED = 20


def whatever_it_is_by_now(version: int | None, change: Callable[[], T]) -> T:
    """What ``change`` answers, which loads, decides and saves. Raises what it raises.

    Who asks without a ``version`` has seen none that could be outdated: where others are quicker, ``change`` is
    made anew on what they left. Raises DomainError ``busy`` when they are each time.
    """
    if version is not None:
        return change()
    for _ in range(_TRIED):
        with suppress(Stale):
            return change()
    raise DomainError("busy", Kind.RETRY)

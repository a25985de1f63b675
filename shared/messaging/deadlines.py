"""By when the work at hand must be answered. Calls made on its behalf inherit it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


def remaining(at_most: float) -> float:
    """Seconds left until the deadline, ``at_most`` where there is none or a later one; never negative."""
    deadline = _deadline.get()
    if deadline is None:
        return at_most
    return max(0.0, min(at_most, deadline - time.time()))


def set_deadline(moment: float | None) -> None:
    """The work of this thread is to be answered by ``moment`` (seconds since the epoch)."""
    _deadline.set(moment)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """All calls made inside have to be answered within ``seconds``, or by an earlier deadline around it."""
    token = _deadline.set(time.time() + remaining(seconds))
    try:
        yield
    finally:
        _deadline.reset(token)

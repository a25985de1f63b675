"""Work that would block the event loop: hashing, waiting for another process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from eventlet import tpool

T = TypeVar("T")


def run_blocking(function: Callable[..., T], *arguments: Any) -> T:
    """``function(*arguments)`` in a real thread, while other calls of this process go on. Raises what it raises."""
    result: T = tpool.execute(function, *arguments)
    return result

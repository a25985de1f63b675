"""A cache for what may be a moment old."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Brief(Generic[T]):
    """Keeps up to ``most`` answers for ``seconds`` each. Threads may share it.

    Two threads that miss at once both ask: an answer twice is cheaper than a lock held during a call.
    """

    def __init__(
        self, seconds: float, most: int = 10_000, timer: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds = seconds
        self._most = most
        self._timer = timer
        self._lock = Lock()
        self._kept: dict[str, tuple[float, T]] = {}

    def get(self, key: str, ask: Callable[[], T]) -> T:
        """The answer for ``key``: the kept one while fresh, else what ``ask`` gives. Errors aren't kept."""
        found = self._fresh(key)
        if found is not None:
            return found[1]
        answer = ask()
        with self._lock:
            if len(self._kept) >= self._most:
                self._kept.clear()
            self._kept[key] = (self._timer() + self._seconds, answer)
        return answer

    def has(self, key: str) -> bool:
        """Whether a fresh answer for ``key`` is kept."""
        return self._fresh(key) is not None

    def forget(self, key: str) -> None:
        """Ask anew for ``key`` next time."""
        with self._lock:
            self._kept.pop(key, None)

    def _fresh(self, key: str) -> tuple[float, T] | None:
        with self._lock:
            found = self._kept.get(key)
        return found if found is not None and found[0] > self._timer() else None

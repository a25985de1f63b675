"""Whose turn it is to read from a connection that many threads wait at.

Handing an answer from a thread that reads to the one that waits for it costs more than reading it. So whoever waits
reads as long as nobody else does, hands the others what is theirs, and when its own has come lets the next one read.
"""

from __future__ import annotations

import threading
from typing import Protocol


class Waiting(Protocol):
    """A thread that waits for an answer."""

    def has_its_answer(self) -> bool:
        """Whether it is about to leave anyway."""

    def your_turn(self) -> None:
        """Wake it, so that it reads."""


class Turns:
    """One reads, the others wait. Whoever has come in by ``enter`` must go by ``leave``, whatever happens meanwhile."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reader: Waiting | None = None
        # In the order in which they came.
        self._waiting: dict[Waiting, None] = {}
        self._entered = 0

    def enter(self, one: Waiting) -> bool:
        """Whether it is the turn of ``one`` to read. If not, ``your_turn`` may be called later."""
        with self._lock:
            self._entered += 1
            if self._reader is None:
                self._reader = one
                return True
            self._waiting[one] = None
            return False

    def enter_if_quiet(self, one: Waiting, entered: int) -> bool:
        """As ``enter``, but don't wait where somebody reads or has entered since ``entered`` was seen."""
        with self._lock:
            if self._reader is None and self._entered == entered:
                self._reader = one
                return True
            return False

    def entered(self) -> int:
        """How many have entered so far."""
        return self._entered

    def leave(self, one: Waiting) -> None:
        """``one`` waits no more. If it was its turn, it is the next one's."""
        with self._lock:
            if self._reader is not one:
                self._waiting.pop(one, None)
                return
            self._reader = next((each for each in self._waiting if not each.has_its_answer()), None)
            if self._reader is not None:
                del self._waiting[self._reader]
                self._reader.your_turn()

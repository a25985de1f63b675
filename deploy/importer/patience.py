"""When to try again, and how long to go on with it."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


class StoppedError(Exception):
    """There is nothing left to wait for: everything is to end."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a request that gets no answer of use is sent again.

    ``seconds`` in all, with pauses that grow from ``first_pause`` to ``longest_pause`` seconds; where the server has
    a fault, ``faults`` times at most, for that may be the request's own doing.
    """

    seconds: float = 60.0
    first_pause: float = 0.5
    longest_pause: float = 5.0
    faults: int = 4


class Tries:
    """The tries of one request."""

    def __init__(self, patience: Patience) -> None:
        self.began = time.monotonic()
        self._until = self.began + patience.seconds
        self._patience = patience
        self._pause = patience.first_pause
        self._faults = 0

    def next_pause(self, *, fault: bool) -> float | None:
        """Seconds until the next try; None when there has been enough."""
        self._faults += fault
        if self._faults >= self._patience.faults or time.monotonic() >= self._until:
            return None
        pause = self._pause
        self._pause = min(self._pause * 2, self._patience.longest_pause)
        return pause

    def extend(self, seconds: float) -> None:
        """Go on for so much longer."""
        self._until += seconds


class Brake:
    """Holds back the requests of all threads while one of them was asked to wait."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._until = 0.0

    def hold(self, seconds: float) -> None:
        """Let nobody go on for so long."""
        self._until = max(self._until, time.monotonic() + seconds)

    def wait(self) -> None:
        """Return when it is allowed to go on. Raises StoppedError."""
        while (left := self._until - time.monotonic()) > 0 and not self._stopped.is_set():
            self._stopped.wait(left)
        self.sleep(0)

    def sleep(self, seconds: float) -> None:
        """Return after so long. Raises StoppedError as soon as it is called."""
        if self._stopped.wait(seconds):
            raise StoppedError

    def stop(self) -> None:
        """Let all who wait, and all who will, go with StoppedError."""
        self._stopped.set()


def seconds_to_wait(headers: Mapping[str, str]) -> float | None:
    """What ``Retry-After`` says, in seconds or as a date; None where it says nothing."""
    said = headers.get("Retry-After", "").strip()
    if said.isdigit():
        return float(said)
    try:
        return max(0.0, (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None

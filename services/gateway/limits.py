"""How much somebody may ask for in a minute.

Each gateway process counts for itself, in memory: a limit keeps one client from crowding out the others, and need
not be exact. With several gateway processes somebody may ask for as many times more.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from flask import g
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from shared.kernel.errors import DomainError, Kind


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands: requests a minute that they have, that are left, and seconds until all are back."""

    limit: int
    remaining: int
    reset: int


class Limits:
    """Counts requests, and apart from them those that failed. Whoever has too many of either waits."""

    def __init__(self, requests_per_minute: int, failures_per_minute: int) -> None:
        self._requests = RateLimitItemPerMinute(requests_per_minute, namespace="requests")
        self._failures = RateLimitItemPerMinute(failures_per_minute, namespace="failures")
        self._counters = SlidingWindowCounterRateLimiter(MemoryStorage())

    def count_request(self, who: str) -> None:
        """One request more. Raises DomainError ``rate_limited`` when there were too many."""
        let_in = self._counters.hit(self._requests, who)
        g.rate_standing = self._standing(self._requests, who)
        if not let_in:
            raise _limited(g.rate_standing.reset)

    def check_failures(self, address: str) -> None:
        """Raises DomainError ``rate_limited`` where too much from this address failed."""
        if not self._counters.test(self._failures, address):
            raise _limited(self._standing(self._failures, address).reset)

    def count_failure(self, address: str) -> None:
        """Something from this address failed."""
        self._counters.hit(self._failures, address)

    def _standing(self, item: RateLimitItem, who: str) -> Standing:
        stats = self._counters.get_window_stats(item, who)
        reset = max(1, math.ceil(stats.reset_time - time.time()))
        return Standing(item.amount, stats.remaining, reset)


def _limited(seconds: int) -> DomainError:
    return DomainError("rate_limited", Kind.RETRY, seconds=seconds)

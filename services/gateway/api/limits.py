"""How much an API key may ask for, and how often an address may try keys that are none.

Each gateway process counts for itself, in memory: a limit keeps one client from crowding out the others, and need
not be exact. With several gateway processes a key may ask for as many times more.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from flask import Flask, Response, current_app, g
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from services.gateway import process_memory
from shared.kernel.errors import DomainError, Kind
from shared.settings import Settings

_FAILURES_PER_MINUTE = 20


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a key stands: how many requests a minute it has, how many are left, and seconds until all are back."""

    limit: int
    remaining: int
    reset: int


class Limits:
    """The counters of one gateway process."""

    def __init__(self, requests_per_minute: int) -> None:
        self._requests = RateLimitItemPerMinute(requests_per_minute, namespace="requests")
        self._failures = RateLimitItemPerMinute(_FAILURES_PER_MINUTE, namespace="failures")
        self._counters = SlidingWindowCounterRateLimiter(MemoryStorage())

    def count_request(self, api_key: str) -> None:
        """One request more. Raises DomainError ``rate_limited`` when there were too many."""
        let_in = self._counters.hit(self._requests, api_key)
        g.rate_standing = self._standing(self._requests, api_key)
        if not let_in:
            raise _limited(g.rate_standing.reset)

    def check_failures(self, address: str) -> None:
        """Raises DomainError ``rate_limited`` where too many keys from this address were none."""
        if not self._counters.test(self._failures, address):
            raise _limited(self._standing(self._failures, address).reset)

    def count_failure(self, address: str) -> None:
        """A key from this address was none."""
        self._counters.hit(self._failures, address)

    def _standing(self, item: RateLimitItem, who: str) -> Standing:
        stats = self._counters.get_window_stats(item, who)
        reset = max(1, math.ceil(stats.reset_time - time.time()))
        return Standing(item.amount, stats.remaining, reset)


def current_limits() -> Limits:
    """The counters of this process."""
    limits: Limits = current_app.extensions["portico_api_limits"]
    return limits


def set_up(app: Flask, settings: Settings) -> None:
    """Begin to count."""
    process_memory.keep(app, "portico_api_limits", lambda: Limits(settings.api_requests_per_minute))


def tell_standing(response: Response) -> Response:
    """Tell a client how much it may still ask for."""
    standing: Standing | None = g.get("rate_standing")
    if standing:
        response.headers["RateLimit-Limit"] = str(standing.limit)
        response.headers["RateLimit-Remaining"] = str(standing.remaining)
        response.headers["RateLimit-Reset"] = str(standing.reset)
    return response


def _limited(seconds: int) -> DomainError:
    return DomainError("rate_limited", Kind.RETRY, seconds=seconds)

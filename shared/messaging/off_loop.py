"""Work that keeps a processor busy, done in threads of its own, so that a service goes on answering meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from eventlet import tpool
from eventlet.semaphore import Semaphore

# More at once would only take memory: a machine has few processors.
_AT_ONCE = 4
_free = Semaphore(_AT_ONCE)


def off_the_loop(function: Callable[..., Any], *arguments: Any) -> Any:
    """What ``function`` returns or raises; other work of this process goes on until then."""
    with _free:
        return tpool.execute(function, *arguments)

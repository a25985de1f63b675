"""The merchant's settings as services read them: customers keeps them, and nobody else's are older than a second."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from shared.kernel.context import Context

KEPT_SECONDS = 1.0


class MerchantSettings:
    """The customers service, over RPC. ``calls`` is the client of ``shared.messaging``."""

    def __init__(self, calls: Any, clock: Callable[[], float] = time.monotonic) -> None:
        self._calls = calls
        self._clock = clock
        self._known: dict[str, Any] = {}
        self._kept_until = 0.0

    def get(self, context: Context) -> dict[str, Any]:
        """All of them, in their form for the wire. Raises DomainError ``service_away`` or ``no_answer``."""
        if self._clock() >= self._kept_until:
            # A change that comes while we ask may be missed: what is known is as old as the question.
            asked_at = self._clock()
            self._known = self._calls.customers.get_merchant(context)
            self._kept_until = asked_at + KEPT_SECONDS
        return self._known

    def leaves(self, context: Context, switch: str) -> bool:
        """Whether ``switch``, one of SWITCHES, leaves something to customers. Raises as ``get`` does."""
        # A customers service of before knows of fewer switches, and left to customers what they are about.
        return bool(self.get(context).get(switch, True))

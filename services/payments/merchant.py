"""What payments asks of the customers service: what the merchant leaves to customers."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol

from shared.kernel.context import Context

_KEPT_SECONDS = 1.0


class Merchant(Protocol):
    """Who knows the merchant's settings."""

    def leaves_auto_pay(self, context: Context) -> bool:
        """Whether customers may turn automatic payment on and off themselves."""
        ...


class MerchantSettings:
    """The customers service, over RPC. ``calls`` is the client of ``shared.messaging``."""

    def __init__(self, calls: Any, clock: Callable[[], float] = time.monotonic) -> None:
        self._calls = calls
        self._clock = clock
        self._leaves_auto_pay = True
        self._kept_until = 0.0

    def leaves_auto_pay(self, context: Context) -> bool:
        """At most a second old. Raises DomainError ``service_away`` or ``no_answer``."""
        if self._clock() >= self._kept_until:
            merchant = self._calls.customers.get_merchant(context)
            # A customers service of before knows of no such switch.
            self._leaves_auto_pay = merchant.get("customers_auto_pay", True)
            self._kept_until = self._clock() + _KEPT_SECONDS
        return self._leaves_auto_pay

"""What subscriptions asks of other services."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol

from services.subscriptions.domain.asking import Action
from shared.kernel.context import Context

_KEPT_SECONDS = 1.0
_SWITCHES = {Action.PAUSE: "customers_pause", Action.CANCEL: "customers_cancel"}


class Outside(Protocol):
    """Who knows the merchant's configuration and the customers' payment methods."""

    def switched_off(self, context: Context) -> frozenset[Action]:
        """The actions that the merchant does not leave to customers."""
        ...

    def usable_payment_methods(self, context: Context, bill_group: str) -> frozenset[str]:
        """The bill group's payment methods that payments can be made with: active and not expired."""
        ...


class OtherServices:
    """The other services, over RPC. ``calls`` is the client of ``shared.messaging``."""

    def __init__(self, calls: Any, clock: Callable[[], float] = time.monotonic) -> None:
        self._calls = calls
        self._clock = clock
        self._switched_off: frozenset[Action] = frozenset()
        self._kept_until = 0.0

    def switched_off(self, context: Context) -> frozenset[Action]:
        """At most a second old. Raises DomainError ``service_away`` or ``no_answer``."""
        if self._clock() >= self._kept_until:
            merchant = self._calls.customers.get_merchant(context)
            self._switched_off = frozenset(
                action for action, switch in _SWITCHES.items() if not merchant[switch]
            )
            self._kept_until = self._clock() + _KEPT_SECONDS
        return self._switched_off

    def usable_payment_methods(self, context: Context, bill_group: str) -> frozenset[str]:
        """Raises as ``switched_off`` does."""
        reply = self._calls.payments.list_payment_methods(context, bill_group=bill_group)
        return frozenset(
            item["payment_method"]
            for item in reply["items"]
            if item["status"] == "active" and item["expiry_state"] != "expired"
        )

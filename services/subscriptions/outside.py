"""What subscriptions asks of other services."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from services.subscriptions.domain.asking import Action
from shared.kernel.context import Context
from shared.kernel.errors import DomainError
from shared.merchant import MerchantSettings

# Whoever may cancel may also take it back.
_SWITCHES = {
    Action.PAUSE: "customers_pause",
    Action.RESUME: "customers_resume",
    Action.CANCEL: "customers_cancel",
}


@dataclass(frozen=True, slots=True)
class BillGroup:
    """Whose subscriptions a bill group's are, and what they are billed by: one currency, one time zone."""

    customer: str
    currency: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Owners:
    """Customers by handle; ``more`` where there would be more of them."""

    customers: tuple[str, ...]
    more: bool


class Outside(Protocol):
    """Who knows the merchant's configuration, the bill groups, and the customers' payment methods."""

    def switched_off(self, context: Context) -> frozenset[Action]:
        """The actions that the merchant does not leave to customers."""
        ...

    def bill_group(self, context: Context, bill_group: str) -> BillGroup:
        """Raises NotFound."""
        ...

    def find_customers(self, context: Context, text: str, *, most: int) -> Owners:
        """The customers that ``text`` finds, those created last, at most ``most``."""
        ...

    def check_payment_method(self, context: Context, bill_group: str, payment_method: str) -> None:
        """Raises DomainError ``unknown_payment_method`` for one that the bill group can't pay with: it has none such,
        or it is not active, or expired.
        """
        ...


class OtherServices:
    """The other services, over RPC. ``calls`` is the client of ``shared.messaging``."""

    def __init__(self, calls: Any, clock: Callable[[], float] = time.monotonic) -> None:
        self._calls = calls
        self._merchant = MerchantSettings(calls, clock)

    def switched_off(self, context: Context) -> frozenset[Action]:
        """At most a second old. Raises DomainError ``service_away`` or ``no_answer``."""
        return frozenset(
            action for action, switch in _SWITCHES.items() if not self._merchant.leaves(context, switch)
        )

    def bill_group(self, context: Context, bill_group: str) -> BillGroup:
        """Raises as ``switched_off`` does, too."""
        reply = self._calls.customers.get_bill_group(context, bill_group=bill_group)
        return BillGroup(reply["customer"], reply["currency"], reply["time_zone"])

    def find_customers(self, context: Context, text: str, *, most: int) -> Owners:
        """Raises as ``switched_off`` does, too."""
        reply = self._calls.customers.find_customers(context, q=text, limit=most)
        handles = tuple(item["customer"] for item in reply["items"])
        return Owners(handles, more=reply["next_cursor"] is not None)

    def check_payment_method(self, context: Context, bill_group: str, payment_method: str) -> None:
        """Raises as ``switched_off`` does, too."""
        reply = self._calls.payments.list_payment_methods(context, bill_group=bill_group)
        usable = {
            item["payment_method"]
            for item in reply["items"]
            if item["status"] == "active" and item["expiry_state"] != "expired"
        }
        if payment_method not in usable:
            raise DomainError("unknown_payment_method")

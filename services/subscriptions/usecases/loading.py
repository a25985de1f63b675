"""What comes loaded from the wire, as the domain's values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from services.subscriptions.domain.discounts import Discount
from services.subscriptions.domain.periods import Interval, Unit
from services.subscriptions.domain.plans import Plan, Price, check_prices
from shared.kernel.money import Money

Loaded = Mapping[str, Any]


def new_plan(
    handle: str, *, since: datetime, product: str, interval: Loaded, prices: Iterable[Loaded], **more: Any
) -> Plan:
    """The first version of a plan. Raises DomainError ``invalid_plan``."""
    return Plan(
        handle=handle,
        version=1,
        since=since,
        product=product,
        interval=to_interval(interval),
        prices=to_prices(prices),
        **more,
    )


def to_interval(interval: Loaded) -> Interval:
    return Interval(Unit(interval["unit"]), interval["count"])


def to_prices(prices: Iterable[Loaded]) -> tuple[Price, ...]:
    """Raises DomainError ``invalid_plan``."""
    return check_prices(
        Price(Money(each["unit_amount"], each["currency"]), Money(each["setup_fee"], each["currency"]))
        for each in prices
    )


def to_discount(discount: Loaded, currency: str) -> Discount:
    """Raises DomainError ``invalid_subscription``."""
    amount = discount["amount"]
    return Discount(
        names=discount["names"],
        percent=discount["percent"],
        amount=None if amount is None else Money(amount, currency),
        periods_left=discount["periods"],
    )

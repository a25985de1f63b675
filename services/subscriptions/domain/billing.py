"""What a period costs. Periods are billed in advance, on their first day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.subscriptions.domain.periods import Period
from services.subscriptions.domain.plans import DEFAULT_LANGUAGE, Names, Terms
from services.subscriptions.domain.subscription import Status, Subscription
from shared.kernel.errors import DomainError
from shared.kernel.money import Money, total

_SETUP = {"en": "Setup fee", "de": "Einrichtungsgebühr"}
# Minor units. More than anybody asks for, and so little that sums and taxes stay exact wherever they are kept.
_MOST = 10**13


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a bill: ``quantity`` × ``unit`` − ``discount``; without ``period`` charged once."""

    descriptions: Names
    quantity: Decimal
    unit: Money
    discount: Money
    tax_code: str
    period: Period | None

    @property
    def net(self) -> Money:
        """The line's amount after its discount."""
        return self.unit.times(self.quantity) - self.discount


@dataclass(frozen=True, slots=True)
class Bill:
    """What is billed on the day ``on``."""

    on: date
    period: Period
    lines: tuple[Line, ...]

    @property
    def net(self) -> Money:
        """The sum of the lines, without taxes."""
        return net(self.lines, self.lines[0].unit.currency)


def net(lines: Iterable[Line], currency: str) -> Money:
    """The sum of ``lines``, without taxes."""
    return total((line.net for line in lines), currency)


def price_of_an_interval(subscription: Subscription) -> Money:
    """What one interval costs, before discounts."""
    return subscription.terms.price.unit.times(subscription.quantity)


def check_amount(terms: Terms, quantity: int) -> None:
    """Raises DomainError ``invalid_subscription`` where ``quantity`` units come to more than can be billed."""
    if (terms.price.unit.times(quantity) + terms.price.setup_fee).minor > _MOST:
        raise DomainError("invalid_subscription", fields={"quantity": "too_much"})


def bill(subscription: Subscription, period: Period) -> Bill:
    """What ``subscription`` owes for ``period``: its price, and the setup fee if that is due."""
    terms = subscription.terms
    price = price_of_an_interval(subscription)
    nothing = Money.zero(terms.currency)
    lines = [
        Line(
            descriptions=described(subscription),
            quantity=Decimal(subscription.quantity),
            unit=terms.price.unit,
            discount=subscription.discount.off(price) if subscription.discount else nothing,
            tax_code=terms.tax_code,
            period=period,
        )
    ]
    if subscription.setup_fee_due and terms.price.setup_fee != nothing:
        lines.append(Line(_SETUP, Decimal(1), terms.price.setup_fee, nothing, terms.tax_code, None))
    return Bill(period.start, period, tuple(lines))


def upcoming(subscription: Subscription) -> Bill | None:
    """The next bill, as things stand; None when none will come."""
    on = subscription.next_billing_on
    return None if on is None else bill(subscription, period_from(subscription, on))


def period_from(subscription: Subscription, day: date) -> Period:
    """The period that begins on ``day``: the next one in turn, or the first of a new count.

    A count begins anew when a subscription resumes after its paid period has ended: from ``day`` on.
    """
    interval = subscription.terms.interval
    goes_on = subscription.status is not Status.ON_HOLD and subscription.scheduled_pause is None
    if goes_on or (subscription.period is not None and subscription.period.end == day):
        return interval.period_with(day, subscription.anchor)
    return interval.period_with(day, day)


def described(subscription: Subscription) -> dict[str, str]:
    """Product and plan in each language that the product has."""
    products, plans = subscription.terms.product_names, subscription.terms.plan_names
    return {
        language: f"{product} – {plans.get(language, plans[DEFAULT_LANGUAGE])}"
        for language, product in products.items()
    }

"""Discounts on the price of a period."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from services.subscriptions.domain.plans import Names
from shared.kernel.errors import DomainError
from shared.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Discount:
    """``percent`` or ``amount`` off each of the next ``periods_left`` periods; None is without end."""

    names: Names
    percent: Decimal | None
    amount: Money | None
    periods_left: int | None

    def __post_init__(self) -> None:
        if (self.percent is None) == (self.amount is None):
            raise DomainError("invalid_subscription", fields={"discount": "percent_or_amount"})
        if self.amount is not None and self.amount.minor < 0:
            raise DomainError("invalid_subscription", fields={"discount": "negative"})

    def off(self, price: Money) -> Money:
        """What is taken off ``price``: never more than the price itself."""
        if self.percent is not None:
            return price.times(self.percent / 100)
        assert self.amount is not None
        return min(self.amount, price)

    def after_a_period(self) -> Discount | None:
        """The discount once it was given for one more period; None when it is used up."""
        if self.periods_left is None:
            return self
        if self.periods_left <= 1:
            return None
        return replace(self, periods_left=self.periods_left - 1)

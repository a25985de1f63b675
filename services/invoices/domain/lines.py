"""Lines and document discounts. Amounts are minor units of the document's currency."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from shared.kernel.errors import DomainError
from shared.kernel.money import round_half_up


@dataclass(frozen=True, slots=True)
class Days:
    """Calendar days from ``start`` to ``end``, both included."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class TaxRate:
    """How a thing is taxed: EN 16931 category (``S``, ``AE`` …), percent, and a code that says why not."""

    category: str
    rate: Decimal
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is billed. ``discount`` is what the line costs less, net.

    ``tax_code`` is how the thing is to be taxed (``standard``, ``reduced`` …), ``tax`` what came of it here.
    """

    description: str
    quantity: Decimal
    unit_amount: int
    tax_code: str
    tax: TaxRate
    discount: int = 0
    period: Days | None = None
    subscription: str | None = None

    @property
    def net(self) -> int:
        """Quantity × unit amount, rounded half up, less the discount: EN 16931, BT-131."""
        numerator, denominator = self.quantity.as_integer_ratio()
        return round_half_up(Fraction(numerator * self.unit_amount, denominator)) - self.discount


@dataclass(frozen=True, slots=True)
class Discount:
    """A discount on the whole document: a positive net ``amount``."""

    description: str
    amount: int


def discount_of(description: str, whole: int, *, amount: int | None, percent: Decimal | None) -> Discount:
    """The discount of ``amount``, or of ``percent`` of the ``whole``.

    Raises DomainError ``amounts_do_not_fit`` unless exactly one of them is given.
    """
    if (amount is None) == (percent is None):
        raise DomainError("amounts_do_not_fit", field="discounts")
    if percent is not None:
        amount = round_half_up(Fraction(percent) * whole / 100)
    assert amount is not None
    return Discount(description, amount)


def line_total(lines: Iterable[Line]) -> int:
    """The sum of the lines, net, before document discounts: EN 16931, BT-106."""
    return sum(line.net for line in lines)

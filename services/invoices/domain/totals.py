"""Taxes per category and rate, as EN 16931 reckons them: on the sum of a rate's lines, never line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from services.invoices.domain.lines import Discount, Line, TaxRate
from shared.kernel.errors import DomainError
from shared.kernel.money import Money, allocate, round_half_up

# Shares don't depend on the currency; this one stands in where `allocate` wants to know it.
_ANY = "XXX"


@dataclass(frozen=True, slots=True)
class Tax:
    """The tax of one category and rate: ``amount`` on ``base``, in minor units."""

    rate: TaxRate
    base: int
    amount: int


def reckon(lines: Sequence[Line], discounts: Sequence[Discount]) -> tuple[Tax, ...]:
    """The taxes of a document, highest rate first.

    A document discount lowers the base of each rate in proportion to its lines. Raises DomainError
    ``amounts_do_not_fit`` when a discount is negative or larger than what there is to discount.
    """
    bases = _sums(lines)
    for discount in discounts:
        for rate, share in _shares(discount, bases).items():
            bases[rate] -= share
    rates = sorted(bases, key=lambda rate: (-rate.rate, rate.category))
    return tuple(Tax(rate, bases[rate], tax_on(bases[rate], rate)) for rate in rates)


def tax_on(base: int, rate: TaxRate) -> int:
    """The tax on ``base``, rounded half up to a minor unit: EN 16931, BT-117."""
    return round_half_up(Fraction(rate.rate) * base / 100)


def _sums(lines: Sequence[Line]) -> dict[TaxRate, int]:
    sums: dict[TaxRate, int] = {}
    for line in lines:
        sums[line.tax] = sums.get(line.tax, 0) + line.net
    return sums


def _shares(discount: Discount, bases: dict[TaxRate, int]) -> dict[TaxRate, int]:
    weights = [max(base, 0) for base in bases.values()]
    if not 0 <= discount.amount <= sum(weights):
        raise DomainError("amounts_do_not_fit", field="discounts")
    if discount.amount == 0:
        return {}
    parts = allocate(Money(discount.amount, _ANY), weights)
    return {rate: part.minor for rate, part in zip(bases, parts, strict=True)}

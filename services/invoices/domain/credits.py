"""What a credit note takes back of an invoice: never more than was billed, to the last minor unit of tax.

The tax of a part is reckoned on all that is credited by then, less what earlier credits took: so the credits
of an invoice that is credited in full add up to its taxes exactly, however it was cut into parts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.invoices.domain.lines import Discount, Line, TaxRate
from services.invoices.domain.totals import Tax, tax_on
from shared.kernel.errors import DomainError


@dataclass(frozen=True, slots=True)
class Credit:
    """A credit on an invoice, and the content of the credit note (its id) that tells of it."""

    credit_note: str
    on: date
    lines: tuple[Line, ...]
    discounts: tuple[Discount, ...]
    taxes: tuple[Tax, ...]
    reason: str = ""

    @property
    def amount(self) -> int:
        """What is credited, with taxes."""
        return _total(self.taxes)


@dataclass(frozen=True, slots=True)
class Credited:
    """What an invoice billed and what was credited of it before."""

    lines: tuple[Line, ...]
    discounts: tuple[Discount, ...]
    taxes: tuple[Tax, ...]
    before: tuple[Credit, ...]

    def parts(self, nets: Mapping[int, int]) -> tuple[tuple[Line, ...], tuple[Tax, ...]]:
        """Lines and taxes of a credit of ``nets``: line (from 1) → net amount.

        Raises DomainError ``credit_too_large``.
        """
        if any(not 1 <= place <= len(self.lines) for place in nets):
            raise DomainError("credit_too_large")
        lines = tuple(_part_of(self.lines[place - 1], net) for place, net in nets.items() if net)
        return lines, self._taxes_of(lines)

    def rest(self, description: str) -> tuple[tuple[Line, ...], tuple[Discount, ...], tuple[Tax, ...]]:
        """Lines, discounts and taxes of a credit of all that is left.

        The first credit mirrors the invoice; after others it has one line a rate, with ``description``.
        Raises DomainError ``credit_too_large`` when nothing is left.
        """
        if not self.before and _total(self.taxes) > 0:
            return self.lines, self.discounts, self.taxes
        lines = tuple(
            Line(description, Decimal(1), left, "", tax.rate)
            for tax in self.taxes
            if (left := tax.base - self._credited(tax.rate)[0])
        )
        return lines, (), self._taxes_of(lines)

    def _taxes_of(self, lines: Sequence[Line]) -> tuple[Tax, ...]:
        taxes = tuple(
            self._tax_of(billed, sum(line.net for line in lines if line.tax == billed.rate))
            for billed in self.taxes
            if any(line.tax == billed.rate for line in lines)
        )
        if _total(taxes) <= 0:
            raise DomainError("credit_too_large")
        return taxes

    def _tax_of(self, billed: Tax, base: int) -> Tax:
        base_before, tax_before = self._credited(billed.rate)
        left = billed.base - base_before
        if not (0 <= base <= left or left <= base <= 0):
            raise DomainError("credit_too_large")
        after = base_before + base
        tax_after = billed.amount if after == billed.base else tax_on(after, billed.rate)
        return Tax(billed.rate, base, tax_after - tax_before)

    def _credited(self, rate: TaxRate) -> tuple[int, int]:
        taxes = [tax for credit in self.before for tax in credit.taxes if tax.rate == rate]
        return sum(tax.base for tax in taxes), sum(tax.amount for tax in taxes)


def _total(taxes: Sequence[Tax]) -> int:
    return sum(tax.base + tax.amount for tax in taxes)


def _part_of(line: Line, net: int) -> Line:
    return Line(line.description, Decimal(1), net, line.tax_code, line.tax, 0, line.period, line.subscription)

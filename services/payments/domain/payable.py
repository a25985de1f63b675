"""What is due on an invoice when money for it is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.payments.domain.transactions import Transaction
from shared.kernel.errors import DomainError
from shared.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Payable:
    """An invoice as the invoices service knows it.

    ``balance`` is what is due, or negative where too much was paid, in minor units of ``currency``; ``counted`` are
    the transactions in it. Drafts and credit notes are not ``issued`` invoices.
    """

    handle: str
    issued: bool
    balance: int
    currency: str
    counted: frozenset[str]

    def payment(
        self, known: Sequence[Transaction], *, amount: int | None, currency: str | None, overpay: bool
    ) -> Money:
        """How much a payment is: ``amount``, or all that is due.

        The invoice may not have heard yet of all transactions that are ``known`` here: they count, too. Raises
        ``not_issued``, ``currency_differs``, ``nothing_due``, and ``more_than_due`` unless one may ``overpay``.
        """
        if not self.issued:
            raise DomainError("not_issued", invoice=self.handle)
        if currency not in (None, self.currency):
            raise DomainError("currency_differs", expected=self.currency, given=currency)
        due = max(self.balance - sum(one.moved for one in known if one.handle not in self.counted), 0)
        if amount is None and due == 0:
            raise DomainError("nothing_due", invoice=self.handle)
        if amount is not None and amount > due and not overpay:
            raise DomainError("more_than_due", due=due, currency=self.currency)
        return Money(due if amount is None else amount, self.currency)

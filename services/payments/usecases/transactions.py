"""The payment history: looked at, and taken over from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from services.payments.customers import Customers
from services.payments.domain.instruments import Instrument, InstrumentKind
from services.payments.domain.transactions import Transaction, TransactionKind, TransactionState
from services.payments.pages import Place, Span, Wanted
from shared.kernel.access import require_merchant_side
from shared.kernel.context import Context
from shared.kernel.happening import IdempotencyKey
from shared.kernel.money import Money

View = dict[str, Any]


class Transactions(Protocol):
    """Where transactions are kept."""

    def get(self, bill_group: str, handle: str) -> Transaction:
        """The transaction ``handle`` of ``bill_group``. Raises NotFound."""
        ...

    def add(self, context: Context, transaction: Transaction, key: IdempotencyKey, *, imported: bool) -> View:
        """Keep it and answer what is shown of it: what was answered first when ``key`` comes again.

        Raises ``already_exists`` when its handle is taken; for what is ``imported``, only by another transaction;
        and TurnTaken when another one has had its turn.
        """
        ...

    def answered(self, bill_group: str, handle: str, key: IdempotencyKey) -> View | None:
        """What ``key`` was answered when it made the transaction ``handle``; None where it did not."""
        ...

    def page(self, wanted: Wanted, span: Span, limit: int) -> Sequence[Transaction]:
        """Up to ``limit`` transactions in ``span``."""
        ...

    def of_invoice(self, bill_group: str, invoice: str) -> Sequence[Transaction]:
        """All transactions of an invoice."""
        ...

    def refunds_of(self, payment: Transaction) -> Sequence[Transaction]:
        """All refunds of ``payment``."""
        ...


class TransactionUseCases:
    """Use cases over transactions."""

    def __init__(self, transactions: Transactions, customers: Customers) -> None:
        self._transactions = transactions
        self._customers = customers

    def find_transactions(self, context: Context, **asked: Any) -> View:
        """A page of the transactions of all bill groups, or of one.

        Raises ``not_allowed`` to customers, and ``invalid_cursor``.
        """
        require_merchant_side(context)
        return self.list_transactions(context, **asked)

    def list_transactions(
        self,
        context: Context,
        *,
        bill_group: str | None,
        invoice: str | None,
        kind: str | None,
        state: str | None,
        stage: str | None,
        at_from: datetime | None,
        at_to: datetime | None,
        sort: str,
        limit: int,
        cursor: str | None,
    ) -> View:
        """A page of the payment history. Raises ``invalid_cursor``."""
        wanted = Wanted(
            bill_group=bill_group,
            invoice=invoice,
            kind=kind,
            state=state,
            stage=stage,
            within=(at_from, at_to),
            after=Place.read(sort, cursor),
            ascending=not sort.startswith("-"),
        )
        found: list[Transaction] = []
        for span in wanted.spans(context.business_now):
            found += self._transactions.page(wanted, span, limit + 1 - len(found))
            if len(found) > limit:
                break
        shown = found[:limit]
        return {
            "items": [transaction.shown() for transaction in shown],
            "next_cursor": Place.of(shown[-1]).cursor(sort) if len(found) > limit else None,
        }

    def get_transaction(self, *, bill_group: str, transaction: str) -> View:
        """One transaction. Raises NotFound."""
        return self._transactions.get(bill_group, transaction).shown()

    def import_transaction(
        self,
        context: Context,
        *,
        bill_group: str,
        transaction: str,
        kind: str,
        state: str,
        amount: int,
        currency: str,
        invoice: str | None,
        refunds: str | None,
        method: View | None,
        reference: str,
        at: datetime,
        key: IdempotencyKey,
    ) -> View:
        """Take over a transaction from elsewhere, once.

        Raises NotFound for a bill group that there is not, ``already_exists`` and ``invalid_transaction``.
        """
        require_merchant_side(context)
        self._customers.must_know(context, bill_group)
        imported = Transaction(
            handle=transaction,
            bill_group=bill_group,
            kind=TransactionKind(kind),
            state=TransactionState(state),
            amount=Money(amount, currency),
            at=at,
            invoice=invoice,
            instrument=_instrument(method) if method else None,
            refunds=refunds,
            reference=reference,
        )
        return self._transactions.add(context, imported, key, imported=True)


def _instrument(method: View) -> Instrument:
    return Instrument(InstrumentKind(method["kind"]), method["brand"], method["last4"])

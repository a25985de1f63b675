"""The payment history of a bill group."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from services.payments.domain.instruments import Instrument, InstrumentKind
from services.payments.domain.transactions import Page, Transaction, TransactionKind, TransactionState
from shared.kernel.access import require_merchant_side
from shared.kernel.context import Context
from shared.kernel.happening import IdempotencyKey
from shared.kernel.money import Money

View = dict[str, Any]


class Transactions(Protocol):
    """Where transactions are kept."""

    def add_imported(self, context: Context, transaction: Transaction, key: IdempotencyKey) -> None:
        """Keep it, once. Raises ``already_exists`` when its handle is another transaction's."""
        ...

    def page(self, bill_group: str, invoice: str | None, limit: int, cursor: str | None) -> Page:
        """Transactions of ``bill_group``, or of one of its invoices, newest first."""
        ...


class TransactionUseCases:
    """Use cases over transactions."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    def list_transactions(
        self, *, bill_group: str, invoice: str | None, limit: int, cursor: str | None
    ) -> View:
        """A page of the payment history, newest first; of one invoice where one is named."""
        page = self._transactions.page(bill_group, invoice, limit, cursor)
        items = [transaction.shown() for transaction in page.items]
        return {"items": items, "next_cursor": page.next_cursor}

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
        method: View | None,
        at: datetime,
        key: IdempotencyKey,
    ) -> View:
        """Take over a transaction from elsewhere, once. Raises ``already_exists`` and ``invalid_transaction``."""
        require_merchant_side(context)
        imported = Transaction(
            handle=transaction,
            bill_group=bill_group,
            kind=TransactionKind(kind),
            state=TransactionState(state),
            amount=Money(amount, currency),
            at=at,
            invoice=invoice,
            instrument=_instrument(method) if method else None,
        )
        self._transactions.add_imported(context, imported, key)
        return imported.shown()


def _instrument(method: View) -> Instrument:
    return Instrument(InstrumentKind(method["kind"]), method["brand"], method["last4"])

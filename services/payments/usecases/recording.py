"""Money that no provider moved, recorded by hand: it came by transfer or in cash, or went back so."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from services.payments.domain.instruments import Instrument, InstrumentKind
from services.payments.domain.transactions import (
    Transaction,
    TransactionKind,
    TransactionState,
    TurnTaken,
    next_turn,
)
from services.payments.invoices import Invoices
from services.payments.usecases.transactions import Transactions
from shared.kernel.access import require_merchant_side
from shared.kernel.context import Context
from shared.kernel.errors import DomainError, Kind
from shared.kernel.happening import IdempotencyKey

View = dict[str, Any]

# Others may be quicker each time; nobody records that much at once.
_DECIDED_AT_MOST = 20


class RecordingUseCases:
    """What staff and API keys record. All raise DomainError ``not_allowed`` to customers."""

    def __init__(self, transactions: Transactions, invoices: Invoices) -> None:
        self._transactions = transactions
        self._invoices = invoices

    def record_payment(
        self,
        context: Context,
        *,
        bill_group: str,
        invoice: str,
        amount: int | None,
        currency: str | None,
        overpay: bool,
        paid_with: str,
        reference: str,
        at: datetime | None,
        transaction: str | None,
        key: IdempotencyKey,
    ) -> View:
        """Money came in for an invoice, which follows by the event.

        Raises NotFound, ``not_issued``, ``currency_differs``, ``nothing_due``, ``more_than_due``, ``already_exists``,
        and ``invalid_transaction`` for a moment that has not come yet.
        """
        require_merchant_side(context)
        moment = _past(at, context)
        handle = transaction or _handle_of(bill_group, key)

        def record() -> View:
            payable = self._invoices.payable(context, bill_group, invoice)
            known = self._transactions.of_invoice(bill_group, payable.handle)
            payment = Transaction(
                handle=handle,
                bill_group=bill_group,
                kind=TransactionKind.SETTLE,
                state=TransactionState.SETTLED,
                amount=payable.payment(known, amount=amount, currency=currency, overpay=overpay),
                at=moment,
                invoice=payable.handle,
                instrument=_by_hand(paid_with),
                reference=reference,
                turn=next_turn([one for one in known if one.kind is TransactionKind.SETTLE]),
            )
            return self._transactions.add(context, payment, key, imported=False)

        return self._once(bill_group, handle, key, record)

    def record_refund(
        self,
        context: Context,
        *,
        bill_group: str,
        transaction: str,
        amount: int | None,
        paid_with: str,
        reference: str,
        at: datetime | None,
        refund: str | None,
        key: IdempotencyKey,
    ) -> View:
        """Money of a payment went back, or never came.

        Raises NotFound, ``not_refundable``, ``more_than_paid``, ``already_exists`` and ``invalid_transaction``.
        """
        require_merchant_side(context)
        moment = _past(at, context)
        handle = refund or _handle_of(bill_group, key)

        def record() -> View:
            payment = self._transactions.get(bill_group, transaction)
            made = payment.refund(
                handle,
                self._transactions.refunds_of(payment),
                amount=amount,
                instrument=_by_hand(paid_with),
                at=moment,
                reference=reference,
            )
            return self._transactions.add(context, made, key, imported=False)

        return self._once(bill_group, handle, key, record)

    def _once(self, bill_group: str, handle: str, key: IdempotencyKey, record: Callable[[], View]) -> View:
        """What ``record`` answers, or what ``key`` was answered before.

        By then nothing may be due any more, just because of what was recorded then; or the same request, sent at the
        same time, is quicker. Where another request is quicker, what is left is reckoned anew.
        """
        answered = self._transactions.answered(bill_group, handle, key)
        if answered is not None:
            return answered
        try:
            for _ in range(_DECIDED_AT_MOST):
                with suppress(TurnTaken):
                    return record()
            raise DomainError("busy", Kind.RETRY)
        except DomainError:
            answered = self._transactions.answered(bill_group, handle, key)
            if answered is None:
                raise
            return answered


def _handle_of(bill_group: str, key: IdempotencyKey) -> str:
    """The handle that a key gives what it makes: the same again, so that it is found before anything is decided."""
    made_from = f"{bill_group} {key.value}".encode()
    return f"txn-{hashlib.sha256(made_from).hexdigest()[:16]}"


def _past(at: datetime | None, context: Context) -> datetime:
    if at is not None and at > context.business_now:
        raise DomainError("invalid_transaction", field="at")
    return at or context.business_now


def _by_hand(paid_with: str) -> Instrument:
    return Instrument(InstrumentKind(paid_with), "", "")

"""Transactions: money that moved, or should have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.payments.domain.instruments import Instrument
from shared.kernel.errors import DomainError
from shared.kernel.happening import Happening
from shared.kernel.money import Money


class TurnTaken(Exception):
    """Something else was decided at the same time, and is kept: what is left now has to be looked at anew."""


class TransactionKind(StrEnum):
    """What moves: to the merchant (``settle``), back to the customer, set aside, or taken back by the
    bank."""

    SETTLE = "settle"
    REFUND = "refund"
    AUTHORIZATION = "authorization"
    CHARGEBACK = "chargeback"


class TransactionState(StrEnum):
    """How far it got. ``unknown``: the provider was asked for it and did not answer."""

    PENDING = "pending"
    PROCESSING = "processing"
    UNKNOWN = "unknown"
    AUTHORIZED = "authorized"
    SETTLED = "settled"
    REFUNDED = "refunded"
    FAILED = "failed"
    CANCELLED = "cancelled"


# The state in which a kind has succeeded; the others that succeed are not possible for it.
_SUCCESS = {
    TransactionKind.SETTLE: TransactionState.SETTLED,
    TransactionKind.REFUND: TransactionState.REFUNDED,
    TransactionKind.AUTHORIZATION: TransactionState.AUTHORIZED,
    TransactionKind.CHARGEBACK: TransactionState.SETTLED,
}
_SUCCESSES = frozenset(_SUCCESS.values())

_EVENT_OF_SUCCESS = {
    TransactionKind.SETTLE: "payment_settled",
    TransactionKind.REFUND: "payment_refunded",
    TransactionKind.CHARGEBACK: "payment_charged_back",
}


@dataclass(frozen=True, slots=True)
class Transaction:
    """One movement of ``amount`` (positive; the kind tells the direction), at best for an ``invoice``.

    ``instrument`` is what was charged, as it was then; ``refunds`` the payment that a refund gives back;
    ``reference`` what a statement or a receipt says of it. ``turn`` counts those that were decided one after the
    other, because they share one sum: what is due on an invoice, or what is left of a payment. Raises
    ``invalid_transaction`` when built of what can't be.
    """

    handle: str
    bill_group: str
    kind: TransactionKind
    state: TransactionState
    amount: Money
    at: datetime
    invoice: str | None = None
    instrument: Instrument | None = None
    refunds: str | None = None
    reference: str = ""
    turn: int | None = None

    def __post_init__(self) -> None:
        if self.amount.minor <= 0:
            raise DomainError("invalid_transaction", field="amount")
        if self.state in _SUCCESSES and self.state is not _SUCCESS[self.kind]:
            raise DomainError("invalid_transaction", field="state")
        if self.refunds is not None and self.kind is not TransactionKind.REFUND:
            raise DomainError("invalid_transaction", field="refunds")

    @property
    def succeeded(self) -> bool:
        """Whether the money moved."""
        return self.state is _SUCCESS[self.kind]

    @property
    def moved(self) -> int:
        """What the merchant has more of it, in minor units: nothing, unless it succeeded."""
        if not self.succeeded or self.kind is TransactionKind.AUTHORIZATION:
            return 0
        return self.amount.minor if self.kind is TransactionKind.SETTLE else -self.amount.minor

    def refund(
        self,
        handle: str,
        before: Sequence[Transaction],
        *,
        amount: int | None,
        instrument: Instrument,
        at: datetime,
        reference: str,
    ) -> Transaction:
        """The refund of ``amount``, or of all that the refunds ``before`` have left.

        Raises ``not_refundable`` unless this is a payment of which something is left, and ``more_than_paid``.
        """
        left = self.moved + sum(refund.moved for refund in before)
        if self.kind is not TransactionKind.SETTLE or left <= 0:
            raise DomainError("not_refundable", transaction=self.handle)
        if amount is not None and amount > left:
            raise DomainError("more_than_paid", left=left, currency=self.amount.currency)
        return Transaction(
            handle=handle,
            bill_group=self.bill_group,
            kind=TransactionKind.REFUND,
            state=TransactionState.REFUNDED,
            amount=Money(left if amount is None else amount, self.amount.currency),
            at=at,
            invoice=self.invoice,
            instrument=instrument,
            refunds=self.handle,
            reference=reference,
            turn=next_turn(before),
        )

    def shown(self) -> dict[str, Any]:
        """What events and views tell of it."""
        return {
            "transaction": self.handle,
            "bill_group": self.bill_group,
            "kind": self.kind.value,
            "state": self.state.value,
            "amount": self.amount.minor,
            "currency": self.amount.currency,
            "invoice": self.invoice,
            "refunds": self.refunds,
            "method": self.instrument.shown() if self.instrument else None,
            "reference": self.reference,
            "at": self.at,
        }

    def happened(self, *, imported: bool) -> Happening:
        """What it means to others: that money moved, where it did."""
        moved = _EVENT_OF_SUCCESS.get(self.kind) if self.succeeded else None
        return Happening(
            moved or "transaction_imported",
            self.handle,
            self.bill_group,
            {**self.shown(), "imported": imported},
        )


def next_turn(before: Sequence[Transaction]) -> int:
    """The turn of whatever is decided upon all that was ``before``.

    Two that are decided at the same time upon the same past have the same turn, and only one of them is kept.
    """
    return 1 + max((one.turn for one in before if one.turn), default=0)

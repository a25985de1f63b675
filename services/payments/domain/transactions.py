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

    ``instrument`` is what was charged, as it was then. Raises ``invalid_transaction`` when built of what
    can't be.
    """

    handle: str
    bill_group: str
    kind: TransactionKind
    state: TransactionState
    amount: Money
    at: datetime
    invoice: str | None = None
    instrument: Instrument | None = None

    def __post_init__(self) -> None:
        if self.amount.minor <= 0:
            raise DomainError("invalid_transaction", field="amount")
        if self.state in _SUCCESSES and self.state is not _SUCCESS[self.kind]:
            raise DomainError("invalid_transaction", field="state")

    @property
    def succeeded(self) -> bool:
        """Whether the money moved."""
        return self.state is _SUCCESS[self.kind]

    def shown(self) -> dict[str, Any]:
        """What events and views tell of it."""
        return {
            "transaction": self.handle,
            "kind": self.kind.value,
            "state": self.state.value,
            "amount": self.amount.minor,
            "currency": self.amount.currency,
            "invoice": self.invoice,
            "method": self.instrument.shown() if self.instrument else None,
            "at": self.at,
        }

    def imported(self) -> Happening:
        """What taking it over from elsewhere means to others: that money moved, where it did."""
        moved = _EVENT_OF_SUCCESS.get(self.kind) if self.succeeded else None
        return Happening(
            moved or "transaction_imported",
            self.handle,
            self.bill_group,
            {**self.shown(), "imported": True},
        )


@dataclass(frozen=True, slots=True)
class Page:
    """Some transactions, and where the next page begins; None where there is none."""

    items: Sequence[Transaction]
    next_cursor: str | None

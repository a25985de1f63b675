"""Transactions: looked for, recorded by hand, brought in, and the events that tell of them."""

from __future__ import annotations

from marshmallow import fields

from shared.contracts.base import (
    ChangeOfBillGroup,
    Currency,
    Handle,
    Listing,
    Moment,
    OfBillGroup,
    OneOf,
    PageRequest,
    Text,
)
from shared.contracts.payment_views import (
    BY_HAND,
    TRANSACTION_KINDS,
    TRANSACTION_SORTS,
    TRANSACTION_STAGES,
    TRANSACTION_STATES,
    ImportedInstrument,
    Instrument,
    PositiveMinor,
    TransactionFields,
)


class TransactionFilters(Listing):
    """Which transactions, in which order. All that is asked for holds at once: from ``at_from`` up to, not including,
    ``at_to``.

    ``stage`` stands for several states: ``done`` for what moved, ``open`` for what may still move.
    """

    invoice = Handle(load_default=None, allow_none=True)
    kind = OneOf(TRANSACTION_KINDS, load_default=None, allow_none=True)
    state = OneOf(TRANSACTION_STATES, load_default=None, allow_none=True)
    stage = OneOf(tuple(TRANSACTION_STAGES), load_default=None, allow_none=True)
    at_from = Moment(load_default=None, allow_none=True)
    at_to = Moment(load_default=None, allow_none=True)
    sort = OneOf(TRANSACTION_SORTS, load_default="-at")


class ListTransactions(TransactionFilters, PageRequest):
    """Transactions of one bill group."""


class FindTransactions(TransactionFilters):
    """Transactions of all bill groups."""

    bill_group = Handle(load_default=None, allow_none=True)


class OneTransaction(OfBillGroup):
    """One transaction of the bill group."""

    transaction = Handle(required=True)


class ByHand(ChangeOfBillGroup):
    """Money that no provider moved. ``at`` is when it moved, where that was not just now."""

    amount = PositiveMinor(load_default=None, allow_none=True)
    paid_with = OneOf(BY_HAND, load_default="transfer")
    reference = Text(140, load_default="")
    at = Moment(load_default=None, allow_none=True)


class RecordPayment(ByHand):
    """Money that came in for an invoice: ``amount``, or all that is due where none is given.

    More than is due is refused unless ``overpay`` says that so much came; the invoice then shows what is owed back.
    ``currency``, where given, must be the invoice's.
    """

    invoice = Handle(required=True)
    currency = Currency(load_default=None, allow_none=True)
    overpay = fields.Boolean(load_default=False)
    transaction = Handle(load_default=None, allow_none=True)


class RecordRefund(ByHand):
    """Money that went back, or a payment recorded by mistake: ``amount`` of ``transaction``, or all that is left."""

    transaction = Handle(required=True)
    refund = Handle(load_default=None, allow_none=True)


class ImportTransaction(TransactionFields, ChangeOfBillGroup):
    """A transaction from elsewhere."""

    invoice = Handle(load_default=None, allow_none=True)
    refunds = Handle(load_default=None, allow_none=True)
    method = fields.Nested(ImportedInstrument, load_default=None, allow_none=True)
    reference = Text(140, load_default="")


class PaymentHappened(TransactionFields):
    """Money moved. ``transaction`` is unique, so that a reader can count it once."""

    invoice = Handle(allow_none=True)
    refunds = Handle(allow_none=True)
    method = fields.Nested(Instrument, allow_none=True)
    reference = fields.String()
    imported = fields.Boolean(required=True)

"""What the payments service shows: payment methods, and transactions."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from shared.contracts.base import Currency, Handle, Message, Moment, OneOf, Text

METHOD_KINDS = ("card", "sepa_debit")
# How money comes or goes without a provider, and is then recorded by hand.
BY_HAND = ("transfer", "cash", "other")
METHOD_STATUSES = ("active", "inactivated", "failed", "pending", "deleted")
EXPIRY_STATES = ("ok", "soon", "expired")
SETUP_STATES = ("pending", "added", "cancelled", "failed")
# What a setup did: added a method, put another card or account into one, or met one that was there already.
EFFECTS = ("added", "updated", "known")
TRANSACTION_KINDS = ("settle", "refund", "authorization", "chargeback")
TRANSACTION_STATES = (
    "pending",
    "processing",
    "unknown",
    "authorized",
    "settled",
    "refunded",
    "failed",
    "cancelled",
)
# States as customers tell them apart.
TRANSACTION_STAGES = {
    "done": ("settled", "refunded"),
    "open": ("pending", "processing", "unknown", "authorized"),
    "failed": ("failed",),
    "cancelled": ("cancelled",),
}
TRANSACTION_SORTS = ("-at", "at")
# What the customer should look at, most urgent first.
ATTENTION = (
    "no_usable_method",
    "method_failed",
    "method_inactivated",
    "method_expired",
    "method_expires_soon",
)


def _last4(least: int = 1, **options: Any) -> fields.String:
    return fields.String(validate=validate.Regexp(rf"^[0-9A-Z]{{{least},4}}\Z"), **options)


def PositiveMinor(**options: Any) -> fields.Integer:
    """An amount of money that moves, in minor units of the currency that stands beside it."""
    return fields.Integer(strict=True, validate=validate.Range(1, 2**53), **options)


class Expiry(Message):
    """The last month in which a card is valid."""

    month = fields.Integer(required=True, validate=validate.Range(1, 12))
    year = fields.Integer(required=True, validate=validate.Range(2000, 2199))


class Mandate(Message):
    """A SEPA mandate: the payer's written consent, by its reference; ``text`` is its wording, where that is known."""

    reference = Text(35, required=True)
    signed_at = Moment(required=True)
    text = Text(2000, load_default="")


class StoredInstrument(Message):
    """What may be shown of a card or account, never its number. ``brand`` of an account is its country."""

    kind = OneOf(METHOD_KINDS, required=True)
    brand = Text(40, required=True)
    last4 = _last4(required=True)


class Instrument(Message):
    """What money moved with. ``brand`` and ``last4`` are empty for what no provider knows: a transfer, or cash."""

    kind = OneOf((*METHOD_KINDS, *BY_HAND), required=True)
    brand = Text(40, required=True)
    last4 = _last4(0, required=True)


class ImportedInstrument(Instrument):
    """What money moved with elsewhere."""

    brand = Text(40, load_default="")
    last4 = _last4(0, load_default="")


class PaymentMethod(StoredInstrument):
    """A payment method as its bill group sees it. ``expiry`` is a card's, ``mandate`` a direct debit's."""

    payment_method = Handle(required=True)
    expiry = fields.Nested(Expiry, required=True, allow_none=True)
    expiry_state = OneOf(EXPIRY_STATES, required=True)
    mandate = fields.Nested(Mandate, required=True, allow_none=True)
    status = OneOf(METHOD_STATUSES, required=True)
    default = fields.Boolean(required=True)
    created_at = Moment(required=True)


class PaymentMethods(Message):
    """All payment methods of a bill group, oldest first; ``default`` is a handle.

    ``may_add``, ``may_remove``: what who asks may do with them.
    """

    items = fields.List(fields.Nested(PaymentMethod), required=True)
    default = Handle(required=True, allow_none=True)
    auto_pay = fields.Boolean(required=True)
    may_add = fields.Boolean(required=True)
    may_remove = fields.Boolean(required=True)


class PaidSubscription(Message):
    """A running subscription that is paid with the payment method in question."""

    subscription = Handle(required=True)
    product_name = fields.String(required=True)


class Removal(Message):
    """What removing ``payment_method`` would come to: its ``subscriptions`` are paid with ``default_after`` then.

    It is not ``possible`` while nothing else could be charged for running subscriptions: ``needed_by``.
    """

    payment_method = fields.Nested(PaymentMethod, required=True)
    possible = fields.Boolean(required=True)
    needed_by = fields.List(Handle(), required=True)
    subscriptions = fields.List(fields.Nested(PaidSubscription), required=True)
    default_after = fields.Nested(PaymentMethod, required=True, allow_none=True)


class Attention(Message):
    """Something that the customer should look at; ``payment_method`` where it is about one, with its ``method``."""

    code = OneOf(ATTENTION, required=True)
    payment_method = Handle(required=True, allow_none=True)
    method = fields.Nested(StoredInstrument, required=True, allow_none=True)


class PaymentSummary(Message):
    """How the bill group pays. ``collects``: whether what falls due is charged by itself, to the ``default``.

    ``may_add``: whether who asks may add a payment method.
    """

    auto_pay = fields.Boolean(required=True)
    collects = fields.Boolean(required=True)
    default = fields.Nested(PaymentMethod, required=True, allow_none=True)
    attention = fields.List(fields.Nested(Attention), required=True)
    may_add = fields.Boolean(required=True)


class TransactionFields(Message):
    """Money that moved or should have. ``amount`` is positive; ``kind`` tells the direction."""

    transaction = Handle(required=True)
    kind = OneOf(TRANSACTION_KINDS, required=True)
    state = OneOf(TRANSACTION_STATES, required=True)
    amount = PositiveMinor(required=True)
    currency = Currency(required=True)
    at = Moment(required=True)


class Transaction(TransactionFields):
    """A transaction of ``bill_group``. ``refunds`` is the payment that a refund gives back.

    ``reference`` is what a bank statement or a receipt says of it.
    """

    bill_group = Handle(required=True)
    invoice = Handle(required=True, allow_none=True)
    refunds = Handle(required=True, allow_none=True)
    method = fields.Nested(Instrument, required=True, allow_none=True)
    reference = fields.String(required=True)


class TransactionPage(Message):
    """One page of transactions."""

    items = fields.List(fields.Nested(Transaction), required=True)
    next_cursor = fields.String(required=True, allow_none=True)

"""What the payments service promises: payment methods, auto-pay and transactions of a bill group.

A method is added on the provider's own pages: ``begin_payment_method`` gives the address to send the
browser to; the provider sends it back to ``return_url`` with ``setup=<setup>`` added to its query, whatever
came of it; then ``finish_payment_method`` asks the provider and says what became of it. Card numbers and
IBANs never pass here.
"""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from shared.contracts.base import (
    ChangeOfBillGroup,
    Contract,
    Currency,
    ErrorCode,
    EventType,
    Handle,
    Message,
    Method,
    Minor,
    Moment,
    OfBillGroup,
    PageRequest,
    Text,
)
from shared.kernel.errors import Kind

METHOD_KINDS = ("card", "sepa_debit")
METHOD_STATUSES = ("active", "inactivated", "failed", "pending", "deleted")
EXPIRY_STATES = ("ok", "soon", "expired")
SETUP_STATES = ("pending", "added", "cancelled", "failed")
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
# What the customer should look at, most urgent first.
ATTENTION = ("no_usable_method", "method_failed", "method_expired", "method_expires_soon")


def _one_of(values: tuple[str, ...], **options: Any) -> fields.String:
    return fields.String(validate=validate.OneOf(values), **options)


def _last4(**options: Any) -> fields.String:
    return fields.String(validate=validate.Regexp(r"^[0-9A-Z]{1,4}\Z"), **options)


# What is shown of payment methods and transactions.


class Expiry(Message):
    """The last month in which a card is valid."""

    month = fields.Integer(required=True, validate=validate.Range(1, 12))
    year = fields.Integer(required=True, validate=validate.Range(2000, 2199))


class Mandate(Message):
    """A SEPA mandate: the payer's written consent, by its reference."""

    reference = Text(35, required=True)
    signed_at = Moment(required=True)


class Instrument(Message):
    """What may be shown of a card or account, never its number. ``brand`` of an account is its country."""

    kind = _one_of(METHOD_KINDS, required=True)
    brand = Text(40, required=True)
    last4 = _last4(required=True)


class PaymentMethod(Instrument):
    """A payment method as its bill group sees it. ``expiry`` is a card's, ``mandate`` a direct debit's."""

    payment_method = Handle(required=True)
    expiry = fields.Nested(Expiry, allow_none=True)
    expiry_state = _one_of(EXPIRY_STATES)
    mandate = fields.Nested(Mandate, allow_none=True)
    status = _one_of(METHOD_STATUSES, required=True)
    default = fields.Boolean(required=True)
    created_at = Moment(required=True)


class PaymentMethods(Message):
    """All payment methods of a bill group, oldest first; ``default`` is a handle."""

    items = fields.List(fields.Nested(PaymentMethod), required=True)
    default = Handle(allow_none=True)
    auto_pay = fields.Boolean(required=True)


class Attention(Message):
    """Something that the customer should look at; ``payment_method`` where it is about one."""

    code = _one_of(ATTENTION, required=True)
    payment_method = Handle(allow_none=True)


class PaymentSummary(Message):
    """How the bill group pays, for the overview page."""

    auto_pay = fields.Boolean(required=True)
    default = fields.Nested(PaymentMethod, allow_none=True)
    attention = fields.List(fields.Nested(Attention), required=True)


class Transaction(Message):
    """Money that moved or should have. ``amount`` is positive; ``kind`` tells the direction."""

    transaction = Handle(required=True)
    kind = _one_of(TRANSACTION_KINDS, required=True)
    state = _one_of(TRANSACTION_STATES, required=True)
    amount = Minor(required=True)
    currency = Currency(required=True)
    invoice = Handle(allow_none=True)
    method = fields.Nested(Instrument, allow_none=True)
    at = Moment(required=True)


class TransactionPage(Message):
    """One page of transactions, newest first."""

    items = fields.List(fields.Nested(Transaction), required=True)
    next_cursor = fields.String(allow_none=True)


# Requests and replies.


class ListTransactions(PageRequest):
    """Transactions of the bill group, or of one of its invoices."""

    invoice = Handle(load_default=None, allow_none=True)


class BeginPaymentMethod(ChangeOfBillGroup):
    """``return_url`` lies under the portal's own address. ``replaces`` is a method whose place the new card
    or account takes: the handle stays, so what uses it follows."""

    return_url = fields.String(required=True, validate=validate.Length(max=2000))
    replaces = Handle(load_default=None, allow_none=True)


class BegunPaymentMethod(Message):
    """Where to send the browser (303), and what will be asked about when it comes back."""

    setup = Handle(required=True)
    url = fields.String(required=True)


class FinishPaymentMethod(ChangeOfBillGroup):
    """Ask what became of ``setup``. Harmless to repeat."""

    setup = Handle(required=True)


class FinishedPaymentMethod(Message):
    """``payment_method`` is there when ``state`` is ``added``; ``reason`` is a code when it is ``failed``."""

    state = _one_of(SETUP_STATES, required=True)
    payment_method = fields.Nested(PaymentMethod, allow_none=True)
    reason = fields.String(allow_none=True)


class ChangeOfPaymentMethod(ChangeOfBillGroup):
    """A change of one payment method."""

    payment_method = Handle(required=True)


class SetAutoPay(ChangeOfBillGroup):
    """Turn automatic charges on or off."""

    auto_pay = fields.Boolean(required=True)


class ImportedPaymentMethod(Instrument):
    """A payment method from elsewhere. ``token`` is how the provider knows it."""

    payment_method = Handle(required=True)
    expiry = fields.Nested(Expiry, load_default=None, allow_none=True)
    mandate = fields.Nested(Mandate, load_default=None, allow_none=True)
    status = _one_of(METHOD_STATUSES, load_default="active")
    created_at = Moment(required=True)
    token = Text(255, load_default="")


class ImportPaymentMethods(ChangeOfBillGroup):
    """All payment methods of a bill group; the first usable one is the default where none is named."""

    items = fields.List(fields.Nested(ImportedPaymentMethod), required=True, validate=validate.Length(max=50))
    default = Handle(load_default=None, allow_none=True)
    auto_pay = fields.Boolean(load_default=True)


class ImportTransaction(ChangeOfBillGroup):
    """A transaction from elsewhere."""

    transaction = Handle(required=True)
    kind = _one_of(TRANSACTION_KINDS, required=True)
    state = _one_of(TRANSACTION_STATES, required=True)
    amount = Minor(required=True)
    currency = Currency(required=True)
    invoice = Handle(load_default=None, allow_none=True)
    method = fields.Nested(Instrument, load_default=None, allow_none=True)
    at = Moment(required=True)


# Events.


class MethodHappened(Instrument):
    """A payment method was added, updated or removed. ``replaced`` is what it was before an update."""

    payment_method = Handle(required=True)
    default = fields.Boolean(required=True)
    replaced = fields.Nested(Instrument, allow_none=True)


class DefaultChanged(Message):
    """Handles of the default before and after; none where there is no default."""

    old = Handle(allow_none=True)
    new = Handle(allow_none=True)


class AutoPayChanged(Message):
    """Automatic charges were turned on or off."""

    auto_pay = fields.Boolean(required=True)


class SetupEnded(Message):
    """A payment method was not added. ``reason`` is a code of the provider."""

    reason = fields.String(allow_none=True)


class MethodsImported(Message):
    """A wallet came from elsewhere."""

    payment_methods = fields.List(Handle(), required=True)
    default = Handle(allow_none=True)
    auto_pay = fields.Boolean(required=True)


class PaymentHappened(Transaction):
    """Money moved. ``transaction`` is unique, so that a reader can count it once."""

    imported = fields.Boolean(required=True)


contract = Contract.of(
    "payments",
    methods=[
        Method("list_payment_methods", OfBillGroup, PaymentMethods),
        Method("payment_summary", OfBillGroup, PaymentSummary),
        Method("list_transactions", ListTransactions, TransactionPage),
        Method("begin_payment_method", BeginPaymentMethod, BegunPaymentMethod),
        Method("finish_payment_method", FinishPaymentMethod, FinishedPaymentMethod),
        Method("make_default", ChangeOfPaymentMethod, PaymentMethods),
        Method("remove_payment_method", ChangeOfPaymentMethod, PaymentMethods),
        Method("set_auto_pay", SetAutoPay, PaymentMethods),
        Method("import_payment_methods", ImportPaymentMethods, PaymentMethods),
        Method("import_transaction", ImportTransaction, Transaction),
    ],
    events=[
        EventType("payment_method_added", MethodHappened),
        EventType("payment_method_updated", MethodHappened),
        EventType("payment_method_removed", MethodHappened),
        EventType("payment_methods_imported", MethodsImported),
        EventType("default_payment_method_changed", DefaultChanged),
        EventType("auto_pay_changed", AutoPayChanged),
        EventType("payment_method_setup_cancelled", SetupEnded),
        EventType("payment_method_setup_failed", SetupEnded),
        EventType("payment_settled", PaymentHappened),
        EventType("payment_refunded", PaymentHappened),
        EventType("payment_charged_back", PaymentHappened),
        EventType("transaction_imported", PaymentHappened),
    ],
    errors=[
        ErrorCode("not_allowed", Kind.REFUSED, 403),
        ErrorCode("already_exists", Kind.REFUSED, 409),
        ErrorCode(
            "method_needed", Kind.REFUSED, 409
        ),  # params: subscriptions, handles that have nothing else
        ErrorCode("method_not_active", Kind.REFUSED, 409),  # params: status
        ErrorCode("method_expired", Kind.REFUSED, 409),
        ErrorCode("invalid_return_url", Kind.REFUSED, 422),
        ErrorCode("invalid_transaction", Kind.REFUSED, 422),  # params: field
        ErrorCode("provider_refused", Kind.REFUSED, 502),
        ErrorCode("provider_away", Kind.RETRY, 503),
        ErrorCode("provider_not_known_yet", Kind.UNKNOWN, 504),
    ],
)

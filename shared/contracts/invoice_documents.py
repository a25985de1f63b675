"""What documents are made of, as they are asked for and as they are shown.

Amounts are in minor units of the ``currency`` that stands in the same object; rates are percent. The amounts
of a credit note are positive, too: its ``kind`` says which way they count. A document's days, the ends of its
periods among them, are calendar days in the bill group's time zone, both ends included.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from marshmallow import fields, validate

from shared.contracts.addresses import Address
from shared.contracts.base import Currency, Day, Handle, Message, Minor, Moment, OneOf, Rate, Text
from shared.contracts.customer_logo import Logo
from shared.contracts.payment_views import TRANSACTION_KINDS, TRANSACTION_STATES, Instrument

KINDS = ("invoice", "credit_note")
STATUSES = ("draft", "pending", "dunning", "settled", "failed", "cancelled")
TAX_CODES = ("standard", "reduced", "zero", "exempt")
MOST_LINES = 2_000
# EN 16931, UNTDID 5305: standard rate, zero rated, exempt, reverse charge, export, outside the scope.
TAX_CATEGORIES = ("S", "Z", "E", "AE", "G", "O")


def Percent(**options: Any) -> fields.Decimal:
    """From 0 to 100."""
    return Rate(validate=validate.Range(0, 100), **options)


class Bank(Message):
    """Where a transfer goes."""

    iban = Text(40, load_default="")
    bic = Text(20, load_default="")
    bank_name = Text(100, load_default="")


class Seller(Message):
    """The merchant as it was when the document was issued."""

    name = Text(200, required=True)
    legal_name = Text(200, load_default="")
    address = fields.Nested(Address, required=True)
    email = Text(254, load_default="")
    phone = Text(50, load_default="")
    website = Text(200, load_default="")
    vat_number = Text(30, load_default="")
    registration_number = Text(50, load_default="")
    bank = fields.Nested(Bank, load_default=None, allow_none=True)
    accent = fields.String(load_default="", validate=validate.Regexp(r"^(#[0-9a-fA-F]{6})?\Z"))
    logo = fields.Nested(Logo, load_default=None, allow_none=True)


class Recipient(Message):
    """Where goods go."""

    name = Text(200, load_default="")
    company = Text(200, load_default="")
    address = fields.Nested(Address, required=True)


class Buyer(Recipient):
    """The billing contact as it was when the document was issued."""

    customer = Handle(load_default=None, allow_none=True)
    email = Text(254, load_default="")
    phone = Text(50, load_default="")
    vat_number = Text(30, load_default="")
    registration_number = Text(50, load_default="")


class Days(Message):
    """The days from ``start`` to ``end``, both included."""

    start = Day(required=True)
    end = Day(required=True)


class DraftLine(Message):
    """A line as it is asked for: net is ``quantity`` × ``unit_amount`` rounded half up, less ``discount``."""

    description = Text(500, required=True)
    quantity = Rate(load_default=Decimal(1))
    unit_amount = Minor(required=True)
    discount = Minor(load_default=0)
    tax_code = OneOf(TAX_CODES, load_default="standard")
    period = fields.Nested(Days, load_default=None, allow_none=True)
    subscription = Handle(load_default=None, allow_none=True)


class ImportedLine(DraftLine):
    """A line of a document of another system, which may say itself how it was taxed."""

    tax_category = OneOf(TAX_CATEGORIES, load_default=None, allow_none=True)
    tax_rate = Percent(load_default=None, allow_none=True)


class Line(Message):
    """A line as it stands in the document."""

    description = Text(required=True)
    quantity = Rate(required=True)
    unit_amount = Minor(required=True)
    discount = Minor(required=True)
    net = Minor(required=True)
    tax_category = OneOf(TAX_CATEGORIES, required=True)
    tax_rate = Rate(required=True)
    period = fields.Nested(Days, required=True, allow_none=True)
    subscription = Handle(required=True, allow_none=True)


class DraftDiscount(Message):
    """A discount on the whole document: either an ``amount`` or a ``percent`` of the sum of the lines."""

    description = Text(200, required=True)
    amount = Minor(load_default=None, allow_none=True)
    percent = Percent(load_default=None, allow_none=True)


class Discount(Message):
    """A discount on the whole document as it stands in it, a positive net amount."""

    description = Text(required=True)
    amount = Minor(required=True)


class Tax(Message):
    """The tax of one category and rate. ``reason`` is a code that says why there is none, or null."""

    category = OneOf(TAX_CATEGORIES, required=True)
    rate = Rate(required=True)
    base = Minor(required=True)
    amount = Minor(required=True)
    reason = fields.String(required=True, allow_none=True)


class PaymentOnInvoice(Message):
    """A transaction that counts on the invoice: its ``kind`` (``settle``, ``refund`` …) says which way."""

    transaction = Handle(required=True)
    kind = OneOf(TRANSACTION_KINDS, required=True)
    amount = Minor(required=True)
    state = OneOf(TRANSACTION_STATES, required=True)
    at = Moment(required=True)
    method = fields.Nested(Instrument, required=True, allow_none=True)


class CreditOnInvoice(Message):
    """A credit note on the invoice; ``number`` is null for the moment until it is issued."""

    credit_note = Handle(required=True)
    number = fields.String(required=True, allow_none=True)
    amount = Minor(required=True)
    on = Day(required=True)


class InvoiceItem(Message):
    """A document in a list. ``number``, ``created_on``, ``due_on`` and ``customer`` are null in a draft.

    ``due`` is what is still to be paid; ``overpaid`` what was paid beyond total and credits.
    """

    invoice = Handle(required=True)
    bill_group = Handle(required=True)
    customer = Handle(required=True, allow_none=True)
    number = fields.String(required=True, allow_none=True)
    kind = OneOf(KINDS, required=True)
    status = OneOf(STATUSES, required=True)
    overdue = fields.Boolean(required=True)
    created_on = Day(required=True, allow_none=True)
    due_on = Day(required=True, allow_none=True)
    currency = Currency(required=True)
    total = Minor(required=True)
    paid = Minor(required=True)
    credited = Minor(required=True)
    due = Minor(required=True)
    overpaid = Minor(required=True)
    subscriptions = fields.List(Handle(), required=True)


class Invoice(InvoiceItem):
    """A whole document. ``version`` counts the changes of a draft.

    ``intro`` and ``closing`` are what the merchant says above and below the lines, frozen when it was issued.
    """

    version = fields.Integer(required=True)
    language = fields.String(required=True)
    imported = fields.Boolean(required=True)
    seller = fields.Nested(Seller, required=True, allow_none=True)
    buyer = fields.Nested(Buyer, required=True, allow_none=True)
    shipping = fields.Nested(Recipient, required=True, allow_none=True)
    po_number = fields.String(required=True)
    corrects = Handle(required=True, allow_none=True)
    corrects_number = fields.String(required=True, allow_none=True)
    lines = fields.List(fields.Nested(Line), required=True)
    discounts = fields.List(fields.Nested(Discount), required=True)
    taxes = fields.List(fields.Nested(Tax), required=True)
    line_total = Minor(required=True)
    net_total = Minor(required=True)
    tax_total = Minor(required=True)
    payments = fields.List(fields.Nested(PaymentOnInvoice), required=True)
    credit_notes = fields.List(fields.Nested(CreditOnInvoice), required=True)
    note = fields.String(required=True)
    intro = fields.String(required=True)
    closing = fields.String(required=True)


class InvoicePage(Message):
    """A page of documents."""

    items = fields.List(fields.Nested(InvoiceItem), required=True)
    next_cursor = fields.String(required=True, allow_none=True)

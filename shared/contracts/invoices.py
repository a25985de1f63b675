"""What the invoices service promises: documents, their states, their PDFs, and the events of their life.

Amounts are in minor units of the ``currency`` that stands in the same object; rates are percent. The amounts
of a credit note are positive, too: its ``kind`` says which way they count. A document's days, the ends of its
periods among them, are calendar days in the bill group's time zone, both ends included.
"""

from __future__ import annotations

from decimal import Decimal

from marshmallow import fields, validate

from shared.contracts.base import (
    Change,
    ChangeOfBillGroup,
    Contract,
    Currency,
    Day,
    ErrorCode,
    EventType,
    Handle,
    Hears,
    Message,
    Method,
    Minor,
    Moment,
    OfBillGroup,
    PageRequest,
    Rate,
    Text,
)
from shared.contracts.payments import Instrument
from shared.kernel.errors import Kind

KINDS = ("invoice", "credit_note")
STATUSES = ("draft", "pending", "dunning", "settled", "failed", "cancelled")
# What a list can be narrowed to: one status, or all that something is still due on.
FILTERS = (*STATUSES, "open")
SORTS = ("-created", "created", "-due", "due", "-total", "total")
TAX_CODES = ("standard", "reduced", "zero", "exempt")
# EN 16931, UNTDID 5305: standard rate, zero rated, exempt, reverse charge, export, outside the scope.
TAX_CATEGORIES = ("S", "Z", "E", "AE", "G", "O")
MOST_LINES = 2_000


class Address(Message):
    """A postal address; ``country`` is ISO 3166-1 alpha-2."""

    line1 = Text(200, load_default="")
    line2 = Text(200, load_default="")
    postal_code = Text(20, load_default="")
    city = Text(100, load_default="")
    region = Text(100, load_default="")
    country = Text(2, load_default="")


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
    accent = Text(20, load_default="")


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
    tax_code = fields.String(load_default="standard", validate=validate.OneOf(TAX_CODES))
    period = fields.Nested(Days, load_default=None, allow_none=True)
    subscription = Handle(load_default=None, allow_none=True)


class ImportedLine(DraftLine):
    """A line of a document of another system, which may say itself how it was taxed."""

    tax_category = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(TAX_CATEGORIES))
    tax_rate = Rate(load_default=None, allow_none=True)


class Line(Message):
    """A line as it stands in the document."""

    description = Text()
    quantity = Rate()
    unit_amount = Minor()
    discount = Minor()
    net = Minor()
    tax_category = fields.String()
    tax_rate = Rate()
    period = fields.Nested(Days, allow_none=True)
    subscription = Handle(allow_none=True)


class DraftDiscount(Message):
    """A discount on the whole document: either an ``amount`` or a ``percent`` of the sum of the lines."""

    description = Text(200, required=True)
    amount = Minor(load_default=None, allow_none=True)
    percent = Rate(load_default=None, allow_none=True)


class Discount(Message):
    """A discount on the whole document as it stands in it, a positive net amount."""

    description = Text()
    amount = Minor()


class Tax(Message):
    """The tax of one category and rate. ``reason`` is a code that says why there is none, or null."""

    category = fields.String()
    rate = Rate()
    base = Minor()
    amount = Minor()
    reason = fields.String(allow_none=True)


class PaymentOnInvoice(Message):
    """A transaction that counts on the invoice: its ``kind`` (``settle``, ``refund`` …) says which way."""

    transaction = Handle()
    kind = fields.String()
    amount = Minor()
    state = fields.String()
    at = Moment()
    method = fields.Nested(Instrument, allow_none=True)


class CreditOnInvoice(Message):
    """A credit note on the invoice; ``number`` is null for the moment until it is issued."""

    credit_note = Handle()
    number = fields.String(allow_none=True)
    amount = Minor()
    on = Day()


class InvoiceItem(Message):
    """A document in a list. ``number``, ``created_on`` and ``due_on`` are null in a draft.

    ``due`` is what is still to be paid; ``overpaid`` what was paid beyond total and credits.
    """

    invoice = Handle()
    number = fields.String(allow_none=True)
    kind = fields.String(validate=validate.OneOf(KINDS))
    status = fields.String(validate=validate.OneOf(STATUSES))
    overdue = fields.Boolean()
    created_on = Day(allow_none=True)
    due_on = Day(allow_none=True)
    currency = Currency()
    total = Minor()
    paid = Minor()
    credited = Minor()
    due = Minor()
    overpaid = Minor()
    subscriptions = fields.List(Handle())


class Invoice(InvoiceItem):
    """A whole document. ``version`` counts the changes of a draft."""

    bill_group = Handle()
    version = fields.Integer()
    language = fields.String()
    imported = fields.Boolean()
    seller = fields.Nested(Seller, allow_none=True)
    buyer = fields.Nested(Buyer, allow_none=True)
    shipping = fields.Nested(Recipient, allow_none=True)
    po_number = fields.String()
    corrects = Handle(allow_none=True)
    corrects_number = fields.String(allow_none=True)
    lines = fields.List(fields.Nested(Line))
    discounts = fields.List(fields.Nested(Discount))
    taxes = fields.List(fields.Nested(Tax))
    line_total = Minor()
    net_total = Minor()
    tax_total = Minor()
    payments = fields.List(fields.Nested(PaymentOnInvoice))
    credit_notes = fields.List(fields.Nested(CreditOnInvoice))
    note = fields.String()


class InvoicePage(Message):
    """A page of documents."""

    items = fields.List(fields.Nested(InvoiceItem))
    next_cursor = fields.String(allow_none=True)


class ListInvoices(PageRequest):
    """Which documents, in which order.

    A search finds by the beginning or the end of the number; what it finds is always sorted by creation.
    """

    status = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(FILTERS))
    search = Text(50, load_default=None, allow_none=True)
    subscription = Handle(load_default=None, allow_none=True)
    sort = fields.String(load_default="-created", validate=validate.OneOf(SORTS))


class OneInvoice(OfBillGroup):
    """One document of the bill group."""

    invoice = Handle(required=True)


class Pdf(Message):
    """A file to download; ``pdf`` is base64."""

    filename = fields.String()
    pdf = fields.String()


class Summary(Message):
    """What a bill group owes, and its latest documents (at most 3)."""

    currency = Currency(allow_none=True)
    outstanding = Minor()
    overdue = Minor()
    open_count = fields.Integer()
    overdue_count = fields.Integer()
    latest = fields.List(fields.Nested(InvoiceItem))


_lines = validate.Length(1, MOST_LINES)


class CreateInvoice(ChangeOfBillGroup):
    """A new draft. ``due_days`` are the days to pay from the day of issue."""

    lines = fields.List(fields.Nested(DraftLine), required=True, validate=_lines)
    discounts = fields.List(fields.Nested(DraftDiscount), load_default=list, validate=validate.Length(max=20))
    note = Text(2_000, load_default="")
    due_days = fields.Integer(load_default=14, validate=validate.Range(0, 365))


class ChangeInvoice(CreateInvoice):
    """A draft as it shall be; ``version`` is the one that was seen. Issued documents are not changed."""

    invoice = Handle(required=True)
    version = fields.Integer(required=True)


class IssueInvoice(ChangeOfBillGroup):
    """Gives a draft its number and date, and freezes it."""

    invoice = Handle(required=True)


class CreditedLine(Message):
    """How much of a line (its place in the document, from 1) is credited, net."""

    line = fields.Integer(required=True, validate=validate.Range(min=1))
    net = Minor(required=True)


class CreditInvoice(ChangeOfBillGroup):
    """A credit note on an issued invoice: on some lines, or (null) on all that is not credited yet."""

    invoice = Handle(required=True)
    lines = fields.List(fields.Nested(CreditedLine), load_default=None, allow_none=True, validate=_lines)
    reason = Text(500, load_default="")


class ImportedPayment(Message):
    """A payment that had been made on an imported document."""

    transaction = Handle(required=True)
    amount = Minor(required=True)
    at = Moment(required=True)
    method = fields.Nested(Instrument, load_default=None, allow_none=True)


class ImportInvoice(Change):
    """A document of another system: it keeps its number and dates; its amounts follow from its lines.

    Where they are not given, ``seller`` and ``buyer`` are the merchant's and the bill group's of today, and
    ``status`` follows from the payments. ``total``, where given, must be what the lines come to.
    A credit note names in ``corrects`` the invoice that it credits. Its payments are not told to payments.
    """

    bill_group = Handle(required=True)
    kind = fields.String(load_default="invoice", validate=validate.OneOf(KINDS))
    number = Text(50, required=True)
    created_on = Day(required=True)
    due_on = Day(required=True)
    lines = fields.List(fields.Nested(ImportedLine), required=True, validate=_lines)
    discounts = fields.List(fields.Nested(DraftDiscount), load_default=list, validate=validate.Length(max=20))
    payments = fields.List(fields.Nested(ImportedPayment), load_default=list)
    status = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(("dunning", "failed", "cancelled"))
    )
    corrects = Handle(load_default=None, allow_none=True)
    seller = fields.Nested(Seller, load_default=None, allow_none=True)
    buyer = fields.Nested(Buyer, load_default=None, allow_none=True)
    po_number = Text(100, load_default=None, allow_none=True)
    language = Text(10, load_default=None, allow_none=True)
    note = Text(2_000, load_default="")
    total = Minor(load_default=None, allow_none=True)


class DocumentHappened(Message):
    """A document and where it stands: the data of most events. ``email`` is where the buyer wants mail."""

    invoice = Handle(required=True)
    number = fields.String(allow_none=True)
    kind = fields.String(required=True)
    currency = Currency(required=True)
    total = Minor(required=True)
    due = Minor(required=True)
    created_on = Day(allow_none=True)
    due_on = Day(allow_none=True)
    subscriptions = fields.List(Handle())
    language = fields.String()
    corrects = Handle(allow_none=True)


class Credited(DocumentHappened):
    """An amount of the invoice was credited; the credit note is found under ``credit_note``, before it has a
    number, too."""

    credit_note = Handle(required=True)
    amount = Minor(required=True)


contract = Contract.of(
    "invoices",
    methods=[
        Method("list_invoices", ListInvoices, InvoicePage),
        Method("get_invoice", OneInvoice, Invoice),
        Method("get_invoice_pdf", OneInvoice, Pdf),
        Method("invoice_summary", OfBillGroup, Summary),
        Method("create_invoice", CreateInvoice, Invoice),
        Method("change_invoice", ChangeInvoice, Invoice),
        Method("issue_invoice", IssueInvoice, Invoice),
        Method("credit_invoice", CreditInvoice, Invoice),
        Method("import_invoice", ImportInvoice, Invoice),
    ],
    events=[
        EventType("invoice_created", DocumentHappened),
        EventType("invoice_changed", DocumentHappened),
        EventType("invoice_issued", DocumentHappened),
        EventType("invoice_settled", DocumentHappened),
        EventType("invoice_credited", Credited),
        EventType("invoice_imported", DocumentHappened),
        EventType("credit_note_issued", DocumentHappened),
    ],
    errors=[
        ErrorCode("not_allowed", Kind.REFUSED, 403),
        ErrorCode("already_exists", Kind.REFUSED, 409),
        ErrorCode("document_issued", Kind.REFUSED, 409),
        ErrorCode("not_issued", Kind.REFUSED, 409),
        ErrorCode("no_tax_rule"),
        ErrorCode("amounts_do_not_fit"),
        ErrorCode("currency_differs"),
        ErrorCode("credit_too_large"),
        ErrorCode("invalid_cursor", Kind.REFUSED, 400),
    ],
    hears=[
        Hears("bill_subscription", ("subscriptions.subscription_renewed",)),
        Hears(
            "apply_payment",
            ("payments.payment_settled", "payments.payment_refunded", "payments.payment_charged_back"),
        ),
        Hears("make_credit_note", ("invoices.invoice_credited",)),
    ],
)

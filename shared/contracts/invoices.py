"""What the invoices service promises: documents, their states, their PDFs, and the events of their life.

What amounts and days mean stands in ``invoice_documents``.
"""

from __future__ import annotations

from marshmallow import fields, validate

from shared.contracts.base import (
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
    Nothing,
    OfBillGroup,
    Request,
    Text,
)
from shared.contracts.invoice_documents import (
    MOST_LINES,
    DraftDiscount,
    DraftLine,
    Invoice,
    InvoicePage,
)
from shared.contracts.invoice_imports import ImportInvoice
from shared.contracts.invoice_previews import InvoicePreview, PreviewInvoice
from shared.contracts.invoice_reading import FindInvoices, InvoiceTotals, ListInvoices, Summary, SumUpInvoices
from shared.kernel.errors import Kind
from shared.kernel.numbering import MOST_CHARACTERS


class OneInvoice(OfBillGroup):
    """One document of the bill group."""

    invoice = Handle(required=True)


class Pdf(Message):
    """A file to download; ``pdf`` is base64."""

    filename = fields.String(required=True)
    pdf = fields.String(required=True)


class CreateInvoice(ChangeOfBillGroup):
    """A new draft. ``due_days`` are the days to pay from the day of issue; without, they are the merchant's."""

    lines = fields.List(fields.Nested(DraftLine), required=True, validate=validate.Length(1, MOST_LINES))
    discounts = fields.List(fields.Nested(DraftDiscount), load_default=list, validate=validate.Length(max=20))
    note = Text(2_000, load_default="")
    due_days = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(0, 365))


class ChangeInvoice(CreateInvoice):
    """A draft as it shall be; ``version`` is the one that was seen. Issued documents are not changed.

    Without ``due_days`` it keeps those that it has.
    """

    invoice = Handle(required=True)
    version = fields.Integer(required=True)


class IssueInvoice(ChangeOfBillGroup):
    """Gives a draft its number and date, and freezes it."""

    invoice = Handle(required=True)


class DeleteDraft(ChangeOfBillGroup):
    """Throws a draft away. Issued documents stay: they are cancelled or credited."""

    invoice = Handle(required=True)


class CancelInvoice(ChangeOfBillGroup):
    """Takes back an issued invoice on which nothing was paid.

    It keeps its number, as the law asks, and a credit note over all that is not credited yet goes with it. What was
    paid on is refunded and credited instead.
    """

    invoice = Handle(required=True)
    reason = Text(500, load_default="")


class CreditedLine(Message):
    """How much of a line (its place in the document, from 1) is credited, net."""

    line = fields.Integer(required=True, validate=validate.Range(min=1))
    net = Minor(required=True)


class CreditInvoice(ChangeOfBillGroup):
    """A credit note on an issued invoice: on some lines, or (null) on all that is not credited yet."""

    invoice = Handle(required=True)
    lines = fields.List(
        fields.Nested(CreditedLine),
        load_default=None,
        allow_none=True,
        validate=validate.Length(1, MOST_LINES),
    )
    reason = Text(500, load_default="")


class AskNextNumbers(Request):
    """The next number of each kind of document, by the merchant's patterns or, to try them, by those that are named."""

    invoice = Text(MOST_CHARACTERS, load_default=None, allow_none=True)
    credit_note = Text(MOST_CHARACTERS, load_default=None, allow_none=True)


class NextNumbers(Message):
    """The numbers that would be given today, if nobody else is quicker."""

    invoice = fields.String(required=True)
    credit_note = fields.String(required=True)


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


class Issued(DocumentHappened):
    """An invoice has its number and is whole. ``bears_vat_number``: the buyer's stands on it."""

    bears_vat_number = fields.Boolean()


class Credited(DocumentHappened):
    """An amount of the invoice was credited; the credit note is found under ``credit_note``, before it has a
    number, too."""

    credit_note = Handle(required=True)
    amount = Minor(required=True)


contract = Contract.of(
    "invoices",
    methods=[
        Method("find_invoices", FindInvoices, InvoicePage),
        Method("list_invoices", ListInvoices, InvoicePage),
        Method("invoice_totals", SumUpInvoices, InvoiceTotals),
        Method("get_invoice", OneInvoice, Invoice),
        Method("get_invoice_pdf", OneInvoice, Pdf),
        Method("invoice_summary", OfBillGroup, Summary),
        Method("preview_invoice", PreviewInvoice, InvoicePreview),
        Method("create_invoice", CreateInvoice, Invoice),
        Method("change_invoice", ChangeInvoice, Invoice),
        Method("delete_draft", DeleteDraft, Nothing),
        Method("issue_invoice", IssueInvoice, Invoice),
        Method("cancel_invoice", CancelInvoice, Invoice),
        Method("credit_invoice", CreditInvoice, Invoice),
        Method("preview_numbers", AskNextNumbers, NextNumbers),
        Method("import_invoice", ImportInvoice, Invoice),
    ],
    events=[
        EventType("invoice_created", DocumentHappened),
        EventType("invoice_changed", DocumentHappened),
        EventType("invoice_deleted", DocumentHappened),
        EventType("invoice_issued", Issued),
        EventType("invoice_settled", DocumentHappened),
        EventType("invoice_cancelled", DocumentHappened),
        EventType("invoice_credited", Credited),
        EventType("invoice_imported", DocumentHappened),
        EventType("credit_note_issued", DocumentHappened),
    ],
    errors=[
        ErrorCode("not_allowed", Kind.REFUSED, 403),
        ErrorCode("already_exists", Kind.REFUSED, 409),
        ErrorCode("document_issued", Kind.REFUSED, 409),
        ErrorCode("draft_needed", Kind.REFUSED, 409),
        ErrorCode("not_issued", Kind.REFUSED, 409),
        ErrorCode("already_paid", Kind.REFUSED, 409),
        ErrorCode("no_tax_rule"),
        ErrorCode("amounts_do_not_fit"),
        ErrorCode("currency_differs"),
        ErrorCode("credit_too_large"),
        ErrorCode("invalid_cursor", Kind.REFUSED, 400),
        # params: fields = {"invoice": "invalid_numbering"}.
        ErrorCode("invalid_numbering"),
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

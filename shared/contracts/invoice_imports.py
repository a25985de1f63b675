"""Bringing in documents of another system, with what was paid on them."""

from __future__ import annotations

from marshmallow import fields, validate

from shared.contracts.base import Change, Day, Handle, Message, Minor, Moment, OneOf, Text
from shared.contracts.invoice_documents import (
    KINDS,
    MOST_LINES,
    Buyer,
    DraftDiscount,
    ImportedLine,
    Seller,
)
from shared.contracts.payment_views import ImportedInstrument, PositiveMinor


class ImportedPayment(Message):
    """A payment that had been made on an imported document."""

    transaction = Handle(required=True)
    amount = PositiveMinor(required=True)
    at = Moment(required=True)
    method = fields.Nested(ImportedInstrument, load_default=None, allow_none=True)


class ImportInvoice(Change):
    """A document of another system: it keeps its number and dates; its amounts follow from its lines.

    Where they are not given, ``seller`` and ``buyer`` are the merchant's and the bill group's of today, and
    ``status`` follows from the payments. ``total``, where given, must be what the lines come to.
    A credit note names in ``corrects`` the invoice that it credits. Its payments are not told to payments.
    """

    bill_group = Handle(required=True)
    kind = OneOf(KINDS, load_default="invoice")
    number = fields.String(
        required=True,
        validate=[validate.Length(1, 50), validate.Regexp(r"^[^\x00-\x1f\x7f\ud800-\udfff]*\Z")],
    )
    created_on = Day(required=True)
    due_on = Day(required=True)
    lines = fields.List(fields.Nested(ImportedLine), required=True, validate=validate.Length(1, MOST_LINES))
    discounts = fields.List(fields.Nested(DraftDiscount), load_default=list, validate=validate.Length(max=20))
    payments = fields.List(fields.Nested(ImportedPayment), load_default=list)
    status = OneOf(("dunning", "failed", "cancelled"), load_default=None, allow_none=True)
    corrects = Handle(load_default=None, allow_none=True)
    seller = fields.Nested(Seller, load_default=None, allow_none=True)
    buyer = fields.Nested(Buyer, load_default=None, allow_none=True)
    po_number = Text(100, load_default=None, allow_none=True)
    language = Text(10, load_default=None, allow_none=True)
    note = Text(2_000, load_default="")
    total = Minor(load_default=None, allow_none=True)

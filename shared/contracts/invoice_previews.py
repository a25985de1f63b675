"""Invoices as they would be issued today: nothing of them is kept."""

from __future__ import annotations

from marshmallow import fields, validate

from shared.contracts.base import Currency, Day, Message, Minor, OfBillGroup, Text
from shared.contracts.invoice_documents import (
    MOST_LINES,
    Buyer,
    Discount,
    DraftDiscount,
    DraftLine,
    Line,
    Recipient,
    Seller,
    Tax,
)


class PreviewInvoice(OfBillGroup):
    """What the invoice would consist of; ``currency`` is the bill group's, unless another one is named.

    ``due_days`` are the merchant's, unless others are named.
    """

    lines = fields.List(fields.Nested(DraftLine), required=True, validate=validate.Length(1, MOST_LINES))
    discounts = fields.List(fields.Nested(DraftDiscount), load_default=list, validate=validate.Length(max=20))
    note = Text(2_000, load_default="")
    due_days = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(0, 365))
    currency = Currency(load_default=None, allow_none=True)


class InvoicePreview(Message):
    """The invoice as it would be if it were issued today, with the seller, the buyer and the taxes of today.

    It has no number: that is given when a document is issued, and not before.
    """

    currency = Currency(required=True)
    language = fields.String(required=True)
    created_on = Day(required=True)
    due_on = Day(required=True)
    seller = fields.Nested(Seller, required=True)
    buyer = fields.Nested(Buyer, required=True)
    shipping = fields.Nested(Recipient, required=True, allow_none=True)
    po_number = fields.String(required=True)
    lines = fields.List(fields.Nested(Line), required=True)
    discounts = fields.List(fields.Nested(Discount), required=True)
    taxes = fields.List(fields.Nested(Tax), required=True)
    line_total = Minor(required=True)
    net_total = Minor(required=True)
    tax_total = Minor(required=True)
    total = Minor(required=True)
    note = fields.String(required=True)

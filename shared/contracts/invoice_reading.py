"""Reading invoices: lists of documents, what they come to, and what a bill group owes."""

from __future__ import annotations

from marshmallow import fields

from shared.contracts.base import (
    Currency,
    Day,
    Handle,
    Listing,
    Message,
    Minor,
    OfBillGroup,
    OneOf,
    PageRequest,
    Request,
    Text,
)
from shared.contracts.invoice_documents import KINDS, STATUSES, InvoiceItem

# What a list can be narrowed to: one status, all that something is still due on, or what of that is late.
FILTERS = (*STATUSES, "open", "overdue")
SORTS = ("-created", "created", "-due", "due", "-total", "total")
# So many documents are summed up, so that the sums of many are no longer to be had, but never slow.
MOST_SUMMED = 200


class InvoiceFilters(Request):
    """Which documents. All that is asked for holds at once; days include both ends.

    A draft counts by the day on which it was begun. A search finds by the beginning or the end of the number.
    """

    status = OneOf(FILTERS, load_default=None, allow_none=True)
    kind = OneOf(KINDS, load_default=None, allow_none=True)
    search = Text(50, load_default=None, allow_none=True)
    subscription = Handle(load_default=None, allow_none=True)
    created_from = Day(load_default=None, allow_none=True)
    created_to = Day(load_default=None, allow_none=True)
    due_from = Day(load_default=None, allow_none=True)
    due_to = Day(load_default=None, allow_none=True)


class InvoiceListing(InvoiceFilters, Listing):
    """Which documents, in which order. What a search finds is always sorted by creation."""

    sort = OneOf(SORTS, load_default="-created")


class ListInvoices(InvoiceListing, PageRequest):
    """Documents of one bill group."""


class SumUpInvoices(InvoiceFilters, OfBillGroup):
    """Documents of one bill group, to be counted and summed up."""


class Sum(Message):
    """What documents of one currency come to, credit notes counting the other way, and what is due on them."""

    currency = Currency(required=True)
    total = Minor(required=True)
    due = Minor(required=True)


class InvoiceTotals(Message):
    """How many documents there are, and what they come to in each currency.

    Not ``complete``: there are more than the 200 that are counted, and no sums.
    """

    count = fields.Integer(required=True)
    complete = fields.Boolean(required=True)
    sums = fields.List(fields.Nested(Sum), required=True)


class FindInvoices(InvoiceListing):
    """Documents of all bill groups. ``customer`` is whom a document was issued to, so that drafts have none."""

    bill_group = Handle(load_default=None, allow_none=True)
    customer = Handle(load_default=None, allow_none=True)


class Summary(Message):
    """What a bill group owes, and its latest documents (at most 3).

    ``failing`` are those whose payment has failed before they were overdue (at most 3 of ``failing_count``).
    """

    currency = Currency(required=True, allow_none=True)
    outstanding = Minor(required=True)
    overdue = Minor(required=True)
    open_count = fields.Integer(required=True)
    overdue_count = fields.Integer(required=True)
    failing_count = fields.Integer(required=True)
    failing = fields.List(fields.Nested(InvoiceItem), required=True)
    latest = fields.List(fields.Nested(InvoiceItem), required=True)

"""Invoices and credit notes of a bill group."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from flask import Response

from services.gateway.api.operation import File, Operation
from shared.contracts.invoice_reading import MOST_SUMMED

_ALL = "/bill-groups/<bill_group>/invoices"
_ONE = f"{_ALL}/<invoice>"


def _pdf(reply: dict[str, Any]) -> Response:
    """The file itself."""
    response = Response(b64decode(reply["pdf"]), mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=reply["filename"])
    return response


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "GET",
        "/invoices",
        "invoices.find_invoices",
        "invoices:read",
        "Find invoices of all bill groups",
    ),
    Operation("GET", _ALL, "invoices.list_invoices", "invoices:read", "List a bill group's invoices"),
    Operation(
        "POST",
        _ALL,
        "invoices.create_invoice",
        "invoices:write",
        "Make a draft",
        "Its currency is the bill group's. It is taxed as things stand, and anew when it is issued. An issued invoice "
        "is known by the handle made of its number; the draft's goes on leading there.",
        status=201,
    ),
    Operation(
        "POST",
        f"{_ALL}/preview",
        "invoices.preview_invoice",
        "invoices:read",
        "See an invoice as it would be issued today",
        "Nothing of it is kept.",
    ),
    Operation("GET", _ONE, "invoices.get_invoice", "invoices:read", "Read an invoice"),
    Operation("PUT", _ONE, "invoices.change_invoice", "invoices:write", "Change a draft"),
    Operation("DELETE", _ONE, "invoices.delete_draft", "invoices:write", "Delete a draft"),
    Operation(
        "GET",
        f"{_ONE}.pdf",
        "invoices.get_invoice_pdf",
        "invoices:read",
        "Download an invoice",
        "Where the merchant's texts speak of the customer's secret link, the portal's address stands: only the "
        "customer sees the link.",
        file=File("application/pdf", _pdf),
    ),
    Operation("POST", f"{_ONE}/issue", "invoices.issue_invoice", "invoices:write", "Issue a draft"),
    Operation(
        "POST",
        f"{_ONE}/credit",
        "invoices.credit_invoice",
        "invoices:write",
        "Credit an invoice",
        status=201,
    ),
    Operation("POST", f"{_ONE}/cancel", "invoices.cancel_invoice", "invoices:write", "Cancel an invoice"),
    Operation(
        "GET",
        "/bill-groups/<bill_group>/invoice-summary",
        "invoices.invoice_summary",
        "invoices:read",
        "Sum up what is owed",
    ),
    Operation(
        "GET",
        "/bill-groups/<bill_group>/invoice-totals",
        "invoices.invoice_totals",
        "invoices:read",
        "Sum up what a filter finds",
        f"Up to {MOST_SUMMED} documents are counted and summed up. Where there are more, `complete` is false and there "
        "are no sums.",
    ),
    Operation(
        "POST",
        "/imports/invoices",
        "invoices.import_invoice",
        "import",
        "Bring in an invoice",
        status=201,
    ),
)

"""A bill group's documents, to be read: the list, each of them, and its PDF."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from services.gateway.admin.desk import Desk, staff_page
from services.gateway.asking import section
from services.gateway.portal.invoice_filters import KINDS, ORDERS, STATUSES, InvoiceFilter
from shared.kernel.errors import DomainError

blueprint = Blueprint(
    "admin_bill_group_documents", __name__, url_prefix="/admin/bill-groups/<handle:bill_group>/documents"
)

_MANY_LINES = 30
_LONGEST_CURSOR = 500


@blueprint.url_defaults
def _stay_in_bill_group(endpoint: str, values: dict[str, Any]) -> None:
    """Links from one document to another stay within the bill group."""
    if endpoint.startswith("admin_bill_group_documents.") and request.view_args:
        values.setdefault("bill_group", request.view_args.get("bill_group"))


@blueprint.get("")
@staff_page
def show_all(desk: Desk, bill_group: str) -> ResponseReturnValue:
    """The documents of the bill group, filtered, searched and sorted as the address says, a page at a time."""
    group = desk.begin("customers", "get_bill_group", bill_group=bill_group)
    chosen = InvoiceFilter.read(request.args)
    found, lost = None, False
    if not chosen.problems:
        try:
            found = _page(desk, bill_group, chosen, request.args.get("cursor"))
        except DomainError as error:
            if error.code != "invalid_cursor":
                raise
            found, lost = _page(desk, bill_group, chosen, None), True
    page = render_template(
        "admin/documents/list.html",
        group=group.result(),
        chosen=chosen,
        found=found,
        lost=lost,
        statuses=STATUSES,
        kinds=KINDS,
        orders=ORDERS,
        subscriptions={},
    )
    return page, 400 if lost or chosen.problems else 200


@blueprint.get("/<handle:invoice>")
@staff_page
def show(desk: Desk, bill_group: str, invoice: str) -> ResponseReturnValue:
    """One document, with the money that moved on it."""
    document = desk.begin("invoices", "get_invoice", bill_group=bill_group, invoice=invoice)
    transactions = desk.begin("payments", "list_transactions", bill_group=bill_group, invoice=invoice)
    return render_template(
        "admin/documents/show.html",
        bill_group=bill_group,
        invoice=document.result(),
        transactions=section(transactions),
        many_lines=_MANY_LINES,
    )


@blueprint.get("/<handle:invoice>.pdf")
@staff_page
def pdf(desk: Desk, bill_group: str, invoice: str) -> ResponseReturnValue:
    """The document as a PDF: to look at, or with ``download`` in the address, to keep."""
    file = desk.call("invoices", "get_invoice_pdf", bill_group=bill_group, invoice=invoice)
    response = Response(b64decode(file["pdf"]), mimetype="application/pdf")
    disposition = "attachment" if "download" in request.args else "inline"
    response.headers.set("Content-Disposition", disposition, filename=file["filename"])
    return response


def _page(desk: Desk, bill_group: str, chosen: InvoiceFilter, cursor: str | None) -> dict[str, Any] | None:
    if cursor is not None and not 0 < len(cursor) <= _LONGEST_CURSOR:
        raise DomainError("invalid_cursor")
    asked = {**chosen.narrowing, "sort": chosen.sort, "cursor": cursor}
    return section(desk.begin("invoices", "list_invoices", bill_group=bill_group, **asked))

"""The customer's invoices: all of them, one of them, and its PDF."""

from __future__ import annotations

from base64 import b64decode

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from services.gateway.asking import Visit, section
from services.gateway.portal.formats import days, in_fours, percent
from services.gateway.visitors import signed_in
from shared.contracts.invoices import FILTERS, SORTS

blueprint = Blueprint("invoices", __name__, url_prefix="/invoices")
blueprint.add_app_template_filter(days)
blueprint.add_app_template_filter(percent)
blueprint.add_app_template_filter(in_fours)

_LONGEST_SEARCH = 50


@blueprint.get("")
@signed_in
def show_all(visit: Visit) -> ResponseReturnValue:
    """The invoices of the bill group, filtered, searched and sorted as the address says, a page at a time."""
    asked = {
        "status": _one_of(FILTERS, request.args.get("status")),
        "search": request.args.get("search", "").strip()[:_LONGEST_SEARCH] or None,
        "sort": _one_of(SORTS, request.args.get("sort")) or SORTS[0],
    }
    found = visit.begin("invoices", "list_invoices", cursor=request.args.get("cursor"), **asked)
    return render_template("invoices/list.html", found=section(found), asked=asked)


@blueprint.get("/<handle:invoice>")
@signed_in
def show(visit: Visit, invoice: str) -> ResponseReturnValue:
    """One document, with the payments and credit notes on it."""
    document = visit.begin("invoices", "get_invoice", invoice=invoice)
    transactions = visit.begin("payments", "list_transactions", invoice=invoice)
    return render_template(
        "invoices/detail.html", invoice=document.result(), transactions=section(transactions)
    )


@blueprint.get("/<handle:invoice>.pdf")
@signed_in
def pdf(visit: Visit, invoice: str) -> ResponseReturnValue:
    """The document as a PDF: to look at, or with ``download`` in the address, to keep."""
    file = visit.call("invoices", "get_invoice_pdf", invoice=invoice)
    response = Response(b64decode(file["pdf"]), mimetype="application/pdf")
    disposition = "attachment" if "download" in request.args else "inline"
    response.headers.set("Content-Disposition", disposition, filename=file["filename"])
    return response


def _one_of(known: tuple[str, ...], value: str | None) -> str | None:
    return value if value in known else None

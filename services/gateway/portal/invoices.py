"""The customer's invoices: all of them, one of them, and its PDF."""

from __future__ import annotations

from base64 import b64decode
from collections import Counter
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from services.gateway.asking import Visit, section
from services.gateway.portal.formats import days, in_fours, percent
from services.gateway.portal.invoice_filters import KINDS, ORDERS, STATUSES, InvoiceFilter
from services.gateway.portal.payment_texts import method_name
from services.gateway.visitors import signed_in
from shared.kernel.errors import DomainError
from shared.transfers import transfer_code

blueprint = Blueprint("invoices", __name__, url_prefix="/invoices")
blueprint.add_app_template_filter(days)
blueprint.add_app_template_filter(percent)
blueprint.add_app_template_filter(in_fours)

# With more lines than this, a document offers a way past them.
_MANY_LINES = 30
# So many subscriptions are offered to choose from; the page of each leads to its invoices, too.
_MOST_SUBSCRIPTIONS = 100
_LONGEST_CURSOR = 500


@blueprint.get("")
@signed_in
def show_all(visit: Visit) -> ResponseReturnValue:
    """The invoices of the bill group, filtered, searched and sorted as the address says, a page at a time."""
    chosen = InvoiceFilter.read(request.args)
    subscriptions = visit.begin("subscriptions", "list_subscriptions", limit=_MOST_SUBSCRIPTIONS)
    found = totals = None
    lost = False
    if not chosen.problems:
        summing = visit.begin("invoices", "invoice_totals", **chosen.narrowing) if chosen.narrowing else None
        try:
            found = _page(visit, chosen, request.args.get("cursor"))
        except DomainError as error:
            if error.code != "invalid_cursor":
                raise
            found, lost = _page(visit, chosen, None), True
        totals = section(summing) if summing else None
    page = render_template(
        "invoices/list.html",
        chosen=chosen,
        found=found,
        totals=totals,
        lost=lost,
        statuses=STATUSES,
        kinds=KINDS,
        orders=ORDERS,
        subscriptions=_names(section(subscriptions), chosen.typed.get("subscription")),
    )
    return page, 400 if lost or chosen.problems else 200


@blueprint.get("/<handle:invoice>")
@signed_in
def show(visit: Visit, invoice: str) -> ResponseReturnValue:
    """One document, with the payments and credit notes on it."""
    document = visit.begin("invoices", "get_invoice", invoice=invoice)
    transactions = visit.begin("payments", "list_transactions", invoice=invoice)
    found = document.result()
    return render_template(
        "invoices/detail.html",
        invoice=found,
        transactions=section(transactions),
        charged_to=_charged_to(visit, found),
        code=_transfer_code(found),
        method_name=method_name,
        many_lines=_MANY_LINES,
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


def _charged_to(visit: Visit, invoice: dict[str, Any]) -> dict[str, Any] | None:
    """The payment method to which an open invoice will be charged by itself; None where nobody may count on that."""
    if invoice["status"] != "pending" or invoice["overdue"] or not invoice["due"]:
        return None
    summary = section(visit.begin("payments", "payment_summary"))
    return summary["default"] if summary and summary["collects"] else None


def _transfer_code(invoice: dict[str, Any]) -> Markup | None:
    """The QR code with which banking apps fill in the transfer of what is due, where there can be one."""
    seller = invoice["seller"]
    if not seller or not seller["bank"] or not invoice["number"]:
        return None
    code = transfer_code(
        holder=seller["legal_name"] or seller["name"],
        iban=seller["bank"]["iban"],
        bic=seller["bank"]["bic"],
        amount=invoice["due"],
        currency=invoice["currency"],
        reference=invoice["number"],
    )
    # segno writes it, from nothing but the modules of the code.
    return Markup(code.svg_inline(omitsize=True, svgclass="code")) if code else None  # noqa: S704


def _page(visit: Visit, chosen: InvoiceFilter, cursor: str | None) -> dict[str, Any] | None:
    """A page of what is asked for, None while invoices are away. Raises DomainError ``invalid_cursor``."""
    if cursor is not None and not 0 < len(cursor) <= _LONGEST_CURSOR:
        raise DomainError("invalid_cursor")
    asked = {**chosen.narrowing, "sort": chosen.sort, "cursor": cursor}
    return section(visit.begin("invoices", "list_invoices", **asked))


def _names(subscriptions: dict[str, Any] | None, chosen: str | None) -> dict[str, str]:
    """What to call each subscription where one is chosen, by its handle: those of one name with their handles."""
    if subscriptions is None:
        return {chosen: chosen} if chosen else {}
    names = {
        each["subscription"]: f"{each['product_name']}, {each['plan_name']}"
        for each in subscriptions["items"]
    }
    known = Counter(names.values())
    told = {handle: name if known[name] == 1 else f"{name} ({handle})" for handle, name in names.items()}
    return told if chosen is None or chosen in told else {**told, chosen: chosen}

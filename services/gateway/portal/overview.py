"""The overview: how the customer stands, and what needs their attention."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from services.gateway.asking import Visit, section
from services.gateway.merchant import current_merchant
from services.gateway.own_texts import own_text
from services.gateway.portal.attention import MOST_SHOWN, notes
from services.gateway.visitors import signed_in
from shared.placeholders import values
from shared.placeholders.template import Part

blueprint = Blueprint("overview", __name__)


@blueprint.get("/overview")
@signed_in
def show(visit: Visit) -> ResponseReturnValue:
    """Four services at once; each part of the page can do without its own."""
    pending = {
        "billing": visit.begin("subscriptions", "billing_summary"),
        "invoices": visit.begin("invoices", "invoice_summary"),
        "payments": visit.begin("payments", "payment_summary"),
        "customer": visit.begin("customers", "get_bill_group"),
    }
    replies = {name: section(call) for name, call in pending.items()}
    attention = notes(replies["billing"], replies["invoices"], replies["payments"])
    return render_template(
        "overview/show.html",
        **replies,
        attention=attention,
        most_shown=MOST_SHOWN,
        own_text=_own_text(replies["customer"]),
    )


def _own_text(bill_group: dict[str, Any] | None) -> tuple[Part, ...]:
    """What the merchant says here, once it is known to whom."""
    if bill_group is None:
        return ()
    company = current_merchant()["company"]
    return own_text("overview_page", {**values.of_client(bill_group), **values.of_company(company)})

"""The overview: how the customer stands, and what needs their attention."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from services.gateway.asking import Visit, section
from services.gateway.portal.attention import notes
from services.gateway.visitors import signed_in

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
    return render_template("overview/show.html", **replies, attention=attention)

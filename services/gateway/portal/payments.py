"""The payment history: all transactions of the bill group."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from services.gateway.asking import Visit, section
from services.gateway.visitors import signed_in

blueprint = Blueprint("payments", __name__, url_prefix="/payments")


@blueprint.get("")
@signed_in
def show_all(visit: Visit) -> ResponseReturnValue:
    """What was paid, refunded, or tried, the latest first, a page at a time."""
    found = visit.begin("payments", "list_transactions", cursor=request.args.get("cursor"))
    return render_template("payments/list.html", found=section(found))

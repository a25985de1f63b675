"""Automatic payment: what it means as things stand, and what turning it on or off would change."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.gateway.asking import Visit, section
from services.gateway.error_texts import text_of
from services.gateway.forms import idempotency_key
from services.gateway.merchant import current_merchant
from services.gateway.portal.payment_texts import method_name
from services.gateway.visitors import signed_in
from shared.kernel.errors import DomainError

blueprint = Blueprint("auto_pay", __name__, url_prefix="/auto-pay")

_CHOICES = {"on": True, "off": False}


@blueprint.get("")
@signed_in
def show(visit: Visit) -> ResponseReturnValue:
    """What is charged by itself, when and with what; and what would be different."""
    summary = visit.begin("payments", "payment_summary")
    billing = visit.begin("subscriptions", "billing_summary")
    invoices = visit.begin("invoices", "invoice_summary")
    return render_template(
        "auto_pay/show.html",
        summary=section(summary),
        billing=section(billing),
        invoices=section(invoices),
        # A customers service of before knows of no such switch.
        allowed=current_merchant().get("customers_auto_pay", True),
        method_name=method_name,
    )


@blueprint.post("")
@signed_in
def change(visit: Visit) -> ResponseReturnValue:
    """Turn it on or off, as the page has said what that means."""
    chosen = request.form.get("auto_pay", "")
    if chosen not in _CHOICES:
        abort(400)
    try:
        visit.call("payments", "set_auto_pay", auto_pay=_CHOICES[chosen], key=idempotency_key())
    except DomainError as error:
        if error.code != "switched_off":
            raise
        flash(text_of(error), "bad")
    else:
        said = {
            "on": gettext("Automatic payment is on."),
            "off": gettext("Automatic payment is off: nothing is charged by itself any more."),
        }
        flash(said[chosen], "good")
    return redirect(url_for(".show"), 303)

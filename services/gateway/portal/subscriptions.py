"""The customer's subscriptions: all of them, one of them, and which payment method pays it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.gateway.asking import Visit, section
from services.gateway.error_texts import status_of, text_of
from services.gateway.forms import idempotency_key
from services.gateway.portal.formats import day_before, period_days
from services.gateway.portal.timeline import entries
from services.gateway.subscriptions.texts import method_name
from services.gateway.subscriptions.upcoming import begin_preview, previewed
from services.gateway.visitors import signed_in
from shared.contracts.subscriptions import STAGES
from shared.kernel.errors import DomainError
from shared.kernel.ids import is_handle

blueprint = Blueprint("subscriptions", __name__, url_prefix="/subscriptions")
blueprint.add_app_template_filter(period_days)
blueprint.add_app_template_filter(day_before)

# Up to so many are seen at a glance, without a filter.
_FEW = 5
_INVOICES_SHOWN = 5
_EVENTS_SHOWN = 10


@blueprint.get("")
@signed_in
def show_all(visit: Visit) -> ResponseReturnValue:
    """The bill group's subscriptions, or those in one stage, a page of them at a time."""
    stage = request.args.get("stage")
    stage = stage if stage in STAGES else None
    found = visit.begin("subscriptions", "list_subscriptions", stage=stage, cursor=request.args.get("cursor"))
    return render_template(
        "subscriptions/list.html", found=section(found), stage=stage, stages=STAGES, few=_FEW
    )


@blueprint.get("/<handle:subscription>")
@signed_in
def show(visit: Visit, subscription: str) -> ResponseReturnValue:
    """One subscription: its stage, dates, price, next invoice, invoices and history, and what can be done with it.

    The history goes on behind the cursor ``history``.
    """
    found = visit.begin("subscriptions", "get_subscription", subscription=subscription)
    methods = visit.begin("payments", "list_payment_methods")
    invoices = visit.begin("invoices", "list_invoices", subscription=subscription, limit=_INVOICES_SHOWN)
    timeline = visit.begin(
        "customers",
        "list_timeline",
        subject=subscription,
        limit=_EVENTS_SHOWN,
        cursor=request.args.get("history"),
    )
    shown = found.result()
    bill = shown["upcoming"]
    upcoming = begin_preview(visit, subscription, bill["lines"], bill["currency"]) if bill else None
    known, happened = section(methods), section(timeline)
    return render_template(
        "subscriptions/detail.html",
        subscription=shown,
        upcoming=previewed(upcoming) if upcoming else None,
        methods=known,
        invoices=section(invoices),
        timeline=entries(happened, known),
        earlier=happened["next_cursor"] if happened else None,
    )


@blueprint.get("/<handle:subscription>/payment-method")
@signed_in
def payment_method(visit: Visit, subscription: str) -> ResponseReturnValue:
    """Which payment method shall pay this subscription?"""
    return _payment_method_page(visit, subscription)


@blueprint.post("/<handle:subscription>/payment-method")
@signed_in
def choose_payment_method(visit: Visit, subscription: str) -> ResponseReturnValue:
    """Pay this subscription with the method chosen; an empty choice is the default, whichever that is."""
    methods = visit.begin("payments", "list_payment_methods")
    chosen = request.form.get("payment_method") or None
    try:
        if chosen is not None and not is_handle(chosen):
            raise DomainError("unknown_payment_method")
        visit.call(
            "subscriptions",
            "choose_payment_method",
            subscription=subscription,
            payment_method=chosen,
            key=idempotency_key(),
        )
    except DomainError as error:
        if error.code != "unknown_payment_method":
            raise
        return _payment_method_page(visit, subscription, error=text_of(error)), status_of(error)
    flash(
        _(
            "This subscription is paid with %(method)s from now on.",
            method=method_name(chosen, section(methods)),
        ),
        "good",
    )
    return redirect(url_for(".show", subscription=subscription), 303)


def _payment_method_page(visit: Visit, subscription: str, error: str = "") -> str:
    found = visit.begin("subscriptions", "get_subscription", subscription=subscription)
    methods = visit.begin("payments", "list_payment_methods")
    return render_template(
        "subscriptions/payment_method.html",
        subscription=found.result(),
        methods=methods.result(),
        error=error,
    )

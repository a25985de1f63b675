"""Which of the customer's payment methods pays a subscription."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.gateway.admin.desk import Desk, staff_page
from services.gateway.admin.subscriptions import find
from services.gateway.error_texts import status_of, text_of
from services.gateway.forms import idempotency_key
from services.gateway.subscriptions.asking import OfBillGroup
from shared.kernel.errors import DomainError
from shared.kernel.ids import is_handle

blueprint = Blueprint(
    "admin_subscription_payer", __name__, url_prefix="/admin/subscriptions/<handle:subscription>"
)


@blueprint.get("/payment-method")
@staff_page(needs="subscriptions.choose_payment_method")
def ask(desk: Desk, subscription: str) -> ResponseReturnValue:
    """Which one shall it be?"""
    return _page(desk, find(desk, subscription))


@blueprint.post("/payment-method")
@staff_page(needs="subscriptions.choose_payment_method")
def choose(desk: Desk, subscription: str) -> ResponseReturnValue:
    """Pay it with the method chosen; an empty choice is the default, whichever that is."""
    place = find(desk, subscription)
    chosen = request.form.get("payment_method") or None
    try:
        if chosen is not None and not is_handle(chosen):
            raise DomainError("unknown_payment_method")
        OfBillGroup(desk, place["bill_group"]).begin(
            "subscriptions",
            "choose_payment_method",
            subscription=subscription,
            payment_method=chosen,
            key=idempotency_key(),
        ).result()
    except DomainError as error:
        if error.code != "unknown_payment_method":
            raise
        return _page(desk, place, error)
    flash(_("The payment method of this subscription is saved."), "good")
    return redirect(url_for("admin_subscriptions.show", subscription=subscription), 303)


def _page(desk: Desk, place: Mapping[str, Any], error: DomainError | None = None) -> ResponseReturnValue:
    ours = OfBillGroup(desk, place["bill_group"])
    found = ours.begin("subscriptions", "get_subscription", subscription=place["subscription"])
    methods = ours.begin("payments", "list_payment_methods")
    page = render_template(
        "admin/subscriptions/payment_method.html",
        subscription=found.result(),
        methods=methods.result(),
        problem=text_of(error) if error else "",
    )
    return page, status_of(error) if error else 200

"""The customer's payment methods. Card numbers and IBANs are entered on the provider's pages, never here."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from services.gateway.asking import Visit, section
from services.gateway.error_texts import status_of, text_of
from services.gateway.forms import idempotency_key
from services.gateway.visitors import signed_in
from shared.kernel.errors import DomainError, NotFound
from shared.kernel.ids import is_handle, new_id

blueprint = Blueprint("payment_methods", __name__, url_prefix="/payment-methods")

# What came of a visit to the provider: how good that is, and what is said about it.
_OUTCOMES = {
    "added": ("good", _("The payment method is saved.")),
    "pending": (
        "info",
        _("The payment provider is still checking. What you added appears here when it is done."),
    ),
    "cancelled": ("info", _("You came back without adding a payment method. Nothing was changed.")),
    "failed": ("bad", _("The payment provider did not accept this. Please try another card or account.")),
}


@blueprint.get("")
@signed_in
def show_all(visit: Visit) -> ResponseReturnValue:
    """All payment methods of the bill group, and which subscriptions each of them pays."""
    wallet = visit.begin("payments", "list_payment_methods")
    running = visit.begin("subscriptions", "running_with_method")
    found = section(wallet)
    return render_template(
        "payment_methods/list.html", wallet=found, uses=_uses(found, section(running)) if found else None
    )


@blueprint.get("/new")
@signed_in
def new(_visit: Visit) -> ResponseReturnValue:
    """What will happen on the provider's page, and the way there."""
    return render_template("payment_methods/new.html", replaced=None)


@blueprint.get("/<handle:payment_method>/update")
@signed_in
def update(visit: Visit, payment_method: str) -> ResponseReturnValue:
    """The same for a card or account that is to take the place of this one."""
    wallet = visit.call("payments", "list_payment_methods")
    return render_template("payment_methods/new.html", replaced=_one_of(wallet, payment_method))


@blueprint.post("/new")
@blueprint.post("/<handle:payment_method>/update")
@signed_in
def begin(visit: Visit, payment_method: str | None = None) -> ResponseReturnValue:
    """Go to the provider's page, which leads back to ``finish``."""
    begun = visit.call(
        "payments",
        "begin_payment_method",
        return_url=current_app.config["PUBLIC_URL"] + url_for(".finish"),
        replaces=payment_method,
        key=idempotency_key(),
    )
    return redirect(begun["url"], 303)


@blueprint.get("/return")
@signed_in
def finish(visit: Visit) -> ResponseReturnValue:
    """Back from the provider: ask what came of it, which has its effect once, however often it is asked."""
    setup = request.args.get("setup", "")
    if not is_handle(setup):
        raise NotFound()
    finished = visit.call("payments", "finish_payment_method", setup=setup, key=new_id())
    tone, text = _OUTCOMES[finished["state"]]
    flash(str(text), tone)
    return redirect(url_for(".show_all"), 303)


@blueprint.post("/<handle:payment_method>/default")
@signed_in
def make_default(visit: Visit, payment_method: str) -> ResponseReturnValue:
    """Pay with this one whatever has none of its own."""
    try:
        visit.call("payments", "make_default", payment_method=payment_method, key=idempotency_key())
    except DomainError as error:
        if error.code not in ("method_not_active", "method_expired"):
            raise
        flash(text_of(error), "bad")
    else:
        flash(gettext("This is your default payment method now."), "good")
    return redirect(url_for(".show_all"), 303)


@blueprint.get("/<handle:payment_method>/remove")
@signed_in
def remove(visit: Visit, payment_method: str) -> ResponseReturnValue:
    """What removing it would mean."""
    return _remove_page(visit, payment_method)


@blueprint.post("/<handle:payment_method>/remove")
@signed_in
def confirm_removal(visit: Visit, payment_method: str) -> ResponseReturnValue:
    """Remove it, or say which subscriptions would be left with nothing to be paid with."""
    try:
        visit.call("payments", "remove_payment_method", payment_method=payment_method, key=idempotency_key())
    except DomainError as error:
        if error.code != "method_needed":
            raise
        return _remove_page(visit, payment_method, error), status_of(error)
    flash(gettext("The payment method is removed."), "good")
    return redirect(url_for(".show_all"), 303)


def _remove_page(visit: Visit, payment_method: str, refusal: DomainError | None = None) -> str:
    asked = visit.begin("payments", "list_payment_methods")
    running = visit.begin("subscriptions", "running_with_method")
    wallet = asked.result()
    uses = _uses(wallet, section(running))
    return render_template(
        "payment_methods/remove.html",
        method=_one_of(wallet, payment_method),
        used_by=uses and uses[payment_method],
        others=[
            other for other in wallet["items"] if other["payment_method"] != payment_method and _usable(other)
        ],
        problem=text_of(refusal) if refusal else "",
    )


def _one_of(wallet: dict[str, Any], payment_method: str) -> dict[str, Any]:
    """The payment method of this handle. Raises NotFound."""
    for method in wallet["items"]:
        if method["payment_method"] == payment_method:
            return method
    raise NotFound()


def _usable(method: dict[str, Any]) -> bool:
    """Whether it could be charged, as far as can be seen from here."""
    return bool(method["status"] == "active" and method["expiry_state"] != "expired")


def _uses(wallet: dict[str, Any], running: dict[str, Any] | None) -> dict[str, list[dict[str, Any]]] | None:
    """The running subscriptions that each payment method pays; None while nobody can say which run."""
    if running is None:
        return None
    uses: dict[str, list[dict[str, Any]]] = {method["payment_method"]: [] for method in wallet["items"]}
    for subscription in running["items"]:
        # A subscription without a method of its own is paid with the default.
        payer = subscription["payment_method"] or wallet["default"]
        if payer in uses:
            uses[payer].append(subscription)
    return uses

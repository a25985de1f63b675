"""The customer's payment methods. Card numbers and IBANs are entered on the provider's pages, never here."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.gateway.asking import Visit, section
from services.gateway.error_texts import status_of, text_of
from services.gateway.forms import idempotency_key
from services.gateway.portal.payment_texts import method_name, new_default, outcome
from services.gateway.visitors import signed_in
from shared.kernel.errors import DomainError, NotFound
from shared.kernel.ids import is_handle, new_id

blueprint = Blueprint("payment_methods", __name__, url_prefix="/payment-methods")

_Reply = dict[str, Any]
# The merchant does not leave it to customers, or no provider takes payment methods.
_OFF = frozenset({"switched_off", "no_provider"})


@blueprint.get("")
@signed_in
def show_all(visit: Visit) -> ResponseReturnValue:
    """All payment methods of the bill group, and which subscriptions each of them pays."""
    wallet = visit.begin("payments", "list_payment_methods")
    running = visit.begin("subscriptions", "running_with_method")
    found = section(wallet)
    return render_template(
        "payment_methods/list.html",
        wallet=found,
        methods=sorted(found["items"], key=_urgency) if found else [],
        uses=_uses(found, section(running)) if found else None,
    )


@blueprint.get("/new")
@signed_in
def new(visit: Visit) -> ResponseReturnValue:
    """What will happen on the provider's page, and the way there."""
    if not _may_add(visit.call("payments", "list_payment_methods")):
        return _not_now(DomainError("no_provider"))
    return render_template("payment_methods/new.html", replaced=None, paid=None)


@blueprint.get("/<handle:payment_method>/update")
@signed_in
def update(visit: Visit, payment_method: str) -> ResponseReturnValue:
    """The same for a card or account that is to take the place of this one, and what follows it."""
    asked = visit.begin("payments", "list_payment_methods")
    running = visit.begin("subscriptions", "running_with_method")
    wallet = asked.result()
    if not _may_add(wallet):
        return _not_now(DomainError("no_provider"))
    replaced = _one_of(wallet, payment_method)
    uses = _uses(wallet, section(running))
    return render_template(
        "payment_methods/new.html", replaced=replaced, paid=uses[payment_method] if uses else None
    )


@blueprint.post("/new")
@blueprint.post("/<handle:payment_method>/update")
@signed_in
def begin(visit: Visit, payment_method: str | None = None) -> ResponseReturnValue:
    """Go to the provider's page, which leads back to ``finish``."""
    try:
        begun = visit.call(
            "payments",
            "begin_payment_method",
            return_url=current_app.config["PUBLIC_URL"] + url_for(".finish"),
            replaces=payment_method,
            key=idempotency_key(),
        )
    except DomainError as error:
        if error.code not in _OFF:
            raise
        return _not_now(error)
    return redirect(begun["url"], 303)


@blueprint.get("/return")
@signed_in
def finish(visit: Visit) -> ResponseReturnValue:
    """Back from the provider: ask what came of it, which has its effect once, however often it is asked.

    While nobody can tell, the page says so and asks again.
    """
    setup = request.args.get("setup", "")
    if not is_handle(setup):
        return render_template("payment_methods/unknown_return.html"), 404
    running = visit.begin("subscriptions", "running_with_method")
    try:
        finished = section(visit.begin("payments", "finish_payment_method", setup=setup, key=new_id()))
    except DomainError as error:
        if error.code != "not_found":
            raise
        return render_template("payment_methods/unknown_return.html"), 404
    if finished is None or finished["state"] == "pending":
        return render_template("payment_methods/waiting.html", answered=finished is not None)
    tone, text = outcome(finished, _paid_with(finished["payment_method"], section(running)))
    flash(text, tone)
    return redirect(url_for(".show_all"), 303)


@blueprint.post("/<handle:payment_method>/default")
@signed_in
def make_default(visit: Visit, payment_method: str) -> ResponseReturnValue:
    """Pay with this one whatever has none of its own."""
    running = visit.begin("subscriptions", "running_with_method")
    try:
        wallet = visit.call("payments", "make_default", payment_method=payment_method, key=idempotency_key())
    except DomainError as error:
        if error.code not in ("method_not_active", "method_expired"):
            raise
        flash(text_of(error), "bad")
    else:
        uses = _uses(wallet, section(running))
        flash(new_default(wallet, uses[wallet["default"]] if uses else None), "good")
    return redirect(url_for(".show_all"), 303)


@blueprint.get("/<handle:payment_method>/remove")
@signed_in
def remove(visit: Visit, payment_method: str) -> ResponseReturnValue:
    """What removing it would mean, in the subscriptions that it pays, and in what is billed next."""
    try:
        return _remove_page(visit, payment_method)
    except DomainError as error:
        if error.code not in _OFF:
            raise
        return _not_now(error)


@blueprint.post("/<handle:payment_method>/remove")
@signed_in
def confirm_removal(visit: Visit, payment_method: str) -> ResponseReturnValue:
    """Remove it, or say which subscriptions would be left with nothing to be paid with."""
    try:
        visit.call("payments", "remove_payment_method", payment_method=payment_method, key=idempotency_key())
    except DomainError as error:
        if error.code in _OFF:
            return _not_now(error)
        if error.code != "method_needed":
            raise
        return _remove_page(visit, payment_method), status_of(error)
    flash(gettext("The payment method is removed."), "good")
    return redirect(url_for(".show_all"), 303)


def _remove_page(visit: Visit, payment_method: str) -> str:
    removal = visit.begin("payments", "preview_removal", payment_method=payment_method)
    billing = visit.begin("subscriptions", "billing_summary")
    summary = visit.begin("payments", "payment_summary")
    return render_template(
        "payment_methods/remove.html",
        removal=removal.result(),
        billing=section(billing),
        summary=section(summary),
        method_name=method_name,
    )


def _may_add(wallet: _Reply) -> bool:
    # A payments service of before does not say so, and lets everybody.
    return bool(wallet.get("may_add", True))


def _not_now(error: DomainError) -> ResponseReturnValue:
    """Back to the list, which offers no more than what is possible."""
    flash(text_of(error), "bad")
    return redirect(url_for(".show_all"), 303)


def _one_of(wallet: _Reply, payment_method: str) -> _Reply:
    """The payment method of this handle. Raises NotFound."""
    for method in wallet["items"]:
        if method["payment_method"] == payment_method:
            return method
    raise NotFound()


def _urgency(method: _Reply) -> int:
    """The default first, then what has to be seen to, then the others, each as they came."""
    if method["default"]:
        return 0
    return 1 if method["status"] == "failed" or method["expiry_state"] != "ok" else 2


def _uses(wallet: _Reply, running: _Reply | None) -> dict[str, list[_Reply]] | None:
    """The running subscriptions that each payment method pays; None while nobody can say which run."""
    if running is None:
        return None
    uses: dict[str, list[_Reply]] = {method["payment_method"]: [] for method in wallet["items"]}
    for subscription in running["items"]:
        # A subscription without a method of its own, or whose own is gone, is paid with the default.
        own = subscription["payment_method"]
        payer = own if own in uses else wallet["default"]
        if payer in uses:
            uses[payer].append(subscription)
    return uses


def _paid_with(method: _Reply | None, running: _Reply | None) -> list[_Reply] | None:
    """The running subscriptions that this method pays, as far as its own reply tells."""
    if method is None or running is None:
        return None
    handle, default = method["payment_method"], method["default"]
    own = (handle, None) if default else (handle,)
    return [one for one in running["items"] if one["payment_method"] in own]

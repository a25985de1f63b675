"""The payment module: providers on and off, their keys, how the last contact with them went, and their webhooks."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import PasswordField
from wtforms.validators import InputRequired, Regexp

from services.gateway.admin.desk import Desk, staff_page
from services.gateway.asking import section
from services.gateway.error_texts import status_of, text_of
from services.gateway.forms import idempotency_key, problems_of
from services.gateway.payment_providers import PROVIDER_NAMES as NAMES
from shared.kernel.errors import DomainError, Kind, NotFound

blueprint = Blueprint("admin_payments", __name__, url_prefix="/admin/settings/payments")

CONTACT_PROBLEMS = {
    "provider_away": _("It could not be reached, or did not accept the key."),
    "provider_not_known_yet": _("It did not answer in time, or not in a way that we understand."),
}
WEBHOOK_PROBLEMS = {
    "no_secret": _("No secret is set here, so nobody could tell whether it was genuine."),
    "malformed": _("It was not sent as this provider sends its messages."),
    "wrong_signature": _(
        "It was not signed with the secret that is set here. Compare it with the one in your account with the provider."
    ),
    "too_old": _("It was sent more than five minutes before it came. Check the clock of the server."),
    "too_early": _(
        "By our clock it was sent more than five minutes from now. Check the clock of the server."
    ),
    "unreadable": _("It was signed as it should be, but we don't understand what it says."),
}
_SWITCHES = {"on": True, "off": False}
_NO_KEY = _("Please enter the key: 8 to 300 characters without blanks.")
_NO_SECRET = _("Please enter the secret as the provider shows it, from whsec_ to its end.")


class KeyForm(FlaskForm):
    """A provider's key. It is on no page, so that it is never shown again."""

    provider_key = PasswordField(
        _("New key"), [InputRequired(_NO_KEY), Regexp(r"^[\x21-\x7e]{8,300}\Z", message=_NO_KEY)]
    )


class WebhookSecretForm(FlaskForm):
    """What a provider signs its webhooks with. It is on no page, either."""

    webhook_secret = PasswordField(
        _("New secret"), [InputRequired(_NO_SECRET), Regexp(r"^[\x21-\x7e]{8,300}\Z", message=_NO_SECRET)]
    )


@blueprint.get("")
@staff_page
def show(desk: Desk) -> ResponseReturnValue:
    """All providers, and paying by transfer."""
    return _page(desk)


@blueprint.post("/<handle:provider>/switch")
@staff_page
def switch(desk: Desk, provider: str) -> ResponseReturnValue:
    """Offer a provider to customers, or no more."""
    chosen = request.form.get("on", "")
    if chosen not in _SWITCHES:
        abort(400)
    on = _SWITCHES[chosen]
    desk.call("payments", "switch_provider", provider=provider, on=on, key=idempotency_key())
    flash(
        gettext("The provider is on: customers can add payment methods there.")
        if on
        else gettext(
            "The provider is off: customers can add no payment methods there. What they have stays."
        ),
        "good",
    )
    return redirect(url_for(".show"), 303)


@blueprint.get("/<handle:provider>/key")
@staff_page(needs="payments.set_provider_key")
def ask_for_key(desk: Desk, provider: str) -> ResponseReturnValue:
    """The form for another key."""
    return _key_page(desk, provider, KeyForm(formdata=None))


@blueprint.post("/<handle:provider>/key")
@staff_page
def set_key(desk: Desk, provider: str) -> ResponseReturnValue:
    """Keep another key."""
    form = KeyForm()
    if not form.validate():
        return _key_page(desk, provider, form), 422
    try:
        desk.call(
            "payments",
            "set_provider_key",
            provider=provider,
            provider_key=form.provider_key.data,
            key=idempotency_key(),
        )
    except DomainError as error:
        if error.kind is Kind.REFUSED:
            raise
        return _key_page(desk, provider, form, text_of(error)), status_of(error)
    flash(gettext("The key is saved, encrypted. The next request to the provider uses it."), "good")
    return redirect(url_for(".show"), 303)


@blueprint.get("/<handle:provider>/key/remove")
@staff_page(needs="payments.remove_provider_key")
def ask_to_remove_key(desk: Desk, provider: str) -> ResponseReturnValue:
    """Say what forgetting the key means."""
    found = _one(desk, provider)
    if found["key"] is None or found["key"]["source"] != "stored":
        return redirect(url_for(".show"))
    return render_template("admin/settings/remove_key.html", provider=found, names=NAMES)


@blueprint.post("/<handle:provider>/key/remove")
@staff_page
def remove_key(desk: Desk, provider: str) -> ResponseReturnValue:
    """Forget the key."""
    try:
        desk.call("payments", "remove_provider_key", provider=provider, key=idempotency_key())
    except DomainError as error:
        if error.code != "no_provider_key":
            raise
        flash(text_of(error), "info")
    else:
        flash(gettext("The key is forgotten."), "good")
    return redirect(url_for(".show"), 303)


@blueprint.get("/<handle:provider>/webhook-secret")
@staff_page(needs="payments.set_webhook_secret")
def ask_for_webhook_secret(desk: Desk, provider: str) -> ResponseReturnValue:
    """The form for another secret."""
    return _secret_page(desk, provider, WebhookSecretForm(formdata=None))


@blueprint.post("/<handle:provider>/webhook-secret")
@staff_page
def set_webhook_secret(desk: Desk, provider: str) -> ResponseReturnValue:
    """Believe what is signed with another secret."""
    form = WebhookSecretForm()
    if not form.validate():
        return _secret_page(desk, provider, form), 422
    try:
        desk.call(
            "payments",
            "set_webhook_secret",
            provider=provider,
            webhook_secret=form.webhook_secret.data,
            key=idempotency_key(),
        )
    except DomainError as error:
        if error.code == "invalid_webhook_secret":
            form.webhook_secret.errors = [text_of(error)]
            return _secret_page(desk, provider, form), 422
        if error.kind is Kind.REFUSED:
            raise
        return _secret_page(desk, provider, form, text_of(error)), status_of(error)
    flash(
        gettext("The secret is saved, encrypted. From now on only what is signed with it is believed."),
        "good",
    )
    return redirect(url_for(".show"), 303)


@blueprint.get("/<handle:provider>/webhook-secret/remove")
@staff_page(needs="payments.remove_webhook_secret")
def ask_to_remove_webhook_secret(desk: Desk, provider: str) -> ResponseReturnValue:
    """Say what forgetting the secret means."""
    found = _one(desk, provider)
    secret = found["webhooks"]["secret"]
    if secret is None or secret["source"] != "stored":
        return redirect(url_for(".show"))
    return render_template("admin/settings/remove_webhook_secret.html", provider=found, names=NAMES)


@blueprint.post("/<handle:provider>/webhook-secret/remove")
@staff_page
def remove_webhook_secret(desk: Desk, provider: str) -> ResponseReturnValue:
    """Forget the secret."""
    try:
        desk.call("payments", "remove_webhook_secret", provider=provider, key=idempotency_key())
    except DomainError as error:
        if error.code != "no_webhook_secret":
            raise
        flash(text_of(error), "info")
    else:
        flash(gettext("The secret is forgotten."), "good")
    return redirect(url_for(".show"), 303)


def _page(desk: Desk) -> str:
    providers = desk.begin("payments", "list_providers")
    merchant = desk.begin("customers", "get_merchant")
    return render_template(
        "admin/settings/payments.html",
        providers=section(providers),
        merchant_now=section(merchant),
        may_change=desk.may("payments", "switch_provider"),
        names=NAMES,
        contact_problems=CONTACT_PROBLEMS,
        webhook_problems=WEBHOOK_PROBLEMS,
    )


def _key_page(desk: Desk, provider: str, form: KeyForm, *about_all: str) -> str:
    return render_template(
        "admin/settings/key.html",
        provider=_one(desk, provider),
        names=NAMES,
        form=form,
        problems=problems_of(form, *about_all),
    )


def _secret_page(desk: Desk, provider: str, form: WebhookSecretForm, *about_all: str) -> str:
    return render_template(
        "admin/settings/webhook_secret.html",
        provider=_one(desk, provider),
        names=NAMES,
        form=form,
        problems=problems_of(form, *about_all),
    )


def _one(desk: Desk, provider: str) -> dict[str, Any]:
    found = desk.call("payments", "list_providers")["items"]
    for each in found:
        if each["provider"] == provider:
            one: dict[str, Any] = each
            return one
    raise NotFound

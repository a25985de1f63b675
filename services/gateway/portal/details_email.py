"""A new address of the billing contact: waiting for it, and the page that confirms it.

Looking at that page changes nothing, only its button does; and it signs nobody in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.gateway.asking import Visit, call
from services.gateway.error_texts import status_of, text_of
from services.gateway.forms import idempotency_key
from services.gateway.visitors import current_session, signed_in
from shared.kernel.clock import utc_now
from shared.kernel.errors import DomainError, Kind

_PAGE = "/details/confirm/<string(maxlength=100):token>"

blueprint = Blueprint("details_email", __name__)


@dataclass(frozen=True, slots=True)
class Waiting:
    """The address that waits for its owner; ``is_over`` where its link has expired. ``expires_at`` is an ISO moment."""

    email: str
    expires_at: str
    is_over: bool


def waiting(group: dict[str, Any]) -> Waiting | None:
    """What waits in a bill group, None where nothing does."""
    # A customers service of before knows of no such thing.
    change = group.get("email_change")
    if change is None:
        return None
    expires_at = change["expires_at"]
    return Waiting(change["email"], expires_at, expires_at <= utc_now().isoformat())


def text_of_waiting(change: Waiting) -> str:
    """What has to be done for the new address to hold."""
    return gettext(
        "We have sent an e-mail to %(email)s. The new address holds once its link is followed; until then everything "
        "goes to the present one.",
        email=change.email,
    )


@blueprint.post("/details/email/resend")
@signed_in
def resend(visit: Visit) -> ResponseReturnValue:
    """Send another link."""
    try:
        group = visit.call("customers", "resend_email_change", key=idempotency_key())
    except DomainError as error:
        return _back(error)
    change = waiting(group)
    if change:
        flash(text_of_waiting(change), "info")
    return redirect(url_for("details.show"))


@blueprint.post("/details/email/withdraw")
@signed_in
def withdraw(visit: Visit) -> ResponseReturnValue:
    """Let the present address stay."""
    try:
        visit.call("customers", "withdraw_email_change", key=idempotency_key())
    except DomainError as error:
        return _back(error)
    flash(gettext("Your e-mail address stays as it is."))
    return redirect(url_for("details.show"))


@blueprint.get(_PAGE)
def show(token: str) -> ResponseReturnValue:
    """Say which address is to be confirmed."""
    return _page(token)


@blueprint.post(_PAGE)
def confirm(token: str) -> ResponseReturnValue:
    """Let the new address hold. Who confirms it in their own session stays signed in."""
    current_session()
    try:
        confirmed = call("customers", "confirm_email", token=token, key=idempotency_key())
    except DomainError as error:
        if error.kind is not Kind.REFUSED:
            raise
        return _page(token)
    return render_template("details/confirmed.html", confirmed=confirmed)


@blueprint.after_request
def keep_secret(response: Response) -> Response:
    """The address is a secret: no other address is to learn of it."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _page(token: str) -> ResponseReturnValue:
    try:
        link = call("customers", "get_email_change", token=token)
    except DomainError as error:
        if error.kind is not Kind.REFUSED:
            raise
        return render_template("details/confirm_over.html", state="unknown"), 404
    if link["state"] != "open":
        return render_template("details/confirm_over.html", state=link["state"]), 410
    return render_template("details/confirm.html", email=link["email"])


def _back(error: DomainError) -> ResponseReturnValue:
    """To the details, with what is to be said: there is no form in which it could stand."""
    if status_of(error) not in (409, 429):
        raise error
    flash(text_of(error), "warn")
    return redirect(url_for("details.show"))

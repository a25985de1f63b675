"""Forms that come when nobody is signed in any more: nothing that was typed is lost.

Auth keeps such a form for this browser and for the bill group of the session that ended. After signing in its page
(``portal.kept_forms``) offers to send it on to where it was going, under its own idempotency key.
"""

from __future__ import annotations

from contextlib import suppress

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.gateway.addresses import here, is_page
from services.gateway.asking import Visit, call
from services.gateway.cookies import browser_token, session_token, set_cookie
from services.gateway.forms import Fields, fields_to_send_again
from shared.kernel.errors import DomainError
from shared.kernel.ids import is_handle, new_token

# The field by which a kept form names itself when it is sent on.
FIELD = "kept_form"


def ask_to_sign_in() -> ResponseReturnValue:
    """Send the visitor to sign in, after which they find this request's form again.

    What auth can't keep stays on the page that answers.
    """
    fields = fields_to_send_again()
    if fields is None:
        flash(gettext("You were signed out meanwhile. Nothing was changed."), "info")
        page = here() if is_page(here()) else url_for("overview.show")
        return redirect(url_for("sign_in.email", next=page))
    browser = browser_token() or new_token()
    form = _keep(fields, browser)
    if form is None:
        return render_template("errors/signed_out.html", fields=fields, address=here()), 403
    flash(
        gettext("You were signed out meanwhile. What you entered is kept: sign in, then you can send it."),
        "info",
    )
    response = redirect(url_for("sign_in.email", next=url_for("kept_forms.show", form=form)))
    set_cookie(response, "browser", browser)
    return response


def forget_sent(visit: Visit) -> None:
    """Keep no longer what this request has brought to where it was going."""
    form, browser = request.form.get(FIELD, ""), browser_token()
    if is_handle(form) and browser:
        # If it stays, it goes by itself in half an hour.
        with suppress(DomainError):
            visit.call("auth", "drop_form", form=form, browser=browser)


def _keep(fields: Fields, browser: str) -> str | None:
    """The handle of the form, or None where it is not kept: its session is unknown, it is too large, auth is away."""
    token = session_token()
    if token is None:
        return None
    sent = [{"name": name, "value": value} for name, value in fields]
    try:
        kept = call("auth", "keep_form", token=token, browser=browser, path=here(), fields=sent)
    except DomainError:
        return None
    return str(kept["form"])

"""What was being done when a session ended: kept, shown after signing in, and sent on by a button."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import HTTPException

from services.gateway.addresses import is_page
from services.gateway.asking import Visit
from services.gateway.cookies import browser_token
from services.gateway.kept_forms import FIELD
from services.gateway.visitors import signed_in
from shared.kernel.errors import DomainError
from shared.kernel.ids import new_token

# What is done where a form goes, and by which action of several; for others the section is named that they belong to.
DOING = {
    "details.change_contact": _("Change a contact"),
    "details.remove_shipping_contact": _("Remove the shipping contact"),
    "details.change_numbers": _("Change the numbers for your invoices"),
    "details_email.resend": _("Have the new e-mail address confirmed"),
    "details_email.withdraw": _("Keep the present e-mail address"),
    "preferences.change": _("Change language, time zone and e-mails"),
    "auto_pay.change": _("Switch automatic payment"),
    "payment_methods.begin": _("Add a payment method"),
    "payment_methods.make_default": _("Choose the default payment method"),
    "payment_methods.confirm_removal": _("Remove a payment method"),
    "subscription_actions.confirm.pause": _("Pause a subscription"),
    "subscription_actions.confirm.resume": _("Resume a subscription"),
    "subscription_actions.confirm.cancel": _("Cancel a subscription"),
    "subscription_actions.confirm.uncancel": _("Take back a cancellation"),
    "sessions.end": _("End a session"),
    "sessions.end_others": _("End all other sessions"),
}

blueprint = Blueprint("kept_forms", __name__, url_prefix="/kept")


@blueprint.get("/<handle:form>")
@signed_in
def show(visit: Visit, form: str) -> ResponseReturnValue:
    """Say what was being done, and offer to send it on. What was entered is not shown."""
    try:
        kept = visit.call("auth", "get_form", form=form, browser=browser_token() or new_token())
    except DomainError as error:
        if error.code != "not_found":
            raise
        flash(gettext("What was entered before is not kept any more. Nothing was changed."), "info")
        return redirect(url_for("overview.show"))
    path = kept["path"]
    return render_template(
        "sign_in/kept.html",
        form=kept,
        field=FIELD,
        doing=_doing(path),
        page=path if is_page(path) else None,
    )


@blueprint.post("/<handle:form>/drop")
@signed_in
def drop(visit: Visit, form: str) -> ResponseReturnValue:
    """Throw it away."""
    visit.call("auth", "drop_form", form=form, browser=browser_token() or new_token())
    flash(gettext("What you entered is thrown away. Nothing was changed."), "info")
    return redirect(url_for("overview.show"), 303)


def _doing(path: str) -> str | None:
    """What a form does that goes to ``path``; None where nobody can say."""
    place = urlsplit(path).path
    adapter = current_app.create_url_adapter(request)
    assert adapter is not None
    try:
        endpoint, values = adapter.match(place, method="POST")
    except HTTPException:
        return None
    text = DOING.get(f"{endpoint}.{values['action']}" if "action" in values else endpoint)
    if text is None:
        sections: Any = current_app.jinja_env.globals["sections"]
        text = next((each.label for each in sections if place.startswith(each.path)), None)
    return None if text is None else str(text)

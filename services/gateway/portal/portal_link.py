"""The portal link of a bill group: it leads to the sign-in for that one, and opens nothing by itself."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask import session as browser_memory
from flask.typing import ResponseReturnValue

from services.gateway.asking import call
from services.gateway.portal.sign_in import email_page, have_sent
from services.gateway.portal.sign_in_forms import EmailForm
from services.gateway.visitors import current_session, safe_next
from shared.kernel.errors import DomainError

_LINK = "/<string(maxlength=300):portal_link>"

blueprint = Blueprint("portal_link", __name__, url_prefix="/p")


@blueprint.get(_LINK)
def show(portal_link: str) -> ResponseReturnValue:
    """Ask for the address, or go on where somebody is signed in there already."""
    try:
        target = call("auth", "check_portal_link", portal_link=portal_link)
    except DomainError as error:
        return _wrong_link(error)
    session = current_session()
    if session and session["bill_group"] == target["bill_group"]:
        return redirect(url_for("overview.show"))
    browser_memory["next"] = safe_next(request.args.get("next"))
    browser_memory["portal_link"] = portal_link
    form = EmailForm(email=browser_memory.get("email", ""))
    return email_page(form, portal_link=portal_link, elsewhere=session)


@blueprint.post(_LINK)
def request_code(portal_link: str) -> ResponseReturnValue:
    """Have a code, a link or both sent to the address, for this bill group."""
    try:
        return have_sent(portal_link)
    except DomainError as error:
        return _wrong_link(error)


def _wrong_link(error: DomainError) -> ResponseReturnValue:
    """Raises ``error`` where it is about something else."""
    if error.code != "not_found":
        raise error
    return render_template("sign_in/wrong_portal_link.html"), 404

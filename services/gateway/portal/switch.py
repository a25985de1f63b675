"""Switching to another account, for those to whom several are open."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.gateway.asking import Visit
from services.gateway.cookies import session_token
from services.gateway.visitors import signed_in, start_session
from shared.kernel.errors import DomainError
from shared.kernel.ids import is_handle

blueprint = Blueprint("switch", __name__, url_prefix="/switch")


@blueprint.get("")
@signed_in
def show(visit: Visit) -> ResponseReturnValue:
    """All that are open now. Whoever has one only has nothing to see here."""
    if not visit.session.get("may_switch"):
        return redirect(url_for("overview.show"))
    found = visit.call("auth", "list_entrances", session=visit.session["session"])["items"]
    accounts = [each["account"] for each in found]
    return render_template(
        "switch/show.html",
        entrances=found,
        # Where two are called the same, only their handles tell them apart.
        alike={account for account in accounts if accounts.count(account) > 1},
    )


@blueprint.post("")
@signed_in
def change(visit: Visit) -> ResponseReturnValue:
    """Go there: a new session with a new token, in place of this one."""
    wanted, token = request.form.get("to", ""), session_token()
    if not is_handle(wanted) or token is None:
        abort(400)
    try:
        session = visit.call("auth", "switch_bill_group", token=token, to=wanted)
    except DomainError as error:
        if error.code != "not_found":
            raise
        flash(gettext("This account is not open to you any more."), "bad")
        return redirect(url_for(".show"), 303)
    response = redirect(url_for("overview.show"), 303)
    start_session(response, session["token"])
    flash(gettext("You are now in the account %(account)s.", account=session["account"]))
    return response

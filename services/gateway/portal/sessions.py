"""Where the account is signed in, and ending that from afar."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from services.gateway.asking import Visit
from services.gateway.forms import idempotency_key
from services.gateway.user_agents import in_words
from services.gateway.visitors import end_session, signed_in

# How somebody got in.
WAYS = {
    "code": _("with a code from an e-mail"),
    "link": _("with a link from an e-mail"),
    "secret_link": _("with the personal link"),
    "password": _("with user name and password"),
    "app": _("from our app"),
}

blueprint = Blueprint("sessions", __name__, url_prefix="/sessions")


@blueprint.get("")
@signed_in
def show_all(visit: Visit) -> ResponseReturnValue:
    """The open sessions, this one first."""
    here = visit.session["session"]
    found = visit.call("auth", "list_sessions")["items"]
    return render_template(
        "sessions/list.html",
        sessions=sorted(found, key=lambda each: each["session"] != here),
        here=here,
        browser_of=in_words,
        ways=WAYS,
    )


@blueprint.post("/<handle:session>/end")
@signed_in
def end(visit: Visit, session: str) -> ResponseReturnValue:
    """End one session. Ending this one is signing out."""
    if session == visit.session["session"]:
        response = redirect(url_for("sign_in.email"))
        end_session(response)
        flash(gettext("You are signed out."))
        return response
    visit.call("auth", "revoke_session", session=session, key=idempotency_key())
    flash(gettext("The session is ended."))
    return redirect(url_for(".show_all"), 303)


@blueprint.post("/end-others")
@signed_in
def end_others(visit: Visit) -> ResponseReturnValue:
    """End all sessions but this one."""
    visit.call("auth", "revoke_other_sessions", session=visit.session["session"], key=idempotency_key())
    flash(gettext("All other sessions are ended."))
    return redirect(url_for(".show_all"), 303)

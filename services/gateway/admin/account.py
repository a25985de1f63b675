"""My account: what somebody of the staff does about their own access."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.gateway.admin.desk import Desk, end_staff_session, staff_page, start_staff_session
from services.gateway.admin.forms import WRONG_PASSWORD, ChangePasswordForm
from services.gateway.admin.staff_texts import ROLES, WAYS
from services.gateway.error_texts import status_of, text_of
from services.gateway.forms import idempotency_key, problems_of
from services.gateway.user_agents import in_words
from shared.kernel.errors import DomainError

blueprint = Blueprint("admin_account", __name__, url_prefix="/admin/account")


@blueprint.get("")
@staff_page
def show(desk: Desk) -> ResponseReturnValue:
    """Password, second factor, and where they are signed in."""
    account = desk.begin("auth", "get_staff_account")
    sessions = desk.begin("auth", "list_staff_sessions")
    here = desk.session["session"]
    return render_template(
        "admin/account/show.html",
        account=account.result(),
        sessions=sorted(sessions.result()["items"], key=lambda each: each["session"] != here),
        here=here,
        role=ROLES[desk.session["role"]],
        ways=WAYS,
        browser_of=in_words,
    )


@blueprint.get("/password")
@staff_page
def ask_password(desk: Desk) -> ResponseReturnValue:
    """The form for another password."""
    del desk
    return _password_page(ChangePasswordForm(formdata=None))


@blueprint.post("/password")
@staff_page
def change_password(desk: Desk) -> ResponseReturnValue:
    """Another password: all other sessions end, and this one goes on under a new token."""
    form = ChangePasswordForm()
    if not form.validate():
        return _password_page(form, 422)
    try:
        signed_in = desk.call(
            "auth",
            "change_staff_password",
            password=form.present_password.data,
            new_password=form.password.data,
        )
    except DomainError as error:
        if error.code == "weak_password":
            form.password.errors = [text_of(error)]
        elif error.code in ("wrong_password", "too_many_requests"):
            is_wrong = error.code == "wrong_password"
            form.present_password.errors = [str(WRONG_PASSWORD) if is_wrong else text_of(error)]
        else:
            raise
        return _password_page(form, status_of(error))
    response = redirect(url_for(".show"), 303)
    start_staff_session(response, signed_in["token"])
    flash(gettext("Your password is changed. All your other sessions are ended."))
    return response


@blueprint.post("/sessions/<handle:session>/end")
@staff_page
def end_session(desk: Desk, session: str) -> ResponseReturnValue:
    """End one session. Ending this one is signing out."""
    if session == desk.session["session"]:
        response = redirect(url_for("admin_sign_in.ask"), 303)
        end_staff_session(response)
        flash(gettext("You are signed out."))
        return response
    desk.call("auth", "revoke_staff_session", session=session, key=idempotency_key())
    flash(gettext("The session is ended."))
    return redirect(url_for(".show"), 303)


@blueprint.post("/sessions/end-others")
@staff_page
def end_others(desk: Desk) -> ResponseReturnValue:
    """End all sessions but this one."""
    desk.call("auth", "revoke_other_staff_sessions", key=idempotency_key())
    flash(gettext("All other sessions are ended."))
    return redirect(url_for(".show"), 303)


def _password_page(form: ChangePasswordForm, status: int = 200) -> ResponseReturnValue:
    page = render_template("admin/account/password.html", form=form, problems=problems_of(form))
    return page, status

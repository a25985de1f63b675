"""Signing in with an e-mail address and what is sent to it, a one-time code or a link; and signing out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, get_flashed_messages, redirect, render_template, request, url_for
from flask import session as browser_memory
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.gateway.asking import call
from services.gateway.cookies import browser_token, session_token, set_cookie
from services.gateway.error_texts import TEXTS, status_of, text_of
from services.gateway.languages import current_language
from services.gateway.merchant import current_merchant
from services.gateway.own_texts import own_text
from services.gateway.portal.preferences import take_over_language
from services.gateway.portal.sign_in_forms import CodeForm, EmailForm
from services.gateway.visitors import current_session, end_session, safe_next, start_session
from shared.kernel.errors import DomainError
from shared.kernel.ids import new_token
from shared.placeholders import values

# Why a code that was sent is of no use any more.
_OVER = {"expired": "code_expired", "used": "code_used", "worn_out": "too_many_attempts"}

blueprint = Blueprint("sign_in", __name__)
blueprint.add_app_template_global(lambda: way_in(browser_memory.get("next")), "way_in")


@blueprint.get("/")
def start() -> ResponseReturnValue:
    """To the portal, or to its door."""
    return redirect(url_for("overview.show" if current_session() else "sign_in.email"))


@blueprint.get("/login")
def email() -> ResponseReturnValue:
    """Ask for the address."""
    target = safe_next(request.args.get("next"))
    if current_session():
        return redirect(target)
    browser_memory["next"] = target
    browser_memory.pop("portal_link", None)
    ways = current_merchant()["sign_in_ways"]
    if "password" in ways and not {"code", "link"} & set(ways):
        return redirect(url_for("sign_in_password.ask"))
    form = EmailForm(email=browser_memory.get("email", ""))
    # Whoever still shows a session's token was signed in here, and may wonder, if nothing else tells them.
    has_ended = session_token() is not None and not get_flashed_messages()
    return email_page(form, has_ended=has_ended)


@blueprint.post("/login")
def request_code() -> ResponseReturnValue:
    """Have a code, a link or both sent to the address."""
    return have_sent()


def have_sent(portal_link: str | None = None) -> ResponseReturnValue:
    """Have a code, a link or both sent to the address in the form; with ``portal_link``, for that bill group only."""
    form = EmailForm()
    if not form.validate():
        return email_page(form, 422, portal_link=portal_link)
    browser = browser_token() or new_token()
    try:
        challenge = call(
            "auth",
            "request_code",
            email=form.email.data.strip(),
            browser=browser,
            language=current_language(),
            portal_link=portal_link,
        )
    except DomainError as error:
        if error.code == "not_found":
            raise
        form.email.errors = [text_of(error)]
        return email_page(form, status_of(error), portal_link=portal_link)
    browser_memory["email"] = challenge["email"]
    browser_memory["challenge"] = challenge["challenge"]
    response = redirect(url_for("sign_in.code"))
    set_cookie(response, "browser", browser)
    return response


@blueprint.get("/login/code")
def code() -> ResponseReturnValue:
    """Ask for the code, or to open the link. The page may be loaded again: what it knows is auth's."""
    return _code_page(CodeForm(formdata=None))


@blueprint.post("/login/code")
def verify_code() -> ResponseReturnValue:
    """Sign in with the code."""
    form = CodeForm()
    if not form.validate():
        return _code_page(form, 422)
    try:
        session = call("auth", "verify_code", **_challenge(), code=form.code.data)
    except DomainError as error:
        if error.code == "not_found":
            return _start_again()
        form.code.errors = [text_of(error)]
        return _code_page(form, status_of(error))
    response = redirect(safe_next(browser_memory.get("next")))
    start_session(response, session["token"])
    take_over_language(response, session)
    return response


@blueprint.post("/login/code/resend")
def resend_code() -> ResponseReturnValue:
    """Have a new e-mail sent, which ends the one before; auth refuses before its time."""
    try:
        challenge = call("auth", "resend_code", **_challenge())
    except DomainError as error:
        if error.code == "not_found":
            return _start_again()
        flash(text_of(error), "bad")
        return redirect(url_for("sign_in.code"))
    browser_memory["challenge"] = challenge["challenge"]
    flash(gettext("A new e-mail is on its way. The one before is no longer of use."))
    return redirect(url_for("sign_in.code"))


@blueprint.post("/logout")
def sign_out() -> ResponseReturnValue:
    """End the session, here and in auth."""
    response = redirect(url_for("sign_in.email"))
    end_session(response)
    flash(gettext("You are signed out."))
    return response


def email_page(
    form: EmailForm,
    status: int = 200,
    *,
    has_ended: bool = False,
    portal_link: str | None = None,
    elsewhere: dict[str, Any] | None = None,
) -> ResponseReturnValue:
    """Where the address is asked for: of one whose session has ended, or who is signed in ``elsewhere``."""
    said = own_text("sign_in_page", values.of_company(current_merchant()["company"]))
    page = render_template(
        "sign_in/email.html",
        form=form,
        own_text=said,
        has_ended=has_ended,
        portal_link=portal_link,
        elsewhere=elsewhere,
    )
    return page, status


def _code_page(form: CodeForm, status: int = 200) -> ResponseReturnValue:
    try:
        challenge = call("auth", "get_challenge", **_challenge())
    except DomainError as error:
        if error.code == "not_found":
            return _start_again()
        raise
    over = _OVER.get(challenge["state"])
    if over and not form.code.errors:
        form.code.errors = [str(TEXTS[over])]
    return render_template("sign_in/code.html", form=form, challenge=challenge), status


def _start_again() -> ResponseReturnValue:
    """This browser has asked for nothing, or so long ago that nobody knows of it any more.

    It may have signed in meanwhile, with the link in another tab.
    """
    target = browser_memory.get("next")
    if current_session():
        return redirect(safe_next(target))
    flash(gettext("Please enter your e-mail address to sign in."), "bad")
    return redirect(way_in(target))


def way_in(target: str | None) -> str:
    """The page to begin anew at: that of the portal link with which the sign-in began, if it did."""
    portal_link = browser_memory.get("portal_link")
    if portal_link:
        return url_for("portal_link.show", portal_link=portal_link)
    return url_for("sign_in.email", next=target)


def _challenge() -> dict[str, Any]:
    """What this browser asked for. Made up where it asked for nothing: auth then finds nothing."""
    return {
        "challenge": browser_memory.get("challenge", "none"),
        "browser": browser_token() or new_token(),
    }

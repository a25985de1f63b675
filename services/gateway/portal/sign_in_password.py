"""Signing in with a user name and password, and choosing another password when it is forgotten.

Looking at the link in the letter uses nothing up: only the form behind it does.
"""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask import session as browser_memory
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.gateway.asking import call
from services.gateway.error_texts import status_of, text_of
from services.gateway.forms import problems_of
from services.gateway.languages import current_language
from services.gateway.merchant import current_merchant
from services.gateway.portal.password_forms import ForgottenForm, ResetForm, SignInForm
from services.gateway.portal.preferences import take_over_language
from services.gateway.visitors import current_session, safe_next, start_session
from shared.kernel.errors import DomainError

blueprint = Blueprint("sign_in_password", __name__)

_RESET = "/password/reset/<string(maxlength=600):token>"


@blueprint.get("/login/password")
def ask() -> ResponseReturnValue:
    """Ask for user name and password."""
    if "next" in request.args:
        browser_memory["next"] = safe_next(request.args["next"])
    if current_session():
        return redirect(safe_next(browser_memory.get("next")))
    if not _is_offered():
        return redirect(url_for("sign_in.email"))
    return _sign_in_page(SignInForm(formdata=None))


@blueprint.post("/login/password")
def sign_in() -> ResponseReturnValue:
    """Sign in with them."""
    form = SignInForm()
    if not form.validate():
        return _sign_in_page(form, 422)
    try:
        session = call(
            "auth", "sign_in_with_password", user_name=form.user_name.data, password=form.password.data
        )
    except DomainError as error:
        form.password.errors = [text_of(error)]
        return _sign_in_page(form, status_of(error))
    response = redirect(safe_next(browser_memory.get("next")))
    start_session(response, session["token"])
    take_over_language(response, session)
    return response


@blueprint.get("/password/forgotten")
def forgotten() -> ResponseReturnValue:
    """Ask whose password it is."""
    if not _is_offered():
        return redirect(url_for("sign_in.email"))
    return _forgotten_page(ForgottenForm(formdata=None))


@blueprint.post("/password/forgotten")
def request_reset() -> ResponseReturnValue:
    """Have a letter with a link sent to the billing contact. Who that is is not said here."""
    form = ForgottenForm()
    if not form.validate():
        return _forgotten_page(form, 422)
    try:
        call(
            "auth",
            "request_password_reset",
            user_name=form.user_name.data,
            language=current_language(),
        )
    except DomainError as error:
        form.user_name.errors = [text_of(error)]
        return _forgotten_page(form, status_of(error))
    return render_template("password/sent.html")


@blueprint.get(_RESET)
def show_reset(token: str) -> ResponseReturnValue:
    """Ask for the new password."""
    return _reset_page(token, ResetForm(formdata=None))


@blueprint.post(_RESET)
def reset(token: str) -> ResponseReturnValue:
    """Set it. After that it is shown once more that it is known: by signing in with it."""
    form = ResetForm()
    if not form.validate():
        return _reset_page(token, form, 422)
    try:
        call("auth", "reset_password", token=token, new_password=form.new_password.data)
    except DomainError as error:
        if error.code != "reset_over":
            form.new_password.errors = [text_of(error)]
        return _reset_page(token, form, status_of(error))
    flash(gettext("Your new password is set. Please sign in with it."))
    return redirect(url_for(".ask"), 303)


@blueprint.after_request
def keep_secret(response: Response) -> Response:
    """The address in the letter sets a password: no other address is to learn of it."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _is_offered() -> bool:
    return "password" in current_merchant()["sign_in_ways"]


def _sign_in_page(form: SignInForm, status: int = 200) -> ResponseReturnValue:
    return render_template("password/sign_in.html", form=form), status


def _forgotten_page(form: ForgottenForm, status: int = 200) -> ResponseReturnValue:
    return render_template("password/forgotten.html", form=form), status


def _reset_page(token: str, form: ResetForm, status: int = 200) -> ResponseReturnValue:
    try:
        link = call("auth", "get_password_reset", token=token)
    except DomainError as error:
        if error.code != "reset_over":
            raise
        return render_template("password/reset_over.html"), 404
    page = render_template("password/reset.html", form=form, link=link, problems=problems_of(form))
    return page, status

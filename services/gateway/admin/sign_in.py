"""Signing in to the admin pages with an e-mail address and a password, and signing out."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import session as browser_memory
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.gateway.addresses import is_page
from services.gateway.admin.desk import (
    Desk,
    current_staff,
    end_staff_session,
    let_in,
    safe_admin_page,
    staff_page,
)
from services.gateway.admin.forms import SecondFactorForm, SignInForm
from services.gateway.asking import call
from services.gateway.cookies import staff_entry_token, staff_token
from services.gateway.error_texts import status_of, text_of
from shared.kernel.errors import DomainError, Kind

_CUSTOMERS = "/admin/customers"

blueprint = Blueprint("admin_sign_in", __name__, url_prefix="/admin")


@blueprint.get("")
@staff_page
def start(desk: Desk) -> ResponseReturnValue:
    """To the customers, for those who may see them."""
    if is_page(_CUSTOMERS) and desk.may("customers", "find_customers"):
        return redirect(_CUSTOMERS)
    return render_template("admin/welcome.html")


@blueprint.get("/login")
def ask() -> ResponseReturnValue:
    """Ask for address and password."""
    target = safe_admin_page(request.args.get("next"))
    if current_staff():
        return redirect(target)
    browser_memory["admin_next"] = target
    # Whoever still shows a session's token was signed in here, and may wonder.
    return _page(SignInForm(formdata=None), has_ended=staff_token() is not None)


@blueprint.post("/login")
def sign_in() -> ResponseReturnValue:
    """Sign in with the password."""
    form = SignInForm()
    if not form.validate():
        return _page(form, 422)
    try:
        signed_in = call("auth", "sign_in_staff", email=form.email.data.strip(), password=form.password.data)
    except DomainError as error:
        if error.code == "invalid_email":
            form.email.errors = [text_of(error)]
        elif error.kind is Kind.REFUSED or error.code == "too_many_requests":
            form.password.errors = [text_of(error)]
        else:
            raise
        return _page(form, status_of(error))
    return let_in(signed_in)


@blueprint.get("/login/code")
def ask_code() -> ResponseReturnValue:
    """Ask for the second factor."""
    return _code_page(SecondFactorForm(formdata=None)) if staff_entry_token() else _again()


@blueprint.post("/login/code")
def confirm() -> ResponseReturnValue:
    """Sign in with the second factor, after the password."""
    token = staff_entry_token()
    if token is None:
        return _again()
    form = SecondFactorForm()
    if not form.validate():
        return _code_page(form, 422)
    try:
        signed_in = call("auth", "confirm_staff_sign_in", token=token, code=form.code.data)
    except DomainError as error:
        if error.code == "sign_in_over":
            return _again()
        if error.kind is not Kind.REFUSED and error.code != "too_many_requests":
            raise
        form.code.errors = [text_of(error)]
        return _code_page(form, status_of(error))
    return let_in(signed_in)


@blueprint.post("/logout")
def sign_out() -> ResponseReturnValue:
    """End the session, here and in auth."""
    response = redirect(url_for(".ask"), 303)
    end_staff_session(response)
    flash(gettext("You are signed out."))
    return response


def _code_page(form: SecondFactorForm, status: int = 200) -> ResponseReturnValue:
    return render_template("admin/sign_in/code.html", form=form), status


def _again() -> ResponseReturnValue:
    flash(gettext("This took too long, or there were too many wrong codes. Please begin anew."), "bad")
    return redirect(url_for(".ask", next=browser_memory.get("admin_next")), 303)


def _page(form: SignInForm, status: int = 200, *, has_ended: bool = False) -> ResponseReturnValue:
    return render_template("admin/sign_in/login.html", form=form, has_ended=has_ended), status

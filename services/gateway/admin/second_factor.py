"""My second factor: set up with an authenticator app, and given up again."""

from __future__ import annotations

from io import BytesIO

import segno
from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.gateway.admin.desk import Desk, staff_page
from services.gateway.admin.forms import WRONG_PASSWORD, PasswordForm, SecondFactorForm
from services.gateway.error_texts import status_of, text_of
from services.gateway.forms import idempotency_key, problems_of
from shared.kernel.errors import DomainError

_PIXELS_OF_A_MODULE = 4

blueprint = Blueprint("admin_second_factor", __name__, url_prefix="/admin/account/second-factor")


@blueprint.get("")
@staff_page
def ask(desk: Desk) -> ResponseReturnValue:
    """Say what it is, and ask for the password before anything begins."""
    return _begin_page(desk, PasswordForm(formdata=None))


@blueprint.post("")
@staff_page
def begin(desk: Desk) -> ResponseReturnValue:
    """A new secret waits to be confirmed."""
    form = PasswordForm()
    if not form.validate():
        return _begin_page(desk, form, 422)
    try:
        desk.call("auth", "begin_second_factor", password=form.password.data, key=idempotency_key())
    except DomainError as error:
        return _begin_page(desk, form, _about_password(form, error))
    return redirect(url_for(".show"), 303)


@blueprint.get("/code")
@staff_page
def show(desk: Desk) -> ResponseReturnValue:
    """The secret for the app, and the question for its first code."""
    return _code_page(desk, SecondFactorForm(formdata=None))


@blueprint.get("/code.svg")
@staff_page
def picture(desk: Desk) -> ResponseReturnValue:
    """The secret as a QR code: black on white in light and dark, for that is what cameras read."""
    coming = desk.call("auth", "get_second_factor_to_come")
    drawn = BytesIO()
    segno.make(coming["uri"], error="m", micro=False).save(
        drawn, kind="svg", scale=_PIXELS_OF_A_MODULE, border=4, dark="#000", light="#fff", xmldecl=False
    )
    return Response(drawn.getvalue(), mimetype="image/svg+xml")


@blueprint.post("/code")
@staff_page
def confirm(desk: Desk) -> ResponseReturnValue:
    """The app has the secret: from now on it is asked for. The recovery codes are shown now, and never again."""
    form = SecondFactorForm()
    if not form.validate():
        return _code_page(desk, form, 422)
    try:
        codes = desk.call("auth", "confirm_second_factor", code=form.code.data, key=idempotency_key())
    except DomainError as error:
        if error.code == "no_second_factor_to_come":
            return _begin_anew(error)
        if error.code != "wrong_second_factor":
            raise
        form.code.errors = [text_of(error)]
        return _code_page(desk, form, status_of(error))
    return render_template("admin/account/recovery_codes.html", codes=codes["codes"])


@blueprint.get("/remove")
@staff_page
def ask_removal(desk: Desk) -> ResponseReturnValue:
    """Whether it is to be given up, and the password."""
    del desk
    return _removal_page(PasswordForm(formdata=None))


@blueprint.post("/remove")
@staff_page
def remove(desk: Desk) -> ResponseReturnValue:
    """It is asked for no more."""
    form = PasswordForm()
    if not form.validate():
        return _removal_page(form, 422)
    try:
        desk.call("auth", "drop_second_factor", password=form.password.data, key=idempotency_key())
    except DomainError as error:
        return _removal_page(form, _about_password(form, error))
    flash(gettext("The second factor is off. Your password alone signs you in."))
    return redirect(url_for("admin_account.show"), 303)


def _about_password(form: PasswordForm, error: DomainError) -> int:
    """Put a refusal next to the password; its HTTP status. Raises what is about something else."""
    if error.code not in ("wrong_password", "too_many_requests"):
        raise error
    is_wrong = error.code == "wrong_password"
    form.password.errors = [str(WRONG_PASSWORD) if is_wrong else text_of(error)]
    return status_of(error)


def _begin_page(desk: Desk, form: PasswordForm, status: int = 200) -> ResponseReturnValue:
    account = desk.call("auth", "get_staff_account")
    page = render_template(
        "admin/account/second_factor.html", form=form, account=account, problems=problems_of(form)
    )
    return page, status


def _code_page(desk: Desk, form: SecondFactorForm, status: int = 200) -> ResponseReturnValue:
    try:
        coming = desk.call("auth", "get_second_factor_to_come")
    except DomainError as error:
        if error.code != "no_second_factor_to_come":
            raise
        return _begin_anew(error)
    secret = coming["secret"]
    page = render_template(
        "admin/account/second_factor_code.html",
        form=form,
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        problems=problems_of(form),
    )
    return page, status


def _begin_anew(error: DomainError) -> ResponseReturnValue:
    """Nothing waits: it was confirmed in another window, or has waited too long."""
    flash(text_of(error), "info")
    return redirect(url_for(".ask"), 303)


def _removal_page(form: PasswordForm, status: int = 200) -> ResponseReturnValue:
    page = render_template("admin/account/remove_second_factor.html", form=form, problems=problems_of(form))
    return page, status

"""The page that a set-up link opens. Looking at it changes nothing: only its form uses the link up."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.gateway.admin.desk import let_in
from services.gateway.admin.forms import NewPasswordForm, OwnerForm
from services.gateway.asking import call
from services.gateway.error_texts import status_of, text_of
from services.gateway.forms import problems_of
from shared.kernel.errors import DomainError

# Next to which field an error stands.
_FIELDS = {
    "weak_password": "password",
    "invalid_email": "email",
    "email_taken": "email",
    "name_needed": "name",
}
_FEWEST = 20

blueprint = Blueprint("admin_set_up", __name__, url_prefix="/admin/set-up")


@blueprint.get("/<string(maxlength=200):token>")
def show(token: str) -> ResponseReturnValue:
    """Say whom the link is for, and ask for a password."""
    link = _link(token)
    if link is None:
        return _over()
    return _page(link, _form(link))


@blueprint.post("/<string(maxlength=200):token>")
def use(token: str) -> ResponseReturnValue:
    """Choose the password; from then on its owner is signed in."""
    link = _link(token)
    if link is None:
        return _over()
    form = _form(link)
    if not form.validate():
        return _page(link, form, 422)
    about = {"name": form.name.data, "email": form.email.data.strip()} if isinstance(form, OwnerForm) else {}
    try:
        signed_in = call("auth", "set_up_staff", token=token, password=form.password.data, **about)
    except DomainError as error:
        if error.code == "set_up_over":
            return _over()
        field = _FIELDS.get(error.code)
        if field is None or field not in form:
            raise
        form[field].errors = [text_of(error)]
        return _page(link, form, status_of(error))
    response = let_in(signed_in)
    if signed_in["session"]:
        flash(gettext("Your password is set, and you are signed in."))
    else:
        flash(gettext("Your password is set. To sign in, your second factor is needed, too."))
    return response


@blueprint.after_request
def keep_secret(response: Response) -> Response:
    """The address opens the admin pages: no other address is to learn of it."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _link(token: str) -> dict[str, Any] | None:
    if len(token) < _FEWEST:
        return None
    try:
        return call("auth", "get_staff_set_up", token=token)
    except DomainError as error:
        if error.code != "set_up_over":
            raise
        return None


def _form(link: dict[str, Any]) -> NewPasswordForm:
    return NewPasswordForm() if link["email"] else OwnerForm()


def _page(link: dict[str, Any], form: NewPasswordForm, status: int = 200) -> ResponseReturnValue:
    page = render_template("admin/sign_in/set_up.html", link=link, form=form, problems=problems_of(form))
    return page, status


def _over() -> ResponseReturnValue:
    return render_template("admin/sign_in/set_up_over.html"), 410

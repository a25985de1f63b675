"""The password of whoever is signed in: changed with the one before."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.gateway.asking import Visit
from services.gateway.error_texts import status_of, text_of
from services.gateway.forms import idempotency_key, problems_of, sent_before
from services.gateway.portal.password_forms import ChangeForm
from services.gateway.visitors import signed_in
from shared.kernel.errors import DomainError

# Next to which field an error stands.
_FIELDS = {"wrong_current_password": "current_password", "weak_password": "new_password"}

blueprint = Blueprint("password", __name__, url_prefix="/password")


@blueprint.get("")
@signed_in
def show(visit: Visit) -> ResponseReturnValue:
    """The form, for those who have a user name."""
    return _page(visit, ChangeForm(formdata=None))


@blueprint.post("")
@signed_in
def change(visit: Visit) -> ResponseReturnValue:
    """Set the new password."""
    form = ChangeForm()
    if not form.validate():
        return _page(visit, form, 422)
    try:
        visit.call(
            "auth",
            "change_password",
            current_password=form.current_password.data,
            new_password=form.new_password.data,
            key=idempotency_key(),
        )
    except DomainError as error:
        if error.code == "not_found":
            return _page(visit, form)
        form[_FIELDS.get(error.code, "current_password")].errors = [text_of(error)]
        return _page(visit, form, status_of(error), key=sent_before(error))
    flash(gettext("Your password is changed. Whoever was signed in with the old one is signed out."))
    return redirect("/sessions", 303)


def _page(visit: Visit, form: ChangeForm, status: int = 200, key: str | None = None) -> ResponseReturnValue:
    user_name = visit.call("auth", "get_user_name")["user_name"]
    page = render_template(
        "password/change.html", form=form, user_name=user_name, problems=problems_of(form), key=key
    )
    return page, status

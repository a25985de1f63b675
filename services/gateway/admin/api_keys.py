"""API keys: what programs of the merchant's may do, made and withdrawn."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from services.gateway.admin.desk import Desk, staff_page
from services.gateway.admin.naming import names_of
from services.gateway.admin.staff_forms import ApiKeyForm
from services.gateway.admin.staff_texts import AREAS, scope_text
from services.gateway.forms import idempotency_key, problems_of
from shared.contracts.scopes import IMPORT
from shared.kernel.clock import utc_now

_PER_PAGE = 50
_MOST_PAGES = 40

blueprint = Blueprint("admin_api_keys", __name__, url_prefix="/admin/api-keys")
blueprint.add_app_template_filter(scope_text, "scope_text")


@blueprint.get("")
@staff_page
def show_list(desk: Desk) -> ResponseReturnValue:
    """All keys, the newest first."""
    page = desk.call("auth", "list_api_keys", limit=_PER_PAGE, cursor=request.args.get("cursor"))
    return render_template(
        "admin/api_keys/list.html",
        keys=page["items"],
        next_cursor=page["next_cursor"],
        names=names_of(desk, (each["created_by"] for each in page["items"])),
        may_create=desk.may("auth", "create_api_key"),
        may_withdraw=desk.may("auth", "withdraw_api_key"),
    )


@blueprint.get("/new")
@staff_page(needs="auth.create_api_key")
def ask(desk: Desk) -> ResponseReturnValue:
    """The form for a new key."""
    del desk
    return _form_page(ApiKeyForm(formdata=None))


@blueprint.post("/new")
@staff_page(needs="auth.create_api_key")
def create(desk: Desk) -> ResponseReturnValue:
    """A new key. Its secret is shown now, and never again."""
    form = ApiKeyForm()
    if not form.validate():
        return _form_page(form, 422)
    days = int(form.days.data)
    # From midnight on, so that a form that is sent twice asks for the same.
    today = utc_now().replace(hour=0, minute=0, second=0, microsecond=0)
    made = desk.call(
        "auth",
        "create_api_key",
        name=form.name.data.strip(),
        scopes=form.scopes.data,
        expires_at=(today + timedelta(days=days)).isoformat() if days else None,
        key=idempotency_key(),
    )
    return render_template("admin/api_keys/created.html", made=made)


@blueprint.get("/<handle:api_key>/withdraw")
@staff_page(needs="auth.withdraw_api_key")
def ask_to_withdraw(desk: Desk, api_key: str) -> ResponseReturnValue:
    """Say what will happen."""
    return render_template("admin/api_keys/withdraw.html", key=_find(desk, api_key))


@blueprint.post("/<handle:api_key>/withdraw")
@staff_page(needs="auth.withdraw_api_key")
def withdraw(desk: Desk, api_key: str) -> ResponseReturnValue:
    """It opens nothing any more."""
    withdrawn = desk.call("auth", "withdraw_api_key", api_key=api_key, key=idempotency_key())
    flash(gettext("The key “%(name)s” is withdrawn: it opens nothing any more.", name=withdrawn["name"]))
    return redirect(url_for(".show_list"), 303)


def _find(desk: Desk, api_key: str) -> dict[str, Any]:
    """One of the keys. Raises NotFound."""
    cursor = None
    for _page in range(_MOST_PAGES):
        page = desk.call("auth", "list_api_keys", limit=100, cursor=cursor)
        for each in page["items"]:
            if each["api_key"] == api_key:
                return dict(each)
        cursor = page["next_cursor"]
        if cursor is None:
            break
    raise NotFound


def _form_page(form: ApiKeyForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "admin/api_keys/new.html", form=form, areas=AREAS, import_scope=IMPORT, problems=problems_of(form)
    )
    return page, status

"""Staff: who may come in to the admin pages, and as what."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.gateway.admin.desk import Desk, staff_page
from services.gateway.admin.staff_forms import InviteForm, MemberForm
from services.gateway.admin.staff_texts import ROLE_HINTS, ROLES
from services.gateway.error_texts import status_of, text_of
from services.gateway.forms import idempotency_key, problems_of, sent_before
from services.gateway.languages import LANGUAGES, current_language
from shared.kernel.errors import DomainError

# Next to which field an error stands.
_FIELDS = {"invalid_email": "email", "email_taken": "email", "name_needed": "name", "last_owner": "role"}
_MEMBER = "/<handle:staff>"

blueprint = Blueprint("admin_staff", __name__, url_prefix="/admin/staff")


@blueprint.get("")
@staff_page
def show_list(desk: Desk) -> ResponseReturnValue:
    """All staff, the newest first."""
    page = desk.call("auth", "list_staff", limit=50, cursor=request.args.get("cursor"))
    return render_template(
        "admin/staff/list.html",
        staff=page["items"],
        next_cursor=page["next_cursor"],
        roles=ROLES,
        may_invite=desk.may("auth", "invite_staff"),
    )


@blueprint.get("/new")
@staff_page(needs="auth.invite_staff")
def ask_to_invite(desk: Desk) -> ResponseReturnValue:
    """The form for a new colleague."""
    del desk
    return _invite_page(InviteForm(formdata=None, language=current_language(), role="support"))


@blueprint.post("/new")
@staff_page(needs="auth.invite_staff")
def invite(desk: Desk) -> ResponseReturnValue:
    """A new colleague, who gets a letter with a link."""
    form = InviteForm()
    if not form.validate():
        return _invite_page(form, 422)
    try:
        desk.call(
            "auth",
            "invite_staff",
            email=form.email.data.strip(),
            name=form.name.data,
            role=form.role.data,
            language=form.language.data,
            key=idempotency_key(),
        )
    except DomainError as error:
        return _invite_page(form, _refused(form, error), sent_before(error))
    flash(gettext("A letter with a link is on its way to %(email)s.", email=form.email.data.strip()))
    return redirect(url_for(".show_list"), 303)


@blueprint.get(_MEMBER)
@staff_page
def show(desk: Desk, staff: str) -> ResponseReturnValue:
    """Somebody, and what can be done about their access."""
    member = desk.call("auth", "get_staff", staff=staff)
    return _member_page(desk, member, MemberForm(formdata=None, name=member["name"], role=member["role"]))


@blueprint.post(_MEMBER)
@staff_page(needs="auth.change_staff")
def change(desk: Desk, staff: str) -> ResponseReturnValue:
    """Another name or role."""
    form = MemberForm()
    member = desk.call("auth", "get_staff", staff=staff)
    if not form.validate():
        return _member_page(desk, member, form, 422)
    try:
        desk.call(
            "auth",
            "change_staff",
            staff=staff,
            name=form.name.data,
            role=form.role.data,
            key=idempotency_key(),
        )
    except DomainError as error:
        return _member_page(desk, member, form, _refused(form, error), sent_before(error))
    flash(gettext("The changes are saved. They hold at once, for open sessions, too."))
    return redirect(url_for(".show", staff=staff), 303)


@blueprint.post(f"{_MEMBER}/link")
@staff_page(needs="auth.send_staff_link")
def send_link(desk: Desk, staff: str) -> ResponseReturnValue:
    """A letter with a new link, which ends the one before."""
    member = desk.call(
        "auth",
        "send_staff_link",
        staff=staff,
        drops_second_factor="drops_second_factor" in request.form,
        language=request.form.get("language", current_language()),
        key=idempotency_key(),
    )
    flash(gettext("A letter with a new link is on its way to %(email)s.", email=member["email"]))
    return redirect(url_for(".show", staff=staff), 303)


@blueprint.get(f"{_MEMBER}/deactivate")
@staff_page(needs="auth.deactivate_staff")
def ask_to_deactivate(desk: Desk, staff: str) -> ResponseReturnValue:
    """Say what will happen."""
    return _deactivate_page(desk, staff)


@blueprint.post(f"{_MEMBER}/deactivate")
@staff_page(needs="auth.deactivate_staff")
def deactivate(desk: Desk, staff: str) -> ResponseReturnValue:
    """They may enter no more."""
    try:
        member = desk.call("auth", "deactivate_staff", staff=staff, key=idempotency_key())
    except DomainError as error:
        if error.code != "last_owner":
            raise
        return _deactivate_page(desk, staff, text_of(error), status_of(error))
    flash(gettext("%(name)s may enter no more.", name=member["name"]))
    return redirect(url_for(".show", staff=staff), 303)


def _refused(form: InviteForm | MemberForm, error: DomainError) -> int:
    """Put what was refused next to its field; its HTTP status. Raises what belongs to none."""
    field = _FIELDS.get(error.code)
    if field is None or field not in form:
        raise error
    form[field].errors = [text_of(error)]
    return status_of(error)


def _invite_page(form: InviteForm, status: int = 200, key: str | None = None) -> ResponseReturnValue:
    page = render_template(
        "admin/staff/invite.html",
        form=form,
        roles=ROLES,
        hints=ROLE_HINTS,
        key=key,
        problems=problems_of(form),
    )
    return page, status


def _member_page(
    desk: Desk, member: dict[str, Any], form: MemberForm, status: int = 200, key: str | None = None
) -> ResponseReturnValue:
    page = render_template(
        "admin/staff/show.html",
        member=member,
        form=form,
        roles=ROLES,
        hints=ROLE_HINTS,
        all_languages=LANGUAGES,
        may_change=desk.may("auth", "change_staff"),
        key=key,
        problems=problems_of(form),
    )
    return page, status


def _deactivate_page(
    desk: Desk, staff: str, problem: str | None = None, status: int = 200
) -> ResponseReturnValue:
    member = desk.call("auth", "get_staff", staff=staff)
    page = render_template(
        "admin/staff/deactivate.html", member=member, problem=problem, is_me=staff == desk.staff
    )
    return page, status

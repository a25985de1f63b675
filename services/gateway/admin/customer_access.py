"""How a customer gets into the portal: secret link, user name and password, open sessions, preview."""

from __future__ import annotations

import re

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import Length, Optional, Regexp, ValidationError

from services.gateway.admin.desk import Desk, staff_page
from services.gateway.admin.naming import names_of
from services.gateway.asking import Pending, section
from services.gateway.error_texts import status_of, text_of
from services.gateway.forms import idempotency_key, problems_of
from services.gateway.portal.sessions import WAYS
from services.gateway.user_agents import in_words
from shared.contracts.auth_ways import LONGEST_LIFETIME_DAYS
from shared.kernel.errors import DomainError

blueprint = Blueprint(
    "admin_customer_access", __name__, url_prefix="/admin/customers/<handle:customer>/access"
)

_MAKE, _HAND_OUT = "auth.make_secret_link", "auth.hand_out_credentials"
_REVOKE, _WITHDRAW = "auth.revoke_secret_link", "auth.withdraw_credentials"
_END = "auth.revoke_customer_sessions"
_DAYS = re.compile(r"[0-9]{1,4}")
_NAME = _("3 to 64 letters, digits or . _ @ -, the first a letter or digit.")


class LinkForm(FlaskForm):
    """How long a new link is good."""

    days = StringField(_("Good for how many days"), [Optional()])

    def validate_days(self, field: StringField) -> None:
        """A whole number of days."""
        typed = field.data.strip()
        if not _DAYS.fullmatch(typed) or not 1 <= int(typed) <= LONGEST_LIFETIME_DAYS:
            raise ValidationError(_("Please enter a number of days from 1 to 3650, or nothing."))

    @property
    def lifetime(self) -> int | None:
        """Days, or None for no end."""
        typed = (self.days.data or "").strip()
        return int(typed) if typed else None


class CredentialsForm(FlaskForm):
    """The user name, if it is to be another than the generated one."""

    user_name = StringField(
        _("User name"),
        [Optional(), Length(3, 64, _NAME), Regexp(r"^\s*[A-Za-z0-9][A-Za-z0-9._@-]*\s*\Z", message=_NAME)],
    )


@blueprint.get("")
@staff_page
def show(desk: Desk, customer: str) -> ResponseReturnValue:
    """All ways in, and who is in."""
    shown = request.args.get("link") == "shown" and desk.may("auth", "get_secret_link")
    found = desk.begin("customers", "get_customer", customer=customer)
    link = (
        desk.begin("auth", "get_secret_link", customer=customer)
        if shown
        else desk.begin("auth", "get_secret_link_state", customer=customer)
    )
    credentials = desk.begin("auth", "get_credentials_state", customer=customer)
    known = found.result()
    sessions = {
        group: desk.begin("auth", "list_sessions", bill_group=group) for group in known["bill_groups"]
    }
    states = {"link": section(link), "credentials": section(credentials)}
    return render_template(
        "admin/customer_access/show.html",
        customer=known,
        **states,
        names=names_of(desk, (each["made_by"] for each in states.values() if each and each["made_by"])),
        sessions={group: section(each) for group, each in sessions.items()},
        ways=WAYS,
        browser_of=in_words,
        may_change=desk.may("auth", "make_secret_link"),
        may_preview=desk.may("auth", "start_preview"),
        may_end=desk.may("auth", "revoke_customer_sessions"),
    )


@blueprint.get("/secret-link")
@staff_page(needs=_MAKE)
def ask_for_link(desk: Desk, customer: str) -> ResponseReturnValue:
    """How long the link is to be good; and what becomes of the one before."""
    return _link_page(desk, customer, LinkForm(formdata=None))


@blueprint.post("/secret-link")
@staff_page(needs=_MAKE)
def make_link(desk: Desk, customer: str) -> ResponseReturnValue:
    """Make it, and show it."""
    form = LinkForm()
    if not form.validate():
        return _link_page(desk, customer, form, 422)
    desk.call(
        "auth",
        "make_secret_link",
        customer=customer,
        lifetime_days=form.lifetime,
        key=idempotency_key(),
    )
    flash(gettext("The secret link is made. One from before opens nothing any more."))
    return redirect(url_for(".show", customer=customer, link="shown"), 303)


@blueprint.get("/secret-link/revoke")
@staff_page(needs=_REVOKE)
def ask_to_revoke(desk: Desk, customer: str) -> ResponseReturnValue:
    """What revoking means."""
    return _confirm_page(desk, customer, "revoke")


@blueprint.post("/secret-link/revoke")
@staff_page(needs=_REVOKE)
def revoke_link(desk: Desk, customer: str) -> ResponseReturnValue:
    """Revoke it."""
    desk.call("auth", "revoke_secret_link", customer=customer, key=idempotency_key())
    return _back(customer, gettext("The secret link is revoked. Whoever came in with it is signed out."))


@blueprint.get("/credentials")
@staff_page(needs=_HAND_OUT)
def ask_for_credentials(desk: Desk, customer: str) -> ResponseReturnValue:
    """Which user name; and what becomes of the password before."""
    return _credentials_page(desk, customer, CredentialsForm(formdata=None))


@blueprint.post("/credentials")
@staff_page(needs=_HAND_OUT)
def hand_out(desk: Desk, customer: str) -> ResponseReturnValue:
    """Generate a password. It is shown on the page that answers, and on none after that."""
    form = CredentialsForm()
    if not form.validate():
        return _credentials_page(desk, customer, form, 422)
    try:
        handed = desk.call(
            "auth",
            "hand_out_credentials",
            customer=customer,
            user_name=(form.user_name.data or "").strip() or None,
            key=idempotency_key(),
        )
    except DomainError as error:
        if error.code != "user_name_taken":
            raise
        form.user_name.errors = [text_of(error)]
        return _credentials_page(desk, customer, form, status_of(error))
    known = desk.call("customers", "get_customer", customer=customer)
    return render_template("admin/customer_access/handed_out.html", customer=known, handed=handed)


@blueprint.get("/credentials/withdraw")
@staff_page(needs=_WITHDRAW)
def ask_to_withdraw(desk: Desk, customer: str) -> ResponseReturnValue:
    """What withdrawing means."""
    return _confirm_page(desk, customer, "withdraw")


@blueprint.post("/credentials/withdraw")
@staff_page(needs=_WITHDRAW)
def withdraw(desk: Desk, customer: str) -> ResponseReturnValue:
    """Withdraw the password."""
    desk.call("auth", "withdraw_credentials", customer=customer, key=idempotency_key())
    return _back(customer, gettext("The password is withdrawn. Whoever came in with it is signed out."))


@blueprint.get("/sessions/end")
@staff_page(needs=_END)
def ask_to_end(desk: Desk, customer: str) -> ResponseReturnValue:
    """What ending all sessions means."""
    return _confirm_page(desk, customer, "end")


@blueprint.post("/sessions/end")
@staff_page(needs=_END)
def end_sessions(desk: Desk, customer: str) -> ResponseReturnValue:
    """End all sessions of the customer."""
    desk.call("auth", "revoke_customer_sessions", customer=customer, key=idempotency_key())
    return _back(customer, gettext("All sessions of the customer are ended."))


def _link_page(desk: Desk, customer: str, form: LinkForm, status: int = 200) -> ResponseReturnValue:
    state = desk.begin("auth", "get_secret_link_state", customer=customer)
    return _form_page(desk, customer, "link", state, form, status)


def _credentials_page(
    desk: Desk, customer: str, form: CredentialsForm, status: int = 200
) -> ResponseReturnValue:
    state = desk.begin("auth", "get_credentials_state", customer=customer)
    return _form_page(desk, customer, "credentials", state, form, status)


def _form_page(
    desk: Desk, customer: str, name: str, state: Pending, form: FlaskForm, status: int
) -> ResponseReturnValue:
    """The page ``name`` with a form for something new, and the ``state`` of what there is already."""
    page = render_template(
        f"admin/customer_access/{name}.html",
        customer=desk.call("customers", "get_customer", customer=customer),
        found=state.result(),
        form=form,
        problems=problems_of(form),
    )
    return page, status


def _confirm_page(desk: Desk, customer: str, step: str) -> ResponseReturnValue:
    known = desk.call("customers", "get_customer", customer=customer)
    return render_template("admin/customer_access/confirm.html", customer=known, step=step)


def _back(customer: str, told: str) -> ResponseReturnValue:
    flash(told)
    return redirect(url_for(".show", customer=customer), 303)

"""The "Customer Portal" pages of a bill group: who may come in, whether anybody may, and the link that leads there."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from services.gateway.admin.desk import Desk, staff_page
from services.gateway.contact_forms import readable
from services.gateway.error_texts import FIELD_TEXTS, status_of, text_of
from services.gateway.forms import idempotency_key, problems_of, sent_before
from shared.kernel.errors import DomainError, NotFound

_MOST = 2000
# What is wrong with what was typed, and belongs next to it. All else concerns the page.
_ABOUT_WHAT_WAS_TYPED = frozenset(
    {
        "one_at_a_time",
        "invalid_domain",
        "invalid_email",
        "already_granted",
        "domain_granted",
        "too_many_rules",
    }
)

blueprint = Blueprint("admin_access", __name__, url_prefix="/admin/bill-groups/<handle:bill_group>/access")


def _typed(label: Any) -> StringField:
    too_long = Length(max=_MOST, message=FIELD_TEXTS["too_long"])
    return StringField(label, [InputRequired(FIELD_TEXTS["required"]), too_long, readable])


class AddressForm(FlaskForm):
    """One address to admit."""

    address = _typed(_("E-mail address"))


class DomainForm(FlaskForm):
    """One domain to admit."""

    domain = _typed(_("E-mail domain"))


@blueprint.get("")
@staff_page
def show(desk: Desk, bill_group: str) -> ResponseReturnValue:
    """Rules, switch, portal link and preview."""
    return _page(desk, bill_group)


@blueprint.get("/addresses")
@blueprint.get("/domains")
@staff_page
def show_again(desk: Desk, bill_group: str) -> ResponseReturnValue:
    """Where a form was refused, whoever loads the page anew or chooses another language begins anew."""
    del desk
    return redirect(url_for(".show", bill_group=bill_group))


@blueprint.post("/addresses")
@staff_page
def add_address(desk: Desk, bill_group: str) -> ResponseReturnValue:
    """Admit one address."""
    form = AddressForm()
    if not form.validate():
        return _page(desk, bill_group, form)
    try:
        desk.call(
            "auth",
            "grant_address",
            bill_group=bill_group,
            address=form.address.data,
            key=idempotency_key(),
        )
    except DomainError as error:
        return _page(desk, bill_group, form, error)
    flash(gettext("%(address)s has access now.", address=form.address.data.strip()))
    return _back(bill_group)


@blueprint.post("/domains")
@staff_page
def add_domain(desk: Desk, bill_group: str) -> ResponseReturnValue:
    """Admit a domain, or ask once more where it replaces addresses or is everybody's."""
    form = DomainForm()
    if not form.validate():
        return _page(desk, bill_group, form)
    try:
        desk.require("auth", "grant_domain")
        preview = desk.call("auth", "preview_domain_grant", bill_group=bill_group, domain=form.domain.data)
        if preview["covered"] or preview["is_public_provider"]:
            return redirect(url_for(".ask_for_domain", bill_group=bill_group, domain=preview["domain"]), 303)
        return _granted(desk, bill_group, preview["domain"], [])
    except DomainError as error:
        if error.code == "addresses_covered":
            # Added between the look and the grant.
            return redirect(url_for(".ask_for_domain", bill_group=bill_group, domain=form.domain.data), 303)
        return _page(desk, bill_group, form, error)


@blueprint.get("/domains/confirm")
@staff_page(needs="auth.grant_domain")
def ask_for_domain(desk: Desk, bill_group: str) -> ResponseReturnValue:
    """What granting a domain would replace, before it is done."""
    return _domain_page(desk, bill_group, request.args.get("domain", ""))


@blueprint.post("/domains/confirm")
@staff_page
def confirm_domain(desk: Desk, bill_group: str) -> ResponseReturnValue:
    """Grant a domain in place of the addresses that the page named; where there are others by now, show it again."""
    domain = request.form.get("domain", "")
    try:
        return _granted(desk, bill_group, domain, request.form.getlist("replaces"))
    except DomainError as error:
        if error.code != "addresses_covered":
            form = DomainForm(formdata=None, data={"domain": domain})
            return _page(desk, bill_group, form, error)
        return _domain_page(desk, bill_group, domain, error)


@blueprint.get("/rules/<handle:rule>/remove")
@staff_page(needs="auth.remove_access_rule")
def ask_to_remove(desk: Desk, bill_group: str, rule: str) -> ResponseReturnValue:
    """What removing a rule means, before it is done."""
    group = desk.begin("customers", "get_bill_group", bill_group=bill_group)
    found = desk.call("auth", "list_access_rules", bill_group=bill_group)["items"]
    wanted = next((each for each in found if each["rule"] == rule), None)
    if wanted is None:
        raise NotFound
    return render_template("admin/access/remove.html", group=group.result(), rule=wanted)


@blueprint.post("/rules/<handle:rule>/remove")
@staff_page
def remove(desk: Desk, bill_group: str, rule: str) -> ResponseReturnValue:
    """Remove a rule; whoever is signed in by it is signed out."""
    desk.call("auth", "remove_access_rule", bill_group=bill_group, rule=rule, key=idempotency_key())
    flash(gettext("The rule is removed. Whoever was signed in by it is signed out."))
    return _back(bill_group)


@blueprint.get("/switch")
@staff_page(needs="customers.change_bill_group")
def ask_to_switch(desk: Desk, bill_group: str) -> ResponseReturnValue:
    """What switching the portal off for this bill group means, before it is done."""
    group = desk.call("customers", "get_bill_group", bill_group=bill_group)
    return render_template("admin/access/switch.html", group=group)


@blueprint.post("/switch")
@staff_page
def switch(desk: Desk, bill_group: str) -> ResponseReturnValue:
    """Switch the portal on or off for this bill group."""
    access = "on" if request.form.get("access") == "on" else "off"
    desk.call("customers", "change_bill_group", bill_group=bill_group, access=access, key=idempotency_key())
    if access == "on":
        flash(gettext("The portal is switched on for this bill group."))
    else:
        flash(gettext("The portal is switched off for this bill group. Whoever was signed in is signed out."))
    return _back(bill_group)


def _granted(desk: Desk, bill_group: str, domain: str, replaces: list[str]) -> ResponseReturnValue:
    """Raises DomainError as the service does."""
    desk.call(
        "auth",
        "grant_domain",
        bill_group=bill_group,
        domain=domain,
        replaces=replaces,
        key=idempotency_key(),
    )
    flash(gettext("Everybody with an address of %(domain)s has access now.", domain=domain))
    return _back(bill_group)


def _back(bill_group: str) -> ResponseReturnValue:
    return redirect(url_for(".show", bill_group=bill_group), 303)


def _page(
    desk: Desk,
    bill_group: str,
    sent: AddressForm | DomainForm | None = None,
    error: DomainError | None = None,
) -> ResponseReturnValue:
    """The page; with the form that was ``sent``, what is wrong with it. Raises ``error`` where no form can help."""
    about_all = []
    if sent is not None and error is not None:
        if error.code in _ABOUT_WHAT_WAS_TYPED:
            (field,) = (each for each in sent if each.name in ("address", "domain"))
            field.errors = [text_of(error)]
        elif error.code in ("not_found", "not_allowed"):
            raise error
        else:
            about_all = [text_of(error)]
    asked = [
        desk.begin("customers", "get_bill_group", bill_group=bill_group),
        desk.begin("auth", "list_access_rules", bill_group=bill_group),
        desk.begin("auth", "get_portal_link", bill_group=bill_group),
        desk.begin("customers", "get_merchant"),
    ]
    group, rules, link, merchant = (each.result() for each in asked)
    page = render_template(
        "admin/access/show.html",
        group=group,
        customer=desk.call("customers", "get_customer", customer=group["customer"]),
        merchant_settings=merchant,
        rules=rules["items"],
        portal_link=link["url"],
        address_form=sent if isinstance(sent, AddressForm) else AddressForm(formdata=None),
        domain_form=sent if isinstance(sent, DomainForm) else DomainForm(formdata=None),
        problems=problems_of(sent, *about_all) if sent else [],
        key=sent_before(error) if error else None,
        may_change=desk.may("auth", "grant_address"),
        may_switch=desk.may("customers", "change_bill_group"),
        may_preview=desk.may("auth", "start_preview"),
    )
    if error is not None:
        return page, status_of(error)
    return page, 422 if sent else 200


def _domain_page(
    desk: Desk, bill_group: str, domain: str, error: DomainError | None = None
) -> ResponseReturnValue:
    """The addresses that the domain covers now. What can't be granted is told where it was typed."""
    group = desk.begin("customers", "get_bill_group", bill_group=bill_group)
    try:
        preview = desk.call("auth", "preview_domain_grant", bill_group=bill_group, domain=domain)
    except DomainError as refusal:
        return _page(desk, bill_group, DomainForm(formdata=None, data={"domain": domain}), refusal)
    page = render_template(
        "admin/access/domain.html",
        group=group.result(),
        preview=preview,
        problems=[{"text": text_of(error), "field": None}] if error else [],
    )
    return page, status_of(error) if error else 200

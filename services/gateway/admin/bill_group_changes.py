"""Changing what stands on the page of a bill group: contacts, numbers, settings, preferences."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.gateway.admin.customer_forms import BillGroupForm
from services.gateway.admin.desk import Desk, staff_page
from services.gateway.admin.saving import form_page, refused
from services.gateway.contact_forms import ContactForm, NumbersForm
from services.gateway.forms import idempotency_key, sent_version
from services.gateway.preference_forms import PreferencesForm, wishes_of
from shared.kernel.errors import DomainError

_ROLE = "<any(billing, shipping):role>"

blueprint = Blueprint(
    "admin_bill_group_changes", __name__, url_prefix="/admin/bill-groups/<handle:bill_group>"
)


@blueprint.get(f"/contacts/{_ROLE}")
@staff_page(needs="customers.change_contact")
def edit_contact(desk: Desk, bill_group: str, role: str) -> ResponseReturnValue:
    """The form for one contact; a new shipping contact begins with the billing contact's country."""
    group = _group(desk, bill_group)
    contact = group["contacts"][role] or {
        "address": {"country": group["contacts"]["billing"]["address"]["country"]}
    }
    return _page("contact", group, ContactForm.of(contact, role), group["version"], role=role)


@blueprint.post(f"/contacts/{_ROLE}")
@staff_page
def change_contact(desk: Desk, bill_group: str, role: str) -> ResponseReturnValue:
    """Save one contact, or show the form for the country that was chosen in it."""
    group, form = _group(desk, bill_group), ContactForm.sent(role)
    page = partial(_page, "contact", group, form, role=role)
    if "show" in request.form:
        return page(sent_version(), follows=True)
    if not form.validate():
        return page(sent_version())
    try:
        desk.call("customers", "change_contact", role=role, contact=form.contact(), **_seen(bill_group))
    except DomainError as error:
        stored = refused(error, form)
        if stored is None:
            return page(sent_version(), error)
        return page(stored["version"], error, form.other_than(stored["contacts"][role] or {}))
    flash(gettext("The contact is saved. It holds for later invoices and e-mails."))
    return _back(bill_group)


@blueprint.get("/contacts/shipping/remove")
@staff_page(needs="customers.remove_shipping_contact")
def ask_to_remove(desk: Desk, bill_group: str) -> ResponseReturnValue:
    """Say what removing the shipping contact means."""
    group = _group(desk, bill_group)
    if group["contacts"]["shipping"] is None:
        return _back(bill_group)
    return render_template("admin/bill_groups/remove_shipping.html", group=group)


@blueprint.post("/contacts/shipping/remove")
@staff_page
def remove_shipping_contact(desk: Desk, bill_group: str) -> ResponseReturnValue:
    """Deliver to the billing contact from now on."""
    desk.call("customers", "remove_shipping_contact", **_seen(bill_group))
    flash(gettext("The shipping contact is removed. Deliveries go to the billing contact."))
    return _back(bill_group)


@blueprint.get("/numbers")
@staff_page(needs="customers.change_numbers")
def edit_numbers(desk: Desk, bill_group: str) -> ResponseReturnValue:
    """The form for references and tax numbers."""
    group = _group(desk, bill_group)
    return _page("numbers", group, NumbersForm.of(group), group["version"])


@blueprint.post("/numbers")
@staff_page
def change_numbers(desk: Desk, bill_group: str) -> ResponseReturnValue:
    """Save references and tax numbers."""
    group, form = _group(desk, bill_group), NumbersForm()
    page = partial(_page, "numbers", group, form)
    if not form.validate():
        return page(sent_version())
    try:
        desk.call("customers", "change_numbers", **form.numbers(), **_seen(bill_group))
    except DomainError as error:
        stored = refused(error, form)
        if stored is None:
            return page(sent_version(), error)
        return page(stored["version"], error, form.other_than(stored))
    flash(gettext("The numbers are saved. They hold for later invoices."))
    return _back(bill_group)


@blueprint.get("/settings")
@staff_page(needs="customers.change_bill_group")
def edit_settings(desk: Desk, bill_group: str) -> ResponseReturnValue:
    """The form for language, time zone and the bill group's own switch for the portal."""
    group = _group(desk, bill_group)
    return _page("settings", group, BillGroupForm.of(group).offer(), group["version"])


@blueprint.post("/settings")
@staff_page
def change_settings(desk: Desk, bill_group: str) -> ResponseReturnValue:
    """Save them."""
    group, form = _group(desk, bill_group), BillGroupForm().offer()
    page = partial(_page, "settings", group, form)
    if not form.validate():
        return page(sent_version())
    try:
        desk.call("customers", "change_bill_group", **form.values(), **_seen(bill_group))
    except DomainError as error:
        stored = refused(error, form)
        if stored is None:
            return page(sent_version(), error)
        return page(stored["version"], error, form.other_than(stored))
    flash(gettext("The settings of the bill group are saved."))
    return _back(bill_group)


@blueprint.get(f"/preferences/{_ROLE}")
@staff_page(needs="customers.change_preferences")
def edit_preferences(desk: Desk, bill_group: str, role: str) -> ResponseReturnValue:
    """The form for what a contact would like."""
    group = _group(desk, bill_group)
    return _preferences_page(group, role, PreferencesForm.of(wishes_of(group, role)), group["version"])


@blueprint.post(f"/preferences/{_ROLE}")
@staff_page
def change_preferences(desk: Desk, bill_group: str, role: str) -> ResponseReturnValue:
    """Save what a contact would like."""
    group, form = _group(desk, bill_group), PreferencesForm()
    page = partial(_preferences_page, group, role, form)
    try:
        desk.call("customers", "change_preferences", role=role, **form.wishes(), **_seen(bill_group))
    except DomainError as error:
        stored = refused(error, form)
        if stored is None:
            return page(sent_version(), error)
        return page(stored["version"], error, form.other_than(wishes_of(stored, role)))
    flash(gettext("The preferences are saved."))
    return _back(bill_group)


def _group(desk: Desk, bill_group: str) -> dict[str, Any]:
    return desk.call("customers", "get_bill_group", bill_group=bill_group)


def _seen(bill_group: str) -> dict[str, Any]:
    """What each change says besides what it changes: the version that it was made from, and its key."""
    return {"bill_group": bill_group, "version": sent_version(), "key": idempotency_key()}


def _back(bill_group: str) -> ResponseReturnValue:
    return redirect(url_for("admin_bill_groups.show", bill_group=bill_group), 303)


def _page(
    name: str,
    group: dict[str, Any],
    form: Any,
    version: int,
    error: DomainError | None = None,
    meanwhile: dict[str, str] | None = None,
    **more: Any,
) -> ResponseReturnValue:
    template = f"admin/bill_groups/{name}.html"
    more.setdefault("follows", False)
    return form_page(template, (form,), version, error, meanwhile, form=form, group=group, **more)


def _preferences_page(
    group: dict[str, Any],
    role: str,
    form: PreferencesForm,
    version: int,
    error: DomainError | None = None,
    meanwhile: dict[str, str] | None = None,
) -> ResponseReturnValue:
    form.offer(group)
    return _page("preferences", group, form, version, error, meanwhile, role=role)

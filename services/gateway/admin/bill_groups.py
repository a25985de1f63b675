"""The page of a bill group, and changing what stands on it."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.gateway.admin.customer_forms import BillGroupForm, NewBillGroupForm, NoteForm
from services.gateway.admin.desk import Desk, staff_page
from services.gateway.admin.naming import names_of
from services.gateway.admin.presets import new_bill_group
from services.gateway.admin.saving import form_page, refused
from services.gateway.asking import section
from services.gateway.contact_forms import ContactForm, NumbersForm, sent_version
from services.gateway.forms import idempotency_key
from services.gateway.preference_forms import PreferencesForm, language_name, wishes_of, zone_name
from services.gateway.timeline import principals_of, told
from shared.contracts.contact_roles import CONTACT_ROLES
from shared.kernel.errors import DomainError

ROLE = "<any(billing, shipping):role>"
_SHOWN = 5

blueprint = Blueprint("admin_bill_groups", __name__, url_prefix="/admin")
blueprint.add_app_template_filter(language_name)
blueprint.add_app_template_filter(zone_name)


@blueprint.get("/bill-groups/<handle:bill_group>")
@staff_page
def show(desk: Desk, bill_group: str) -> ResponseReturnValue:
    """All that there is of a bill group; a part whose service is away says so, the others work."""
    getting = desk.begin("customers", "get_bill_group", bill_group=bill_group)
    subscriptions = desk.begin("subscriptions", "list_subscriptions", bill_group=bill_group, limit=_SHOWN)
    documents = desk.begin("invoices", "list_invoices", bill_group=bill_group, limit=_SHOWN)
    methods = desk.begin("payments", "list_payment_methods", bill_group=bill_group)
    happened = desk.begin("customers", "list_timeline", bill_group=bill_group, limit=_SHOWN)
    found = getting.result()
    timeline = section(happened)
    names = names_of(desk, principals_of(timeline))
    return render_template(
        "admin/bill_groups/show.html",
        group=found,
        subscriptions=section(subscriptions),
        documents=section(documents),
        methods=section(methods),
        timeline=told(timeline, names) if timeline else None,
        note=NoteForm(formdata=None),
        roles=[role for role in CONTACT_ROLES if found["contacts"][role]],
        may_change=desk.may("customers", "change_contact"),
        may_subscribe=desk.may("subscriptions", "create_subscription"),
        may_note=desk.may("customers", "add_note"),
    )


@blueprint.get("/customers/<handle:customer>/bill-groups/new")
@staff_page(needs="customers.create_bill_group")
def ask_for_new(desk: Desk, customer: str) -> ResponseReturnValue:
    """The form for one more bill group of a customer."""
    found = desk.call("customers", "get_customer", customer=customer)
    return _new_page(found, new_bill_group(), ContactForm.of({}, "billing"))


@blueprint.post("/customers/<handle:customer>/bill-groups/new")
@staff_page
def create(desk: Desk, customer: str) -> ResponseReturnValue:
    """Add the bill group."""
    found = desk.call("customers", "get_customer", customer=customer)
    group, contact = NewBillGroupForm().offer(), ContactForm.sent("billing")
    page = partial(_new_page, found, group, contact)
    if "show" in request.form:
        return page(follows=True)
    if not all([group.validate(), contact.validate()]):
        return page()
    try:
        made = desk.call(
            "customers",
            "create_bill_group",
            customer=customer,
            **group.values(),
            contacts={"billing": contact.contact()},
            key=idempotency_key(),
        )
    except DomainError as error:
        refused(error, group, contact)
        return page(error)
    flash(gettext("The bill group is added."))
    return redirect(url_for(".show", bill_group=made["bill_group"]), 303)


@blueprint.get(f"/bill-groups/<handle:bill_group>/contacts/{ROLE}")
@staff_page(needs="customers.change_contact")
def edit_contact(desk: Desk, bill_group: str, role: str) -> ResponseReturnValue:
    """The form for one contact; a new shipping contact begins with the billing contact's country."""
    group = _group(desk, bill_group)
    contact = group["contacts"][role] or {
        "address": {"country": group["contacts"]["billing"]["address"]["country"]}
    }
    return _page("contact", group, ContactForm.of(contact, role), group["version"], role=role)


@blueprint.post(f"/bill-groups/<handle:bill_group>/contacts/{ROLE}")
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
        _change(desk, bill_group, "change_contact", role=role, contact=form.contact())
    except DomainError as error:
        stored = refused(error, form)
        if stored is None:
            return page(sent_version(), error)
        return page(stored["version"], error, form.other_than(stored["contacts"][role] or {}))
    flash(gettext("The contact is saved. It holds for later invoices and e-mails."))
    return _back(bill_group)


@blueprint.get("/bill-groups/<handle:bill_group>/contacts/shipping/remove")
@staff_page(needs="customers.remove_shipping_contact")
def ask_to_remove(desk: Desk, bill_group: str) -> ResponseReturnValue:
    """Say what removing the shipping contact means."""
    group = _group(desk, bill_group)
    if group["contacts"]["shipping"] is None:
        return _back(bill_group)
    return render_template("admin/bill_groups/remove_shipping.html", group=group)


@blueprint.post("/bill-groups/<handle:bill_group>/contacts/shipping/remove")
@staff_page
def remove_shipping_contact(desk: Desk, bill_group: str) -> ResponseReturnValue:
    """Deliver to the billing contact from now on."""
    _change(desk, bill_group, "remove_shipping_contact")
    flash(gettext("The shipping contact is removed. Deliveries go to the billing contact."))
    return _back(bill_group)


@blueprint.get("/bill-groups/<handle:bill_group>/numbers")
@staff_page(needs="customers.change_numbers")
def edit_numbers(desk: Desk, bill_group: str) -> ResponseReturnValue:
    """The form for references and tax numbers."""
    group = _group(desk, bill_group)
    return _page("numbers", group, NumbersForm.of(group), group["version"])


@blueprint.post("/bill-groups/<handle:bill_group>/numbers")
@staff_page
def change_numbers(desk: Desk, bill_group: str) -> ResponseReturnValue:
    """Save references and tax numbers."""
    group, form = _group(desk, bill_group), NumbersForm()
    page = partial(_page, "numbers", group, form)
    if not form.validate():
        return page(sent_version())
    try:
        _change(desk, bill_group, "change_numbers", **form.numbers())
    except DomainError as error:
        stored = refused(error, form)
        if stored is None:
            return page(sent_version(), error)
        return page(stored["version"], error, form.other_than(stored))
    flash(gettext("The numbers are saved. They hold for later invoices."))
    return _back(bill_group)


@blueprint.get("/bill-groups/<handle:bill_group>/settings")
@staff_page(needs="customers.change_bill_group")
def edit_settings(desk: Desk, bill_group: str) -> ResponseReturnValue:
    """The form for language, time zone and the bill group's own switch for the portal."""
    group = _group(desk, bill_group)
    return _page("settings", group, BillGroupForm.of(group).offer(), group["version"])


@blueprint.post("/bill-groups/<handle:bill_group>/settings")
@staff_page
def change_settings(desk: Desk, bill_group: str) -> ResponseReturnValue:
    """Save them."""
    group, form = _group(desk, bill_group), BillGroupForm().offer()
    page = partial(_page, "settings", group, form)
    if not form.validate():
        return page(sent_version())
    try:
        _change(desk, bill_group, "change_bill_group", **form.values())
    except DomainError as error:
        stored = refused(error, form)
        if stored is None:
            return page(sent_version(), error)
        return page(stored["version"], error, form.other_than(stored))
    flash(gettext("The settings of the bill group are saved."))
    return _back(bill_group)


@blueprint.get(f"/bill-groups/<handle:bill_group>/preferences/{ROLE}")
@staff_page(needs="customers.change_preferences")
def edit_preferences(desk: Desk, bill_group: str, role: str) -> ResponseReturnValue:
    """The form for what a contact would like."""
    group = _group(desk, bill_group)
    return _preferences_page(group, role, PreferencesForm.of(wishes_of(group, role)), group["version"])


@blueprint.post(f"/bill-groups/<handle:bill_group>/preferences/{ROLE}")
@staff_page
def change_preferences(desk: Desk, bill_group: str, role: str) -> ResponseReturnValue:
    """Save what a contact would like."""
    group, form = _group(desk, bill_group), PreferencesForm()
    page = partial(_preferences_page, group, role, form)
    try:
        _change(desk, bill_group, "change_preferences", role=role, **form.wishes())
    except DomainError as error:
        stored = refused(error, form)
        if stored is None:
            return page(sent_version(), error)
        return page(stored["version"], error, form.other_than(wishes_of(stored, role)))
    flash(gettext("The preferences are saved."))
    return _back(bill_group)


@blueprint.post("/bill-groups/<handle:bill_group>/notes")
@staff_page
def add_note(desk: Desk, bill_group: str) -> ResponseReturnValue:
    """Put a note into the timeline."""
    form = NoteForm()
    if not form.validate() or not (form.text.data or "").strip():
        form.text.errors = form.text.errors or [gettext("Please fill this in.")]
        group = _group(desk, bill_group)
        return form_page("admin/bill_groups/note.html", (form,), None, form=form, group=group)
    desk.call("customers", "add_note", bill_group=bill_group, text=form.text.data, key=idempotency_key())
    flash(gettext("The note is kept. It stands in the timeline in a moment."))
    return _back(bill_group)


def _group(desk: Desk, bill_group: str) -> dict[str, Any]:
    return desk.call("customers", "get_bill_group", bill_group=bill_group)


def _change(desk: Desk, bill_group: str, method: str, **values: Any) -> dict[str, Any]:
    """One of the changes that are made from a version."""
    rest = {**values, "bill_group": bill_group, "version": sent_version(), "key": idempotency_key()}
    match method:
        case "change_contact":
            return desk.call("customers", "change_contact", **rest)
        case "remove_shipping_contact":
            return desk.call("customers", "remove_shipping_contact", **rest)
        case "change_numbers":
            return desk.call("customers", "change_numbers", **rest)
        case "change_bill_group":
            return desk.call("customers", "change_bill_group", **rest)
        case _:
            return desk.call("customers", "change_preferences", **rest)


def _back(bill_group: str) -> ResponseReturnValue:
    return redirect(url_for(".show", bill_group=bill_group), 303)


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


def _new_page(
    customer: dict[str, Any],
    group: NewBillGroupForm,
    contact: ContactForm,
    error: DomainError | None = None,
    *,
    follows: bool = False,
) -> ResponseReturnValue:
    return form_page(
        "admin/bill_groups/new.html",
        (group, contact),
        None,
        error,
        customer=customer,
        group=group,
        contact=contact,
        follows=follows,
    )

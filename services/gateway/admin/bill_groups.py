"""The page of a bill group, one more of them, and notes on it."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.gateway.admin.customer_forms import NewBillGroupForm, NoteForm
from services.gateway.admin.desk import Desk, staff_page
from services.gateway.admin.naming import names_of
from services.gateway.admin.presets import new_bill_group
from services.gateway.admin.saving import form_page, refused
from services.gateway.asking import section
from services.gateway.contact_forms import ContactForm
from services.gateway.forms import idempotency_key
from services.gateway.preference_forms import language_name, zone_name
from services.gateway.timeline import principals_of, told
from shared.contracts.contact_roles import CONTACT_ROLES
from shared.kernel.errors import DomainError

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


@blueprint.post("/bill-groups/<handle:bill_group>/notes")
@staff_page
def add_note(desk: Desk, bill_group: str) -> ResponseReturnValue:
    """Put a note into the timeline."""
    form = NoteForm()
    if not form.validate() or not (form.text.data or "").strip():
        form.text.errors = form.text.errors or [gettext("Please fill this in.")]
        group = desk.call("customers", "get_bill_group", bill_group=bill_group)
        return form_page("admin/bill_groups/note.html", (form,), None, form=form, group=group)
    desk.call("customers", "add_note", bill_group=bill_group, text=form.text.data, key=idempotency_key())
    flash(gettext("The note is kept. It stands in the timeline in a moment."))
    return redirect(url_for(".show", bill_group=bill_group), 303)


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

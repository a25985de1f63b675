"""The list of customers, a new one, and the page of each."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.gateway.addresses import is_page
from services.gateway.admin import finding
from services.gateway.admin.customer_forms import CustomerForm, NewBillGroupForm, SearchForm
from services.gateway.admin.desk import Desk, staff_page
from services.gateway.admin.naming import names_of
from services.gateway.admin.presets import new_bill_group
from services.gateway.admin.saving import form_page, refused
from services.gateway.asking import section
from services.gateway.contact_forms import ContactForm
from services.gateway.forms import idempotency_key, sent_version
from services.gateway.timeline import principals_of, told
from shared.kernel.errors import DomainError

blueprint = Blueprint("admin_customers", __name__, url_prefix="/admin/customers")

_SHOWN, _MOST_GROUPS = 5, 100
_NAMES = {"name": "customer_name"}


@blueprint.get("")
@staff_page
def show_list(desk: Desk) -> ResponseReturnValue:
    """Customers, found, filtered and sorted as the address says, a page at a time."""
    form = SearchForm(request.args)
    lost = not form.validate()
    asked = SearchForm().data if lost else form.data
    things = finding.look_for(desk, asked["q"] or "")
    try:
        found = _page(desk, asked, asked["cursor"] or None)
    except DomainError as error:
        if error.code != "invalid_cursor":
            raise
        found, lost = _page(desk, asked, None), True
    page = render_template(
        "admin/customers/list.html",
        form=form,
        found=found,
        narrowed=bool(asked["q"] or asked["access"]),
        things=finding.results(things),
        lost=lost,
        may_create=desk.may("customers", "create_customer"),
        may_import=desk.may("customers", "begin_import"),
    )
    return page, 400 if lost else 200


@blueprint.get("/new")
@staff_page(needs="customers.create_customer")
def ask_for_new(_desk: Desk) -> ResponseReturnValue:
    """The form for a customer with their first bill group."""
    return _new_page(CustomerForm(formdata=None), new_bill_group(), ContactForm.of({}, "billing"))


@blueprint.post("/new")
@staff_page
def create(desk: Desk) -> ResponseReturnValue:
    """Make the customer with their first bill group."""
    form, group, contact = CustomerForm(), NewBillGroupForm().offer(), ContactForm.sent("billing")
    page = partial(_new_page, form, group, contact)
    if "show" in request.form:
        return page(follows=True)
    # All of them, so that everything that is wrong is said at once.
    if not all([form.validate(), group.validate(), contact.validate()]):
        return page()
    new = {**group.values(), "contacts": {"billing": contact.contact()}}
    try:
        made = desk.call(
            "customers", "create_customer", **form.values(), bill_groups=[new], key=idempotency_key()
        )
    except DomainError as error:
        refused(error, form, group, contact, renamed=_NAMES)
        return page(error=error)
    flash(gettext("The customer is created."))
    return redirect(url_for(".show", customer=made["customer"]), 303)


@blueprint.get("/<handle:customer>")
@staff_page
def show(desk: Desk, customer: str) -> ResponseReturnValue:
    """All that there is of a customer; a part whose service is away says so, the others work."""
    getting = desk.begin("customers", "get_customer", customer=customer)
    groups = desk.begin("customers", "find_bill_groups", customer=customer, limit=_MOST_GROUPS)
    subscriptions = desk.begin("subscriptions", "find_subscriptions", customer=customer, limit=_SHOWN + 1)
    documents = desk.begin("invoices", "find_invoices", customer=customer, limit=_SHOWN + 1)
    happened = desk.begin("customers", "list_customer_timeline", customer=customer, limit=_SHOWN)
    found = getting.result()
    methods = {
        group: desk.begin("payments", "list_payment_methods", bill_group=group)
        for group in found["bill_groups"][:_SHOWN]
    }
    timeline = section(happened)
    names = names_of(desk, principals_of(timeline))
    return render_template(
        "admin/customers/show.html",
        customer=found,
        groups=section(groups),
        subscriptions=section(subscriptions),
        documents=section(documents),
        methods={group: section(pending) for group, pending in methods.items()},
        shown=_SHOWN,
        timeline=told(timeline, names) if timeline else None,
        has_keys=is_page(f"/admin/customers/{customer}/access"),
        may_change=desk.may("customers", "change_customer"),
        may_add=desk.may("customers", "create_bill_group"),
    )


@blueprint.get("/<handle:customer>/change")
@staff_page(needs="customers.change_customer")
def edit(desk: Desk, customer: str) -> ResponseReturnValue:
    """The form for name and access."""
    found = desk.call("customers", "get_customer", customer=customer)
    return _change_page(CustomerForm.of(found), found["version"], customer=found)


@blueprint.post("/<handle:customer>/change")
@staff_page
def change(desk: Desk, customer: str) -> ResponseReturnValue:
    """Save name and access."""
    form = CustomerForm()
    found = desk.call("customers", "get_customer", customer=customer)
    page = partial(_change_page, form, customer=found)
    if not form.validate():
        return page(sent_version())
    try:
        desk.call(
            "customers",
            "change_customer",
            customer=customer,
            **form.values(),
            version=sent_version(),
            key=idempotency_key(),
        )
    except DomainError as error:
        stored = refused(error, form, renamed=_NAMES)
        if stored is None:
            return page(sent_version(), error)
        return page(stored["version"], error, form.other_than(stored))
    flash(gettext("The customer is saved."))
    return redirect(url_for(".show", customer=customer), 303)


def _page(desk: Desk, asked: dict[str, Any], cursor: str | None) -> dict[str, Any] | None:
    wanted = {"q": asked["q"] or "", "access": asked["access"] or None, "sort": asked["sort"] or "-created"}
    return section(desk.begin("customers", "find_customers", **wanted, cursor=cursor))


def _new_page(
    form: CustomerForm,
    group: NewBillGroupForm,
    contact: ContactForm,
    error: DomainError | None = None,
    *,
    follows: bool = False,
) -> ResponseReturnValue:
    return form_page(
        "admin/customers/new.html",
        (form, group, contact),
        None,
        error,
        form=form,
        group=group,
        contact=contact,
        follows=follows,
    )


def _change_page(
    form: CustomerForm,
    version: int,
    error: DomainError | None = None,
    meanwhile: dict[str, str] | None = None,
    *,
    customer: dict[str, Any],
) -> ResponseReturnValue:
    return form_page(
        "admin/customers/change.html", (form,), version, error, meanwhile, form=form, customer=customer
    )

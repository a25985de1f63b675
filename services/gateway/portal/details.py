"""My details: the contacts and numbers that stand on invoices, and changing them."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf import FlaskForm

from services.gateway.asking import Visit
from services.gateway.contact_forms import ContactForm, NumbersForm
from services.gateway.error_texts import field_texts, status_of, text_of
from services.gateway.forms import idempotency_key, problems_of, sent_before, sent_version, show_errors
from services.gateway.merchant import current_merchant
from services.gateway.portal.details_email import text_of_waiting, waiting
from services.gateway.portal.preferences import summary
from services.gateway.postal import lines
from services.gateway.visitors import signed_in
from shared.kernel.errors import DomainError, Kind

ROLE = "<any(billing, shipping):role>"

blueprint = Blueprint("details", __name__)
blueprint.add_app_template_filter(lines, "postal_lines")


@blueprint.get("/details")
@signed_in
def show(visit: Visit) -> ResponseReturnValue:
    """The bill group with its contacts."""
    group = visit.call("customers", "get_bill_group")
    return render_template(
        "details/show.html", group=group, email_change=waiting(group), preferences=summary(visit, group)
    )


@blueprint.get(f"/details/{ROLE}")
@signed_in
def edit_contact(visit: Visit, role: str) -> ResponseReturnValue:
    """The form for one contact; a new shipping contact begins with the billing contact's country."""
    if not current_merchant()["customers_edit"]:
        return _not_here()
    group = visit.call("customers", "get_bill_group")
    contact = group["contacts"][role] or {
        "address": {"country": group["contacts"]["billing"]["address"]["country"]}
    }
    return _form_page("details/contact.html", ContactForm.of(contact, role), group["version"], role=role)


@blueprint.post(f"/details/{ROLE}")
@signed_in
def change_contact(visit: Visit, role: str) -> ResponseReturnValue:
    """Save one contact, or show the form for the country that was chosen in it."""
    form = ContactForm.sent(role)
    page = partial(_form_page, "details/contact.html", form, role=role)
    if "show" in request.form:
        return page(sent_version(), follows=True)
    if not form.validate():
        return page(sent_version())
    try:
        group = visit.call(
            "customers",
            "change_contact",
            role=role,
            contact=form.contact(),
            version=sent_version(),
            key=idempotency_key(),
        )
    except DomainError as error:
        stored = _refused(form, error)
        if stored is None:
            return page(sent_version(), error)
        return page(stored["version"], error, form.other_than(stored["contacts"][role] or {}))
    flash(gettext("Your details are saved. They hold for later invoices and e-mails."))
    change = waiting(group)
    if role == "billing" and change and form.email.data != group["contacts"]["billing"]["email"]:
        flash(text_of_waiting(change), "info")
    return redirect(url_for(".show"))


@blueprint.get("/details/shipping/remove")
@signed_in
def ask_to_remove(visit: Visit) -> ResponseReturnValue:
    """Say what removing the shipping contact means."""
    if not current_merchant()["customers_edit"]:
        return _not_here()
    group = visit.call("customers", "get_bill_group")
    if group["contacts"]["shipping"] is None:
        return redirect(url_for(".show"))
    return render_template("details/remove.html", group=group)


@blueprint.post("/details/shipping/remove")
@signed_in
def remove_shipping_contact(visit: Visit) -> ResponseReturnValue:
    """Deliver to the billing contact from now on."""
    visit.call("customers", "remove_shipping_contact", version=sent_version(), key=idempotency_key())
    flash(gettext("The shipping contact is removed. Deliveries go to the billing contact."))
    return redirect(url_for(".show"))


@blueprint.get("/details/numbers")
@signed_in
def edit_numbers(visit: Visit) -> ResponseReturnValue:
    """The form for references and tax numbers."""
    if not current_merchant()["customers_edit"]:
        return _not_here()
    group = visit.call("customers", "get_bill_group")
    return _form_page("details/numbers.html", NumbersForm.of(group), group["version"])


@blueprint.post("/details/numbers")
@signed_in
def change_numbers(visit: Visit) -> ResponseReturnValue:
    """Save references and tax numbers."""
    form = NumbersForm()
    page = partial(_form_page, "details/numbers.html", form)
    if not form.validate():
        return page(sent_version())
    try:
        visit.call(
            "customers", "change_numbers", **form.numbers(), version=sent_version(), key=idempotency_key()
        )
    except DomainError as error:
        stored = _refused(form, error)
        if stored is None:
            return page(sent_version(), error)
        return page(stored["version"], error, form.other_than(stored))
    flash(gettext("Your numbers are saved. They hold for later invoices."))
    return redirect(url_for(".show"))


def _not_here() -> ResponseReturnValue:
    """Back to the details, which offer no form where the merchant does not leave that to customers."""
    flash(text_of(DomainError("switched_off")), "bad")
    return redirect(url_for(".show"))


def _form_page(
    template: str,
    form: FlaskForm,
    version: int,
    error: DomainError | None = None,
    meanwhile: dict[str, str] | None = None,
    *,
    follows: bool = False,
    **more: str,
) -> ResponseReturnValue:
    """A form with all that was typed, what is wrong with it, and what somebody else saved meanwhile.

    ``follows``: it is shown anew because another country was chosen.
    """
    about_all = [text_of(error)] if error and not form.errors else []
    page = render_template(
        template,
        form=form,
        version=version,
        key=sent_before(error) if error else None,
        problems=problems_of(form, *about_all),
        meanwhile=meanwhile or {},
        follows=follows,
        **more,
    )
    return page, status_of(error) if error else 422 if form.errors else 200


def _refused(form: FlaskForm, error: DomainError) -> dict[str, Any] | None:
    """Mark in the form what ``error`` says about fields. Raises it where no form can help.

    Gives the bill group as it is by now, where somebody else has changed it.
    """
    if error.code == "changed_meanwhile":
        current: dict[str, Any] = error.params["current"]
        return current
    texts = field_texts(error)
    may_be_sent_again = error.code == "invalid_request" or error.kind in (Kind.RETRY, Kind.UNKNOWN)
    if not texts and not may_be_sent_again:
        raise error
    show_errors(form, texts)
    return None

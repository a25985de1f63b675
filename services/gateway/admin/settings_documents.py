"""How documents are numbered and paid."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from services.gateway.admin.desk import Desk, staff_page
from services.gateway.admin.settings import Merchant, SettingsPage
from services.gateway.contact_forms import readable
from services.gateway.error_texts import FIELD_TEXTS, field_texts
from services.gateway.forms import idempotency_key, sent_version, show_errors
from shared.contracts.invoice_documents import KINDS
from shared.kernel.errors import DomainError, Kind
from shared.kernel.numbering import MOST_CHARACTERS

blueprint = Blueprint("admin_documents", __name__, url_prefix="/admin/settings/documents")

_DAYS = _("Please enter a number of days from 0 to 365.")


def _pattern(label: Any) -> StringField:
    too_long = Length(max=MOST_CHARACTERS, message=FIELD_TEXTS["too_long"])
    return StringField(label, [InputRequired(FIELD_TEXTS["required"]), too_long, readable])


class DocumentsForm(FlaskForm):
    """Numbers and payment terms."""

    invoice = _pattern(_("Numbers of invoices"))
    credit_note = _pattern(_("Numbers of credit notes"))
    payment_days = IntegerField(
        _("Days to pay"), [InputRequired(_DAYS), NumberRange(min=0, max=365, message=_DAYS)]
    )
    pay_by_transfer = BooleanField(
        _("Show our bank account on invoices, so that they can be paid by transfer")
    )

    @classmethod
    def of(cls, merchant: Mapping[str, Any]) -> Self:
        """The form filled with the settings as the service tells them."""
        return cls(formdata=None, data=_flat(merchant))

    @property
    def numbering(self) -> dict[str, str]:
        """The patterns, by kind."""
        return {kind: self[kind].data or "" for kind in KINDS}

    def other_than(self, merchant: Mapping[str, Any]) -> dict[str, str]:
        """Field by field what ``merchant`` has where the form has something else, as people read it."""
        names = {True: gettext("On"), False: gettext("Off")}
        return {
            name: names[value] if isinstance(value, bool) else str(value)
            for name, value in _flat(merchant).items()
            if self[name].data != value
        }


@blueprint.get("")
@staff_page
def show(desk: Desk) -> ResponseReturnValue:
    """The patterns with the numbers that come next, and the payment terms."""
    merchant = desk.call("customers", "get_merchant")
    form = DocumentsForm.of(merchant)
    return _page(desk, form, merchant).show(form)


@blueprint.post("")
@staff_page
def save(desk: Desk) -> ResponseReturnValue:
    """Save it, or show which numbers would come next without saving anything."""
    form = DocumentsForm()
    if not form.validate() or "show" in request.form:
        return _page(desk, form).show(form, sent_version())
    try:
        desk.call(
            "customers",
            "set_documents",
            numbering=form.numbering,
            payment_days=form.payment_days.data,
            pay_by_transfer=form.pay_by_transfer.data,
            version=sent_version(),
            key=idempotency_key(),
        )
    except DomainError as error:
        return _page(desk, form).show_again(form, error)
    flash(
        gettext("The settings of documents are saved. They hold for documents that are issued from now on."),
        "good",
    )
    return redirect(url_for(".show"), 303)


def _page(desk: Desk, form: DocumentsForm, merchant: Merchant | None = None) -> SettingsPage:
    merchant = merchant or desk.call("customers", "get_merchant")
    more = {"next_numbers": _next_numbers(desk, form), "company": merchant["company"]}
    return SettingsPage("admin/settings/documents.html", "set_documents", desk, merchant, more)


def _next_numbers(desk: Desk, form: DocumentsForm) -> dict[str, str] | None:
    """The next number of each kind; None where there is no telling. What is no pattern is marked in the form."""
    if form.errors:
        return None
    try:
        numbers: dict[str, str] = desk.call("invoices", "preview_numbers", **form.numbering)
    except DomainError as error:
        if error.kind is Kind.REFUSED:
            show_errors(form, field_texts(error))
        return None
    return numbers


def _flat(merchant: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **merchant["numbering"],
        "payment_days": merchant["payment_days"],
        "pay_by_transfer": merchant["pay_by_transfer"],
    }

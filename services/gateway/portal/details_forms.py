"""The forms of "My details". What may stand in a field is the customers service's to say; here are lengths only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, SelectField, StringField, TelField
from wtforms.validators import Length, Optional

from services.gateway.error_texts import FIELD_TEXTS
from services.gateway.formats import countries

_PERSON = ("name", "company", "email", "phone")
_ADDRESS = ("line1", "line2", "postal_code", "city", "region", "country")
_NUMBERS = ("po_number", "vat_number", "registration_number")


def _at_most(characters: int) -> Length:
    return Length(max=characters, message=FIELD_TEXTS["too_long"])


class ContactForm(FlaskForm):
    """A contact with its address."""

    name = StringField(_("Name"), [_at_most(200)])
    company = StringField(_("Company"), [Optional(), _at_most(200)])
    email = EmailField(_("E-mail address"), [_at_most(254)])
    phone = TelField(_("Telephone"), [Optional(), _at_most(50)])
    line1 = StringField(_("Street and number"), [_at_most(200)])
    line2 = StringField(_("Address line 2"), [Optional(), _at_most(200)])
    postal_code = StringField(_("Postal code"), [_at_most(20)])
    city = StringField(_("City"), [_at_most(100)])
    region = StringField(_("State or region"), [Optional(), _at_most(100)])
    country = SelectField(
        _("Country"), [_at_most(2)], choices=lambda: [("", "–"), *countries()], validate_choice=False
    )

    @classmethod
    def of(cls, contact: Mapping[str, Any]) -> Self:
        """The form filled with a contact as the service tells it."""
        return cls(formdata=None, data=_flat(contact))

    def contact(self) -> dict[str, Any]:
        """The contact as the service takes it."""
        person = {name: self[name].data or "" for name in _PERSON}
        return person | {"address": {name: self[name].data or "" for name in _ADDRESS}}

    def other_than(self, contact: Mapping[str, Any]) -> dict[str, str]:
        """Field by field what ``contact`` has where the form has something else."""
        return _differences(self, _flat(contact))


class NumbersForm(FlaskForm):
    """References and tax numbers."""

    po_number = StringField(_("Purchase order number"), [Optional(), _at_most(60)])
    vat_number = StringField(_("VAT number"), [Optional(), _at_most(30)])
    registration_number = StringField(_("Registration number"), [Optional(), _at_most(60)])

    @classmethod
    def of(cls, group: Mapping[str, Any]) -> Self:
        """The form filled with the numbers of a bill group."""
        return cls(formdata=None, data={name: group[name] for name in _NUMBERS})

    def numbers(self) -> dict[str, str]:
        """The numbers as the service takes them."""
        return {name: self[name].data or "" for name in _NUMBERS}

    def other_than(self, group: Mapping[str, Any]) -> dict[str, str]:
        """Field by field what ``group`` has where the form has something else."""
        return _differences(self, {name: group[name] for name in _NUMBERS})


def _flat(contact: Mapping[str, Any]) -> dict[str, str]:
    address = contact.get("address", {})
    return {name: contact.get(name, "") for name in _PERSON} | {
        name: address.get(name, "") for name in _ADDRESS
    }


def _differences(form: FlaskForm, stored: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in stored.items() if (form[name].data or "") != text}

"""The forms for contacts and numbers, of the portal and of the admin pages.

What may stand in a field is the customers service's to say; here are lengths only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Self

from flask import request
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, SelectField, StringField, TelField, ValidationError
from wtforms.validators import Length, Optional

from services.gateway.error_texts import FIELD_TEXTS
from services.gateway.formats import countries
from services.gateway.postal import Layout, layout
from shared.contracts.base import TEXT_PATTERN

_PERSON = ("name", "company", "email", "phone")
_ADDRESS = ("line1", "line2", "postal_code", "city", "region", "country")
_NUMBERS = ("po_number", "vat_number", "registration_number")
# What stands for bytes that are no UTF-8.
_REPLACED = "\N{REPLACEMENT CHARACTER}"
_WIDTHS = {1: ("",), 2: ("half", "half"), 3: ("third", "third", "third")}


def at_most(characters: int) -> Length:
    """Says so where a text is longer."""
    return Length(max=characters, message=FIELD_TEXTS["too_long"])


def readable(form: FlaskForm, field: Field) -> None:
    """Refuse what no store and no paper can hold: control characters, and bytes that are no text."""
    del form
    text = field.data or ""
    if _REPLACED in text or not re.match(TEXT_PATTERN, text):
        raise ValidationError(str(FIELD_TEXTS["unreadable"]))


class ContactForm(FlaskForm):
    """A contact with its address, in the order of its country. What that has no place for shows where it is filled."""

    name = StringField(_("Name"), [at_most(200), readable])
    company = StringField(_("Company"), [at_most(200), readable])
    email = EmailField(_("E-mail address"), [at_most(254), readable])
    phone = TelField(_("Telephone"), [at_most(50), readable])
    country = SelectField(
        _("Country"),
        [at_most(2), readable],
        choices=lambda: [("", "–"), *countries()],
        validate_choice=False,
    )
    line1 = StringField(_("Street and number"), [at_most(200), readable])
    line2 = StringField(_("Address line 2"), [at_most(200), readable])
    postal_code = StringField(_("Postal code"), [at_most(20), readable])
    city = StringField(_("City"), [at_most(100), readable])
    region = StringField(_("State or region"), [at_most(100), readable])

    @classmethod
    def of(cls, contact: Mapping[str, Any], role: str) -> ContactForm:
        """The form filled with a contact as the service tells it."""
        flat = _flat(contact)
        return _form_for(layout(flat["country"]))(formdata=None, data=flat)._arranged(role)

    @classmethod
    def sent(cls, role: str) -> ContactForm:
        """The form as it was sent, for the country that was chosen in it."""
        return _form_for(layout(request.form.get("country", "")))()._arranged(role)

    def rows(self, also: Iterable[str] = ()) -> list[list[tuple[Field, str]]]:
        """The fields of the address with their widths, row by row as the country writes them.

        ``also`` are fields to be shown whether the country has them or not.
        """
        country = layout(self.country.data or "")
        rows = [[self[name] for name in row] for row in country.rows]
        shown = {name for row in country.rows for name in row}
        rows += [
            [self[name]] for name in _ADDRESS[:-1] if name not in shown and (self[name].data or name in also)
        ]
        return [list(zip(row, _widths(row), strict=True)) for row in rows]

    def contact(self) -> dict[str, Any]:
        """The contact as the service takes it."""
        person = {name: self[name].data or "" for name in _PERSON}
        return person | {"address": {name: self[name].data or "" for name in _ADDRESS}}

    def other_than(self, contact: Mapping[str, Any]) -> dict[str, str]:
        """Field by field what ``contact`` has where the form has something else."""
        return _differences(self, _flat(contact))

    def _arranged(self, role: str) -> ContactForm:
        """Names and duties as the country has them; a shipping contact needs no e-mail address."""
        country = layout(self.country.data or "")
        for name, label in country.labels.items():
            self[name].label.text = label
        needed = country.required | {"name", "country"} | ({"email"} if role == "billing" else set())
        for name in (*_PERSON, *_ADDRESS):
            self[name].flags.optional = name not in needed
        # Either of the two will do.
        self.company.flags.optional = True
        return self


class ContactFormWithRegions(ContactForm):
    """The same for a country whose regions are known: one of them is chosen."""

    region = SelectField(_("State or region"), [at_most(100), readable], validate_choice=False)

    @property
    def _country(self) -> Layout:
        return layout(self.country.data or "")

    def _arranged(self, role: str) -> ContactForm:
        self.region.data = self._country.region(self.region.data or "")
        choices = [("", "–"), *self._country.regions]
        if self.region.data not in dict(choices):
            choices.append((self.region.data, self.region.data))
        self.region.choices = choices
        return super()._arranged(role)


def _form_for(country: Layout) -> type[ContactForm]:
    return ContactFormWithRegions if country.regions else ContactForm


def _widths(row: list[Field]) -> tuple[str, ...]:
    if [field.name for field in row] == ["postal_code", "city"]:
        return ("third", "two-thirds")
    return _WIDTHS[len(row)]


class NumbersForm(FlaskForm):
    """References and tax numbers."""

    po_number = StringField(_("Purchase order number"), [Optional(), at_most(60), readable])
    vat_number = StringField(_("VAT number"), [Optional(), at_most(30), readable])
    registration_number = StringField(_("Registration number"), [Optional(), at_most(60), readable])

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

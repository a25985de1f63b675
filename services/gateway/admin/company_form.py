"""The form of the merchant's company. What may stand in a field is the customers service's to say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _
from wtforms import StringField, URLField
from wtforms.validators import Length, Optional

from services.gateway.contact_forms import ContactForm, ContactFormWithRegions, readable
from services.gateway.error_texts import FIELD_TEXTS
from services.gateway.postal import layout

_TEXTS = ("name", "legal_name", "email", "phone", "website", "vat_number", "registration_number")
_ADDRESS = ("line1", "line2", "postal_code", "city", "region", "country")
_BANK = ("iban", "bic", "bank_name")


def _checks(characters: int) -> list[Any]:
    return [Optional(), Length(max=characters, message=FIELD_TEXTS["too_long"]), readable]


class _OfCompany:
    """What a company has beside a name and an address."""

    legal_name = StringField(_("Legal name"), _checks(200))
    website = URLField(_("Website"), _checks(300))
    vat_number = StringField(_("VAT number"), _checks(30))
    registration_number = StringField(_("Registration number"), _checks(60))
    iban = StringField(_("IBAN"), _checks(42))
    bic = StringField(_("BIC"), _checks(11))
    bank_name = StringField(_("Name of the bank"), _checks(100))


class CompanyForm(_OfCompany, ContactForm):
    """The company, with its address in the order of its country."""

    def company_details(self) -> dict[str, Any]:
        """The company as the service takes it."""
        return {
            **self._texts(_TEXTS),
            "address": self._texts(_ADDRESS),
            "bank": {**self._texts(_BANK), "iban": (self.iban.data or "").replace(" ", "")},
        }

    def other_than(self, merchant: Mapping[str, Any]) -> dict[str, str]:
        """Field by field what the company of ``merchant`` has where the form has something else."""
        stored = _flat(merchant["company"])
        return {name: text for name, text in stored.items() if (self[name].data or "") != text}

    def _texts(self, names: tuple[str, ...]) -> dict[str, str]:
        return {name: self[name].data or "" for name in names}


class CompanyFormWithRegions(CompanyForm, ContactFormWithRegions):
    """The same for a country whose regions are known."""


def company_form(company: Mapping[str, Any]) -> CompanyForm:
    """The form filled with a company as the service tells it."""
    flat = _flat(company)
    return _arranged(_form_for(flat["country"])(formdata=None, data=flat))


def sent_company_form() -> CompanyForm:
    """The form as it was sent, for the country that was chosen in it."""
    return _arranged(_form_for(request.form.get("country", ""))())


def _arranged(form: CompanyForm) -> CompanyForm:
    # A company needs no e-mail address here, as a recipient of goods doesn't.
    form._arranged("shipping")
    return form


def _form_for(country: str) -> type[CompanyForm]:
    return CompanyFormWithRegions if layout(country).regions else CompanyForm


def _flat(company: Mapping[str, Any]) -> dict[str, str]:
    return (
        {name: company[name] for name in _TEXTS}
        | {name: company["address"][name] for name in _ADDRESS}
        | {name: company["bank"][name] for name in _BANK}
    )

"""The form of the portal's settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    ColorField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    URLField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional, Regexp

from services.gateway.contact_forms import readable
from services.gateway.error_texts import FIELD_TEXTS
from services.gateway.languages import LANGUAGES
from shared.contracts.customer_words import SIGN_IN_WAYS, SWITCHES
from shared.contracts.invoice_documents import KINDS

WAYS = {
    "code": _("A code in an e-mail"),
    "link": _("A link in an e-mail"),
    "secret_link": _("The customer's secret link"),
    "password": _("User name and password"),
}
ANSWERS = {
    "plain": _("Plain: whoever enters an unknown address is told so"),
    "discreet": _(
        "Discreet: every address gets the same answer, so that nobody learns who your customers are"
    ),
}
SWITCH_NAMES = {
    "customers_edit": _("Change their contact details and tax numbers"),
    "customers_pause": _("Pause subscriptions"),
    "customers_resume": _("Resume what they paused themselves"),
    "customers_cancel": _("Cancel subscriptions, and take that back"),
    "customers_add_methods": _("Add and replace payment methods"),
    "customers_remove_methods": _("Remove payment methods"),
    "customers_auto_pay": _("Turn automatic payment on and off"),
}
KIND_NAMES = {"invoice": _("Invoices"), "credit_note": _("Credit notes")}
_NAMES = {**WAYS, **ANSWERS, **KIND_NAMES, **LANGUAGES}
_TEXTS = ("accent", "default_language", "terms_url", "privacy_url", "sign_in_answer")
_MOST_ORIGINS = 20 * 300


def _checks(characters: int) -> list[Any]:
    return [Optional(), Length(max=characters, message=FIELD_TEXTS["too_long"]), readable]


def _choices(names: Mapping[str, Any]) -> list[SelectChoice]:
    return [SelectChoice(value, name) for value, name in names.items()]


class PortalForm(FlaskForm):
    """Look, texts, ways in, what customers may do and see, and who may frame the portal."""

    accent = ColorField(
        _("Accent colour"),
        [Regexp(r"^#[0-9a-fA-F]{6}\Z", message=_("Please choose a colour, like #1f5f8b."))],
    )
    headline_en = StringField(_("Headline in English"), _checks(120))
    headline_de = StringField(_("Headline in German"), _checks(120))
    default_language = SelectField(_("Language of those who have chosen none"), choices=_choices(LANGUAGES))
    terms_url = URLField(_("Address of your terms"), _checks(500))
    privacy_url = URLField(_("Address of your privacy policy"), _checks(500))
    sign_in_ways = SelectMultipleField(
        _("Ways to sign in"),
        [DataRequired(_("Please leave at least one way to sign in."))],
        choices=_choices({way: WAYS[way] for way in SIGN_IN_WAYS}),
    )
    sign_in_answer = RadioField(_("Unknown e-mail addresses"), choices=_choices(ANSWERS))
    customers_edit = BooleanField(SWITCH_NAMES["customers_edit"])
    customers_pause = BooleanField(SWITCH_NAMES["customers_pause"])
    customers_resume = BooleanField(SWITCH_NAMES["customers_resume"])
    customers_cancel = BooleanField(SWITCH_NAMES["customers_cancel"])
    customers_add_methods = BooleanField(SWITCH_NAMES["customers_add_methods"])
    customers_remove_methods = BooleanField(SWITCH_NAMES["customers_remove_methods"])
    customers_auto_pay = BooleanField(SWITCH_NAMES["customers_auto_pay"])
    document_kinds = SelectMultipleField(
        _("Documents that customers see"), choices=_choices({kind: KIND_NAMES[kind] for kind in KINDS})
    )
    frame_origins = TextAreaField(_("Sites that may frame the portal"), _checks(_MOST_ORIGINS))

    @classmethod
    def of(cls, merchant: Mapping[str, Any]) -> Self:
        """The form filled with the settings as the service tells them."""
        return cls(formdata=None, data=_flat(merchant))

    @property
    def switches(self) -> list[Any]:
        """The fields of all switches."""
        return [self[name] for name in SWITCHES]

    def portal(self) -> dict[str, Any]:
        """The settings as the service takes them."""
        headlines = {language: self[f"headline_{language}"].data or "" for language in LANGUAGES}
        return {
            **{name: self[name].data or "" for name in _TEXTS},
            **{name: self[name].data for name in SWITCHES},
            "sign_in_ways": self.sign_in_ways.data,
            "document_kinds": self.document_kinds.data,
            "headlines": {language: text for language, text in headlines.items() if text},
            "frame_origins": (self.frame_origins.data or "").split(),
        }

    def other_than(self, merchant: Mapping[str, Any]) -> dict[str, str]:
        """Field by field what ``merchant`` has where the form has something else, as people read it."""
        return {
            name: self._shown(value)
            for name, value in _flat(merchant).items()
            if _comparable(self[name].data) != _comparable(value)
        }

    @staticmethod
    def _shown(value: Any) -> str:
        if isinstance(value, bool):
            return gettext("On") if value else gettext("Off")
        if isinstance(value, list):
            return ", ".join(str(_NAMES.get(each, each)) for each in value)
        return str(_NAMES.get(value, value))


def _flat(merchant: Mapping[str, Any]) -> dict[str, Any]:
    headlines = merchant.get("headlines", {})
    return {
        **{name: merchant[name] for name in _TEXTS},
        **{name: merchant.get(name, True) for name in SWITCHES},
        **{f"headline_{language}": headlines.get(language, "") for language in LANGUAGES},
        "sign_in_ways": list(merchant["sign_in_ways"]),
        "document_kinds": list(merchant.get("document_kinds", KINDS)),
        "frame_origins": "\n".join(merchant.get("frame_origins", ())),
    }


def _comparable(value: Any) -> Any:
    if isinstance(value, list):
        return sorted(value)
    return "\n".join(value.split()) if isinstance(value, str) and "://" in value else value or ""

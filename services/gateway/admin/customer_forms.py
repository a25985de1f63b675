"""The forms for customers and bill groups. What may stand in a field is the customers service's to say."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Self

from babel import Locale
from babel.core import get_global
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Length

from services.gateway.contact_forms import at_most, readable
from services.gateway.error_texts import FIELD_TEXTS
from services.gateway.languages import conventions
from services.gateway.preference_forms import time_zones

ACCESS = {
    "default": _("As set for all customers"),
    "on": _("On"),
    "off": _("Off"),
}
_MOST_NOTE = 5000
_MOST_QUERY, _MOST_CURSOR = 200, 500
ORDERS = {
    "-created": _("Newest first"),
    "created": _("Oldest first"),
    "name": _("Name, A to Z"),
    "-name": _("Name, Z to A"),
}


@lru_cache
def _currencies(locale: Locale) -> tuple[tuple[str, str], ...]:
    """Those that are legal tender somewhere today; the ones that are used most stand first."""
    present = {
        code
        for uses in get_global("territory_currencies").values()
        for code, _start, end, is_tender in uses
        if is_tender and end is None
    }
    first = ("EUR", "USD", "GBP", "CHF")
    others = sorted(present - set(first))
    return tuple((code, f"{code} – {locale.currencies.get(code, code)}") for code in (*first, *others))


@lru_cache
def _languages(locale: Locale) -> tuple[tuple[str, str], ...]:
    """The languages that invoices are written in."""
    return tuple((tag, locale.languages[tag]) for tag in ("en", "de"))


class CustomerForm(FlaskForm):
    """What a customer is called, and whether the portal is open for them."""

    customer_name = StringField(_("Name"), [at_most(200), readable])
    access = SelectField(_("Access to the portal"), choices=lambda: list(ACCESS.items()))

    @classmethod
    def of(cls, customer: Mapping[str, Any]) -> Self:
        """The form filled with a customer."""
        return cls(formdata=None, data={"customer_name": customer["name"], "access": customer["access"]})

    def values(self) -> dict[str, str]:
        """Both as the service takes them."""
        return {"name": self.customer_name.data or "", "access": self.access.data}

    def other_than(self, customer: Mapping[str, Any]) -> dict[str, str]:
        """Field by field what is stored where the form has something else, in words."""
        found = {}
        if self.customer_name.data != customer["name"]:
            found["customer_name"] = customer["name"]
        if self.access.data != customer["access"]:
            found["access"] = str(ACCESS[customer["access"]])
        return found


class _WithZone(FlaskForm):
    language = SelectField(_("Language of invoices"), choices=lambda: list(_languages(conventions())))
    time_zone = SelectField(_("Time zone"), validate_choice=False)

    def offer(self) -> Self:
        """Fill in what can be chosen; what is chosen already stays, known or not."""
        zones = time_zones(conventions())
        chosen = self.time_zone.data
        others = [(chosen, chosen)] if chosen and chosen not in dict(zones) else []
        self.time_zone.choices = [*others, *zones]
        tag = self.language.data
        if tag and tag not in dict(_languages(conventions())):
            self.language.choices = [(tag, tag), *_languages(conventions())]
        return self


class NewBillGroupForm(_WithZone):
    """What a bill group begins with, beside its contacts."""

    currency = SelectField(_("Currency"), choices=lambda: list(_currencies(conventions())))

    def values(self) -> dict[str, str]:
        """All as the service takes them."""
        return {
            "currency": self.currency.data,
            "language": self.language.data,
            "time_zone": self.time_zone.data or "",
        }


class BillGroupForm(_WithZone):
    """The settings of a bill group."""

    access = SelectField(
        _("Access to the portal"), choices=lambda: [(each, ACCESS[each]) for each in ("on", "off")]
    )

    @classmethod
    def of(cls, group: Mapping[str, Any]) -> Self:
        """The form filled with a bill group."""
        return cls(formdata=None, data={name: group[name] for name in ("language", "time_zone", "access")})

    def values(self) -> dict[str, str]:
        """All as the service takes them."""
        return {name: self[name].data for name in ("language", "time_zone", "access")}

    def other_than(self, group: Mapping[str, Any]) -> dict[str, str]:
        """Field by field what is stored where the form has something else, in words."""
        return {
            name: dict(self[name].choices).get(group[name], group[name])
            for name in ("language", "time_zone", "access")
            if self[name].data != group[name]
        }


class NoteForm(FlaskForm):
    """What the merchant's people should know."""

    text = TextAreaField(_("New note"), [Length(1, _MOST_NOTE, message=FIELD_TEXTS["required"]), readable])


class SearchForm(FlaskForm):
    """Which customers are looked for, as it stands in the address."""

    class Meta:
        csrf = False

    q = StringField(_("Find customers"), [Length(max=_MOST_QUERY)])
    access = SelectField(_("Access"), choices=lambda: [("", _("All")), *ACCESS.items()], default="")
    sort = SelectField(_("Order"), choices=lambda: list(ORDERS.items()), default="-created")
    cursor = StringField(validators=[Length(max=_MOST_CURSOR)])

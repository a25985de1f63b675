"""Money, days, and the names of things, in the language of a letter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from babel.dates import format_date, format_time
from babel.numbers import format_currency

from shared.kernel.money import Money

LANGUAGES = ("en", "de")
_FALLBACK = "en"

_FIELDS = {
    "en": {
        "name": "Name",
        "company": "Company",
        "email": "E-mail address",
        "phone": "Phone",
        "address.line1": "Address",
        "address.line2": "Address, second line",
        "address.postal_code": "Postal code",
        "address.city": "City",
        "address.region": "Region",
        "address.country": "Country",
    },
    "de": {
        "name": "Name",
        "company": "Firma",
        "email": "E-Mail-Adresse",
        "phone": "Telefon",
        "address.line1": "Anschrift",
        "address.line2": "Anschrift, zweite Zeile",
        "address.postal_code": "Postleitzahl",
        "address.city": "Ort",
        "address.region": "Region",
        "address.country": "Land",
    },
}
_METHODS = {
    "en": {
        "card": "{brand} card ending in {last4}",
        "sepa_debit": "direct debit from account ending in {last4}",
    },
    "de": {
        "card": "{brand}-Karte mit Endziffern {last4}",
        "sepa_debit": "Lastschrift vom Konto mit Endziffern {last4}",
    },
}

_VALID = {"en": "{method}, valid until {until}", "de": "{method}, gültig bis {until}"}


def language_for(tag: str) -> str:
    """The language of letters nearest to an IETF tag: ``de-AT`` gives ``de``, an unknown one ``en``."""
    primary = tag.replace("_", "-").split("-")[0].lower()
    return primary if primary in LANGUAGES else _FALLBACK


class Words:
    """How things are written in one language of LANGUAGES."""

    def __init__(self, language: str) -> None:
        self._language = language

    def money(self, minor: int, currency: str) -> str:
        """An amount in minor units: 123456 EUR is €1,234.56, or 1.234,56 €."""
        return format_currency(Money(minor, currency).major, currency, locale=self._language)

    def day(self, day: date) -> str:
        """A calendar day, written out."""
        return format_date(day, format="long", locale=self._language)

    def moment(self, moment: datetime) -> str:
        """A moment with its time zone, UTC."""
        time = format_time(moment, format="short", tzinfo=UTC, locale=self._language)
        return f"{format_date(moment.astimezone(UTC), format='long', locale=self._language)}, {time} UTC"

    def named(self, names: Mapping[str, str]) -> str:
        """The name in this language, or else in English."""
        return names.get(self._language) or names[_FALLBACK]

    def field(self, name: str) -> str:
        """What a field of a contact (``address.city``) is called."""
        return _FIELDS[self._language].get(name, name)

    def changes(self, changes: Iterable[Mapping[str, str]], removed: str) -> list[tuple[str, str]]:
        """The changed fields of a contact with their new values; ``removed`` stands for none."""
        return [(self.field(change["field"]), change["new"] or removed) for change in changes]

    def rows(self, *rows: tuple[str, str]) -> list[tuple[str, str]]:
        """Those of ``rows`` that have a value."""
        return [(label, value) for label, value in rows if value]

    def method(self, instrument: Mapping[str, Any]) -> str:
        """A card or an account, by what may be shown of it."""
        pattern = _METHODS[self._language][instrument["kind"]]
        return pattern.format(brand=instrument["brand"], last4=instrument["last4"])

    def renewed(self, instrument: Mapping[str, Any]) -> str:
        """The same, with the month until which a card is valid."""
        expiry = instrument.get("expiry")
        if not expiry:
            return self.method(instrument)
        until = f"{expiry['month']:02}/{expiry['year']}"
        return _VALID[self._language].format(method=self.method(instrument), until=until)

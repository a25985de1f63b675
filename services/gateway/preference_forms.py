"""The form for what a contact would like: language, time zone, and which e-mails."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Any, Self
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField

from services.gateway.languages import LANGUAGES, conventions

EMAILS = ("subscriptions", "payment_methods")


class PreferencesForm(FlaskForm):
    """An empty choice is what the account has."""

    language = SelectField(_("Language"), validate_choice=False)
    time_zone = SelectField(_("Time zone"), validate_choice=False)
    subscriptions = BooleanField(_("Pauses, resumptions and ends of subscriptions"))
    payment_methods = BooleanField(_("Payment methods that are added, changed or removed"))

    def offer(self, group: dict[str, Any]) -> None:
        """Fill in what can be chosen."""
        locale = conventions()
        theirs = language_name(group["language"])
        self.language.choices = [
            ("", gettext("As in your account (%(value)s)", value=theirs)),
            *LANGUAGES.items(),
        ]
        zones = time_zones(locale)
        known = dict(zones)
        account = known.get(group["time_zone"], group["time_zone"])
        chosen = self.time_zone.data
        others = [(chosen, chosen)] if chosen and chosen not in known else []
        as_is = gettext("As in your account (%(value)s)", value=account)
        self.time_zone.choices = [("", as_is), *others, *zones]

    @classmethod
    def of(cls, wishes: dict[str, Any]) -> Self:
        """The form filled with what a contact would like."""
        fields = {
            "language": wishes["language"] or "",
            "time_zone": wishes["time_zone"] or "",
            **wishes["emails"],
        }
        return cls(formdata=None, data=fields)

    def wishes(self) -> dict[str, Any]:
        """What was chosen, as the service takes it."""
        return {
            "language": self.language.data if self.language.data in LANGUAGES else None,
            "time_zone": self.time_zone.data or None,
            "emails": {kind: self[kind].data for kind in EMAILS},
        }

    def other_than(self, wishes: dict[str, Any]) -> dict[str, str]:
        """Field by field what is stored where the form has something else, in words."""
        found = {
            name: wishes[name] or gettext("As in your account")
            for name in ("language", "time_zone")
            if (self[name].data or "") != (wishes[name] or "")
        }
        for kind in EMAILS:
            if self[kind].data != wishes["emails"][kind]:
                found[kind] = gettext("wanted") if wishes["emails"][kind] else gettext("not wanted")
        return found


def wishes_of(group: dict[str, Any], role: str) -> dict[str, Any]:
    """What a contact of a bill group would like; one that is gone likes what the account has."""
    nothing = {"language": None, "time_zone": None, "emails": dict.fromkeys(EMAILS, True)}
    return group["preferences"].get(role) or nothing


def language_name(tag: str) -> str:
    """A language by its name in the page's."""
    name: str = conventions().languages.get(tag.partition("-")[0], tag)
    return name


def zone_name(zone: str) -> str:
    """A time zone (IANA) by its country and city."""
    return dict(time_zones(conventions())).get(zone, zone)


@lru_cache
def time_zones(locale: Locale) -> tuple[tuple[str, str], ...]:
    """All time zones as (IANA name, country and city), by what they are called in the page's language."""
    zones = []
    for name, territory in get_global("zone_territories").items():
        if name in _zones() and territory in locale.territories and "/" in name and territory != "001":
            city = get_timezone_location(name, locale=locale, return_city=True)
            zones.append((name, f"{locale.territories[territory]} – {city.rpartition('/')[2]}"))
    zones.sort(key=lambda zone: unicodedata.normalize("NFKD", zone[1]).casefold())
    return (("UTC", "UTC"), *zones)


@lru_cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())

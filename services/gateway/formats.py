"""How money, days and moments are written, by the conventions of the page's language (CLDR)."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_time, get_timezone_name
from babel.numbers import format_currency, format_decimal
from flask import Flask
from flask_babel import get_timezone, gettext, ngettext

from services.gateway.languages import conventions
from shared.kernel.money import Money

# Codes of CLDR's territories that nobody can live in: unions, reserved and private ones.
_NO_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
# How many amounts and days are kept as written: Babel reads the pattern anew each time, and lists repeat themselves.
_KEPT = 4096


def money(amount: int, currency: str) -> str:
    """``amount`` minor units of ``currency``: 123456 EUR is €1,234.56, or 1.234,56 €."""
    return _money(amount, currency, conventions())


def number(value: str | int) -> str:
    """A quantity or a rate, without zeros at the end that say nothing."""
    return format_decimal(value, format="#,##0.######", locale=conventions())


def day(text: str | None) -> str:
    """An ISO day, or the day of an ISO moment in the page's time zone; a dash for none."""
    if not text:
        return "–"
    if "T" in text:
        value: date = datetime.fromisoformat(text).astimezone(get_timezone()).date()
    else:
        value = date.fromisoformat(text)
    return _day(value, "long", conventions())


def short_day(text: str | None) -> str:
    """Like ``day``, for tables."""
    if not text:
        return "–"
    moment_or_day = datetime.fromisoformat(text)
    value = moment_or_day.astimezone(get_timezone()).date() if "T" in text else moment_or_day.date()
    return _day(value, "medium", conventions())


def moment(text: str | None) -> str:
    """An ISO moment as day and time in the page's time zone, which is named; a dash for none."""
    if not text:
        return "–"
    value, locale = datetime.fromisoformat(text).astimezone(get_timezone()), conventions()
    time = format_time(value, format="short", tzinfo=get_timezone(), locale=locale)
    return f"{format_date(value, format='medium', locale=locale)}, {time} {_zone(value, locale)}"


def interval(unit: str, count: int) -> str:
    """How often something is billed, as an adverb: monthly, every 3 months."""
    once = {
        "day": gettext("daily"),
        "week": gettext("weekly"),
        "month": gettext("monthly"),
        "year": gettext("yearly"),
    }
    if count == 1:
        return once[unit]
    many = {
        "day": ngettext("every %(num)d day", "every %(num)d days", count),
        "week": ngettext("every %(num)d week", "every %(num)d weeks", count),
        "month": ngettext("every %(num)d month", "every %(num)d months", count),
        "year": ngettext("every %(num)d year", "every %(num)d years", count),
    }
    return many[unit]


def country(code: str) -> str:
    """The name of a country (ISO 3166, two letters); the code itself where CLDR has no name."""
    return conventions().territories.get(code, code)


def _zone(value: datetime, locale: Locale) -> str:
    """The short name of a moment's time zone; its distance from Greenwich where the language has none: GMT+5:30."""
    name: str = get_timezone_name(value, width="short", locale=locale)
    if name[0] not in "+-":
        return name
    hours, minutes = int(name[1:3]), name[3:]
    return f"GMT{name[0]}{hours}" if minutes == "00" else f"GMT{name[0]}{hours}:{minutes}"


@lru_cache(_KEPT)
def _money(amount: int, currency: str, locale: Locale) -> str:
    written: str = format_currency(Money(amount, currency).major, currency, locale=locale)
    return written


@lru_cache(_KEPT)
def _day(value: date, length: str, locale: Locale) -> str:
    return format_date(value, format=length, locale=locale)


@lru_cache
def _countries(locale: Locale) -> tuple[tuple[str, str], ...]:
    names = [
        (code, name)
        for code, name in locale.territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
    ]
    return tuple(sorted(names, key=lambda pair: unicodedata.normalize("NFKD", pair[1]).casefold()))


def countries() -> tuple[tuple[str, str], ...]:
    """All countries as (code, name), by their names in the page's language."""
    return _countries(conventions())


def set_up(app: Flask) -> None:
    """Give templates these filters."""
    app.jinja_env.filters.update(
        money=money, number=number, day=day, short_day=short_day, moment=moment, country=country
    )
    app.jinja_env.globals.update(interval=interval)

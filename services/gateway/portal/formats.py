"""How spans of days and rates are written, by the conventions of the page's language (CLDR)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_interval
from babel.numbers import format_percent

from services.gateway.formats import day
from services.gateway.languages import conventions


def days(span: Mapping[str, str]) -> str:
    """The days from ``start`` to ``end``, both included: Nov 1 – 30, 2026."""
    return _span(date.fromisoformat(span["start"]), date.fromisoformat(span["end"]))


def period_days(period: Mapping[str, str]) -> str:
    """The days of a period of a subscription, whose ``end`` is the first day after it."""
    return _span(date.fromisoformat(period["start"]), _before(period["end"]))


def day_before(text: str) -> str:
    """The last day before the ISO day ``text``: of a trial, of a minimum term."""
    return day(_before(text).isoformat())


def percent(rate: str) -> str:
    """A rate in percent: 19 is 19%, or 19 %."""
    return _percent(rate, conventions())


def in_fours(iban: str) -> str:
    """An IBAN in groups of four, as it is printed."""
    packed = iban.replace(" ", "")
    return " ".join(packed[start : start + 4] for start in range(0, len(packed), 4))


def _before(text: str) -> date:
    return date.fromisoformat(text) - timedelta(days=1)


def _span(first: date, last: date) -> str:
    return _interval(first, last, conventions())


# The many lines of one document have few rates and periods; CLDR takes its time for each.
@lru_cache(maxsize=1024)
def _interval(first: date, last: date, locale: Locale) -> str:
    written: str = format_interval(first, last, skeleton="yMMMd", locale=locale)
    return written


@lru_cache(maxsize=256)
def _percent(rate: str, locale: Locale) -> str:
    share = (Decimal(rate) / 100).normalize()
    written: str = format_percent(share, locale=locale, decimal_quantization=False)
    return written

"""How spans of days and rates are written, by the conventions of the page's language (CLDR)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

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
    share = (Decimal(rate) / 100).normalize()
    written: str = format_percent(share, locale=conventions(), decimal_quantization=False)
    return written


def in_fours(iban: str) -> str:
    """An IBAN in groups of four, as it is printed."""
    packed = iban.replace(" ", "")
    return " ".join(packed[start : start + 4] for start in range(0, len(packed), 4))


def _before(text: str) -> date:
    return date.fromisoformat(text) - timedelta(days=1)


def _span(first: date, last: date) -> str:
    written: str = format_interval(first, last, skeleton="yMMMd", locale=conventions())
    return written

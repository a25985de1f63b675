"""Spans of days, as a person writes them: 1 – 30 Nov 2026."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from babel.dates import format_interval
from flask_babel import get_locale

from services.gateway.formats import day


def days(span: Mapping[str, str]) -> str:
    """The days from ``start`` to ``end``, both included."""
    return _span(date.fromisoformat(span["start"]), date.fromisoformat(span["end"]))


def period_days(period: Mapping[str, str]) -> str:
    """The days of a period of a subscription, whose ``end`` is the first day after it."""
    return _span(date.fromisoformat(period["start"]), _before(period["end"]))


def day_before(text: str) -> str:
    """The last day before the ISO day ``text``: of a trial, of a minimum term."""
    return day(_before(text).isoformat())


def _before(text: str) -> date:
    return date.fromisoformat(text) - timedelta(days=1)


def _span(first: date, last: date) -> str:
    written: str = format_interval(first, last, skeleton="yMMMd", locale=get_locale())
    return written

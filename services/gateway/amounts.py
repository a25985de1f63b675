"""Amounts and rates as people type them, by the conventions of the page's language: 1,234.50 or 1.234,50."""

from __future__ import annotations

import re
from decimal import Decimal

from babel.numbers import NumberFormatError, format_decimal, parse_decimal

from services.gateway.languages import conventions
from shared.kernel.money import exponent

# So little that all sums stay exact; more than any price of one unit.
_MOST_MINOR = 10**12
# What may stand before or after an amount, and spaces between thousands, which some people type.
_SPACES = re.compile(r"[\s\u00a0\u202f']+")
_NUMBER = re.compile(r"[0-9.,]{1,24}")


class NotANumber(ValueError):
    """What was typed is no amount, or can be read in two ways."""


def typed_money(text: str, currency: str) -> int:
    """The minor units that ``text`` says, which may name the currency, too. Raises NotANumber for anything else."""
    return _minor(
        _decimal(text.replace(currency, "").replace("€", "" if currency == "EUR" else "€")), currency
    )


def typed_percent(text: str) -> Decimal:
    """The percentage that ``text`` says, from 0 to 100, with up to four decimals. Raises NotANumber for others."""
    value = _decimal(text.replace("%", ""))
    if value > 100 or value != round(value, 4):
        raise NotANumber(text)
    return value


def money_to_type(minor: int, currency: str) -> str:
    """An amount as it would be typed, without its currency."""
    decimals = exponent(currency)
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(Decimal(minor).scaleb(-decimals), format=pattern, locale=conventions())


def _decimal(text: str) -> Decimal:
    packed = _SPACES.sub("", text)
    if not _NUMBER.fullmatch(packed):
        raise NotANumber(text)
    try:
        # Strictly: 1.50 is one and a half to some and a hundred and fifty to others, so that only one may pass.
        return parse_decimal(packed, locale=conventions(), strict=True)
    except NumberFormatError as error:
        raise NotANumber(text) from error


def _minor(value: Decimal, currency: str) -> int:
    scaled = value.scaleb(exponent(currency))
    if scaled != scaled.to_integral_value() or scaled > _MOST_MINOR:
        raise NotANumber(str(value))
    return int(scaled)

"""Amounts and percentages as people type them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask

from services.gateway.amounts import NotANumber, money_to_type, typed_money, typed_percent

NARROW = "\u202f"


def in_language(app: Flask, language: str):
    return app.test_request_context("/", headers={"Accept-Language": language})


@pytest.mark.parametrize(
    "language, text, currency, minor",
    [
        ("en", "1,234.50", "EUR", 123450),
        ("en", "1234.5", "EUR", 123450),
        ("en", " 12 ", "EUR", 1200),
        ("en", "12 EUR", "EUR", 1200),
        ("en", "€12.00", "EUR", 1200),
        ("en", "0", "EUR", 0),
        ("en", "1,000", "JPY", 1000),
        ("en", "1.234", "KWD", 1234),
        ("de", "1.234,50", "EUR", 123450),
        ("de", "1234,5", "EUR", 123450),
        ("de", "12,00 €", "EUR", 1200),
        ("de", f"1{NARROW}234,50", "EUR", 123450),
        ("de", "1.000", "JPY", 1000),
    ],
)
def test_amounts_are_read_by_the_language(app, language, text, currency, minor):
    with in_language(app, language):
        assert typed_money(text, currency) == minor


@pytest.mark.parametrize(
    "language, text, currency",
    [
        ("en", "", "EUR"),
        ("en", "free", "EUR"),
        ("en", "-1", "EUR"),
        ("en", "1e3", "EUR"),
        ("en", "1.234,50", "EUR"),
        ("en", "1.505", "EUR"),
        ("en", "1.5", "JPY"),
        ("en", "12 USD", "EUR"),
        ("en", "99,999,999,999,999", "EUR"),
        ("en", "١٢", "EUR"),
        ("de", "1,234.50", "EUR"),
        ("de", "12.50", "EUR"),
        ("de", "NaN", "EUR"),
    ],
)
def test_what_is_no_amount_or_could_be_two_is_refused(app, language, text, currency):
    with in_language(app, language), pytest.raises(NotANumber):
        typed_money(text, currency)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
@pytest.mark.parametrize("minor", [0, 1, 99, 100, 123456, 10**11])
def test_what_is_written_is_read_back(app, language, currency, minor):
    with in_language(app, language):
        assert typed_money(money_to_type(minor, currency), currency) == minor


@pytest.mark.parametrize(
    "language, text, value",
    [("en", "7.5", "7.5"), ("de", "7,5 %", "7.5"), ("en", "100", "100"), ("en", "0", "0")],
)
def test_percentages_are_read_by_the_language(app, language, text, value):
    with in_language(app, language):
        assert typed_percent(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "101", "-1", "1.23456", "half"])
def test_what_is_no_percentage_is_refused(app, text):
    with in_language(app, "en"), pytest.raises(NotANumber):
        typed_percent(text)

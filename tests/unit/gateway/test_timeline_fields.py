"""Fields of the catalogue in words, as the timeline names them."""

from __future__ import annotations

import pytest
from flask import Flask

from services.gateway.timeline.fields import changes, name_of


@pytest.mark.parametrize(
    "field, language, words",
    [
        ("price.EUR", "en", "Price in EUR"),
        ("price.EUR", "de", "Preis in EUR"),
        ("setup_fee.CHF", "en", "Setup fee (CHF)"),
        ("setup_fee.CHF", "de", "Einrichtungsgebühr (CHF)"),
        ("names.de", "en", "Name in German"),
        ("notice_days", "de", "Kündigungsfrist in Tagen"),
        ("company.legal_name", "en", "Legal name"),
        ("something_new.in_it", "en", "Something new, in it"),
    ],
)
def test_fields_have_names(app: Flask, field: str, language: str, words: str) -> None:
    with app.test_request_context("/", headers={"Accept-Language": language}):
        assert name_of(field) == words


def test_a_new_price_is_told_before_and_after(app: Flask) -> None:
    told = {"changes": [{"field": "price.EUR", "old": "10.00 EUR", "new": "12.00 EUR"}]}
    with app.test_request_context("/"):
        (change,) = changes(told)
    assert (change.field, change.old, change.new) == ("Price in EUR", "10.00 EUR", "12.00 EUR")

"""Money, days and moments by the conventions of a language."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask, g

from services.gateway import formats
from shared.kernel.errors import DomainError, Kind
from tests.unit.gateway import samples
from tests.unit.gateway.fakes import FakeServices


@contextmanager
def speaking(app: Flask, language: str) -> Iterator[None]:
    with app.test_request_context(headers={"Accept-Language": language}):
        yield


@pytest.mark.parametrize(
    "language, amount, currency, text",
    [
        ("en", 123456, "EUR", "€1,234.56"),
        ("de", 123456, "EUR", "1.234,56\xa0€"),
        ("en", 500, "JPY", "¥500"),
        ("en", 1234, "KWD", "KWD1.234"),
        ("en", -50, "USD", "-$0.50"),
        ("de", 2**53, "EUR", "90.071.992.547.409,92\xa0€"),
    ],
)
def test_money(app: Flask, language: str, amount: int, currency: str, text: str) -> None:
    with speaking(app, language):
        assert formats.money(amount, currency) == text


def test_a_moment_names_its_zone_while_nobody_knows_the_right_one(app: Flask, services: FakeServices) -> None:
    services.on("customers", "get_bill_group", DomainError("service_away", Kind.RETRY))
    with speaking(app, "de"):
        g.session, g.request_id = samples.SESSION, "a-request"
        assert formats.moment("2026-11-30T23:30:00+00:00") == "30.11.2026, 23:30 UTC"


@pytest.mark.parametrize(
    "role, text", [("billing", "01.12.2026, 08:30"), ("shipping", "01.12.2026, 00:30 MEZ")]
)
def test_moments_are_in_the_time_zone_that_the_contact_chose(
    app: Flask, services: FakeServices, role: str, text: str
) -> None:
    preferences = {
        **samples.BILL_GROUP["preferences"],
        "billing": {**samples.PREFERENCES, "time_zone": "Asia/Tokyo"},
    }
    services.on("customers", "get_bill_group", {**samples.BILL_GROUP, "preferences": preferences})
    with speaking(app, "de"):
        g.session, g.request_id = {**samples.SESSION, "contact_role": role}, "a-request"
        assert formats.moment("2026-11-30T23:30:00+00:00").startswith(text)
        assert formats.day("2026-12-01") == "1. Dezember 2026"


def test_days_and_moments(app: Flask) -> None:
    with speaking(app, "de"):
        g.session, g.request_id = samples.SESSION, "a-request"
        assert formats.day("2026-12-01") == "1. Dezember 2026"
        assert formats.short_day("2026-12-01") == "01.12.2026"
        assert formats.day("2026-11-30T23:30:00+00:00") == "1. Dezember 2026"
        assert formats.moment("2026-11-30T23:30:00+00:00") == "01.12.2026, 00:30 MEZ"
        assert formats.day(None) == formats.short_day(None) == formats.moment(None) == "–"


@pytest.mark.parametrize(
    "accepted, written",
    [
        ("en-GB,en;q=0.9", "1 December 2026, 1 Dec 2026, 00:30 CET"),
        ("en-US,en;q=0.9,en-GB;q=0.8", "December 1, 2026, Dec 1, 2026, 12:30\u202fAM GMT+1"),
        ("en", "December 1, 2026, Dec 1, 2026, 12:30\u202fAM GMT+1"),
        ("de,en-GB;q=0.5", "1. Dezember 2026, 01.12.2026, 00:30 MEZ"),
    ],
)
def test_english_is_written_as_the_browsers_owner_writes_it(app: Flask, accepted: str, written: str) -> None:
    with speaking(app, accepted):
        g.session, g.request_id = samples.SESSION, "a-request"
        both = f"{formats.day('2026-12-01')}, {formats.moment('2026-11-30T23:30:00+00:00')}"
        assert both.startswith(written)


@pytest.mark.parametrize(
    "zone, written",
    [("Asia/Kolkata", "05:00 GMT+5:30"), ("America/New_York", "18:30 GMT-5"), ("UTC", "23:30 UTC")],
)
def test_a_zone_without_a_name_is_told_by_its_distance_from_greenwich(
    app: Flask, services: FakeServices, zone: str, written: str
) -> None:
    preferences = {**samples.BILL_GROUP["preferences"], "billing": {**samples.PREFERENCES, "time_zone": zone}}
    services.on("customers", "get_bill_group", {**samples.BILL_GROUP, "preferences": preferences})
    with speaking(app, "de"):
        g.session, g.request_id = samples.SESSION, "a-request"
        assert formats.moment("2026-11-30T23:30:00+00:00").endswith(written)


@pytest.mark.parametrize(
    "unit, count, english, german",
    [
        ("month", 1, "monthly", "monatlich"),
        ("month", 3, "every 3 months", "alle 3 Monate"),
        ("year", 1, "yearly", "jährlich"),
        ("week", 2, "every 2 weeks", "alle 2 Wochen"),
        ("day", 1, "daily", "täglich"),
    ],
)
def test_intervals(app: Flask, unit: str, count: int, english: str, german: str) -> None:
    with speaking(app, "en"):
        assert formats.interval(unit, count) == english
    with speaking(app, "de"):
        assert formats.interval(unit, count) == german


def test_numbers_and_countries(app: Flask) -> None:
    with speaking(app, "de"):
        assert formats.number("19.00") == "19"
        assert formats.number("2.5") == "2,5"
        assert formats.country("AT") == "Österreich"
        names = [name for _code, name in formats.countries()]
        assert names.index("Österreich") < names.index("Polen")
        assert "Europäische Union" not in names

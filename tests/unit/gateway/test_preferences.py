"""Choosing language, time zone and e-mails."""

from typing import Any

import pytest
from babel import Locale

from services.gateway.preference_forms import time_zones
from shared.kernel.errors import DomainError, Stale
from tests.unit.gateway import samples
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices

PAGE = "/details/preferences"
WISHES = {
    "language": "de",
    "time_zone": "Asia/Tokyo",
    "emails": {"subscriptions": False, "payment_methods": True},
}


def with_wishes(**more: Any) -> dict[str, Any]:
    return {**samples.BILL_GROUP, "preferences": {"billing": WISHES, "shipping": None}, **more}


def test_what_holds_is_chosen_already(visitor: Browser, services: FakeServices) -> None:
    services.on("customers", "get_bill_group", with_wishes())
    page = visitor.get(PAGE).text
    assert '<option selected value="de">Deutsch</option>' in page
    assert '<option selected value="Asia/Tokyo">Japan – Tokyo</option>' in page
    assert page.count("checked") == 1
    assert "Always sent: invoices" in page


def test_nothing_chosen_is_what_the_account_has(visitor: Browser, services: FakeServices) -> None:
    page = visitor.get(PAGE).text
    assert '<option selected value="">As in your account (German)</option>' in page
    assert '<option selected value="">As in your account (Germany – Berlin)</option>' in page
    services.on("customers", "change_preferences", samples.BILL_GROUP)
    assert visitor.post(PAGE, language="", time_zone="").location == "/details"
    (call,) = services.asked("change_preferences")
    assert (call.arguments["language"], call.arguments["time_zone"]) == (None, None)
    assert call.arguments["emails"] == {"subscriptions": False, "payment_methods": False}
    assert call.arguments["role"] == "billing"
    assert call.arguments["version"] == 7


def test_the_next_page_is_in_the_language_and_the_time_that_were_chosen(
    visitor: Browser, services: FakeServices
) -> None:
    at = {"state": "valid", "at": "2026-11-20T20:00:00+00:00"}
    services.on("customers", "get_bill_group", samples.BILL_GROUP | {"vat_check": at})
    assert "on November 20, 2026" in visitor.get("/details").text
    services.on("customers", "change_preferences", samples.BILL_GROUP)
    services.on("customers", "get_bill_group", with_wishes(vat_check=at))
    visitor.post(PAGE, language="de", time_zone="Asia/Tokyo", payment_methods="y")
    page = visitor.get("/details").text
    assert '<html lang="de">' in page
    assert "Ihre Einstellungen sind gespeichert." in page
    assert "21. November 2026" in page


def test_a_zone_that_nobody_knows_is_said_next_to_the_field(visitor: Browser, services: FakeServices) -> None:
    error = DomainError("invalid_contact", fields={"time_zone": "unknown_time_zone"})
    services.on("customers", "change_preferences", error)
    answer = visitor.post(PAGE, language="en", time_zone="Mars/Olympus")
    assert answer.status_code == 422
    assert 'id="time_zone-error">We don&#39;t know this time zone.' in answer.text
    assert '<option selected value="Mars/Olympus">' in answer.text


def test_what_changed_meanwhile_is_shown_beside_what_was_chosen(
    visitor: Browser, services: FakeServices
) -> None:
    services.on("customers", "change_preferences", Stale(current=with_wishes(version=8)))
    answer = visitor.post(PAGE, language="en", time_zone="", subscriptions="y", payment_methods="y")
    assert answer.status_code == 409
    assert "Saved meanwhile: de" in answer.text
    assert "Saved meanwhile: Asia/Tokyo" in answer.text
    assert "Saved meanwhile: not wanted" in answer.text
    assert '<option selected value="en">' in answer.text
    assert 'name="version" value="8"' in answer.text


@pytest.mark.parametrize("language", ["en", "de"])
def test_there_is_a_name_for_each_zone(language: str) -> None:
    zones = dict(time_zones(Locale(language)))
    assert len(zones) > 400
    assert {"UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"} <= set(zones)
    assert all(zones.values())


@pytest.mark.parametrize("chosen, language", [(None, "de"), ("en", "en")])
def test_the_choice_holds_in_another_browser_where_nothing_else_was_chosen(
    stranger: Browser, services: FakeServices, chosen: str | None, language: str
) -> None:
    services.on("customers", "get_bill_group", with_wishes())
    if chosen:
        stranger.client.set_cookie("language", chosen)
    stranger.post("/login", email="anna@bergmann-apotheke.example")
    assert stranger.post("/login/code", code="1234 5678").status_code == 302
    assert f'<html lang="{language}">' in stranger.get("/details").text


def test_nobody_is_kept_out_because_their_language_is_not_known(
    stranger: Browser, services: FakeServices
) -> None:
    services.on("customers", "get_bill_group", DomainError("service_away"))
    stranger.post("/login", email="anna@bergmann-apotheke.example")
    assert stranger.post("/login/code", code="1234 5678").location == "/overview"


def test_a_guest_has_nothing_to_choose_as_a_contact(visitor: Browser, services: FakeServices) -> None:
    guest = {"contact_role": "guest", "principal": "guest-1", "name": "", "email": "max@firm.example"}
    services.on("auth", "get_session", {**samples.SESSION, **guest})
    page = visitor.get("/details").text
    assert PAGE not in page
    assert "max@firm.example" in page
    assert visitor.get(PAGE).status_code == 404
    assert {str(call.context.principal) for call in services.asked("get_bill_group")} == {"customer:guest-1"}

"""The page of how a customer gets into the portal."""

from __future__ import annotations

from typing import Any

import pytest

from shared.kernel.errors import DomainError, Kind
from tests.unit.gateway import samples
from tests.unit.gateway.admin.conftest import StaffAs
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices

HERE = "/admin/customers/cust-0001/access"
URL = "https://portal.example/s/a-secret-that-nobody-could-guess"
CUSTOMER = {
    "customer": "cust-0001",
    "version": 1,
    "name": "Bergmann Apotheke",
    "number": "K-1",
    "access": "on",
    "access_now": "on",
    "created_at": "2026-01-01T00:00:00+00:00",
    "bill_groups": ["bg-0001", "bg-0002"],
}
STATE: dict[str, Any] = {
    "customer": "cust-0001",
    "state": "active",
    "made_at": "2026-11-01T10:00:00+00:00",
    "made_by": "staff:staff-0001",
    "expires_at": None,
    "revoked_at": None,
    "last_used_at": None,
}
CREDENTIALS: dict[str, Any] = {
    "customer": "cust-0001",
    "state": "used",
    "user_name": "k7mp-3xq9",
    "made_at": "2026-11-01T10:00:00+00:00",
    "made_by": "staff:staff-0001",
    "changed_at": None,
    "last_used_at": "2026-11-02T10:00:00+00:00",
}
STEPS = ("secret-link", "secret-link/revoke", "credentials", "credentials/withdraw", "sessions/end")


@pytest.fixture(autouse=True)
def answers(services: FakeServices) -> None:
    named = {"principal": "staff:staff-0001", "name": "Vera Lindt", "detail": "vera@nordlicht.example"}
    services.on("customers", "get_customer", CUSTOMER)
    services.on("auth", "get_secret_link_state", STATE)
    services.on("auth", "get_secret_link", STATE | {"url": URL})
    services.on("auth", "make_secret_link", STATE | {"url": URL})
    services.on("auth", "revoke_secret_link", STATE | {"state": "revoked"})
    services.on("auth", "get_credentials_state", CREDENTIALS)
    services.on("auth", "hand_out_credentials", CREDENTIALS | {"password": "abcd-efgh-jkmn-pqrs"})
    services.on("auth", "withdraw_credentials", CREDENTIALS | {"state": "withdrawn"})
    services.on("auth", "revoke_customer_sessions", {})
    services.on("auth", "name_principals", {"items": [named]})


def test_it_says_how_it_stands(staff: Browser) -> None:
    page = staff.get(HERE).text
    for said in ("Bergmann Apotheke", "Vera Lindt", "k7mp-3xq9", "Active", "In use", "Safari"):
        assert said in page
    assert 'action="/admin/bill-groups/bg-0001/preview"' in page
    assert 'action="/admin/bill-groups/bg-0002/preview"' in page


def test_the_link_is_shown_when_it_is_asked_for(staff: Browser, services: FakeServices) -> None:
    assert URL not in staff.get(HERE).text
    assert not services.asked("get_secret_link")
    assert URL in staff.get(f"{HERE}?link=shown").text


def test_who_may_only_read_sees_no_link_and_changes_nothing(
    staff_as: StaffAs, services: FakeServices
) -> None:
    browser = staff_as("read_only")
    page = browser.get(f"{HERE}?link=shown").text
    assert URL not in page
    assert "k7mp-3xq9" in page
    for step in STEPS:
        assert f"{HERE}/{step}" not in page
        assert browser.get(f"{HERE}/{step}").status_code == 403
        assert browser.post(f"{HERE}/{step}", seen=HERE).status_code == 403
    assert not services.asked("get_secret_link")


@pytest.mark.parametrize("role", ["owner", "billing", "support"])
def test_others_may(staff_as: StaffAs, role: str) -> None:
    browser = staff_as(role)
    page = browser.get(HERE).text
    for step in STEPS:
        assert f"{HERE}/{step}" in page
        assert browser.get(f"{HERE}/{step}").status_code == 200


def test_making_a_link(staff: Browser, services: FakeServices) -> None:
    assert "opens nothing any more" in staff.get(f"{HERE}/secret-link").text
    answer = staff.post(f"{HERE}/secret-link", days="30")
    assert (answer.status_code, answer.location) == (303, f"{HERE}?link=shown")
    (asked,) = services.asked("make_secret_link")
    assert (asked.arguments["customer"], asked.arguments["lifetime_days"]) == ("cust-0001", 30)


@pytest.mark.parametrize("days, lifetime", [("", None), ("3650", 3650)])
def test_how_long_a_link_is_good(
    staff: Browser, services: FakeServices, days: str, lifetime: int | None
) -> None:
    staff.post(f"{HERE}/secret-link", days=days)
    assert services.asked("make_secret_link")[0].arguments["lifetime_days"] == lifetime


@pytest.mark.parametrize("days", ["0", "-1", "3651", "many", "1.5", "9" * 400])
def test_a_time_that_will_not_do(staff: Browser, services: FakeServices, days: str) -> None:
    answer = staff.post(f"{HERE}/secret-link", days=days)
    assert answer.status_code == 422
    assert 'id="days-error"' in answer.text
    assert not services.asked("make_secret_link")


def test_a_password_is_shown_on_the_page_that_answers_and_on_no_other(
    staff: Browser, services: FakeServices
) -> None:
    answer = staff.post(f"{HERE}/credentials", user_name=" Bergmann ")
    assert "abcd-efgh-jkmn-pqrs" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert services.asked("hand_out_credentials")[0].arguments["user_name"] == "Bergmann"
    assert "abcd-efgh-jkmn-pqrs" not in staff.get(HERE).text


@pytest.mark.parametrize("name", ["a", "with space", "ümlaut", "-x-y", "x" * 65])
def test_a_user_name_that_will_not_do(staff: Browser, services: FakeServices, name: str) -> None:
    answer = staff.post(f"{HERE}/credentials", user_name=name)
    assert answer.status_code == 422
    assert 'id="user_name-error"' in answer.text
    assert not services.asked("hand_out_credentials")


def test_a_user_name_that_somebody_has(staff: Browser, services: FakeServices) -> None:
    services.on("auth", "hand_out_credentials", DomainError("user_name_taken"))
    answer = staff.post(f"{HERE}/credentials", user_name="bergmann")
    assert answer.status_code == 409
    assert "Somebody else has this user name" in answer.text
    assert 'value="bergmann"' in answer.text


@pytest.mark.parametrize(
    "step, method",
    [
        ("secret-link/revoke", "revoke_secret_link"),
        ("credentials/withdraw", "withdraw_credentials"),
        ("sessions/end", "revoke_customer_sessions"),
    ],
)
def test_what_can_not_be_undone_is_confirmed_first(
    staff: Browser, services: FakeServices, step: str, method: str
) -> None:
    assert "at once" in staff.get(f"{HERE}/{step}").text
    assert not services.asked(method)
    answer = staff.post(f"{HERE}/{step}")
    assert (answer.status_code, answer.location) == (303, HERE)
    (asked,) = services.asked(method)
    assert asked.arguments["customer"] == "cust-0001"


def test_ways_that_are_switched_off_are_named(staff: Browser, services: FakeServices) -> None:
    page = staff.get(HERE).text
    assert "Secret links are switched off" in page
    assert "password is switched off" in page
    ways = ["code", "secret_link", "password"]
    services.on("customers", "get_merchant", samples.MERCHANT | {"sign_in_ways": ways})
    staff.client.application.extensions["portico_merchants"]._fresh._kept.clear()
    assert "switched off" not in staff.get(HERE).text


def test_a_part_that_can_not_be_loaded_says_so(staff: Browser, services: FakeServices) -> None:
    services.on("auth", "list_sessions", DomainError("service_away", Kind.RETRY))
    services.on("auth", "get_credentials_state", DomainError("service_away", Kind.RETRY))
    answer = staff.get(HERE)
    assert answer.status_code == 200
    assert "could not be loaded" in answer.text
    assert "Secret link" in answer.text


def test_who_has_nothing_yet(staff: Browser, services: FakeServices) -> None:
    nothing = {"state": "none", "made_at": None, "made_by": None, "last_used_at": None}
    services.on("auth", "get_secret_link_state", STATE | nothing)
    services.on("auth", "get_credentials_state", CREDENTIALS | nothing | {"user_name": None})
    services.on("auth", "list_sessions", {"items": []})
    page = staff.get(HERE).text
    for said in ("Make a link", "Hand out a password", "Nobody is signed in"):
        assert said in page
    assert f"{HERE}/secret-link/revoke" not in page

"""The portal link of a bill group, and switching between those that are open to somebody."""

from __future__ import annotations

from typing import Any

import pytest

from shared.kernel.errors import DomainError
from tests.unit.gateway import samples
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices

LINK = "bg-0007.0123456789abcdef0123"
PAGE = f"/p/{LINK}"
CHALLENGE = {
    "challenge": "code-1",
    "email": "max@firm.example",
    "state": "open",
    "resend_at": "2026-11-21T10:01:00+00:00",
    "expires_at": "2026-11-21T10:10:00+00:00",
    "seconds_until_resend": 60,
    "ways": ["code", "link"],
}


@pytest.fixture(autouse=True)
def link(services: FakeServices) -> None:
    """A link to bill group bg-0007."""
    services.on("auth", "check_portal_link", {"bill_group": "bg-0007"})
    services.on("auth", "request_code", CHALLENGE)
    services.on("auth", "get_challenge", CHALLENGE)


def test_the_sign_in_of_a_portal_link_is_for_its_bill_group(
    stranger: Browser, services: FakeServices
) -> None:
    page = stranger.get(PAGE)
    assert page.status_code == 200
    assert f'action="{PAGE}"' in page.text
    assert "was given access here" in page.text
    assert stranger.post(PAGE, email="max@firm.example").location == "/login/code"
    (asked,) = services.asked("request_code")
    assert asked.arguments["portal_link"] == LINK
    # Whoever mistyped the address comes back to where they were.
    assert f'href="{PAGE}"' in stranger.get("/login/code").text


def test_without_a_portal_link_it_is_for_none(stranger: Browser, services: FakeServices) -> None:
    stranger.get(PAGE)
    stranger.post("/login", email="max@firm.example")
    (asked,) = services.asked("request_code")
    assert asked.arguments["portal_link"] is None
    assert PAGE not in stranger.get("/login/code").text


def test_who_has_asked_for_nothing_begins_anew_at_the_portal_link(
    stranger: Browser, services: FakeServices
) -> None:
    stranger.get(PAGE)
    services.on("auth", "get_challenge", DomainError("not_found"))
    assert stranger.get("/login/code").location == PAGE


def test_a_wrong_portal_link_says_what_to_do(stranger: Browser, services: FakeServices) -> None:
    services.on("auth", "check_portal_link", DomainError("not_found"))
    page = stranger.get("/p/bg-0007.wrong")
    assert page.status_code == 404
    assert "copy the whole link" in page.text
    assert 'href="/login"' in page.text


def test_a_portal_link_that_went_wrong_meanwhile(stranger: Browser, services: FakeServices) -> None:
    stranger.get(PAGE)
    services.on("auth", "request_code", DomainError("not_found"))
    assert stranger.post(PAGE, email="max@firm.example").status_code == 404


@pytest.mark.parametrize("code, status", [("unknown_address", 422), ("no_access", 403)])
def test_a_refusal_stands_next_to_the_field(
    stranger: Browser, services: FakeServices, code: str, status: int
) -> None:
    services.on("auth", "request_code", DomainError(code))
    page = stranger.post(PAGE, email="max@firm.example")
    assert page.status_code == status
    assert 'id="email-error"' in page.text
    assert 'value="max@firm.example"' in page.text
    assert f'action="{PAGE}"' in page.text


def test_who_is_signed_in_there_goes_on_to_the_overview(visitor: Browser, services: FakeServices) -> None:
    services.on("auth", "check_portal_link", {"bill_group": "bg-0001"})
    assert visitor.get(PAGE).location == "/overview"


def test_who_is_signed_in_elsewhere_is_told(visitor: Browser, services: FakeServices) -> None:
    page = visitor.get(PAGE).text
    assert "in another account" in page
    assert 'href="/switch"' not in page
    services.on("auth", "get_session", several())
    visitor.client.set_cookie("session", "another-token-of-many-characters")
    assert 'href="/switch"' in visitor.get(PAGE).text


def several(**more: Any) -> dict[str, Any]:
    return {**samples.SESSION, "may_switch": True, "account": "Bergmann Apotheke", **more}


ENTRANCES = {
    "items": [
        {"bill_group": "bg-0001", "account": "Bergmann", "currency": "EUR", "is_here": True},
        {"bill_group": "bg-0002", "account": "Bergmann", "currency": "CHF", "is_here": False},
        {"bill_group": "bg-0003", "account": "Vogel – Studio", "currency": "EUR", "is_here": False},
    ]
}


@pytest.fixture
def switcher(visitor: Browser, services: FakeServices) -> Browser:
    """A browser in which somebody is signed in to whom three bill groups are open."""
    services.on("auth", "get_session", several())
    services.on("auth", "list_entrances", ENTRANCES)
    services.on(
        "auth", "switch_bill_group", several(bill_group="bg-0002", token="a-new-token-of-many-characters")
    )
    return visitor


def test_who_has_several_accounts_sees_them_in_the_menu(switcher: Browser) -> None:
    page = switcher.get("/sessions").text
    assert 'href="/switch"' in page
    assert "Bergmann Apotheke" in page


def test_who_has_one_account_sees_nothing_of_it(visitor: Browser, services: FakeServices) -> None:
    assert 'href="/switch"' not in visitor.get("/sessions").text
    assert visitor.get("/switch").location == "/overview"
    assert services.asked("list_entrances") == []


def test_all_that_are_open_are_offered_but_the_present_one(switcher: Browser) -> None:
    page = switcher.get("/switch").text
    assert page.count('name="to"') == 2
    assert 'value="bg-0001"' not in page[page.index("<main") :].replace('name="owner" value="bg-0001"', "")
    # Two are called the same: their handles tell them apart.
    assert "EUR · bg-0001" in page
    assert "CHF · bg-0002" in page
    assert "bg-0003</p>" not in page


def test_switching_rotates_the_cookie(switcher: Browser, services: FakeServices) -> None:
    answer = switcher.post("/switch", to="bg-0002")
    assert (answer.status_code, answer.location) == (303, "/overview")
    (asked,) = services.asked("switch_bill_group")
    assert asked.arguments == {"bill_group": "bg-0001", "token": samples.TOKEN, "to": "bg-0002"}
    cookie = switcher.client.get_cookie("session")
    assert cookie is not None
    assert cookie.value == "a-new-token-of-many-characters"
    assert "You are now in the account Bergmann Apotheke." in switcher.get("/sessions").text


def test_what_is_not_open_any_more_is_said(switcher: Browser, services: FakeServices) -> None:
    services.on("auth", "switch_bill_group", DomainError("not_found"))
    answer = switcher.post("/switch", to="bg-0002")
    assert (answer.status_code, answer.location) == (303, "/switch")
    assert "not open to you any more" in switcher.get("/switch").text
    assert switcher.client.get_cookie("session").value == samples.TOKEN


def test_where_no_other_is_open_any_more_the_page_says_so(switcher: Browser, services: FakeServices) -> None:
    services.on("auth", "list_entrances", {"items": ENTRANCES["items"][:1]})
    assert "No other account is open to you" in switcher.get("/switch").text


def test_nonsense_is_refused(switcher: Browser) -> None:
    assert switcher.post("/switch", to="no/handle").status_code == 400


def test_an_auth_service_of_before_tells_nothing_of_switching(
    visitor: Browser, services: FakeServices
) -> None:
    older = {"principal", "may_switch", "account"}
    known = {name: value for name, value in samples.SESSION.items() if name not in older}
    # The fake would refuse a reply without what is required by now.
    services.on("auth", "get_session", known | {"principal": "cust-0001"})
    assert visitor.get("/sessions").status_code == 200
    services.on("auth", "check_portal_link", {"bill_group": "bg-0007"})
    assert visitor.get(PAGE).status_code == 200

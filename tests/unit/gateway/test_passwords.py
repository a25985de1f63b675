"""Signing in with a user name and password, changing it, and choosing another one when it is forgotten."""

from __future__ import annotations

import re

import pytest

from shared.kernel.errors import DomainError, Kind, NotFound
from tests.unit.gateway import samples
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices

NEW = "a new one of many words"
RESET = "/password/reset/some-token"


@pytest.fixture(autouse=True)
def offered(services: FakeServices) -> None:
    offer(services, "code", "link", "password")


def offer(services: FakeServices, *ways: str) -> None:
    services.on("customers", "get_merchant", samples.MERCHANT | {"sign_in_ways": list(ways)})


def test_signing_in(stranger: Browser, services: FakeServices) -> None:
    stranger.get("/login?next=/invoices")
    answer = stranger.post("/login/password", user_name=" K7mp-3xq9 ", password="pass word")
    assert answer.location == "/invoices"
    assert stranger.client.get_cookie("session").value == samples.TOKEN
    (asked,) = services.asked("sign_in_with_password")
    assert asked.arguments == {"user_name": " K7mp-3xq9 ", "password": "pass word"}


@pytest.mark.parametrize(
    "error, status, text",
    [
        (DomainError("wrong_credentials"), 422, "belong together"),
        (DomainError("no_access"), 403, "not open for this"),
        (DomainError("way_not_offered"), 403, "not offered here"),
        (DomainError("too_many_requests", Kind.RETRY, seconds=600), 429, "again in 10 minutes"),
    ],
)
def test_a_refusal_stands_next_to_the_password_and_keeps_the_name(
    stranger: Browser, services: FakeServices, error: DomainError, status: int, text: str
) -> None:
    services.on("auth", "sign_in_with_password", error)
    answer = stranger.post("/login/password", user_name="k7mp-3xq9", password="secret-that-is-typed")
    assert answer.status_code == status
    assert text in answer.text.replace("&#39;", "'")
    assert 'value="k7mp-3xq9"' in answer.text
    assert "secret-that-is-typed" not in answer.text


def test_what_is_missing_is_told_before_anybody_is_asked(stranger: Browser, services: FakeServices) -> None:
    answer = stranger.post("/login/password")
    assert answer.status_code == 422
    assert "enter your user name" in answer.text
    assert "enter your password" in answer.text
    assert not services.asked("sign_in_with_password")


@pytest.mark.parametrize(
    "ways, path, leads_to",
    [
        (("password",), "/login", "/login/password"),
        (("password", "secret_link"), "/login", "/login/password"),
        (("code",), "/login/password", "/login"),
        (("code",), "/password/forgotten", "/login"),
    ],
)
def test_the_door_offers_what_is_switched_on(
    stranger: Browser, services: FakeServices, ways: tuple[str, ...], path: str, leads_to: str
) -> None:
    offer(services, *ways)
    stranger.client.application.extensions["portico_merchants"]._fresh._kept.clear()
    assert stranger.get(path).location == leads_to


def test_where_the_secret_link_is_the_only_way_the_door_says_so(
    stranger: Browser, services: FakeServices
) -> None:
    offer(services, "secret_link")
    page = stranger.get("/login").text
    assert "opens with your personal link" in page
    assert 'name="email"' not in page


def test_the_ways_lead_to_each_other(stranger: Browser) -> None:
    assert 'href="/login/password"' in stranger.get("/login").text
    page = stranger.get("/login/password").text
    assert 'href="/login"' in page
    assert 'href="/password/forgotten"' in page


def test_who_is_signed_in_already_goes_on(visitor: Browser) -> None:
    assert visitor.get("/login/password?next=/invoices").location == "/invoices"


def test_a_forgotten_password(stranger: Browser, services: FakeServices) -> None:
    answer = stranger.post("/password/forgotten", user_name="k7mp-3xq9")
    assert "Look into your mail" in answer.text
    (asked,) = services.asked("request_password_reset")
    assert asked.arguments == {"user_name": "k7mp-3xq9", "language": "en"}


def test_what_can_be_no_user_name_is_said(stranger: Browser, services: FakeServices) -> None:
    answer = stranger.post("/password/forgotten", user_name="n" * 500)
    assert answer.status_code == 422
    assert not services.asked("request_password_reset")


def test_the_link_is_used_by_its_form_alone(stranger: Browser, services: FakeServices) -> None:
    for _ in range(10):
        assert stranger.get(RESET).status_code == 200
        assert stranger.client.head(RESET).status_code == 200
    assert not services.asked("reset_password")
    answer = stranger.post(RESET, new_password=NEW, new_password_again=NEW)
    assert answer.location == "/login/password"
    (asked,) = services.asked("reset_password")
    assert asked.arguments == {"token": "some-token", "new_password": NEW}


@pytest.mark.parametrize(
    "new, again, text",
    [
        ("short", "short", "at least 12"),
        (NEW, "another", "not the same"),
        ("x" * 129, "x" * 129, "at most 128"),
    ],
)
def test_a_new_password_that_will_not_do(
    stranger: Browser, services: FakeServices, new: str, again: str, text: str
) -> None:
    answer = stranger.post(RESET, new_password=new, new_password_again=again)
    assert (answer.status_code, text in answer.text) == (422, True)
    assert not services.asked("reset_password")


def test_one_that_others_try_first(stranger: Browser, services: FakeServices) -> None:
    services.on("auth", "reset_password", DomainError("weak_password", problem="common"))
    answer = stranger.post(RESET, new_password=NEW, new_password_again=NEW)
    assert answer.status_code == 422
    assert "too easy to guess" in answer.text
    assert NEW not in answer.text


def test_a_link_that_is_over(stranger: Browser, services: FakeServices) -> None:
    services.on("auth", "get_password_reset", DomainError("reset_over"))
    answer = stranger.get(RESET)
    assert answer.status_code == 404
    assert 'href="/password/forgotten"' in answer.text


def test_no_other_address_learns_of_the_link(stranger: Browser) -> None:
    assert stranger.get(RESET).headers["Referrer-Policy"] == "no-referrer"


def test_changing_it(visitor: Browser, services: FakeServices) -> None:
    page = visitor.get("/password").text
    assert "Your user name is k7mp-3xq9." in page
    fields = {"current_password": "the old one", "new_password": NEW, "new_password_again": NEW}
    answer = visitor.post("/password", **fields)
    assert (answer.status_code, answer.location) == (303, "/sessions")
    (asked,) = services.asked("change_password")
    assert asked.arguments["current_password"] == "the old one"
    assert asked.arguments["bill_group"] == "bg-0001"


@pytest.mark.parametrize(
    "error, field",
    [
        (DomainError("wrong_current_password"), "current_password"),
        (DomainError("weak_password", problem="common"), "new_password"),
        (DomainError("too_many_requests", Kind.RETRY, seconds=60), "current_password"),
    ],
)
def test_a_refusal_of_the_change_stands_next_to_its_field(
    visitor: Browser, services: FakeServices, error: DomainError, field: str
) -> None:
    services.on("auth", "change_password", error)
    fields = {"current_password": "the old one", "new_password": NEW, "new_password_again": NEW}
    answer = visitor.post("/password", **fields)
    assert answer.status_code in (422, 429)
    assert f'id="{field}-error"' in answer.text
    assert f'href="#{field}"' in answer.text


def test_who_has_no_user_name_is_told_what_to_do(visitor: Browser, services: FakeServices) -> None:
    services.on("auth", "get_user_name", {"user_name": None})
    services.on("auth", "change_password", NotFound())
    page = visitor.get("/password").text
    assert "You have no user name yet" in page
    assert 'type="password"' not in page


def test_the_menu_leads_there_only_where_it_is_offered(visitor: Browser, services: FakeServices) -> None:
    assert 'href="/password"' in visitor.get("/overview").text
    offer(services, "code")
    visitor.client.application.extensions["portico_merchants"]._fresh._kept.clear()
    assert 'href="/password"' not in visitor.get("/overview").text


@pytest.mark.parametrize(
    "path, fields",
    [
        ("/login/password", ["password"]),
        (RESET, ["new_password", "new_password_again"]),
        ("/admin/login", ["password"]),
    ],
)
@pytest.mark.parametrize("language, word", [("en", "Show"), ("de", "Anzeigen")])
def test_each_password_can_be_shown_where_there_is_javascript(
    stranger: Browser, path: str, fields: list[str], language: str, word: str
) -> None:
    page = stranger.get(path, headers={"Accept-Language": language}).text
    for field in fields:
        button = re.search(rf'<button[^>]*data-show="{field}">.*?</button>', page, re.DOTALL)
        assert button is not None
        assert "hidden" in button[0].split(">")[0].split()
        assert 'type="button"' in button[0]
        assert 'aria-pressed="false"' in button[0]
        assert word in button[0]
        assert re.search(rf'<input[^>]*id="{field}"[^>]*spellcheck="false"', page)

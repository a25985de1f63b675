"""The staff's door: password, set-up link, and out again."""

from __future__ import annotations

import pytest

from shared.kernel.errors import DomainError, Kind
from tests.unit.gateway.admin.conftest import TOKEN_OF, session_of
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices

SIGNED_IN = {"token": "a-new-token-of-many-characters", "session": session_of("owner")}
FIRST = {
    "email": "",
    "name": "",
    "role": "owner",
    "is_reset": False,
    "expires_at": "2026-11-22T10:00:00+00:00",
}
INVITED = FIRST | {"email": "vera@nordlicht.example", "name": "Vera Lindt", "role": "support"}
LINK = "/admin/set-up/a-token-of-more-than-twenty-characters"
PASSWORD = "four words make it"
PASSWORDS = {"password": PASSWORD, "password_again": PASSWORD}


def sign_in(browser: Browser, path: str = "/admin/login", **fields: str):  # type: ignore[no-untyped-def]
    return browser.post(
        "/admin/login", seen=path, **{"email": "vera@nordlicht.example", "password": PASSWORD, **fields}
    )


def test_signing_in(stranger: Browser, services: FakeServices) -> None:
    services.on("auth", "sign_in_staff", SIGNED_IN)
    answer = sign_in(stranger, "/admin/login?next=/admin/customers%3Fq%3Dx")
    assert (answer.status_code, answer.location) == (303, "/admin/customers?q=x")
    cookie = next(each for each in answer.headers.getlist("Set-Cookie") if each.startswith("staff="))
    assert "a-new-token-of-many-characters" in cookie
    assert "HttpOnly" in cookie


@pytest.mark.parametrize(
    "target", ["https://evil.example/admin", "//evil.example/admin", "/overview", "/administrator", ""]
)
def test_it_leads_nowhere_else(stranger: Browser, services: FakeServices, target: str) -> None:
    services.on("auth", "sign_in_staff", SIGNED_IN)
    assert sign_in(stranger, f"/admin/login?next={target}").location == "/admin"


@pytest.mark.parametrize(
    "error, text",
    [
        (DomainError("wrong_password"), "E-mail address and password don&#39;t belong together."),
        (DomainError("too_many_requests", Kind.RETRY, seconds=600), "Please try again in 10 minutes."),
        (DomainError("invalid_email"), "Please enter an e-mail address like name@example.com."),
    ],
)
def test_a_refusal_stands_next_to_its_field(
    stranger: Browser, services: FakeServices, error: DomainError, text: str
) -> None:
    services.on("auth", "sign_in_staff", error)
    answer = sign_in(stranger)
    assert answer.status_code in (422, 429)
    assert text in answer.text
    assert "vera@nordlicht.example" in answer.text
    assert PASSWORD not in answer.text


def test_what_is_missing_is_said_without_asking_auth(stranger: Browser, services: FakeServices) -> None:
    answer = sign_in(stranger, password="")
    assert answer.status_code == 422
    assert "Please enter your password." in answer.text
    assert not services.asked("sign_in_staff")


def test_whoever_is_signed_in_needs_no_door(staff: Browser) -> None:
    assert staff.get("/admin/login").location == "/admin"


def test_signing_out(staff: Browser, services: FakeServices) -> None:
    services.on("auth", "end_staff_session", {})
    answer = staff.post("/admin/logout", seen="/admin/customers/new")
    assert answer.location == "/admin/login"
    assert services.asked("end_staff_session")[0].arguments == {"token": TOKEN_OF["owner"]}
    assert any(each.startswith("staff=;") for each in answer.headers.getlist("Set-Cookie"))


def test_looking_at_a_set_up_link_uses_nothing_up(stranger: Browser, services: FakeServices) -> None:
    services.on("auth", "get_staff_set_up", INVITED)
    for _ in range(3):
        answer = stranger.get(LINK)
    assert "Vera Lindt" in answer.text
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert not services.asked("set_up_staff")


def test_the_first_owner_says_who_they_are(stranger: Browser, services: FakeServices) -> None:
    services.on("auth", "get_staff_set_up", FIRST)
    services.on("auth", "set_up_staff", SIGNED_IN)
    answer = stranger.post(LINK, name="Vera Lindt", email=" vera@nordlicht.example ", **PASSWORDS)
    assert (answer.status_code, answer.location) == (303, "/admin")
    assert services.asked("set_up_staff")[0].arguments == {
        "token": "a-token-of-more-than-twenty-characters",
        "password": PASSWORD,
        "name": "Vera Lindt",
        "email": "vera@nordlicht.example",
    }


def test_whoever_was_invited_chooses_a_password_only(stranger: Browser, services: FakeServices) -> None:
    services.on("auth", "get_staff_set_up", INVITED)
    services.on("auth", "set_up_staff", SIGNED_IN)
    stranger.post(LINK, email="somebody@else.example", name="Else", **PASSWORDS)
    assert set(services.asked("set_up_staff")[0].arguments) == {"token", "password"}


@pytest.mark.parametrize(
    "fields, text",
    [
        ({"password": "too short", "password_again": "too short"}, "at least 12 characters"),
        ({"password": "x" * 129, "password_again": "x" * 129}, "at most 128 characters"),
        ({"password": PASSWORD, "password_again": "another"}, "This is not the same password."),
        (PASSWORDS | {"name": ""}, "Please enter a name."),
        (PASSWORDS | {"email": ""}, "Please enter an e-mail address"),
    ],
)
def test_what_is_wrong_with_a_set_up(
    stranger: Browser, services: FakeServices, fields: dict[str, str], text: str
) -> None:
    services.on("auth", "get_staff_set_up", FIRST)
    answer = stranger.post(LINK, **{"name": "Vera", "email": "vera@nordlicht.example", **fields})
    assert answer.status_code == 422
    assert text in answer.text
    assert not services.asked("set_up_staff")
    assert PASSWORD not in answer.text


@pytest.mark.parametrize(
    "code, field", [("weak_password", "password"), ("email_taken", "email"), ("invalid_email", "email")]
)
def test_what_auth_refuses_stands_next_to_its_field(
    stranger: Browser, services: FakeServices, code: str, field: str
) -> None:
    services.on("auth", "get_staff_set_up", FIRST)
    services.on("auth", "set_up_staff", DomainError(code, problem="common"))
    answer = stranger.post(LINK, name="Vera", email="vera@nordlicht.example", **PASSWORDS)
    assert answer.status_code in (409, 422)
    assert f'href="#{field}"' in answer.text


def test_a_link_that_is_over(stranger: Browser, services: FakeServices) -> None:
    services.on("auth", "get_staff_set_up", DomainError("set_up_over"))
    assert stranger.get(LINK).status_code == 410
    assert stranger.get("/admin/set-up/short").status_code == 410

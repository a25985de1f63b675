"""Secret links, and the portal opened from the merchant's app."""

from __future__ import annotations

import pytest

from shared.kernel.errors import DomainError, Kind
from tests.unit.gateway import samples
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices

BACK = "https://app.example/account"


def test_a_secret_link_opens_the_portal(stranger: Browser, services: FakeServices) -> None:
    answer = stranger.get("/s/a-secret-of-many-characters")
    assert answer.location == "/overview"
    assert stranger.client.get_cookie("session").value == samples.TOKEN
    (asked,) = services.asked("open_secret_link")
    assert asked.arguments == {"secret": "a-secret-of-many-characters"}


@pytest.mark.parametrize("path", ["/s/a-secret", "/open/a-token"])
def test_what_only_looks_opens_nothing(stranger: Browser, services: FakeServices, path: str) -> None:
    for _ in range(20):
        assert stranger.client.head(path).status_code == 200
    assert not [call for call in services.calls if call.service == "auth"]
    assert stranger.client.get_cookie("session") is None


@pytest.mark.parametrize("path", ["/s/a-secret", "/open/a-token"])
def test_no_other_address_learns_of_it(stranger: Browser, path: str) -> None:
    answer = stranger.get(path)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize(
    "method, path, error, status, text",
    [
        ("open_secret_link", "/s/x", DomainError("secret_link_over"), 404, "opens nothing any more"),
        ("open_secret_link", "/s/x", DomainError("way_not_offered"), 403, "not offered here"),
        ("open_secret_link", "/s/x", DomainError("no_access"), 403, "not open for this"),
        ("use_opening", "/open/x", DomainError("opening_over"), 404, "already used, or is too old"),
        (
            "use_opening",
            "/open/x",
            DomainError("too_many_requests", Kind.RETRY, seconds=600),
            429,
            "again in 10 minutes",
        ),
    ],
)
def test_a_refusal_is_told(
    stranger: Browser,
    services: FakeServices,
    method: str,
    path: str,
    error: DomainError,
    status: int,
    text: str,
) -> None:
    services.on("auth", method, error)
    answer = stranger.get(path)
    assert (answer.status_code, text in answer.text) == (status, True)
    assert stranger.client.get_cookie("session") is None


def test_the_app_leads_to_one_action_and_back(stranger: Browser, services: FakeServices) -> None:
    opened = {"path": "/payment-methods/new", "return_url": BACK, "way": "app", "token": samples.TOKEN}
    services.on("auth", "use_opening", samples.SESSION | opened)
    services.on("auth", "get_session", samples.SESSION | {"way": "app", "return_url": BACK})
    assert stranger.get("/open/a-token").location == "/payment-methods/new"
    page = stranger.get("/sessions").text
    assert f'href="{BACK}" rel="noreferrer"' in page
    assert "Back to Nordlicht Software" in page


def test_a_page_outside_is_never_led_to(stranger: Browser, services: FakeServices) -> None:
    services.on("auth", "use_opening", samples.SESSION | {"path": "//evil.example", "token": samples.TOKEN})
    assert stranger.get("/open/a-token").location == "/overview"


def test_the_way_back_is_a_button_once_something_was_done(stranger: Browser, services: FakeServices) -> None:
    services.on("auth", "get_session", samples.SESSION | {"return_url": BACK})
    stranger.client.set_cookie("session", samples.TOKEN)
    stranger.post("/sessions/end-others", seen="/sessions")
    assert f'class="button second" href="{BACK}"' in stranger.get("/sessions").text
    assert f'class="button second" href="{BACK}"' not in stranger.get("/sessions").text


def test_others_see_no_way_back(visitor: Browser) -> None:
    assert "way-back" not in visitor.get("/overview").text


def test_a_secret_that_is_too_long_is_not_even_asked_for(stranger: Browser, services: FakeServices) -> None:
    assert stranger.get(f"/s/{'x' * 201}").status_code == 404
    assert not services.asked("open_secret_link")

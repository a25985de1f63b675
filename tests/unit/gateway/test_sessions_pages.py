"""Where one is signed in."""

import re

import pytest
from flask import Flask

from services.gateway.user_agents import in_words
from shared.kernel.errors import NotFound
from tests.unit.gateway import samples
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices

CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0"
SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15"
WINDOWS = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36"


@pytest.mark.parametrize(
    "user_agent, words",
    [
        (WINDOWS, "Chrome on Windows"),
        (f"{WINDOWS} Edg/141.0.0.0", "Edge on Windows"),
        (f"{WINDOWS} OPR/122.0.0.0", "Opera on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (samples.SESSIONS["items"][0]["user_agent"], "Safari on iPhone"),
        (f"Mozilla/5.0 (Linux; Android 14; K) {CHROME} Mobile Safari/537.36", "Chrome on Android"),
        (f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {SAFARI}", "Safari on macOS"),
        ("Something/1.0 (Windows)", "Windows"),
        ("curl/8.5.0", "Unknown browser"),
        ("", "Unknown browser"),
    ],
)
def test_user_agents_in_words(app: Flask, user_agent: str, words: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert in_words(user_agent) == words


def test_the_page_tells_of_each_session_and_marks_this_one_as_the_first(visitor: Browser) -> None:
    page = visitor.get("/sessions").text
    assert page.index("Firefox on Linux") < page.index("This session") < page.index("Safari on iPhone")
    for shown in ("192.0.2.44", "192.0.2.7", "with a code", "with a link", "12:10"):
        assert shown in page
    assert page.count('aria-current="page"') == 1


def test_one_that_stands_alone_has_no_others_to_end(visitor: Browser, services: FakeServices) -> None:
    services.on("auth", "list_sessions", {"items": samples.SESSIONS["items"][1:]})
    assert "End all others" not in visitor.get("/sessions").text


def test_ending_one(visitor: Browser, services: FakeServices) -> None:
    answer = visitor.post("/sessions/ses-0002/end", "/sessions")
    assert answer.location == "/sessions"
    (ended,) = services.asked("revoke_session")
    assert (ended.arguments["bill_group"], ended.arguments["session"]) == ("bg-0001", "ses-0002")
    assert re.fullmatch("[0-9a-f]{32}", ended.arguments["key"])
    assert "The session is ended." in visitor.get("/sessions").text


def test_one_that_is_not_theirs_is_not_there(visitor: Browser, services: FakeServices) -> None:
    services.on("auth", "revoke_session", NotFound())
    assert visitor.post("/sessions/ses-0003/end", "/sessions").status_code == 404


def test_ending_this_one_is_signing_out(visitor: Browser, services: FakeServices) -> None:
    answer = visitor.post("/sessions/ses-0001/end", "/sessions")
    assert answer.location == "/login"
    assert visitor.client.get_cookie("session") is None
    assert [call.arguments for call in services.asked("end_session")] == [{"token": samples.TOKEN}]


def test_ending_all_others(visitor: Browser, services: FakeServices) -> None:
    assert visitor.post("/sessions/end-others", "/sessions").location == "/sessions"
    (ended,) = services.asked("revoke_other_sessions")
    assert ended.arguments["session"] == "ses-0001"
    assert "All other sessions are ended." in visitor.get("/sessions").text

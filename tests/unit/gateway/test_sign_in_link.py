"""The page behind a sign-in link."""

import pytest

from services.gateway.app import create_app
from shared.kernel.errors import DomainError, Kind, NotFound
from tests.unit.gateway import samples
from tests.unit.gateway.conftest import Browser, settings
from tests.unit.gateway.fakes import FakeServices

TOKEN = "0123456789abcdef0123456789abcdef-a-token-that-nobody-could-guess-0123456789a"
PATH = f"/login/link/{TOKEN}"
ELSEWHERE = samples.LINK | {"needs_code": True}


def test_only_the_button_uses_the_link(stranger: Browser, services: FakeServices) -> None:
    for _ in range(10):
        assert stranger.get(PATH).status_code == 200
        assert stranger.client.head(PATH).status_code == 200
    assert {call.method for call in services.calls if call.service == "auth"} == {"get_link"}

    answer = stranger.post(PATH)

    assert answer.location == "/overview"
    assert stranger.client.get_cookie("session").value == samples.TOKEN
    (used,) = services.asked("use_link")
    assert used.arguments == {"token": TOKEN, "browser": None, "code": None}


def test_the_browser_that_asked_shows_its_token_and_goes_where_it_wanted(
    stranger: Browser, services: FakeServices
) -> None:
    page = stranger.get("/login?next=/invoices").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    stranger.client.post("/login", data={"csrf_token": token, "email": samples.SESSION["email"]})
    assert stranger.post(PATH).location == "/invoices"
    (asked,) = services.asked("request_code")
    (used,) = services.asked("use_link")
    assert used.arguments["browser"] == asked.arguments["browser"]


def test_another_browser_is_asked_for_the_code(stranger: Browser, services: FakeServices) -> None:
    services.on("auth", "get_link", ELSEWHERE)
    page = stranger.get(PATH).text
    assert 'autocomplete="one-time-code"' in page
    for code in ("", "123"):
        answer = stranger.post(PATH, code=code)
        assert answer.status_code == 422
        assert "Please enter the 8 digits" in answer.text
    assert not services.asked("use_link")
    assert stranger.post(PATH, code="1234 5678").location == "/overview"
    assert services.asked("use_link")[0].arguments["code"] == "1234 5678"


def test_the_asking_browser_needs_no_code(stranger: Browser) -> None:
    assert 'name="code"' not in stranger.get(PATH).text


@pytest.mark.parametrize(
    "error, status, text",
    [
        (DomainError("wrong_code", attempts_left=2), 422, "Attempts left: 2."),
        (DomainError("too_many_requests", Kind.RETRY, seconds=600), 429, "again in 10 minutes"),
        (DomainError("no_access"), 403, "The portal is not open for this e-mail address."),
    ],
)
@pytest.mark.parametrize("link", [samples.LINK, ELSEWHERE])
def test_a_refusal_is_told_on_the_page(
    stranger: Browser,
    services: FakeServices,
    link: dict[str, object],
    error: DomainError,
    status: int,
    text: str,
) -> None:
    services.on("auth", "get_link", link)
    services.on("auth", "use_link", error)
    answer = stranger.post(PATH, code="12345678")
    assert (answer.status_code, text in answer.text) == (status, True)
    assert stranger.client.get_cookie("session") is None


@pytest.mark.parametrize(
    "state, text",
    [("used", "already used"), ("expired", "has expired"), ("worn_out", "wrongly too often")],
)
def test_a_link_of_no_more_use_says_so_and_offers_to_begin_anew(
    stranger: Browser, services: FakeServices, state: str, text: str
) -> None:
    services.on("auth", "get_link", samples.LINK | {"state": state})
    answer = stranger.get(PATH)
    assert answer.status_code == 410
    assert text in answer.text
    assert 'href="/login"' in answer.text
    assert samples.SESSION["email"] not in answer.text


def test_a_link_that_nobody_knows(stranger: Browser, services: FakeServices) -> None:
    services.on("auth", "get_link", NotFound())
    answer = stranger.get("/login/link/nothing")
    assert answer.status_code == 404
    assert "know this link" in answer.text
    assert "Sign in anew" in answer.text


def test_what_is_too_long_for_a_link_is_not_even_asked_for(stranger: Browser, services: FakeServices) -> None:
    assert stranger.get(f"/login/link/{'x' * 201}").status_code == 404
    assert not services.asked("get_link")


def test_a_link_that_was_used_while_its_page_stood_open(stranger: Browser, services: FakeServices) -> None:
    page = stranger.get(PATH).text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    services.on("auth", "use_link", DomainError("link_used"))
    services.on("auth", "get_link", samples.LINK | {"state": "used"})
    answer = stranger.client.post(PATH, data={"csrf_token": token})
    assert answer.status_code == 410
    assert "already used" in answer.text


def test_no_other_address_learns_of_it(stranger: Browser) -> None:
    assert stranger.get(PATH).headers["Referrer-Policy"] == "no-referrer"
    assert stranger.get(PATH).headers["Cache-Control"] == "no-store"
    assert stranger.get("/login").headers["Referrer-Policy"] == "same-origin"


def test_over_https_its_form_needs_no_referrer() -> None:
    client = create_app(settings(public_url="https://localhost"), FakeServices()).test_client()
    base = {"base_url": "https://localhost"}
    token = client.get(PATH, **base).text.split('name="csrf_token" value="')[1].split('"')[0]
    assert client.post(PATH, data={"csrf_token": token}, **base).location == "/overview"
    assert client.post(PATH, data={"csrf_token": "forged"}, **base).status_code == 400

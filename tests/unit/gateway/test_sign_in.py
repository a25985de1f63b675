"""Getting in and out."""

import pytest
from flask import Flask

from services.gateway.brief import Brief
from services.gateway.error_texts import text_of
from services.gateway.visitors import SECONDS_KEPT, safe_next
from shared.kernel.context import PrincipalKind
from shared.kernel.errors import DomainError, Kind, NotFound
from tests.unit.gateway import samples
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices

EMAIL = samples.SESSION["email"]


def ask_for_code(browser: Browser) -> None:
    assert browser.post("/login", email=EMAIL).location == "/login/code"


def test_the_whole_way_in(stranger: Browser, services: FakeServices) -> None:
    assert stranger.get("/overview?x=1").location == "/login?next=/overview?x%3D1"
    stranger.get("/login?next=/details")
    ask_for_code(stranger)
    answer = stranger.post("/login/code", code="1234 5678")
    (verified,) = services.asked("verify_code")
    (requested,) = services.asked("request_code")
    assert verified.arguments["code"] == "1234 5678"
    assert verified.arguments["browser"] == requested.arguments["browser"]
    assert verified.arguments["challenge"] == samples.CHALLENGE["challenge"]
    assert stranger.client.get_cookie("session").value == samples.TOKEN
    assert answer.location == "/overview"


def test_after_signing_in_the_page_that_was_asked_for_comes(stranger: Browser) -> None:
    stranger.get("/login?next=/details")
    page = stranger.get("/login?next=/details").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    stranger.client.post("/login", data={"csrf_token": token, "email": EMAIL})
    assert stranger.post("/login/code", code="12345678").location == "/details"


@pytest.mark.parametrize("target", ["/overview", "/invoices?status=open", "/invoices/inv-1.pdf"])
def test_safe_next_keeps_paths_of_this_site(app: Flask, target: str) -> None:
    with app.test_request_context():
        assert safe_next(target) == target


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "javascript:alert(1)",
        "overview",
        " //evil.example",
    ],
)
def test_safe_next_leads_nowhere_else(app: Flask, target: str | None) -> None:
    with app.test_request_context():
        assert safe_next(target) == "/overview"


def test_an_unknown_address_is_told_so_next_to_the_field_and_kept(
    stranger: Browser, services: FakeServices
) -> None:
    services.on("auth", "request_code", DomainError("unknown_address"))
    answer = stranger.post("/login", email="nobody@nowhere.example")
    assert answer.status_code == 422
    assert "We don&#39;t know this e-mail address" in answer.text
    assert 'value="nobody@nowhere.example"' in answer.text
    assert 'aria-describedby="email-error"' in answer.text


@pytest.mark.parametrize("email", ["", "   ", "x" * 300])
def test_no_address_is_not_even_asked_for(stranger: Browser, services: FakeServices, email: str) -> None:
    assert stranger.post("/login", email=email).status_code == 422
    assert not services.asked("request_code")


def test_a_wait_is_told_in_words(stranger: Browser, services: FakeServices) -> None:
    error = DomainError("too_many_requests", Kind.RETRY, seconds=720, retry_at="2026-11-21T10:12:00+00:00")
    services.on("auth", "request_code", error)
    answer = stranger.post("/login", email=EMAIL)
    assert answer.status_code == 429
    assert "Please try again in 12 minutes." in answer.text


@pytest.mark.parametrize(
    "seconds, text",
    [(1, "1 second"), (90, "90 seconds"), (91, "2 minutes"), (5400, "90 minutes"), (5401, "2 hours")],
)
def test_a_wait_is_never_told_too_short(app: Flask, seconds: int, text: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert f"again in {text}." in text_of(DomainError("too_many_requests", Kind.RETRY, seconds=seconds))


def test_a_wrong_code_says_how_many_tries_are_left(stranger: Browser, services: FakeServices) -> None:
    ask_for_code(stranger)
    services.on("auth", "verify_code", DomainError("wrong_code", attempts_left=4))
    answer = stranger.post("/login/code", code="00000000")
    assert answer.status_code == 422
    assert "Attempts left: 4." in answer.text
    assert stranger.client.get_cookie("session") is None


def test_a_new_code_waits_for_its_time(stranger: Browser, services: FakeServices) -> None:
    ask_for_code(stranger)
    page = stranger.get("/login/code").text
    assert 'data-wait="42"' in page
    assert "disabled" in page
    assert "Load this page again in 42 seconds" in page
    services.on("auth", "get_challenge", samples.CHALLENGE | {"seconds_until_resend": 0})
    assert "disabled" not in stranger.get("/login/code").text
    services.on("auth", "resend_code", samples.CHALLENGE | {"challenge": "chl-0002"})
    assert stranger.post("/login/code/resend", "/login/code").location == "/login/code"
    stranger.get("/login/code")
    assert services.asked("get_challenge")[-1].arguments["challenge"] == "chl-0002"


def test_too_early_is_refused_by_auth_and_shown(stranger: Browser, services: FakeServices) -> None:
    ask_for_code(stranger)
    services.on("auth", "resend_code", DomainError("resend_too_early", Kind.RETRY, seconds=30))
    assert stranger.post("/login/code/resend", "/login/code").location == "/login/code"
    assert "A new code can be sent in 30 seconds." in stranger.get("/login/code").text


@pytest.mark.parametrize("code", ["", "1234567", "123456789", "abcdefgh", "1234 567"])
def test_what_can_be_no_code_costs_no_try(stranger: Browser, services: FakeServices, code: str) -> None:
    ask_for_code(stranger)
    answer = stranger.post("/login/code", code=code)
    assert answer.status_code == 422
    assert "Please enter the 8 digits" in answer.text
    assert not services.asked("verify_code")


@pytest.mark.parametrize("code", ["1234-5678", " 12345678\u00a0", "12.34.56.78", "１２３４５６７８"])
def test_a_code_may_be_pasted_as_it_comes(stranger: Browser, services: FakeServices, code: str) -> None:
    ask_for_code(stranger)
    assert stranger.post("/login/code", code=code).location == "/overview"


@pytest.mark.parametrize(
    "ways, on_login, on_code",
    [
        (["code"], "We send you a code to", "Enter the code"),
        (["link"], "We send you a link to", "Open the link in the e-mail"),
        (["code", "link"], "either signs you in", "Or open the link in the same e-mail."),
    ],
)
def test_pages_say_what_the_merchant_offers(
    stranger: Browser, services: FakeServices, ways: list[str], on_login: str, on_code: str
) -> None:
    services.on("customers", "get_merchant", samples.MERCHANT | {"sign_in_ways": ways})
    services.on("auth", "get_challenge", samples.CHALLENGE | {"ways": ways})
    assert on_login in stranger.get("/login").text
    ask_for_code(stranger)
    page = stranger.get("/login/code").text
    assert on_code in page
    assert ('autocomplete="one-time-code"' in page) == ("code" in ways)


@pytest.mark.parametrize(
    "state, text",
    [("expired", "has expired"), ("used", "already used"), ("worn_out", "wrongly too often")],
)
def test_a_code_of_no_more_use_says_so(
    stranger: Browser, services: FakeServices, state: str, text: str
) -> None:
    ask_for_code(stranger)
    services.on("auth", "get_challenge", samples.CHALLENGE | {"state": state})
    assert text in stranger.get("/login/code").text


def test_a_code_that_signed_in_already_is_not_sent_anew(stranger: Browser, services: FakeServices) -> None:
    ask_for_code(stranger)
    services.on("auth", "get_challenge", samples.CHALLENGE | {"state": "used"})
    page = stranger.get("/login/code").text
    assert "/login/code/resend" not in page
    assert "Begin anew" in page


def test_whoever_signed_in_with_the_link_meanwhile_goes_on(visitor: Browser, services: FakeServices) -> None:
    services.on("auth", "get_challenge", NotFound())
    assert visitor.get("/login/code").location == "/overview"


def test_an_address_is_not_asked_for_twice_but_after_signing_out(
    stranger: Browser, services: FakeServices
) -> None:
    ask_for_code(stranger)
    stranger.post("/login/code", code="12345678")
    services.on("auth", "get_session", DomainError("no_session"))
    page = stranger.get("/login").text
    assert f'value="{EMAIL}"' in page
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    stranger.client.post("/logout", data={"csrf_token": token})
    assert EMAIL not in stranger.get("/login").text


def test_whoever_was_signed_in_is_told_that_it_is_over(visitor: Browser, services: FakeServices) -> None:
    services.on("auth", "get_session", DomainError("no_session"))
    assert "You are no longer signed in." in visitor.get("/login").text


def test_a_browser_that_asked_for_no_code_starts_at_the_address(
    stranger: Browser, services: FakeServices
) -> None:
    services.on("auth", "get_challenge", NotFound())
    assert stranger.get("/login/code").location == "/login"
    assert "Please enter your e-mail address" in stranger.get("/login").text


@pytest.mark.parametrize("mode", ["plain", "discreet"])
def test_no_page_says_more_than_is_known_of_an_address(
    stranger: Browser, services: FakeServices, mode: str
) -> None:
    # In plain mode, too, unknown addresses are answered like known ones once there were many.
    services.on("customers", "get_merchant", samples.MERCHANT | {"sign_in_answer": mode})
    ask_for_code(stranger)
    assert "If the portal is open for" in stranger.get("/login/code").text


def test_signing_out_ends_the_session_and_needs_a_form(visitor: Browser, services: FakeServices) -> None:
    assert visitor.get("/logout").status_code == 405
    token = visitor.get("/overview").text.split('name="csrf_token" value="')[1].split('"')[0]
    answer = visitor.client.post("/logout", data={"csrf_token": token})
    assert answer.location == "/login"
    assert [call.arguments for call in services.asked("end_session")] == [{"token": samples.TOKEN}]
    assert visitor.client.get_cookie("session") is None


@pytest.mark.parametrize("answer", [{}, DomainError("service_away", Kind.RETRY)])
def test_signing_in_anew_ends_the_session_before(
    visitor: Browser, services: FakeServices, answer: dict[str, object] | DomainError
) -> None:
    services.on("auth", "end_session", answer)
    verified = services.answers["auth", "verify_code"]
    assert isinstance(verified, dict)
    services.on("auth", "verify_code", verified | {"token": "another-token-of-many-characters"})
    assert visitor.post("/login/code", code="12345678").location == "/overview"
    assert [call.arguments for call in services.asked("end_session")] == [{"token": samples.TOKEN}]
    cookie = visitor.client.get_cookie("session")
    assert cookie is not None
    assert cookie.value == "another-token-of-many-characters"


def test_a_session_that_auth_does_not_know_is_none(visitor: Browser, services: FakeServices) -> None:
    services.on("auth", "get_session", DomainError("no_session"))
    assert visitor.get("/overview").location == "/login?next=/overview"


def test_a_session_is_asked_for_again_within_a_second(
    app: Flask, visitor: Browser, services: FakeServices
) -> None:
    now = 0.0
    app.extensions["portico_sessions"] = Brief(SECONDS_KEPT, timer=lambda: now)
    for _ in range(3):
        visitor.get("/details")
    assert len(services.asked("get_session")) == 1
    now = 0.9
    visitor.get("/details")
    assert len(services.asked("get_session")) == 2


def test_calls_tell_who_asks(visitor: Browser, services: FakeServices) -> None:
    visitor.get("/details", headers={"User-Agent": "Test/1.0", "Accept-Language": "de"})
    (call,) = services.asked("get_bill_group")
    assert call.arguments == {"bill_group": "bg-0001"}
    context = call.context
    assert context.principal.kind is PrincipalKind.CUSTOMER
    assert context.principal.id == "cust-0001"
    assert (context.session, context.user_agent, context.language) == ("ses-0001", "Test/1.0", "de")
    assert context.address == "127.0.0.1"


@pytest.mark.parametrize(
    "headlines, language, said",
    [
        ({"en": "Hello", "de": "Hallo"}, "de", "Hallo"),
        ({"en": "Hello"}, "de", "Hello"),
        ({"de": "Hallo"}, "en", None),
        ({}, "en", None),
    ],
)
def test_the_merchants_headline_stands_over_the_sign_in(
    stranger: Browser, services: FakeServices, headlines: dict[str, str], language: str, said: str | None
) -> None:
    services.on("customers", "get_merchant", samples.MERCHANT | {"headlines": headlines})
    text = stranger.get("/login", headers={"Accept-Language": language}).text
    if said is None:
        assert 'class="headline"' not in text
    else:
        assert f'<p class="headline">{said}</p>' in text

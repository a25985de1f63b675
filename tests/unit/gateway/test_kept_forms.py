"""A form that comes when its session is over, or its token: nothing is lost, and nobody else gets it."""

import html
import re
from hashlib import sha256

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from services.gateway.portal.kept_forms import DOING
from shared.kernel.errors import DomainError, Kind, NotFound
from tests.unit.gateway import samples
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices

FROM_HERE = {"Sec-Fetch-Site": "same-origin"}
TYPED = {"city": "Ahrensburg", "key": "the-key-of-that-form", "version": "7"}
_FORM = re.compile(r'<form method="post" action="([^"]*)">(.*?)</form>', re.DOTALL)
_FIELD = re.compile(r'name="([^"]*)" value="([^"]*)"')


def send_too_late(visitor: Browser, services: FakeServices, path: str, **fields: str) -> TestResponse:
    """Fill in a form, and send it when the session is over."""
    page = visitor.get("/details/billing").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    visitor.client.application.extensions["portico_sessions"].forget(
        sha256(samples.TOKEN.encode()).hexdigest()
    )
    services.on("auth", "get_session", DomainError("no_session"))
    return visitor.client.post(path, data={"csrf_token": token, **TYPED, **fields})


def offered(answer: TestResponse, path: str) -> list[tuple[str, str]]:
    """The fields of the form on a page that leads to ``path``."""
    (found,) = [inside for action, inside in _FORM.findall(answer.text) if html.unescape(action) == path]
    return [(name, html.unescape(value)) for name, value in _FIELD.findall(found)]


def test_a_form_that_comes_too_late_is_kept_until_after_signing_in(
    visitor: Browser, services: FakeServices
) -> None:
    answer = send_too_late(visitor, services, "/details/billing?from=overview")

    assert answer.location == "/login?next=/kept/form-0001"
    (kept,) = services.asked("keep_form")
    assert kept.arguments["token"] == samples.TOKEN
    assert kept.arguments["browser"] == visitor.client.get_cookie("browser").value
    assert kept.arguments["path"] == "/details/billing?from=overview"
    assert {field["name"]: field["value"] for field in kept.arguments["fields"]} == TYPED
    assert not services.asked("change_contact")
    assert "What you entered is kept" in visitor.get(answer.location).text


def test_its_page_says_what_was_done_and_shows_nothing_of_it(
    visitor: Browser, services: FakeServices
) -> None:
    page = visitor.get("/kept/form-0001").text

    assert "Change a contact" in page
    assert "Nothing was changed so far." in page
    seen = re.sub(r"<[^>]*>", "", page)
    assert "Ahrensburg" not in seen
    assert "the-key-of-that-form" not in seen
    (asked,) = services.asked("get_form")
    assert asked.arguments["bill_group"] == samples.SESSION["bill_group"]


def test_its_button_sends_it_on_as_it_was_under_its_own_key(visitor: Browser, services: FakeServices) -> None:
    visitor.client.set_cookie("browser", "the-token-of-this-browser")
    fields = offered(visitor.get("/kept/form-0001"), samples.KEPT_FORM["path"])
    held = [(field["name"], field["value"]) for field in samples.KEPT_FORM["fields"]]
    assert [field for field in fields if field[0] not in ("csrf_token", "kept_form")] == held

    services.on("customers", "change_contact", samples.BILL_GROUP)
    contact = {"name": "Anna", "email": "a@b.example", "line1": "1", "postal_code": "1", "country": "DE"}
    answer = visitor.client.post("/details/billing", data=dict(fields) | contact)

    assert answer.location == "/details"
    (changed,) = services.asked("change_contact")
    assert changed.arguments["key"] == "the-key-of-that-form"
    (dropped,) = services.asked("drop_form")
    assert dropped.arguments["form"] == "form-0001"


def test_what_is_wrong_comes_back_in_the_ordinary_form(visitor: Browser, services: FakeServices) -> None:
    visitor.client.set_cookie("browser", "the-token-of-this-browser")
    fields = dict(offered(visitor.get("/kept/form-0001"), samples.KEPT_FORM["path"]))
    services.on("customers", "change_contact", DomainError("invalid_contact", fields={"name": "required"}))

    answer = visitor.client.post("/details/billing", data=fields)

    assert answer.status_code == 422
    assert "Please fill this in." in answer.text
    assert 'value="&#34;Ahrensburg&#34; &lt;b&gt;"' in answer.text
    assert services.asked("drop_form")


def test_it_stays_while_nobody_knows_whether_it_was_done(visitor: Browser, services: FakeServices) -> None:
    visitor.client.set_cookie("browser", "the-token-of-this-browser")
    services.on("customers", "remove_shipping_contact", DomainError("no_answer", Kind.RETRY))
    services.on("auth", "get_form", samples.KEPT_FORM | {"path": "/details/shipping/remove"})
    fields = dict(offered(visitor.get("/kept/form-0001"), "/details/shipping/remove"))

    answer = visitor.client.post("/details/shipping/remove", data=fields)

    assert answer.status_code == 504
    assert ("kept_form", "form-0001") in offered(answer, "/details/shipping/remove")
    assert not services.asked("drop_form")


def test_each_name_is_for_a_form_that_is_there(app: Flask) -> None:
    endpoints = {".".join(name.split(".")[:2]) for name in DOING}
    assert endpoints <= set(app.view_functions)


@pytest.mark.parametrize(
    "path, text",
    [
        ("/subscriptions/sub-1/cancel", "Cancel a subscription"),
        ("/subscriptions/sub-1/payment-method", "My subscriptions"),
        ("/payment-methods/pm-1/remove", "Remove a payment method"),
        ("/nowhere", "A form that you sent"),
    ],
)
def test_every_form_has_a_name(visitor: Browser, services: FakeServices, path: str, text: str) -> None:
    services.on("auth", "get_form", samples.KEPT_FORM | {"path": path})
    assert f'<h2 id="what">{text}</h2>' in visitor.get("/kept/form-0001").text


def test_it_is_thrown_away_on_wish(visitor: Browser, services: FakeServices) -> None:
    assert visitor.post("/kept/form-0001/drop", "/kept/form-0001").location == "/overview"
    assert [call.arguments["form"] for call in services.asked("drop_form")] == ["form-0001"]


def test_another_customer_finds_nothing(visitor: Browser, services: FakeServices) -> None:
    services.on("auth", "get_form", NotFound())
    assert visitor.get("/kept/form-0001").location == "/overview"
    assert "is not kept any more" in visitor.get("/overview").text


def test_its_page_is_for_those_who_are_signed_in(stranger: Browser) -> None:
    assert stranger.get("/kept/form-0001").location == "/login?next=/kept/form-0001"


@pytest.mark.parametrize("code", ["no_session", "too_many_requests", "service_away", "invalid_request"])
def test_what_can_not_be_kept_stays_on_the_page(visitor: Browser, services: FakeServices, code: str) -> None:
    services.on("auth", "keep_form", DomainError(code, seconds=60))
    answer = send_too_late(visitor, services, "/details/billing?a=b")
    assert answer.status_code == 403
    fields = dict(offered(answer, "/details/billing?a=b"))
    assert {name: fields[name] for name in TYPED} == TYPED
    assert 'target="_blank"' in answer.text


def test_secrets_are_neither_kept_nor_repeated(visitor: Browser, services: FakeServices) -> None:
    answer = send_too_late(visitor, services, "/details/billing", new_password="correct horse")
    assert answer.location == "/login?next=/details/billing"
    assert not services.asked("keep_form")


def outdated(browser: Browser, path: str = "/details/billing", **fields: str) -> TestResponse:
    """Send a form of this site whose token is of before."""
    return browser.client.post(path, data={"csrf_token": "of-before", **TYPED, **fields}, headers=FROM_HERE)


def test_a_form_with_an_old_token_can_be_sent_again(visitor: Browser, services: FakeServices) -> None:
    answer = outdated(visitor, owner=samples.SESSION["bill_group"])
    assert answer.status_code == 400
    fields = dict(offered(answer, "/details/billing"))
    assert {name: fields[name] for name in TYPED} == TYPED
    assert fields["csrf_token"] != "of-before"
    assert not services.asked("change_contact")
    services.on("customers", "change_contact", samples.BILL_GROUP)
    assert visitor.client.post("/details/billing", data=fields).location == "/details"
    assert services.asked("change_contact")[0].arguments["key"] == TYPED["key"]


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", None])
def test_but_not_one_that_another_site_sent(
    visitor: Browser, services: FakeServices, site: str | None
) -> None:
    headers = {"Sec-Fetch-Site": site} if site else {"Origin": "https://evil.example"}
    answer = visitor.client.post("/details/billing", data=TYPED, headers=headers)
    assert answer.status_code == 400
    assert "Ahrensburg" not in answer.text
    assert 'href="/details/billing"' in answer.text
    assert not services.asked("keep_form")


def test_browsers_that_name_only_the_origin_will_do(visitor: Browser) -> None:
    answer = visitor.client.post("/details/billing", data=TYPED, headers={"Origin": "http://localhost"})
    assert offered(answer, "/details/billing")


def test_an_old_token_of_a_session_that_is_over(visitor: Browser, services: FakeServices) -> None:
    services.on("auth", "get_session", DomainError("no_session"))
    assert outdated(visitor).location == "/login?next=/kept/form-0001"


@pytest.mark.parametrize("send", [outdated, lambda visitor, **more: visitor.post("/details/billing", **more)])
def test_a_form_of_one_account_is_never_sent_in_another(
    visitor: Browser, services: FakeServices, send
) -> None:  # type: ignore[no-untyped-def]
    answer = send(visitor, owner="bg-of-before")
    assert answer.status_code == 409
    assert "belongs to another account" in answer.text
    assert "Ahrensburg" not in answer.text
    assert not services.asked("change_contact")


def test_forms_name_the_account_that_they_were_opened_in(visitor: Browser, stranger: Browser) -> None:
    assert 'name="owner" value="bg-0001"' in visitor.get("/details/billing").text
    assert 'name="owner"' not in stranger.get("/login").text

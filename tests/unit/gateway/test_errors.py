"""Every error has a text in each language, and a page."""

import re
import string

import pytest
from flask import Flask, abort

from services.gateway.error_texts import CODES, FIELD_TEXTS, TEXTS, field_texts, text_of
from shared.kernel.errors import DomainError, Kind, NotFound
from tests.unit.gateway import samples
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices


def test_every_code_of_every_contract_has_a_text() -> None:
    assert set(TEXTS) == set(CODES)


@pytest.mark.parametrize("code", sorted(CODES))
def test_texts_need_no_params_that_do_not_come(app: Flask, code: str) -> None:
    params = {"seconds": 60, "attempts_left": 3}
    with app.test_request_context():
        text = text_of(DomainError(code, **params))
    assert "%(" not in text
    assert text[-1] in string.punctuation


def test_fields_have_texts(app: Flask) -> None:
    with app.test_request_context():
        texts = field_texts(DomainError("invalid_contact", fields=dict.fromkeys(FIELD_TEXTS, "required")))
        assert set(texts.values()) == {"Please fill this in."}
        assert field_texts(DomainError("not_possible")) == {}


def test_a_code_of_a_field_that_nobody_has_heard_of_has_a_text(app: Flask) -> None:
    with app.test_request_context():
        texts = field_texts(DomainError("invalid_contact", fields={"email": "invented_next_year"}))
    assert texts == {"email": "This can't be used. Please check it."}


@pytest.mark.parametrize(
    "kind, text",
    [
        (Kind.REFUSED, "This is not possible at the moment. Please contact us."),
        (Kind.RETRY, "Please try again in a moment. Nothing was changed."),
    ],
)
def test_a_text_whose_params_do_not_come_is_a_general_one(app: Flask, kind: Kind, text: str) -> None:
    with app.test_request_context():
        assert text_of(DomainError("wrong_code", kind)) == text


@pytest.mark.parametrize(
    "error, text",
    [
        (
            DomainError("invalid_request", fields={"contact": {"email": ["Not a valid string."]}}),
            "Something in what you sent can&#39;t be used.",
        ),
        (
            DomainError("invalid_contact", fields={"address.planet": "required"}),
            "Please check the fields that are marked.",
        ),
    ],
)
def test_what_the_form_has_no_field_for_is_told_on_top(
    visitor: Browser, services: FakeServices, error: DomainError, text: str
) -> None:
    services.on("customers", "change_contact", error)
    answer = visitor.post("/details/billing", name="Anna Typed This")
    assert answer.status_code == 422
    assert text in answer.text
    assert "Not a valid string" not in answer.text
    assert 'value="Anna Typed This"' in answer.text


def test_what_belongs_to_somebody_else_is_not_there(visitor: Browser, services: FakeServices) -> None:
    services.on("customers", "get_bill_group", NotFound())
    answer = visitor.get("/details")
    assert answer.status_code == 404
    assert "find this page" in answer.text


@pytest.mark.parametrize(
    "code, kind, status",
    [
        ("service_away", Kind.RETRY, 503),
        ("no_answer", Kind.RETRY, 504),
        ("not_known_yet", Kind.UNKNOWN, 504),
        ("busy", Kind.RETRY, 503),
    ],
)
def test_a_page_that_cannot_do_without_asks_to_try_again(
    visitor: Browser, services: FakeServices, code: str, kind: Kind, status: int
) -> None:
    services.on("customers", "get_bill_group", DomainError(code, kind))
    answer = visitor.get("/details")
    assert answer.status_code == status
    assert answer.headers["Retry-After"]
    assert "Please try again in a moment" in answer.text
    assert "Nothing is lost." in answer.text


@pytest.mark.parametrize(
    "code, kind, text",
    [
        ("no_answer", Kind.RETRY, "Nothing was changed."),
        ("not_known_yet", Kind.UNKNOWN, "it will not be done twice"),
    ],
)
def test_a_change_can_be_sent_again_as_the_same_one(
    visitor: Browser, services: FakeServices, code: str, kind: Kind, text: str
) -> None:
    services.on("customers", "remove_shipping_contact", DomainError(code, kind))
    answer = visitor.post("/details/shipping/remove?from=overview", several=["1", '"2"'])
    assert text in answer.text
    form = answer.text.split('<form method="post" action="/details/shipping/remove?from=overview">')[1]
    fields = re.findall(r'name="([^"]*)" value="([^"]*)"', form.split("</form>")[0])
    names = [name for name, _value in fields]
    assert sorted(names) == ["csrf_token", "key", "several", "several", "version"]
    assert ("several", "&#34;2&#34;") in fields
    services.on("customers", "remove_shipping_contact", samples.BILL_GROUP)
    answer = visitor.client.post("/details/shipping/remove", data=dict(fields))
    assert answer.location == "/details"
    first, second = services.asked("remove_shipping_contact")
    assert first.arguments == second.arguments


def test_a_sign_in_code_stands_on_no_page_that_could_send_it_again(
    stranger: Browser, services: FakeServices
) -> None:
    stranger.post("/login", email="anna@example.com")
    seen = stranger.get("/login/code").text.split('name="csrf_token" value="')[1].split('"')[0]
    away = DomainError("service_away", Kind.RETRY)
    services.on("auth", "verify_code", away)
    services.on("auth", "get_challenge", away)
    answer = stranger.client.post("/login/code", data={"csrf_token": seen, "code": "12345678"})
    assert answer.status_code == 503
    assert "12345678" not in answer.text
    assert 'href="/login/code"' in answer.text
    assert "Send again" not in answer.text


def test_a_refusal_is_told_in_its_own_words(visitor: Browser, services: FakeServices) -> None:
    services.on("customers", "get_bill_group", DomainError("not_allowed"))
    answer = visitor.get("/details")
    assert answer.status_code == 403
    assert "You are not allowed to do this." in answer.text


def test_a_fault_of_a_service_shows_the_request_id_and_nothing_else(
    visitor: Browser, services: FakeServices
) -> None:
    services.on("customers", "get_bill_group", DomainError("internal", Kind.RETRY, secret="inside"))
    answer = visitor.get("/details")
    assert answer.status_code == 500
    assert answer.headers["X-Request-ID"] in answer.text
    assert "inside" not in answer.text


def test_a_fault_of_the_gateway_does_too(visitor: Browser, services: FakeServices) -> None:
    def broken(**_arguments: object) -> dict[str, object]:
        raise ZeroDivisionError("inside")

    services.on("customers", "get_bill_group", broken)
    answer = visitor.get("/details")
    assert answer.status_code == 500
    assert answer.headers["X-Request-ID"] in answer.text
    assert "inside" not in answer.text


@pytest.mark.parametrize("path", ["/nowhere", "/overview/", "/static/nothing.css"])
def test_addresses_that_lead_nowhere(visitor: Browser, path: str) -> None:
    assert visitor.get(path).status_code == 404


@pytest.mark.parametrize(
    "status, text",
    [
        (400, "Bitte öffnen Sie die Seite neu"),
        (403, "gehört jemand anderem"),
        (429, "Bitte warten Sie eine Minute"),
        (503, "Es ist nichts verloren"),
        (405, "Bitte beginnen Sie auf der Startseite"),
        (413, "Bitte kürzen Sie Ihre Eingaben"),
        (418, "Bitte beginnen Sie auf der Startseite"),
    ],
)
def test_what_no_page_takes_is_told_in_the_visitors_language(new_app: Flask, status: int, text: str) -> None:
    @new_app.get("/refuse")
    def refuse() -> None:
        abort(status)

    answer = new_app.test_client().get("/refuse", headers={"Accept-Language": "de"})
    assert answer.status_code == status
    assert text in answer.text


def test_who_is_signed_in_keeps_the_way_to_the_other_pages(visitor: Browser, stranger: Browser) -> None:
    assert 'href="/invoices"' in visitor.get("/nowhere").text
    assert 'href="/invoices"' not in stranger.get("/nowhere").text


def test_an_address_that_leads_nowhere_needs_nobody(visitor: Browser, services: FakeServices) -> None:
    for service, method in (("auth", "get_session"), ("customers", "get_merchant")):
        services.on(service, method, DomainError("service_away", Kind.RETRY))
    answer = visitor.get("/nowhere")
    assert answer.status_code == 404
    assert "find this page" in answer.text


def test_whoever_asks_too_often_is_told_when_to_come_back(visitor: Browser, services: FakeServices) -> None:
    services.on("customers", "get_bill_group", DomainError("too_many_requests", Kind.RETRY, seconds=90))
    answer = visitor.get("/details")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "90"
    assert "Please try again in 90 seconds." in answer.text


def test_a_form_that_is_too_large(visitor: Browser) -> None:
    answer = visitor.post("/details/billing", name="x" * 300_000)
    assert answer.status_code == 413
    assert "shorten what you entered" in answer.text


def test_pages_keep_their_look_while_customers_is_away(visitor: Browser, services: FakeServices) -> None:
    away = DomainError("service_away", Kind.RETRY)
    services.on("customers", "get_merchant", away)
    answer = visitor.get("/overview")
    assert answer.status_code == 200
    assert "Portico" in answer.text


def test_a_code_from_a_newer_service_is_a_refusal(visitor: Browser, services: FakeServices) -> None:
    services.on("customers", "get_bill_group", DomainError("invented_next_year"))
    answer = visitor.get("/details")
    assert answer.status_code == 422
    assert "This is not possible at the moment." in answer.text

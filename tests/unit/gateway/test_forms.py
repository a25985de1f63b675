"""Changes need a form of ours."""

import re
from urllib.parse import urlencode

import pytest
from werkzeug.test import TestResponse

from tests.unit.gateway import samples
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices

_TOKENS = re.compile(r'name="(csrf_token|key|version)" value="([^"]*)"')


def changing_addresses(browser: Browser) -> list[str]:
    """An address for each route that takes a change from a page; the API asks for a key instead."""
    application = browser.client.application
    found = []
    for rule in application.url_map.iter_rules():
        if rule.methods and "POST" in rule.methods and not rule.rule.startswith(("/api/", "/webhooks/")):
            values = {name: min(getattr(rule._converters[name], "items", ["x-1"])) for name in rule.arguments}
            _host, path = rule.build(values) or ("", "")
            found.append(path)
    return found


def test_no_change_without_its_token(visitor: Browser, services: FakeServices) -> None:
    addresses = changing_addresses(visitor)
    assert "/logout" in addresses
    assert "/details/billing" in addresses
    for address in addresses:
        answer = visitor.client.post(address, data={"key": "k" * 32, "version": "7"})
        assert answer.status_code == 400, address
        assert "out of date" in answer.text
    assert {call.method for call in services.calls} <= {"get_merchant"}


@pytest.mark.parametrize("key", ["", "short", "x" * 101, "with blank inside"])
def test_a_key_that_is_none_of_ours_is_refused(visitor: Browser, services: FakeServices, key: str) -> None:
    assert visitor.post("/details/billing", key=key).status_code == 400
    assert not services.asked("change_contact")


def test_each_form_has_a_key_of_its_own(visitor: Browser) -> None:
    keys = [
        part.split('"')[0]
        for _ in range(2)
        for part in visitor.get("/details/billing").text.split('name="key" value="')[1:]
    ]
    assert len(keys) == len(set(keys)) == 6


@pytest.mark.parametrize(
    "path, field", [("/login", "email"), ("/details/billing", "email"), ("/details/numbers", "po_number")]
)
def test_bytes_that_are_no_text_are_refused_by_each_form(
    visitor: Browser, stranger: Browser, services: FakeServices, path: str, field: str
) -> None:
    """No browser sends them."""
    services.calls.clear()
    answer = send_raw(stranger if path == "/login" else visitor, path, field, "%FF%FEx")
    assert answer.status_code == 400
    asked = {call.method for call in services.calls}
    assert not asked & {"request_code", "change_contact", "change_numbers"}


UNREADABLE = {
    "a byte that begins nothing": "%FF",
    "a letter in Latin-1": "M%FCller",
    "half a letter": "M%C3",
    "half a pair": "%ED%A0%80",
}


def send_raw(browser: Browser, path: str, field: str, encoded: str) -> TestResponse:
    """Send the form that stands at ``path`` as it is, but for one field's bytes as they come over the wire."""
    page = browser.get(path).text
    hidden = dict(_TOKENS.findall(page[page.index("<main") :]))
    body = f"{urlencode(hidden)}&{field}={encoded}"
    return browser.client.post(path, data=body, content_type="application/x-www-form-urlencoded")


@pytest.mark.parametrize("encoded", UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_text_is_not_kept_as_some(visitor: Browser, services: FakeServices, encoded: str) -> None:
    answer = send_raw(visitor, "/details/numbers", "po_number", encoded)
    assert answer.status_code == 400
    assert "type the text anew" in answer.text
    # Whoever is signed in keeps the way to the other pages.
    assert 'href="/invoices"' in answer.text
    assert not services.asked("change_numbers")


def test_names_of_fields_and_raw_bytes_are_looked_at_too(visitor: Browser, services: FakeServices) -> None:
    for body in (b"po%FFnumber=1", b"po_number=\xff"):
        answer = visitor.client.post(
            "/details/numbers", data=body, content_type="application/x-www-form-urlencoded"
        )
        assert answer.status_code == 400
        assert "type the text anew" in answer.text


def test_all_that_is_text_still_comes_through(visitor: Browser, services: FakeServices) -> None:
    services.on("customers", "change_numbers", samples.BILL_GROUP)
    assert send_raw(visitor, "/details/numbers", "po_number", "M%C3%BCller+%F0%9F%A6%8A").status_code == 302
    (asked,) = services.asked("change_numbers")
    assert asked.arguments["po_number"] == "Müller 🦊"


@pytest.mark.parametrize("language, words", [("en", "from the start page"), ("de", "von der Startseite")])
def test_queries_are_looked_at_as_well(visitor: Browser, language: str, words: str) -> None:
    for path in ("/invoices?search=%FF", "/login?next=%C3", "/nowhere?%FF"):
        answer = visitor.get(path, headers={"Accept-Language": language})
        assert answer.status_code == 400, path
        assert words in answer.text
    assert visitor.get("/details?search=%C3%BC").status_code == 200


def test_a_preview_is_not_taken_for_the_session_besides(visitor: Browser, services: FakeServices) -> None:
    visitor.client.set_cookie("preview", samples.PREVIEW_TOKEN)
    answer = visitor.get("/invoices?search=%FF")
    assert answer.status_code == 400
    assert not services.asked("get_session")


def test_programs_get_a_problem(visitor: Browser) -> None:
    answer = visitor.get("/api/v1/customers?search=%FF")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")


def test_a_form_with_a_file_is_looked_at_too(visitor: Browser) -> None:
    answer = visitor.client.post(
        "/logout",
        data=b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nM\xfcller\r\n--x--\r\n',
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 400
    assert "type the text anew" in answer.text

"""Changes need a form of ours."""

import re
from urllib.parse import urlencode

import pytest

from tests.unit.gateway import samples
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices

_TOKENS = re.compile(r'name="(csrf_token|key|version)" value="([^"]*)"')


def changing_addresses(browser: Browser) -> list[str]:
    """An address for each route that takes a change from a page; the API asks for a key instead."""
    application = browser.client.application
    found = []
    for rule in application.url_map.iter_rules():
        if rule.methods and "POST" in rule.methods and not rule.rule.startswith("/api/"):
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
    "path, field, status",
    [
        ("/login", "email", 302),
        ("/details/billing", "email", 302),
        ("/details/numbers", "po_number", 302),
        ("/language", "language", 400),
    ],
)
def test_bytes_that_are_no_text_are_no_fault_and_reach_nobody_as_such(
    visitor: Browser, stranger: Browser, services: FakeServices, path: str, field: str, status: int
) -> None:
    """No browser sends them. They stay as they were written: %FF."""
    for change in ("change_contact", "change_numbers"):
        services.on("customers", change, samples.BILL_GROUP)
    browser = stranger if path == "/login" else visitor
    page = browser.get("/overview" if path == "/language" else path).text
    hidden = dict(_TOKENS.findall(page[0 if path == "/language" else page.index("<main") :]))
    answer = browser.client.post(
        path,
        data=urlencode(hidden).encode() + b"&" + field.encode() + b"=%FF%FEx",
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == status
    assert "\ufffd" not in str([call.arguments for call in services.calls])

"""The merchant's own texts on pages: where they stand, for whom they are filled, and that they are no markup."""

from __future__ import annotations

import pytest

from shared.kernel.errors import DomainError, Kind
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices
from tests.unit.gateway.samples import BILL_GROUP


def write(services: FakeServices, kind: str, text: str, language: str = "en") -> None:
    written = {"items": [{"kind": kind, "language": language, "text": text}]}
    services.on("customers", "get_texts", written)


def test_the_sign_in_page_speaks_for_the_merchant(stranger: Browser, services: FakeServices) -> None:
    write(
        services, "sign_in_page", "Welcome to [Company.name]!\n\nHelp: https://nordlicht.example/help.\n<b>"
    )
    page = stranger.get("/login").text
    assert "<p>Welcome to Nordlicht Software!</p>" in page
    assert '<a href="https://nordlicht.example/help">https://nordlicht.example/help</a>.<br>&lt;b&gt;' in page


def test_the_overview_speaks_to_the_customer(visitor: Browser, services: FakeServices) -> None:
    contact = {**BILL_GROUP["contacts"]["billing"], "name": "<Anna> https://evil.example"}
    services.on(
        "customers",
        "get_bill_group",
        {**BILL_GROUP, "contacts": {**BILL_GROUP["contacts"], "billing": contact}},
    )
    write(services, "overview_page", "Hello [Client.name], [Client.number] [[sic]")
    page = visitor.get("/overview").text
    assert "<p>Hello &lt;Anna&gt; https://evil.example, cust-0001 [sic]</p>" in page


@pytest.mark.parametrize(
    "text", ["[Client.nmae]", "[Invoice.number]", "[Client.name", "[Client.customerportal_url]"]
)
def test_a_mistake_is_shown_to_nobody(visitor: Browser, services: FakeServices, text: str) -> None:
    write(services, "overview_page", f"Hello {text}")
    page = visitor.get("/overview")
    assert page.status_code == 200
    assert "Hello" not in page.text


def test_another_language_says_nothing(stranger: Browser, services: FakeServices) -> None:
    write(services, "sign_in_page", "Willkommen", "de")
    assert "Willkommen" not in stranger.get("/login").text
    assert "Willkommen" in stranger.get("/login", headers={"Accept-Language": "de"}).text


def test_pages_can_do_without(stranger: Browser, services: FakeServices) -> None:
    services.on("customers", "get_texts", DomainError("service_away", Kind.RETRY))
    assert stranger.get("/login").status_code == 200

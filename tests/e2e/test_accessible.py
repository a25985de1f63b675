"""Each page, in both languages, light and dark: no violation of WCAG 2.2 AA that axe-core finds."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page

from services.gateway.app import create_app
from tests.e2e.conftest import NewPage, ask_for_code, sign_in
from tests.support.looks import LANGUAGES, look, look_in_each_language
from tests.support.mailbox import Mailbox
from tests.support.payer import Payer
from tests.unit.gateway.conftest import settings
from tests.unit.gateway.fakes import FakeServices

DOORS = [
    "/login",
    "/nowhere",
    "/login/link/nothing",
    "/details/confirm/nothing",
    "/s/nothing",
    "/open/nothing",
    "/password/reset/nothing",
    "/p/nothing",
]
PAGES = [
    "/overview",
    "/details",
    "/details/billing",
    "/details/shipping",
    "/details/shipping/remove",
    "/details/numbers",
    "/details/preferences",
    "/subscriptions",
    "/payment-methods",
    "/payment-methods/new",
    "/auto-pay",
    "/invoices",
    "/payments",
    "/sessions",
    "/password",
]
# Pages that are looked at where they come about.
ELSEWHERE = {
    "sign_in_password.ask": "test_admin_customer_access",
    "sign_in_password.forgotten": "test_admin_customer_access",
    "sign_in.code": "test_the_page_for_the_code",
    "switch.show": "test_the_page_for_switching",
    "kept_forms.show": "test_signing_in",
    "payment_methods.finish": "test_payment_pages",
}
# These lead elsewhere, or are files, or are for machines.
NO_PAGES = {
    "sign_in.start",
    "invoices.pdf",
    "logo.show",
    "look.stylesheet",
    "operations.alive",
    "operations.metrics",
    "operations.ready",
}
_OTHERS = ("/static", "/api", "/admin")


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_in_front_of_the_door(new_page: NewPage, language: str) -> None:
    page = new_page(locale=language)
    for path in DOORS:
        page.goto(path)
        look(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_the_portal(new_page: NewPage, signed_in: dict[str, object], language: str) -> None:
    page = new_page(storage_state=signed_in, locale=language)
    paths = [*PAGES, *inner_pages(page)]
    for path in paths:
        page.goto(path)
        look(page)
    assert all_pages() - seen_by(paths) - seen_by(DOORS) - ELSEWHERE.keys() == set()


def test_the_pages_that_take_something_back(new_page: NewPage, mailbox: Mailbox, payer: Payer) -> None:
    page = new_page()
    sign_in(page, mailbox, payer.email)
    page.goto("/subscriptions")
    subscription = page.locator("tbody th a").first.get_attribute("href")
    page.goto(f"{subscription}/pause?at=now")
    page.locator("main form .actions button").last.click()
    in_all_looks(page, f"{subscription}/resume")
    page.goto(f"{subscription}/cancel")
    page.locator("main form .actions button").last.click()
    in_all_looks(page, f"{subscription}/uncancel")


@pytest.mark.parametrize("language", LANGUAGES)
def test_forms_with_mistakes(new_page: NewPage, signed_in: dict[str, object], language: str) -> None:
    page = new_page(storage_state=signed_in, locale=language)
    page.goto("/details/billing")
    for field in ("#email", "#city"):
        page.locator(field).fill("")
    page.locator("main .actions button").click()
    page.locator("#problems").wait_for()
    look(page)


def test_the_page_for_the_code(new_page: NewPage) -> None:
    page = new_page()
    ask_for_code(page, "petra@vogel-studio.example")
    in_all_looks(page, "/login/code")


def test_the_page_for_switching(new_page: NewPage, mailbox: Mailbox) -> None:
    page = new_page()
    sign_in(page, mailbox, "oliver@harrow-finch.example")
    in_all_looks(page, "/switch")
    assert page.url.endswith("/switch")


def in_all_looks(page: Page, path: str) -> None:
    """Look at a page that is there, in each language."""
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200
    look_in_each_language(page)


def gateway() -> Flask:
    """The application, to be asked for its addresses."""
    return create_app(settings(), FakeServices())


def all_pages() -> set[str]:
    """The endpoints of all of the portal's pages."""
    return {
        rule.endpoint
        for rule in gateway().url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and not rule.rule.startswith(_OTHERS)
        and rule.endpoint not in NO_PAGES
    }


def seen_by(paths: list[str]) -> set[str]:
    """The endpoints behind these addresses."""
    addresses = gateway().url_map.bind("")
    return {addresses.match(path)[0] for path in paths if addresses.test(path)}


def inner_pages(page: Page) -> list[str]:
    """The pages of one subscription, one invoice and one payment method, as the lists lead to them."""
    paths: list[str] = []
    for section in ("/subscriptions", "/invoices", "/payment-methods"):
        page.goto(section)
        link = page.locator(f'main a[href^="{section}/"]').last.get_attribute("href")
        assert link is not None
        page.goto(link)
        paths += [link, *links(page, f"{link}/")]
    paths += [path.replace("/remove", "/update") for path in paths if path.endswith("/remove")]
    return paths


def links(page: Page, beginning: str) -> list[str]:
    """Where the links of a page lead, as far as it begins like this; files are no pages."""
    found = page.locator(f'main a[href^="{beginning}"]').evaluate_all("all => all.map(a => a.pathname)")
    return [path for path in found if "." not in path]

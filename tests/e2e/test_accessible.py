"""Each page, in both languages, light and dark: no violation of WCAG 2.2 AA that axe-core finds."""

from __future__ import annotations

import itertools

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e.conftest import NewPage, ask_for_code

DOORS = ["/login", "/nowhere"]
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
]
LOOKS = list(itertools.product(("en", "de"), ("light", "dark")))
_OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.mark.parametrize("language, scheme", LOOKS)
def test_pages_in_front_of_the_door(new_page: NewPage, language: str, scheme: str) -> None:
    page = new_page(locale=language, color_scheme=scheme)
    for path in DOORS:
        page.goto(path)
        check(page)


@pytest.mark.parametrize("language, scheme", LOOKS)
def test_pages_of_the_portal(
    new_page: NewPage, signed_in: dict[str, object], language: str, scheme: str
) -> None:
    page = new_page(storage_state=signed_in, locale=language, color_scheme=scheme)
    for path in PAGES:
        page.goto(path)
        check(page)
    for path in inner_pages(page):
        page.goto(path)
        check(page)


@pytest.mark.parametrize("language, scheme", LOOKS)
def test_forms_with_mistakes(
    new_page: NewPage, signed_in: dict[str, object], language: str, scheme: str
) -> None:
    page = new_page(storage_state=signed_in, locale=language, color_scheme=scheme)
    page.goto("/details/billing")
    for field in ("#email", "#city"):
        page.locator(field).fill("")
    page.locator("main .actions button").click()
    page.locator("#problems").wait_for()
    check(page)


def test_the_page_for_the_code(new_page: NewPage) -> None:
    page = new_page()
    ask_for_code(page, "petra@vogel-studio.example")
    for language, scheme in LOOKS:
        page.locator(f'button[lang="{language}"]').click()
        page.emulate_media(color_scheme=scheme)
        check(page)


def inner_pages(page: Page) -> list[str]:
    """The pages of one subscription, one invoice and one payment method, as the lists lead to them."""
    paths: list[str] = []
    for section in ("/subscriptions", "/invoices", "/payment-methods"):
        page.goto(section)
        link = page.locator(f'main a[href^="{section}/"]').last.get_attribute("href")
        assert link is not None
        page.goto(link)
        paths += [link, *links(page, f"{link}/")]
    return paths


def links(page: Page, beginning: str) -> list[str]:
    """Where the links of a page lead, as far as it begins like this; files are no pages."""
    found = page.locator(f'main a[href^="{beginning}"]').evaluate_all("all => all.map(a => a.pathname)")
    return [path for path in found if "." not in path]


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_cut_off_on_a_phone(new_page: NewPage, signed_in: dict[str, object], path: str) -> None:
    page = new_page(storage_state=signed_in, locale="de", viewport={"width": 320, "height": 640})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def check(page: Page) -> None:
    results = Axe().run(page, options=_OPTIONS)
    assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"

"""The merchant's own texts in a browser: a mistake is named, a customer tried out on, and the portal speaks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from deploy.local.waiting import wait_until
from tests.e2e.conftest import NewPage
from tests.support.looks import LANGUAGES, look

ALL = "/admin/settings/texts"
INTRO = f"{ALL}/invoice_intro/en"
SIGN_IN = f"{ALL}/sign_in_page/en"


@pytest.fixture(autouse=True)
def texts_are_put_back(new_page: NewPage, owner: dict[str, object]) -> Iterator[None]:
    """The demo company has texts of its own: they stand there again after each test."""
    page = new_page(storage_state=owner)
    before = {path: written(page, path) for path in (INTRO, SIGN_IN)}
    assert all(before.values())
    yield
    for path, text in before.items():
        if written(page, path) != text:
            write(page, path, text)


def written(page: Page, path: str) -> str:
    page.goto(path)
    return page.locator("#text").input_value()


def write(page: Page, path: str, text: str) -> None:
    page.goto(path)
    page.locator("#text").fill(text)
    page.locator('button[value="save"]').click()


def try_on(page: Page, customer: str) -> None:
    page.locator("#q").fill(customer)
    page.locator("#q").press("Enter")
    page.get_by_role("radio", name=customer).check()
    page.locator('button[value="preview"]').click()


@pytest.mark.parametrize("scripts", [True, False])
def test_from_a_mistake_to_a_text_on_the_next_invoice(
    new_page: NewPage, owner: dict[str, object], *, scripts: bool
) -> None:
    page = new_page(storage_state=owner, java_script_enabled=scripts)
    page.goto(ALL)
    page.locator(f'a[href="{INTRO}"]').click()
    page.locator("#text").fill("Dear customer,\nthis is [Invoice.nubmer].")
    page.locator('button[value="save"]').click()

    error = "Line 2: there is no placeholder [Invoice.nubmer]. Did you mean [Invoice.number]?"
    expect(page.locator("#problems")).to_contain_text(error)
    expect(page.locator("#text-error")).to_contain_text(error)
    expect(page.locator("#text")).to_have_value("Dear customer,\nthis is [Invoice.nubmer].")

    page.locator("#text").fill("Dear [Client.name], this is [Invoice.number].")
    if scripts:
        page.locator("#text").press("End")
        page.locator('button[data-insert="[Invoice.total]"]').click()
    try_on(page, "Blumenhof Ahrens")

    # Below the lines stands the demo company's closing text.
    shown = page.locator("#preview .document .own-text").first
    expect(shown).to_contain_text("Dear Anna Ahrens, this is ")
    if scripts:
        expect(shown).to_contain_text("€")
    assert not page.locator("#preview", has_text="[Client").count()

    page.locator('button[value="save"]').click()
    expect(page.locator(".notice.good")).to_contain_text("The text is saved.")
    expect(page.locator(f'a[href="{INTRO}"]')).to_contain_text("Own text")

    page.locator(f'a[href="{INTRO}"]').click()
    page.locator(f'a[href="{INTRO}/reset"]').click()
    page.locator("main button.danger").click()
    expect(page.locator(f'a[href="{INTRO}"]')).to_contain_text("Standard")


def test_the_portal_speaks_within_two_seconds(new_page: NewPage, owner: dict[str, object]) -> None:
    page, stranger = new_page(storage_state=owner), new_page()
    write(page, SIGN_IN, "Welcome to [Company.name].\n\nOpen from nine to five.")

    def speaks() -> bool:
        stranger.goto("/login")
        return stranger.locator(".own-text p", has_text="Open from nine to five.").count() == 1

    wait_until(speaks, timeout=2, what="the sign-in page to show the text")
    expect(stranger.locator(".own-text p").first).not_to_contain_text("[")
    look(stranger)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_keeps_anybody_from_the_editor(
    new_page: NewPage, owner: dict[str, object], language: str
) -> None:
    page = new_page(storage_state=owner, locale=language)
    page.goto(ALL)
    look(page)
    page.goto(INTRO)
    page.locator(".placeholders summary").click()
    look(page)
    page.locator("#text").fill("[Client.nmae]")
    page.locator('button[value="save"]').click()
    page.locator("#problems").wait_for()
    look(page)
    page.locator("#text").fill("[Client.name] https://example.com")
    try_on(page, "Blumenhof Ahrens")
    page.locator(".tried").wait_for()
    look(page)
    page.locator('button[value="save"]').click()
    page.goto(f"{INTRO}/reset")
    look(page)

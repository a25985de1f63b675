"""What customers do with their subscriptions, payment methods and invoices, in a browser over real services."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from shared.kernel.clock import utc_now
from tests.e2e.conftest import NewPage, sign_in
from tests.support.looks import LANGUAGES, fits, look
from tests.support.mailbox import Mailbox

HELENE = "helene@librairie-du-canal.example"
JUERGEN = "juergen@baeckerei-gruenspan.example"
RESI = "resi@almhuette-koegl.example"
CHIARA = "chiara@officina-rossetti.example"


@pytest.mark.parametrize("scripts, email", [(False, HELENE), (True, CHIARA)])
def test_a_subscription_is_paused_and_cancelled_and_both_are_taken_back(
    new_page: NewPage, mailbox: Mailbox, scripts: bool, email: str
) -> None:
    page = new_page(java_script_enabled=scripts)
    sign_in(page, mailbox, email)
    open_first(page, "/subscriptions")

    page.get_by_role("link", name="Pause", exact=True).click()
    tomorrow = (utc_now().date() + timedelta(days=1)).isoformat()
    page.get_by_label("Resume by itself on").fill(tomorrow)
    page.get_by_role("button", name="Show what happens then").click()
    expect(page.locator("#resume_on-error")).to_contain_text("The earliest day is")
    page.get_by_label("Resume by itself on").fill("")
    page.get_by_role("button", name="Show what happens then").click()
    expect(page.get_by_role("region", name="What will happen")).to_contain_text("until you resume it")
    page.get_by_role("button", name="Pause subscription").click()
    expect(page.get_by_role("status")).to_contain_text("will be paused from")

    page.get_by_role("link", name="Don't pause it").click()
    expect(page.get_by_role("region", name="What will happen")).to_contain_text(
        "The planned pause is dropped."
    )
    page.get_by_role("button", name="Don't pause it").click()
    expect(page.get_by_role("status")).to_contain_text("The next bill comes on")

    page.get_by_role("link", name="Cancel subscription").click()
    page.get_by_label("Reason").select_option("not_used")
    page.get_by_label("Comment").fill("Perhaps later.")
    page.get_by_role("button", name="Cancel subscription").click()
    expect(page.locator(".notice.good")).to_contain_text("up to and including")

    page.get_by_role("link", name="Take back the cancellation").click()
    page.get_by_role("button", name="Take back the cancellation").click()
    expect(page.locator(".notice.good")).to_contain_text("The next bill comes on")
    expect(page.locator(".lead")).to_contain_text("Active")


def test_choices_changed_after_the_preview_are_shown_before_they_are_done(
    new_page: NewPage, signed_in: dict[str, object]
) -> None:
    page = new_page(storage_state=signed_in)
    open_first(page, "/subscriptions")
    page.get_by_role("link", name="Pause", exact=True).click()
    page.get_by_label("At once").check()
    page.get_by_role("button", name="Pause subscription").click()
    expect(page.locator(".notice")).to_contain_text("Please check what will happen now.")
    expect(page.get_by_label("At once")).to_be_checked()
    expect(page.get_by_role("region", name="What will happen")).to_contain_text("is paused at once")
    page.get_by_role("link", name="Leave it as it is").click()
    expect(page.locator(".lead")).to_contain_text("Active")


def test_a_paused_subscription_is_resumed_at_the_price_that_was_shown(
    new_page: NewPage, mailbox: Mailbox
) -> None:
    page = new_page()
    sign_in(page, mailbox, JUERGEN)
    open_first(page, "/subscriptions")
    page.get_by_role("link", name="Resume", exact=True).click()
    happens = page.get_by_role("region", name="What will happen")
    expect(happens).to_contain_text("A new period begins")
    expect(happens).to_contain_text("€22.61 including €3.61 taxes")
    page.get_by_role("button", name="Resume subscription").click()
    expect(page.get_by_role("status")).to_contain_text("The next bill comes on")
    page.reload()
    expect(page.get_by_role("status")).to_have_count(0)


def test_a_payment_method_is_added_at_the_provider_made_the_default_and_removed(
    new_page: NewPage, mailbox: Mailbox
) -> None:
    page = new_page()
    sign_in(page, mailbox, RESI)
    page.goto("/payment-methods")
    expect(page.locator(".tiles > li")).to_have_count(1)
    page.get_by_role("link", name="Remove").click()
    expect(page.get_by_role("alert")).to_contain_text("needs this payment method")
    page.get_by_role("link", name="Add another payment method").click()

    page.get_by_role("button", name="Continue to the payment provider").click()
    page.locator("#number").fill("5555 5555 5555 4444")
    page.locator("#expiry").fill(f"12/{utc_now().date().year % 100 + 2:02}")
    page.locator("#cvc").fill("123")
    page.locator("form:has(#number) button").click()
    page.wait_for_url("**/payment-methods")
    expect(page.get_by_role("status")).to_contain_text("Mastercard •••• 4444 is saved.")
    added = page.locator(".tiles > li").filter(has_text="4444")
    expect(added).to_contain_text("Mastercard")

    added.get_by_role("button", name="Make default").click()
    expect(page.get_by_role("status")).to_contain_text(
        "is your default payment method now. It pays for Time Clock."
    )
    expect(added).to_contain_text("Time Clock")
    old = page.locator(".tiles > li").filter(has_not_text="4444")
    old.get_by_role("link", name="Remove").click()
    page.get_by_role("button", name="Remove payment method").click()
    expect(page.get_by_role("status")).to_contain_text("The payment method is removed.")
    expect(page.locator(".tiles > li")).to_have_count(1)


def test_turning_back_at_the_provider_adds_nothing(new_page: NewPage, signed_in: dict[str, object]) -> None:
    page = new_page(storage_state=signed_in)
    page.goto("/payment-methods/new")
    page.get_by_role("button", name="Continue to the payment provider").click()
    page.get_by_role("button", name="Cancel").click()
    page.wait_for_url("**/payment-methods")
    expect(page.locator(".notice")).to_contain_text("Nothing was changed.")


def test_invoices_are_found_read_and_downloaded(new_page: NewPage, signed_in: dict[str, object]) -> None:
    page = new_page(storage_state=signed_in)
    page.goto("/invoices")
    expect(page.locator("tbody tr")).to_have_count(25)
    page.get_by_role("link", name="Next page").click()
    page.get_by_role("link", name="First page").click()
    number = page.locator("tbody th a").first.inner_text()
    page.get_by_label("Number").fill(number)
    page.get_by_role("button", name="Show").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name=number).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Invoice {number}")
    expect(page.get_by_role("article")).to_contain_text("Total")

    with page.expect_download() as started:
        page.get_by_role("link", name="Download PDF").click()
    assert started.value.suggested_filename.endswith(".pdf")
    shown = page.context.request.get(f"{page.url}.pdf")
    assert shown.body().startswith(b"%PDF-")
    assert shown.headers["content-disposition"].startswith("inline")
    assert "no-store" in shown.headers["cache-control"]


def test_invoices_that_are_not_there_say_how_to_go_on(
    new_page: NewPage, signed_in: dict[str, object]
) -> None:
    page = new_page(storage_state=signed_in)
    page.goto("/invoices?search=does-not-exist")
    page.get_by_role("link", name="Show all invoices").click()
    expect(page.locator("tbody tr")).to_have_count(25)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_steps_of_a_change_are_accessible(
    new_page: NewPage, signed_in: dict[str, object], language: str
) -> None:
    page = new_page(storage_state=signed_in, locale=language)
    open_first(page, "/subscriptions")
    subscription = page.url
    page.goto("/payment-methods")
    removal = page.locator('main a[href$="/remove"]').first.get_attribute("href") or ""
    pages = [
        f"{subscription}/pause",
        f"{subscription}/pause?resume_on=2020-01-01",
        f"{subscription}/cancel",
        f"{subscription}/payment-method",
        removal,
        removal.replace("/remove", "/update"),
        "/invoices?search=does-not-exist",
        "/payments",
    ]
    for path in pages:
        page.goto(path)
        look(page)


@pytest.mark.parametrize("language", ["en", "de"])
def test_nothing_is_cut_off_on_a_phone(
    new_page: NewPage, signed_in: dict[str, object], language: str
) -> None:
    page = new_page(storage_state=signed_in, locale=language, viewport={"width": 320, "height": 640})
    for section in ("/subscriptions", "/invoices"):
        open_first(page, section)
        fits(page)
    open_first(page, "/subscriptions")
    subscription = page.url
    for path in (*(f"{subscription}/{step}" for step in ("pause", "cancel", "payment-method")), "/payments"):
        page.goto(path)
        fits(page)


def open_first(page: Page, section: str) -> None:
    """Open the first thing that a section lists."""
    page.goto(section)
    page.locator("tbody th a").first.click()
    page.wait_for_url(f"**{section}/*")

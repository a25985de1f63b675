"""A customer's first visit, from the address to signing out."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import ANNA, NewPage, ask_for_code, read_code, sign_in
from tests.support.mailbox import Mailbox

PETRA = "petra@vogel-studio.example"


def test_the_whole_story(new_page: NewPage, mailbox: Mailbox) -> None:
    page = new_page()
    page.goto("/invoices")
    expect(page).to_have_url("/login?next=/invoices")
    page.goto("/")
    sign_in(page, mailbox, PETRA)

    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    for figure in ("Next bill", "Outstanding", "Billing frequency", "Automatic payment"):
        expect(page.get_by_role("term").filter(has_text=figure)).to_be_visible()

    page.get_by_role("link", name="My details", exact=True).click()
    page.get_by_role("link", name="Change: Billing contact").click()
    page.get_by_label("City").fill("")
    page.get_by_label("Telephone").fill("+49 40 7654321")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("City: Please fill this in.")
    expect(page.get_by_label("Telephone")).to_have_value("+49 40 7654321")
    page.get_by_label("City").fill("Lüneburg")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Your details are saved.")
    expect(page.get_by_role("region", name="Billing contact")).to_contain_text("Lüneburg")

    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Meine Kundendaten")
    page.locator("details.account summary").click()
    page.get_by_role("button", name="Abmelden").click()
    expect(page.get_by_role("status")).to_have_text("Sie sind abgemeldet.")
    page.goto("/details")
    expect(page).to_have_url("/login?next=/details")


def test_an_address_that_belongs_to_nobody(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/login")
    page.get_by_label("E-mail address").fill("nobody@nowhere.example")
    page.get_by_role("button", name="Send me a code").click()
    expect(page.locator("#email-error")).to_contain_text("We don't know this e-mail address.")
    expect(page.get_by_label("E-mail address")).to_have_value("nobody@nowhere.example")


def test_a_new_code_counts_down_and_survives_a_reload(new_page: NewPage) -> None:
    page = new_page()
    ask_for_code(page, "juergen@baeckerei-gruenspan.example")
    button = page.get_by_role("button", name="Send a new code")
    expect(button).to_be_disabled()
    first = seconds(page)
    assert 50 <= first <= 60
    expect(page.locator("[data-seconds]")).not_to_have_text(str(first))
    page.reload()
    assert seconds(page) <= first
    expect(button).to_be_disabled()


def test_a_code_is_of_no_use_in_another_browser(new_page: NewPage, mailbox: Mailbox) -> None:
    email = "wiebke@kaffee-foehr.example"
    page, other = new_page(), new_page()
    ask_for_code(page, email)
    code = read_code(mailbox, email, set())
    ask_for_code(other, "praxis@zahnarzt-weiss.example")
    other.locator("#code").fill(code)
    other.get_by_role("button", name="Sign in").click()
    expect(other.locator("#code-error")).to_contain_text("This code is not right.")
    page.locator("#code").fill(code)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url("/overview")


def test_all_of_it_without_javascript(new_page: NewPage, mailbox: Mailbox) -> None:
    page = new_page(java_script_enabled=False)
    sign_in(page, mailbox, "oliver@harrow-finch.example")
    page.goto("/details/numbers")
    page.get_by_label("Purchase order number").fill("PO-NEW-1")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Your numbers are saved.")
    expect(page.get_by_text("PO-NEW-1")).to_be_visible()
    page.locator("details.account summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url("/login")


def test_two_who_change_the_same_see_each_other(new_page: NewPage, signed_in: dict[str, object]) -> None:
    one, other = new_page(storage_state=signed_in), new_page(storage_state=signed_in)
    one.goto("/details/billing")
    other.goto("/details/billing")
    one.get_by_label("Address line 2").fill("Hinterhaus")
    one.get_by_role("button", name="Save").click()
    expect(one.get_by_role("status")).to_contain_text("Your details are saved.")
    other.get_by_label("Address line 2").fill("Vorderhaus")
    other.get_by_role("button", name="Save").click()
    expect(other.get_by_role("alert")).to_contain_text("This was changed meanwhile.")
    expect(other.get_by_text("Saved meanwhile: Hinterhaus")).to_be_visible()
    expect(other.get_by_label("Address line 2")).to_have_value("Vorderhaus")
    other.get_by_role("button", name="Save").click()
    expect(other.get_by_text("Vorderhaus")).to_be_visible()


@pytest.mark.parametrize("path", ["/invoices/inv-of-nobody", "/subscriptions/sub-of-nobody"])
def test_what_is_not_theirs_is_not_there(new_page: NewPage, signed_in: dict[str, object], path: str) -> None:
    answer = new_page(storage_state=signed_in).goto(path)
    assert answer is not None
    assert answer.status == 404


def test_by_keyboard_alone(new_page: NewPage, mailbox: Mailbox) -> None:
    page = new_page()
    page.goto("/login")
    page.keyboard.type("sato@aozora-kikaku.example")
    page.keyboard.press("Enter")
    page.wait_for_url("**/login/code")
    page.keyboard.type(read_code(mailbox, "sato@aozora-kikaku.example", set()))
    page.keyboard.press("Enter")
    page.wait_for_url("**/overview")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def seconds(page: Page) -> int:
    return int(page.locator("[data-seconds]").inner_text())


def test_anna_is_the_demo_customer(new_page: NewPage, signed_in: dict[str, object]) -> None:
    page = new_page(storage_state=signed_in)
    page.goto("/overview")
    expect(page.locator(".who")).to_contain_text(ANNA)

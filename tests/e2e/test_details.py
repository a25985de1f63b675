"""Contacts, addresses, a new address for signing in, preferences, and what of it reaches paper: in a browser."""

from __future__ import annotations

import io
import re

import pytest
import requests
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from deploy.local.waiting import wait_until
from shared.messaging.client import RpcClient
from tests.e2e.conftest import NewPage, ask_for_code, sign_in
from tests.support.demo import make_api_key
from tests.support.looks import LANGUAGES, look
from tests.support.mailbox import Mailbox
from tests.support.suite import Suite
from tests.support.visitor import new_customer

_LINK = re.compile(r"/details/confirm/\S+")
_BOTH = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])


@pytest.fixture
def email(client: RpcClient) -> str:
    """The address of a customer of the test's own, Ada of Berlin."""
    return new_customer(client)


def choose_country(page: Page, code: str, *, scripts: bool) -> None:
    page.get_by_label("Country").select_option(code)
    if scripts:
        expect(page.get_by_role("button", name="Show the fields for this country")).to_be_hidden()
    else:
        page.get_by_role("button", name="Show the fields for this country").click()


def confirming_link(mailbox: Mailbox, email: str) -> str:
    mail = mailbox.wait_for(lambda each: bool(_LINK.search(each["text"])), to=email)
    found = _LINK.search(mail["text"])
    assert found is not None
    return found.group()


@_BOTH
def test_the_address_form_follows_the_country(
    new_page: NewPage, mailbox: Mailbox, email: str, scripts: bool
) -> None:
    page = new_page(java_script_enabled=scripts)
    sign_in(page, mailbox, email)
    page.goto("/details/billing")
    page.get_by_label("Name").fill("Ada Lovelace")
    choose_country(page, "US", scripts=scripts)
    expect(page.get_by_label("ZIP code")).to_have_value("10115")
    expect(page.get_by_label("Name")).to_have_value("Ada Lovelace")
    page.get_by_label("City").fill("Austin")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#region-error")).to_have_text("Please fill this in.")
    expect(page.locator("#postal_code-error")).to_have_count(0)
    page.get_by_label("State").select_option("Texas")
    page.get_by_label("ZIP code").fill("1")
    page.get_by_label("City").press("Enter")
    expect(page.locator("#postal_code-error")).to_have_text("This postal code does not fit the country.")
    page.get_by_label("ZIP code").fill("78701")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Your details are saved.")
    expect(page.get_by_role("region", name="Billing contact")).to_contain_text("Austin, TX 78701")


def test_going_through_the_countries_by_keyboard_disturbs_nobody(
    new_page: NewPage, mailbox: Mailbox, email: str
) -> None:
    page = new_page()
    sign_in(page, mailbox, email)
    page.goto("/details/billing")
    country = page.get_by_label("Country")
    country.focus()
    page.keyboard.press("ArrowDown")
    expect(country).to_have_value("GH")
    expect(country).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Country")).to_have_value("GH")
    expect(page.get_by_label("Postal code")).to_have_count(1)  # It is filled, so it stays.


@_BOTH
def test_a_new_address_holds_once_it_is_confirmed_from_there(
    new_page: NewPage, mailbox: Mailbox, email: str, scripts: bool
) -> None:
    page, elsewhere = new_page(java_script_enabled=scripts), new_page(java_script_enabled=scripts)
    new = f"new-{email}"
    sign_in(page, mailbox, email)
    page.goto("/details/billing")
    page.get_by_label("E-mail address").fill(new)
    page.get_by_label("Telephone").fill("+49 30 1234567")
    page.get_by_role("button", name="Save").click()
    waiting = page.get_by_role("region", name="A new e-mail address waits for confirmation")
    expect(waiting).to_contain_text(new)
    contact = page.get_by_role("region", name="Billing contact")
    expect(contact).to_contain_text("+49 30 1234567")
    expect(contact).not_to_contain_text(new)
    told = mailbox.wait_for(lambda each: "is to change" in each["subject"], to=email)
    assert new in told["text"]
    assert "127.0.0.1" in told["text"]
    assert not _LINK.search(told["text"])

    first = confirming_link(mailbox, new)
    waiting.get_by_role("button", name="Send the link again").click()
    expect(page.get_by_role("status").first).to_contain_text(f"We have sent an e-mail to {new}.")
    mailbox.wait_for(lambda each: bool(_LINK.search(each["text"])) and first not in each["text"], to=new)
    elsewhere.goto(first)
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("This link can't be used")
    elsewhere.goto(confirming_link(mailbox, new))
    page.reload()
    expect(waiting).to_be_visible()
    if scripts:
        look(elsewhere)
    elsewhere.get_by_role("button", name="Confirm this address").click()
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("Your e-mail address is confirmed")
    elsewhere.goto("/overview")
    expect(elsewhere).to_have_url(re.compile("/login"))
    elsewhere.goto(confirming_link(mailbox, new))
    expect(elsewhere.locator(".lead")).to_have_text("The address was confirmed already.")

    # The old address opens the portal no longer: sessions end when their service hears of it.
    def is_over() -> bool:
        page.goto("/details")
        return "/login" in page.url

    wait_until(is_over, timeout=5, what="the end of the old address's session")
    sign_in(page, mailbox, new)
    page.goto("/details")
    expect(page.get_by_role("region", name="Billing contact")).to_contain_text(new)
    expect(waiting).to_have_count(0)
    mailbox.wait_for(lambda each: "was changed" in each["subject"], to=email)


def test_a_change_that_is_withdrawn_changes_nothing(new_page: NewPage, mailbox: Mailbox, email: str) -> None:
    page = new_page()
    sign_in(page, mailbox, email)
    page.goto("/details/billing")
    page.get_by_label("E-mail address").fill(f"new-{email}")
    page.get_by_role("button", name="Save").click()
    link = confirming_link(mailbox, f"new-{email}")
    page.get_by_role("button", name="Keep the present address").click()
    expect(page.get_by_role("status")).to_have_text("Your e-mail address stays as it is.")
    page.goto(link)
    expect(page.locator(".lead")).to_have_text("The change of the address was withdrawn.")
    ask_for_code(new_page(), email)


@_BOTH
def test_language_and_time_zone_hold_at_once(
    new_page: NewPage, mailbox: Mailbox, email: str, scripts: bool
) -> None:
    page = new_page(java_script_enabled=scripts)
    sign_in(page, mailbox, email)
    page.goto("/details/preferences")
    page.locator("#language").select_option("Deutsch")
    page.get_by_label("Time zone").select_option("Asia/Tokyo")
    page.get_by_label("Payment methods that are added").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("Ihre Einstellungen sind gespeichert.")
    expect(page.get_by_role("heading", level=1)).to_have_text("Meine Kundendaten")
    page.goto("/details/preferences")
    expect(page.get_by_label("Zeitzone")).to_have_value("Asia/Tokyo")
    expect(page.get_by_label("Zahlungsmethoden, die hinzukommen")).not_to_be_checked()
    page.goto("/details/billing")
    page.get_by_label("E-Mail-Adresse").fill(f"new-{email}")
    page.get_by_role("button", name="Speichern").click()
    mail = mailbox.wait_for(lambda each: bool(_LINK.search(each["text"])), to=f"new-{email}")
    assert mail["subject"].startswith("Bitte bestätigen Sie")


def test_what_is_changed_in_the_form_stands_on_later_invoices_and_not_on_earlier_ones(
    portal: Suite, new_page: NewPage, mailbox: Mailbox, email: str
) -> None:
    merchant = Merchant(portal, f"bg-{email.partition('@')[0]}")
    earlier = merchant.invoice()
    before = merchant.paper(earlier)
    assert "10115 Berlin" in before
    page = new_page()
    sign_in(page, mailbox, email)
    page.goto("/details/billing")
    page.get_by_label("Name").fill("Zoë Škvorecký")
    page.get_by_label("Street and number").fill("Neue Straße 7")
    page.get_by_label("Postal code").fill("20095")
    page.get_by_label("City").fill("Hamburg")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Your details are saved.")

    after = merchant.paper(merchant.invoice())
    for text in ("Zoë Škvorecký", "Neue Straße 7", "20095 Hamburg"):
        assert text in after
        assert text not in before
    assert "Berlin" not in after
    assert merchant.paper(earlier) == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_the_details_is_accessible(
    new_page: NewPage, mailbox: Mailbox, client: RpcClient, language: str
) -> None:
    email = new_customer(client)
    page = new_page(locale=language)
    sign_in(page, mailbox, email)
    page.goto("/details/billing")
    page.locator("#email").fill(f"new-{email}")
    page.locator("form.card button:not([hidden])").last.click()
    page.wait_for_url("**/details")
    link = confirming_link(mailbox, f"new-{email}")
    for path in ("/details", "/details/billing", "/details/preferences", link, f"{link}x"):
        page.goto(path)
        look(page)


class Merchant:
    """The merchant's program, which makes invoices for a bill group through the API."""

    def __init__(self, portal: Suite, bill_group: str) -> None:
        self._base = f"{portal.url}/api/v1/bill-groups/{bill_group}/invoices"
        self._http = requests.Session()
        self._http.trust_env = False
        self._http.headers["Authorization"] = f"Bearer {make_api_key(portal)}"

    def invoice(self) -> str:
        """The handle of an invoice that is made and issued now."""
        line = {"description": "Advice", "quantity": "1", "unit_amount": 10000}
        made = self._http.post(self._base, json={"lines": [line]}, timeout=30)
        assert made.status_code == 201, made.text
        issued = self._http.post(f"{self._base}/{made.json()['invoice']}/issue", json={}, timeout=30)
        assert issued.status_code == 200, issued.text
        handle: str = issued.json()["invoice"]
        return handle

    def paper(self, invoice: str) -> str:
        """The text of its PDF."""
        answer = self._http.get(f"{self._base}/{invoice}.pdf", timeout=30)
        assert answer.status_code == 200, answer.text
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)

"""Payment methods, automatic payment and the payment history, in both languages, over real services."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from shared.kernel.ids import new_id
from tests.e2e.conftest import NewPage, sign_in
from tests.support.faults import frozen_service
from tests.support.looks import LANGUAGES, look
from tests.support.mailbox import Mailbox
from tests.support.payer import SYSTEM, Payer
from tests.support.suite import Suite

VISA, MASTERCARD = "4242 4242 4242 4242", "5555 5555 5555 4444"

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "add": "Add a payment method",
        "onward": "Continue to the payment provider",
        "saved": "Visa •••• 4242 is saved. It pays for",
        "known": "in your list already",
        "updated": "Mastercard •••• 4444 is saved in the place of the former one.",
        "follows": "Follows it",
        "remove": "Remove payment method",
        "needed": "needs this payment method",
        "account": "Bank account",
        "wording": "Wording",
        "mandate": "By adding this account you authorise",
        "default": "Make default",
        "made": "SEPA direct debit DE •••• 3000 is your default payment method now. It pays for",
        "removed": "The payment method is removed.",
        "off": "Turn off automatic payment",
        "is_off": "Automatic payment is off",
        "no_more": "no further attempt for one that is open",
        "yourself": "You pay each invoice yourself.",
        "on": "Turn on automatic payment",
        "is_on": "Automatic payment is on.",
        "show": "Show",
        "next": "Next page",
        "failed": "Please pay the invoice, or replace your payment method.",
        "nothing": "Nothing found",
    },
    "de": {
        "add": "Zahlungsmethode hinzufügen",
        "onward": "Weiter zum Zahlungsanbieter",
        "saved": "Visa •••• 4242 ist gespeichert. Damit bezahlt:",
        "known": "stand schon in Ihrer Liste",
        "updated": "Mastercard •••• 4444 ist an der Stelle der bisherigen Zahlungsmethode gespeichert.",
        "follows": "Folgt ihr",
        "remove": "Zahlungsmethode entfernen",
        "needed": "braucht diese Zahlungsmethode",
        "account": "Bankkonto",
        "wording": "Wortlaut",
        "mandate": "Indem Sie dieses Konto hinzufügen, ermächtigen Sie",
        "default": "Als Standard",
        "made": "ist jetzt Ihre Standard-Zahlungsmethode. Damit bezahlt:",
        "removed": "Die Zahlungsmethode ist entfernt.",
        "off": "Automatische Zahlung ausschalten",
        "is_off": "Die automatische Zahlung ist aus",
        "no_more": "auch für offene gibt es keinen weiteren Versuch",
        "yourself": "Sie bezahlen jede Rechnung selbst.",
        "on": "Automatische Zahlung einschalten",
        "is_on": "Die automatische Zahlung ist an.",
        "show": "Anzeigen",
        "next": "Nächste Seite",
        "failed": "Bitte bezahlen Sie die Rechnung oder ersetzen Sie Ihre Zahlungsmethode.",
        "nothing": "Nichts gefunden",
    },
}


def add(page: Page, words: dict[str, str], **fields: str) -> None:
    """From a page with the way to the provider to the list again."""
    page.get_by_role("button", name=words["onward"]).click()
    enter(page, **fields)
    page.wait_for_url("**/payment-methods")


def enter(page: Page, **fields: str) -> None:
    """Fill in the provider's form and send it."""
    for name, value in (
        {"expiry": "12/34", "cvc": "123", **fields}.items() if "number" in fields else fields.items()
    ):
        page.locator(f"#{name}").fill(value)
    page.locator("form:has(input[required]) button").click()


@pytest.mark.parametrize("language, scripts", [("en", True), ("de", False)])
def test_payment_methods_from_the_first_to_the_last(
    new_page: NewPage, mailbox: Mailbox, payer: Payer, language: str, scripts: bool
) -> None:
    words = WORDS[language]
    page = new_page(locale=language, java_script_enabled=scripts)
    sign_in(page, mailbox, payer.email)
    said = page.locator("main > .notice")

    page.goto("/payment-methods")
    page.get_by_role("link", name=words["add"]).first.click()
    add(page, words, number=VISA)
    expect(said).to_contain_text(words["saved"])
    page.goto("/payment-methods/new")
    add(page, words, number=VISA)
    expect(said).to_contain_text(words["known"])
    expect(page.locator(".tiles > li")).to_have_count(1)

    page.locator(".tiles a[href$='/remove']").click()
    expect(page.get_by_role("alert")).to_contain_text(words["needed"])
    expect(page.get_by_role("button", name=words["remove"])).to_have_count(0)

    page.goto("/payment-methods")
    page.locator(".tiles a[href$='/update']").click()
    expect(page.locator("main")).to_contain_text(words["follows"])
    add(page, words, number=MASTERCARD)
    expect(said).to_contain_text(words["updated"])
    expect(page.locator(".tiles > li")).to_have_count(1)

    page.goto("/payment-methods/new")
    page.get_by_role("button", name=words["onward"]).click()
    page.get_by_role("link", name=words["account"]).click()
    expect(page.locator(".mandate")).to_contain_text(words["mandate"])
    reference = page.locator(".mandate code").first.inner_text()
    enter(page, iban="DE89 3704 0044 0532 0130 00")
    page.wait_for_url("**/payment-methods")
    account = page.locator(".tiles > li").filter(has_text="3000")
    expect(account).to_contain_text(reference)
    account.locator("summary", has_text=words["wording"]).click()
    expect(account.get_by_text(words["mandate"])).to_be_visible()

    account.get_by_role("button", name=words["default"]).click()
    expect(said).to_contain_text(words["made"])
    page.locator(".tiles > li").filter(has_text="4444").locator("a[href$='/remove']").click()
    page.get_by_role("button", name=words["remove"]).click()
    expect(said).to_contain_text(words["removed"])
    expect(page.locator(".tiles > li")).to_have_count(1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_automatic_payment_and_the_history(
    new_page: NewPage, mailbox: Mailbox, payer: Payer, language: str
) -> None:
    words = WORDS[language]
    page = new_page(locale=language)
    for number in range(30):
        payer.moved(number)
    payer.moved(30, state="failed")
    payer.moved(31, kind="refund", state="refunded", method={"kind": "transfer"})
    sign_in(page, mailbox, payer.email)
    page.goto("/payment-methods/new")
    add(page, words, number=VISA)
    look(page)

    page.goto("/auto-pay")
    look(page)
    expect(page.locator("main")).to_contain_text(words["no_more"])
    page.get_by_role("button", name=words["off"]).click()
    expect(page.locator("main > .notice")).to_contain_text(words["is_off"])
    expect(page.locator("main")).to_contain_text(words["yourself"])
    look(page)
    page.get_by_role("button", name=words["on"]).click()
    expect(page.locator("main > .notice")).to_contain_text(words["is_on"])

    page.goto("/payments")
    look(page)
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(25)
    expect(rows.first).to_contain_text("−")
    page.locator("#stage").select_option("failed")
    page.get_by_role("button", name=words["show"], exact=True).click()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text(words["failed"])
    page.locator("#stage").select_option("done")
    page.locator("#kind").select_option("settle")
    page.locator("#to").fill("2026-03-28")
    page.get_by_role("button", name=words["show"], exact=True).click()
    expect(rows).to_have_count(25)
    page.get_by_role("link", name=words["next"]).click()
    expect(rows).to_have_count(3)
    expect(page.locator("#to")).to_have_value("2026-03-28")
    page.locator("#from").fill("2027-01-01")
    page.locator("#to").fill("")
    page.get_by_role("button", name=words["show"], exact=True).click()
    expect(page.get_by_role("heading", name=words["nothing"])).to_be_visible()


def test_what_the_provider_can_not_say_yet_comes_by_itself(
    new_page: NewPage, mailbox: Mailbox, payer: Payer, portal: Suite
) -> None:
    page = new_page()
    sign_in(page, mailbox, payer.email)
    begun = payer.client.payments.begin_payment_method(
        SYSTEM,
        bill_group=payer.bill_group,
        return_url=f"{portal.url}/payment-methods/return",
        key=new_id(),
    )
    back = f"/payment-methods/return?setup={begun['setup']}"
    # Nothing was entered yet: that is not known to be anything, either.
    page.goto(back)
    expect(page.get_by_role("heading", level=1)).to_have_text("Not known yet")
    look(page)
    page.goto(begun["url"])
    with frozen_service(portal, "payments"):
        enter(page, number=VISA)
        expect(page.get_by_role("heading", level=1)).to_have_text("Not known yet")
    page.wait_for_url("**/payment-methods")
    expect(page.locator("main > .notice")).to_contain_text(WORDS["en"]["saved"])


@pytest.mark.parametrize("setup", ["setup-of-nobody", "no handle", ""])
def test_a_visit_that_nobody_knows_leads_on(
    new_page: NewPage, signed_in: dict[str, object], setup: str
) -> None:
    page = new_page(storage_state=signed_in)
    answer = page.goto(f"/payment-methods/return?setup={setup}")
    assert answer is not None
    assert answer.status == 404
    page.locator("main").get_by_role("link", name="My payment methods").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My payment methods")

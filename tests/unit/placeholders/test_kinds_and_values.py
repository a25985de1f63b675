"""Which texts there are, what may stand in them, and what it stands for."""

from __future__ import annotations

from datetime import date

import pytest

from shared.contracts.notifications import contract as notifications
from shared.placeholders import values
from shared.placeholders.fields import CLIENT, COMPANY, FIELDS, INVOICE, KEYS, PASSWORD, SUBSCRIPTION
from shared.placeholders.kinds import KINDS, SIGNATURE, opening

INVOICE_FACTS = {
    "invoice": "inv-2026-00042",
    "number": "2026-00042",
    "currency": "EUR",
    "total": 123456,
    "due": 100000,
    "created_on": "2026-03-01",
    "due_on": date(2026, 3, 15),
}
GROUP = {
    "customer": "cust-1",
    "customer_name": "Lindqvist",
    "vat_number": "DE136695976",
    "po_number": "PO 7",
    "contacts": {"billing": {"name": "Jana", "company": "Lindqvist KG", "email": "jana@example.com"}},
}
ANYBODYS = [
    opening(letter)
    for letter in (
        "code_requested",
        "contact_changed",
        "email_change_requested",
        "password_reset_requested",
        "password_changed",
    )
]


def test_every_letter_has_an_opening_of_its_own() -> None:
    letters = {opening(event.partition(".")[2]) for event in notifications.hears["send_mail"].events}
    emails = {kind.name for kind in KINDS.values() if kind.area == "emails"}
    # What goes to the merchant's own people says what Portico says.
    to_staff = {name for name in letters if name.startswith(opening("staff_"))}
    assert emails == letters - to_staff | {SIGNATURE}


def test_only_known_placeholders_are_allowed() -> None:
    assert {name for kind in KINDS.values() for name in kind.allowed} == FIELDS


def test_the_password_is_in_no_document_and_in_no_page() -> None:
    places = {kind.area for kind in KINDS.values() if PASSWORD in kind.allowed}
    assert places == {"emails"}


@pytest.mark.parametrize("name", [*ANYBODYS, SIGNATURE, "sign_in_page", "overview_page"])
def test_what_lets_in_goes_to_the_billing_contact_only(name: str) -> None:
    assert not set(KEYS) & set(KINDS[name].allowed)


def test_amounts_and_days_are_written_as_the_language_does() -> None:
    english = values.of_invoice(INVOICE_FACTS, "https://p", "en")
    german = values.of_invoice(INVOICE_FACTS, "https://p", "de-DE")
    assert (english["Invoice.total"], english["Invoice.due_date"]) == ("€1,234.56", "March 15, 2026")
    assert (german["Invoice.due"], german["Invoice.date"]) == ("1.000,00\u00a0€", "1. März 2026")
    assert german["Invoice.customerportal_url"] == "https://p/invoices/inv-2026-00042"


@pytest.mark.parametrize(
    "tag,day", [("en-GB", "1 March 2026"), ("fr", "March 1, 2026"), ("xx-?", "March 1, 2026")]
)
def test_days_follow_the_words_around_them(tag: str, day: str) -> None:
    assert values.day("2026-03-01", tag) == day


def test_all_that_there_is_has_a_value() -> None:
    company = {
        "name": "",
        "legal_name": "Nordlicht GmbH",
        "email": "a@b.example",
        "phone": "1",
        "website": "",
    }
    subscription = {
        "subscription": "sub-1",
        "product_names": {"en": "Portal", "de": "Portal"},
        "plan_names": {"en": "Team plan", "de": "Team-Tarif"},
    }
    named = values.of_subscription(subscription, "https://p", "de")
    assert named["Subscription.name"] == "Portal, Team-Tarif"
    assert set(named) == set(SUBSCRIPTION)
    assert set(values.of_company(company)) == set(COMPANY)
    assert values.of_company(company)["Company.name"] == "Nordlicht GmbH"
    assert set(values.of_client(GROUP)) == set(CLIENT)
    assert set(values.of_invoice(INVOICE_FACTS, "", "en")) == set(INVOICE)

"""What the customers service answers becomes the parties of a document."""

from types import SimpleNamespace
from typing import Any

import pytest

from services.invoices.customers import CustomersService
from services.invoices.domain.parties import Address, Bank, Buyer, Logo, Parties, Recipient, Seller
from shared.contracts.customer_bill_groups import BillGroup
from shared.contracts.customer_words import MerchantReply
from shared.kernel.context import Context
from shared.kernel.errors import NotFound

ADDRESS = {
    "line1": "Kai 1",
    "line2": "",
    "postal_code": "20457",
    "city": "Hamburg",
    "region": "",
    "country": "DE",
}
HAMBURG = Address("Kai 1", "", "20457", "Hamburg", "", "DE")
BANK = {"iban": "DE89370400440532013000", "bic": "COBADEFFXXX", "bank_name": "Commerzbank"}
CONTACT = {"name": "Jana", "company": "Acme", "email": "j@example.com", "phone": "1", "address": ADDRESS}


def answers(bank: dict[str, str], shipping: dict[str, Any] | None) -> SimpleNamespace:
    """A client whose customers service answers in the contract's form."""
    company = {
        "name": "Nord",
        "legal_name": "Nord GmbH",
        "address": ADDRESS,
        "vat_number": "DE1",
        "bank": bank,
    }
    group = {
        "bill_group": "bg-1",
        "customer": "cust-1",
        "version": 3,
        "customer_name": "Acme",
        "access": "on",
        "currency": "CHF",
        "time_zone": "Europe/Zurich",
        "language": "de",
        "po_number": "4711",
        "vat_number": "DE2",
        "registration_number": "HRB 2",
        "contacts": {"billing": CONTACT, "shipping": shipping},
        "preferences": {"billing": {}, "shipping": None},
    }
    merchant = MerchantReply().dump(MerchantReply().load({"company": company, "version": 1, "logo": None}))
    pending = SimpleNamespace(result=lambda: BillGroup().dump(group))

    def get_merchant(context: Context) -> dict[str, Any]:
        return merchant

    def begin(context: Context, *, bill_group: str) -> SimpleNamespace:
        return pending

    get_bill_group = SimpleNamespace(begin=begin)
    return SimpleNamespace(
        customers=SimpleNamespace(get_merchant=get_merchant, get_bill_group=get_bill_group)
    )


def test_parties() -> None:
    parties = CustomersService(answers(BANK, CONTACT)).parties(Context(), "bg-1")
    assert parties == Parties(
        seller=Seller("Nord", "Nord GmbH", HAMBURG, vat_number="DE1", bank=Bank(**BANK), accent="#1f5f8b"),
        buyer=Buyer("Jana", "Acme", HAMBURG, "cust-1", "j@example.com", "1", "DE2", "HRB 2"),
        currency="CHF",
        language="de",
        time_zone="Europe/Zurich",
        shipping=Recipient("Jana", "Acme", HAMBURG),
        po_number="4711",
    )


def test_the_logo_of_the_merchant_is_the_sellers() -> None:
    services = answers(BANK, None)
    logo = {"version": "0123456789abcdef", "width": 120, "height": 40, "plate": "light"}
    merchant = services.customers.get_merchant(Context())
    services.customers.get_merchant = lambda _context: {**merchant, "logo": logo}
    assert CustomersService(services).parties(Context(), "bg-1").seller.logo == Logo(**logo)


@pytest.mark.parametrize("known, found", [("0123456789abcdef", "cGljdHVyZQ=="), ("fedcba9876543210", None)])
def test_a_logos_picture_for_paper(known: str, found: str | None) -> None:
    def get_logo(_context: Context, *, version: str, form: str) -> dict[str, Any]:
        if version != known:
            raise NotFound
        return {"version": version, "width": 480, "height": 160, "image": f"{found}", "form": form}

    calls = SimpleNamespace(customers=SimpleNamespace(get_logo=get_logo))
    assert CustomersService(calls).logo(Context(), "0123456789abcdef") == found


def test_parties_without_a_bank_and_without_another_recipient() -> None:
    no_bank = {"iban": "", "bic": "", "bank_name": ""}
    parties = CustomersService(answers(no_bank, None)).parties(Context(), "bg-1")
    assert (parties.seller.bank, parties.shipping) == (None, None)

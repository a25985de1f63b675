"""What the customers service answers becomes the parties of a document."""

from types import SimpleNamespace
from typing import Any

from services.invoices.customers import CustomersService
from services.invoices.domain.parties import Address, Bank, Buyer, Parties, Recipient, Seller
from shared.contracts.customer_bill_groups import BillGroup
from shared.contracts.customer_words import MerchantReply
from shared.kernel.context import Context

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


def test_parties_without_a_bank_and_without_another_recipient() -> None:
    no_bank = {"iban": "", "bic": "", "bank_name": ""}
    parties = CustomersService(answers(no_bank, None)).parties(Context(), "bg-1")
    assert (parties.seller.bank, parties.shipping) == (None, None)

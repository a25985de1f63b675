"""An invoice that is shown beforehand is the invoice that is then made."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.invoices.domain.parties import Address, Parties
from services.invoices.usecases.following import Following
from services.invoices.usecases.issuing import Issuing
from services.invoices.usecases.previewing import Previewing
from services.invoices.usecases.reading import Reading
from shared.contracts.invoice_previews import InvoicePreview, PreviewInvoice
from shared.kernel.context import Context, Principal, PrincipalKind, system
from shared.kernel.errors import DomainError
from tests.unit.invoices.examples import BUYER, NOW, PARTIES, SELLER
from tests.unit.invoices.fakes import FakeCustomers, FakeDocuments, FakePdfs, FakePortalKeys, FakeRenderer

SYSTEM = Context(principal=system("tests"), chosen_now=NOW)
CUSTOMER = Context(principal=Principal(PrincipalKind.CUSTOMER, "cust-1"), chosen_now=NOW)
ABROAD = replace(BUYER, address=replace(BUYER.address, country="AT"), vat_number="ATU12345678")
OVERSEAS = replace(BUYER, address=Address("1 Main St", "", "10001", "New York", "NY", "US"))

# As subscriptions tell of a bill: an odd quantity, a discount, another rate, and what is charged once.
BILLED: list[dict[str, Any]] = [
    {
        "description": "Team plan",
        "descriptions": {"en": "Team plan", "de": "Team-Tarif"},
        "quantity": Decimal("2.5"),
        "unit_amount": 1333,
        "discount": 99,
        "tax_code": "standard",
        "period": {"start": date(2026, 11, 1), "end": date(2026, 12, 1)},
    },
    {
        "description": "Handbook",
        "descriptions": {"en": "Handbook"},
        "quantity": Decimal(3),
        "unit_amount": 107,
        "discount": 0,
        "tax_code": "reduced",
        "period": None,
    },
]


def preview(parties: Parties = PARTIES, context: Context = CUSTOMER, **changes: Any) -> dict[str, Any]:
    """What is shown of ``BILLED``, as it goes over the wire."""
    period = {"start": "2026-11-01", "end": "2026-11-30"}
    lines = [
        {name: line[name] for name in ("description", "unit_amount", "discount", "tax_code")}
        | {"quantity": str(line["quantity"]), "period": line["period"] and period, "subscription": "sub-1"}
        for line in BILLED
    ]
    asked = PreviewInvoice().load({"bill_group": "bg-1", "lines": lines, **changes})
    shown = Previewing(FakeCustomers(parties)).preview_invoice(context, **asked)
    answer: dict[str, Any] = InvoicePreview().dump(shown)
    assert not InvoicePreview().validate(answer)
    return shown


@pytest.mark.parametrize(
    "parties",
    [
        PARTIES,
        replace(PARTIES, buyer=ABROAD),
        replace(PARTIES, buyer=OVERSEAS, shipping=None, po_number="PO 7"),
        replace(PARTIES, seller=replace(SELLER, address=replace(SELLER.address, country="AT"))),
    ],
    ids=["at home", "reverse charge", "export", "another country's rates"],
)
def test_the_bill_that_is_shown_is_the_bill_that_is_made(parties: Parties) -> None:
    documents = FakeDocuments()
    customers: Any = FakeCustomers(parties)
    event = {
        "event_id": "e1",
        "bill_group": "bg-1",
        "subject": "sub-1",
        "data": {"currency": "EUR", "lines": BILLED},
    }
    keys: Any = FakePortalKeys()
    issuing = Issuing(documents, customers, keys, "https://portal.example")  # type: ignore[arg-type]
    Following(documents, issuing).bill_subscription(SYSTEM, event)  # type: ignore[arg-type]
    (document,) = documents.kept.values()
    reading = Reading(documents, FakePdfs(), FakeRenderer(), FakeCustomers(PARTIES), FakePortalKeys())  # type: ignore[arg-type]
    made = reading.get_invoice(CUSTOMER, bill_group="bg-1", invoice=document.handle)
    shown = preview(parties)
    assert shown == {name: made[name] for name in shown}


def test_discounts_terms_and_currency_are_as_asked_for() -> None:
    discounts = [{"description": "Friends", "percent": "10"}]
    shown = preview(discounts=discounts, due_days=30, currency="CHF", note="Thank you")
    assert shown["currency"] == "CHF"
    assert shown["net_total"] == shown["line_total"] - shown["discounts"][0]["amount"]
    assert (shown["created_on"], shown["due_on"]) == (date(2026, 11, 21), date(2026, 12, 21))
    assert shown["note"] == "Thank you"


def test_what_could_not_be_issued_is_not_shown() -> None:
    with pytest.raises(DomainError) as caught:
        preview(discounts=[{"description": "Too much", "amount": 10_000_000}])
    assert caught.value.code == "amounts_do_not_fit"

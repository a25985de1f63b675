"""Documents to test with, made by the domain itself."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from services.invoices import views
from services.invoices.domain.document import Document, Kind, Status, reckon_payable, taxed
from services.invoices.domain.lines import Days, Discount, Line, TaxRate
from services.invoices.domain.parties import Address, Bank, Buyer, Parties, Seller
from shared.contracts.invoice_documents import Invoice
from shared.kernel.numbering import PATTERNS, Numbering

DAY = date(2026, 11, 21)
INVOICES = Numbering(PATTERNS["invoice"])
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SELLER = Seller(
    name="Nordlicht Software",
    legal_name="Nordlicht Software GmbH",
    address=Address("Speicherstraße 14", "", "20457", "Hamburg", "", "DE"),
    email="billing@nordlicht.example",
    phone="+49 40 123456-0",
    website="nordlicht.example",
    vat_number="DE811907980",
    registration_number="HRB 123456, Amtsgericht Hamburg",
    bank=Bank("DE89370400440532013000", "COBADEFFXXX", "Commerzbank"),
    accent="#1f5f8b",
)
BUYER = Buyer(
    name="Jana Lindqvist",
    company="Bäckerei Sonnenschein e. K.",
    address=Address("Lange Reihe 7", "", "20099", "Hamburg", "", "DE"),
    customer="cust-0001",
    email="jana@sonnenschein.example",
)
PARTIES = Parties(SELLER, BUYER, "EUR", "en", "Europe/Berlin")
STANDARD = TaxRate("S", Decimal(19))
REDUCED = TaxRate("S", Decimal(7))


def line(net: int = 1000, tax: TaxRate = STANDARD, **more: Any) -> Line:
    """A line of one piece that costs ``net``."""
    given: dict[str, Any] = {
        "description": "Portal, team plan",
        "quantity": Decimal(1),
        "tax_code": "standard",
    }
    return Line(**{**given, "unit_amount": net, "tax": tax, **more})


def month(of: int) -> Days:
    """A month of 2026 with 28 days that we look at."""
    return Days(date(2026, of, 1), date(2026, of, 28))


def draft(
    *lines: Line, discounts: tuple[Discount, ...] = (), parties: Parties = PARTIES, **more: Any
) -> Document:
    """A draft of bg-1 with these lines, or with one."""
    all_lines = taxed(lines or (line(),), parties)
    made = Document(
        id="draft-1",
        bill_group="bg-1",
        kind=Kind.INVOICE,
        status=Status.DRAFT,
        currency=parties.currency,
        language=parties.language,
        time_zone=parties.time_zone,
        drafted_on=DAY,
        lines=all_lines,
        discounts=discounts,
        taxes=reckon_payable(all_lines, discounts),
    )
    return replace(made, **more)


def issued(*lines: Line, sequence: int = 42, parties: Parties = PARTIES, **more: Any) -> Document:
    """The same, issued as number ``sequence`` of 2026."""
    return draft(*lines, parties=parties, **more).issued(INVOICES.number_on(DAY, sequence), DAY, parties)


def on_the_wire(document: Document) -> dict[str, Any]:
    """The document in its form for the wire."""
    dumped: dict[str, Any] = Invoice().dump(views.whole(document, NOW))
    return dumped

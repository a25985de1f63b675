"""What is stored comes back the same."""

from dataclasses import replace

import pytest

from services.invoices.documents import from_document, search_term, search_terms, summary_from, to_document
from services.invoices.domain.credits import Credit
from services.invoices.domain.document import Document, Instrument, Payment
from services.invoices.domain.lines import Discount
from services.invoices.domain.parties import Address, Recipient
from services.invoices.domain.summary import Summary
from tests.unit.invoices.examples import DAY, NOW, PARTIES, draft, issued, line, month

PAID = Payment("txn-1", "settle", 100, "settled", NOW, Instrument("card", "Visa", "4242"))


@pytest.mark.parametrize(
    "document",
    [
        draft(),
        draft(line(period=month(2), subscription="sub-1", discount=5), discounts=(Discount("x", 10),)),
        issued(),
        issued(
            parties=replace(PARTIES, shipping=Recipient("J. L.", "", Address(city="Kiel")), po_number="4711")
        ),
        issued(parties=replace(PARTIES, seller=replace(PARTIES.seller, bank=None))),
        issued().with_payment(PAID, "EUR"),
        issued().with_credit(Credit("draft-2", DAY, issued().lines, (), issued().taxes, "why")),
        draft().discarded(),
        replace(issued(), imported=True, corrects="inv-1", corrects_number="1"),
    ],
)
def test_what_is_stored_comes_back(document: Document) -> None:
    stored = {"_id": document.id, "bill_group": document.bill_group, **to_document(document)}
    assert from_document(stored) == document
    assert summary_from(stored) == Summary.of(document)


def test_a_draft_takes_no_number() -> None:
    assert to_document(draft()).keys().isdisjoint({"handle", "series", "sequence"})
    stored = to_document(issued(sequence=7))
    assert (stored["handle"], stored["series"], stored["sequence"]) == ("inv-2026-00007", "2026-#", 7)


@pytest.mark.parametrize("asked", ["2026-00042", "202600042", "2026", "42", "00042", "2026 000"])
def test_a_number_is_found_by_its_beginnings_and_ends(asked: str) -> None:
    assert search_term(asked) in search_terms("2026-00042")


def test_what_is_deleted_is_listed_nowhere() -> None:
    listed = to_document(draft(line(subscription="sub-1")).discarded())["listed"]
    assert (listed["as"], listed["found"]) == ([], [])

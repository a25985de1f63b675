"""What use cases make of calls and events."""

import base64
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.invoices.domain.document import Document, Kind, Status
from services.invoices.domain.parties import Address, Logo
from services.invoices.usecases.drafting import Drafting
from services.invoices.usecases.following import Following
from services.invoices.usecases.importing import Importing
from services.invoices.usecases.issuing import Issuing
from services.invoices.usecases.reading import Reading
from shared.contracts.invoice_imports import ImportInvoice
from shared.contracts.invoices import CreateInvoice
from shared.kernel.context import ANONYMOUS, Context, Principal, PrincipalKind, system
from shared.kernel.errors import DomainError
from shared.kernel.happening import IdempotencyKey
from tests.unit.invoices.examples import BUYER, DAY, NOW, PARTIES, draft, issued, line
from tests.unit.invoices.fakes import FakeCustomers, FakeDocuments, FakePdfs, FakePortalKeys, FakeRenderer

SYSTEM = Context(principal=system("tests"), chosen_now=NOW)
CUSTOMER = Context(principal=Principal(PrincipalKind.CUSTOMER, "cust-1"), chosen_now=NOW)
LINE = {"description": "Workshop", "quantity": "1", "unit_amount": 1000}
PORTAL = "https://portal.example"
KEY = IdempotencyKey("k" * 8, "hash")


def issuing(documents: FakeDocuments) -> Issuing:
    return Issuing(documents, FakeCustomers(PARTIES), FakePortalKeys(), PORTAL)  # type: ignore[arg-type]


def following(documents: FakeDocuments, language: str = "en") -> Following:
    parties = replace(PARTIES, language=language)
    return Following(documents, Issuing(documents, FakeCustomers(parties), FakePortalKeys(), PORTAL))  # type: ignore[arg-type]


def reading(documents: FakeDocuments) -> Reading:
    return Reading(documents, FakePdfs(), FakeRenderer(), FakeCustomers(PARTIES), FakePortalKeys())  # type: ignore[arg-type]


def renewed(**of_the_line: Any) -> dict[str, Any]:
    billed = {
        "description": "Team plan",
        "descriptions": {"en": "Team plan", "de": "Team-Tarif"},
        "quantity": Decimal(2),
        "unit_amount": 1500,
        "discount": 0,
        "tax_code": "standard",
        "period": {"start": date(2026, 11, 1), "end": date(2026, 12, 1)},
        **of_the_line,
    }
    data = {"currency": "EUR", "lines": [billed]}
    return {"event_id": "e1", "bill_group": "bg-1", "subject": "sub-1", "data": data}


def paid(event_id: str = "e1", **data: Any) -> dict[str, Any]:
    given = {
        "transaction": "txn-1",
        "kind": "settle",
        "state": "settled",
        "amount": 1190,
        "currency": "EUR",
        "invoice": "inv-2026-00042",
        "method": None,
        "at": NOW,
        **data,
    }
    return {"event_id": event_id, "bill_group": "bg-1", "subject": "txn-1", "data": given}


@pytest.mark.parametrize("principal", [ANONYMOUS, Principal(PrincipalKind.CUSTOMER, "cust-1")])
def test_only_the_merchant_s_side_makes_documents(principal: Principal) -> None:
    documents = FakeDocuments(draft())
    asked: dict[str, Any] = {"context": Context(principal=principal), "bill_group": "bg-1", "key": KEY}
    content: dict[str, Any] = {"lines": [], "discounts": [], "note": "", "due_days": 1}
    drafting = Drafting(documents, FakeCustomers(PARTIES))  # type: ignore[arg-type]
    importing = Importing(documents, FakeCustomers(PARTIES))  # type: ignore[arg-type]
    for refused in (
        lambda: drafting.create_invoice(**asked, **content),
        lambda: drafting.change_invoice(**asked, **content, invoice="draft-1", version=1),
        lambda: issuing(documents).issue_invoice(**asked, invoice="draft-1"),
        lambda: drafting.delete_draft(**asked, invoice="draft-1"),
        lambda: issuing(documents).credit_invoice(**asked, invoice="draft-1", lines=None, reason=""),
        lambda: issuing(documents).cancel_invoice(**asked, invoice="draft-1", reason=""),
        lambda: reading(documents).find_invoices(asked["context"], customer=None),
        lambda: importing.import_invoice(**asked),
    ):
        with pytest.raises(DomainError, match="not_allowed"):
            refused()
    assert documents.kept == {"draft-1": draft()}


def test_a_renewal_becomes_an_issued_invoice_in_the_customer_s_language() -> None:
    documents = FakeDocuments()
    following(documents, "de-AT").bill_subscription(SYSTEM, renewed())
    following(documents, "de-AT").bill_subscription(SYSTEM, renewed())

    (bill,) = documents.kept.values()
    assert documents.types == ["invoice_issued"]
    (billed,) = bill.lines
    assert (billed.description, billed.subscription) == ("Team-Tarif", "sub-1")
    assert billed.period is not None
    assert billed.period.end == date(2026, 11, 30)
    assert (bill.total, bill.status) == (3570, Status.PENDING)


def test_a_language_that_a_product_lacks_is_english() -> None:
    documents = FakeDocuments()
    following(documents, "fr").bill_subscription(SYSTEM, renewed(period=None))
    (bill,) = documents.kept.values()
    assert (bill.lines[0].description, bill.lines[0].period) == ("Team plan", None)


def test_a_draft_that_a_crash_left_behind_is_issued() -> None:
    documents = FakeDocuments(draft(id="draft-e1"))
    following(documents).bill_subscription(SYSTEM, renewed())
    assert documents.types == ["invoice_issued"]
    assert documents.kept["draft-e1"].status is Status.PENDING


def test_who_comes_second_to_issue_does_nothing() -> None:
    class Overtaken(FakeDocuments):
        def get(self, handle: str, bill_group: str, *, deleted: bool = False) -> Document:
            return draft(id=handle)

    documents = Overtaken(issued(id="draft-e1"))
    following(documents).bill_subscription(SYSTEM, renewed())
    assert documents.types == []


def test_a_bill_of_nothing_is_settled() -> None:
    documents = FakeDocuments()
    following(documents).bill_subscription(SYSTEM, renewed(unit_amount=0))
    assert documents.types == ["invoice_issued", "invoice_settled"]


def test_a_payment_counts_once_by_event_and_by_transaction() -> None:
    documents = FakeDocuments(issued())
    for event in (paid("e1"), paid("e1"), paid("e2")):
        following(documents).apply_payment(SYSTEM, event)
    assert documents.kept["draft-1"].paid == 1190
    assert documents.types == ["invoice_settled"]


def test_a_payment_of_no_invoice_is_none_of_our_business() -> None:
    documents = FakeDocuments()
    following(documents).apply_payment(SYSTEM, paid(invoice=None))
    assert documents.types == []


def test_a_payment_whose_invoice_is_not_there_is_tried_again() -> None:
    with pytest.raises(DomainError, match="not_found"):
        following(FakeDocuments()).apply_payment(SYSTEM, paid())


def test_a_credit_note_follows_from_the_invoice_even_after_a_crash() -> None:
    documents = FakeDocuments(issued())
    asked: dict[str, Any] = {"bill_group": "bg-1", "invoice": "inv-2026-00042", "reason": "why", "key": KEY}
    issuing(documents).credit_invoice(SYSTEM, **asked, lines=[{"line": 1, "net": 500}])
    (note_id,) = documents.kept.keys() - {"draft-1"}
    made = documents.kept[note_id]
    assert documents.types == ["invoice_credited", "credit_note_issued"]
    assert (made.total, made.kind, made.note, made.corrects_number) == (
        595,
        Kind.CREDIT_NOTE,
        "why",
        "2026-00042",
    )

    # As if the process had died before it made the note; the event brings it back.
    del documents.kept[note_id]
    event = {"event_id": "e9", "bill_group": "bg-1", "data": {"invoice": "inv-2026-00042"}}
    following(documents).make_credit_note(SYSTEM, event)
    assert documents.kept[note_id] == made


def test_a_draft_that_was_made_is_answered_again_though_it_could_not_be_made_any_more() -> None:
    documents = FakeDocuments()
    asked: dict[str, Any] = {"bill_group": "bg-1", "discounts": [], "note": "", "due_days": 1, "key": KEY}
    asked["lines"] = CreateInvoice().load({**asked, "lines": [LINE], "key": "k" * 8})["lines"]
    made = Drafting(documents, FakeCustomers(PARTIES)).create_invoice(SYSTEM, **asked)  # type: ignore[arg-type]

    nowhere = replace(PARTIES, seller=replace(PARTIES.seller, address=Address(country="US")))
    drafting = Drafting(documents, FakeCustomers(nowhere))  # type: ignore[arg-type]
    assert drafting.create_invoice(SYSTEM, **asked) == made
    with pytest.raises(DomainError, match="no_tax_rule"):
        drafting.create_invoice(SYSTEM, **{**asked, "key": IdempotencyKey("another", "hash")})


def test_a_draft_is_deleted_and_nothing_of_it_is_left() -> None:
    documents = FakeDocuments(draft(note="secret"))
    drafting = Drafting(documents, FakeCustomers(PARTIES))  # type: ignore[arg-type]
    asked: dict[str, Any] = {"bill_group": "bg-1", "invoice": "draft-1", "key": KEY}
    drafting.delete_draft(SYSTEM, **asked)

    assert documents.types == ["invoice_deleted"]
    left = documents.kept["draft-1"]
    assert (left.lines, left.total, left.note) == ((), 0, "")
    for again in (
        lambda: drafting.delete_draft(SYSTEM, **asked),
        lambda: issuing(documents).issue_invoice(SYSTEM, **asked),
        lambda: reading(documents).get_invoice(SYSTEM, bill_group="bg-1", invoice="draft-1"),
    ):
        with pytest.raises(DomainError, match="not_found"):
            again()


def test_what_is_issued_is_not_deleted() -> None:
    drafting = Drafting(FakeDocuments(issued()), FakeCustomers(PARTIES))  # type: ignore[arg-type]
    for handle in ("draft-1", "inv-2026-00042"):
        with pytest.raises(DomainError, match="document_issued"):
            drafting.delete_draft(SYSTEM, bill_group="bg-1", invoice=handle, key=KEY)


def test_a_draft_that_is_issued_by_itself_is_not_deleted() -> None:
    class Dying(FakeDocuments):
        """The process dies before it can issue what it drafted."""

        def issue(self, *asked: Any, **more: Any) -> dict[str, Any]:
            raise ConnectionError

    documents = Dying(issued())
    with pytest.raises(ConnectionError):
        following(documents).bill_subscription(SYSTEM, renewed())
    asked: dict[str, Any] = {"bill_group": "bg-1", "invoice": "inv-2026-00042", "key": KEY}
    with pytest.raises(ConnectionError):
        issuing(documents).credit_invoice(SYSTEM, **asked, lines=None, reason="")
    left = [each for each in documents.kept.values() if each.status is Status.DRAFT]
    assert {each.kind for each in left} == {Kind.INVOICE, Kind.CREDIT_NOTE}
    drafting = Drafting(documents, FakeCustomers(PARTIES))  # type: ignore[arg-type]
    for each in left:
        with pytest.raises(DomainError, match="draft_needed"):
            drafting.delete_draft(SYSTEM, **{**asked, "invoice": each.id})


def test_a_deleted_bill_is_not_made_again() -> None:
    documents = FakeDocuments(draft(id="draft-e1").discarded())
    following(documents).bill_subscription(SYSTEM, renewed())
    assert documents.types == []


def test_an_unpaid_invoice_is_cancelled_by_a_credit_note_over_all_that_is_left() -> None:
    documents = FakeDocuments(issued())
    asked: dict[str, Any] = {"bill_group": "bg-1", "invoice": "inv-2026-00042", "reason": "twice", "key": KEY}
    issuing(documents).credit_invoice(
        SYSTEM, **asked, lines=[{"line": 1, "net": 300}, {"line": 1, "net": 100}]
    )
    view = issuing(documents).cancel_invoice(SYSTEM, **asked)

    assert view is not None
    assert (view["status"], view["due"], view["credited"]) == ("cancelled", 0, view["total"])
    assert [note.total for note in documents.kept.values() if note.kind is Kind.CREDIT_NOTE] == [476, 714]
    assert [type_ for type_ in documents.types if type_ == "invoice_cancelled"] == ["invoice_cancelled"]
    with pytest.raises(DomainError, match="credit_too_large"):
        issuing(documents).cancel_invoice(SYSTEM, **asked)


def test_an_invoice_on_which_money_is_left_is_not_cancelled() -> None:
    documents = FakeDocuments(issued())
    asked: dict[str, Any] = {"bill_group": "bg-1", "invoice": "inv-2026-00042", "reason": "", "key": KEY}
    following(documents).apply_payment(SYSTEM, paid("e1", amount=500))
    with pytest.raises(DomainError, match="already_paid"):
        issuing(documents).cancel_invoice(SYSTEM, **asked)
    back = paid("e2", transaction="txn-2", kind="refund", state="refunded", amount=500)
    following(documents).apply_payment(SYSTEM, back)
    view = issuing(documents).cancel_invoice(SYSTEM, **asked)
    assert view is not None
    assert view["status"] == "cancelled"


def test_a_draft_is_not_cancelled() -> None:
    with pytest.raises(DomainError, match="not_issued"):
        issuing(FakeDocuments(draft())).cancel_invoice(
            SYSTEM, bill_group="bg-1", invoice="draft-1", reason="", key=KEY
        )


def imported(documents: FakeDocuments, **asked: Any) -> dict[str, Any]:
    given = {
        "key": "k" * 8,
        "bill_group": "bg-1",
        "number": "2024-00007",
        "created_on": "2024-05-01",
        "due_on": "2024-05-15",
        "lines": [{"description": "Old plan", "unit_amount": 1000}],
        **asked,
    }
    loaded = ImportInvoice().load(given)
    loaded["key"] = KEY
    return Importing(documents, FakeCustomers(PARTIES)).import_invoice(SYSTEM, **loaded)  # type: ignore[arg-type]


def test_an_imported_document_may_say_how_it_was_taxed() -> None:
    documents = FakeDocuments()
    view = imported(
        documents,
        lines=[
            {"description": "At the rate of late 2020", "unit_amount": 1000, "tax_rate": "16"},
            {"description": "Abroad", "unit_amount": 500, "tax_category": "AE", "tax_rate": "0"},
            {"description": "As today", "unit_amount": 100},
        ],
    )
    assert [(tax["category"], tax["rate"], tax["amount"]) for tax in view["taxes"]] == [
        ("S", 19, 19),
        ("S", 16, 160),
        ("AE", 0, 0),
    ]
    assert [number.sequence for number in documents.noted] == [7]
    assert documents.types == ["invoice_imported"]


def test_an_imported_document_keeps_its_parties() -> None:
    seller = {"name": "Predecessor", "address": {"country": "DE"}, "vat_number": "DE1"}
    buyer = {"company": "Acme", "address": {"country": "CH"}}
    view = imported(FakeDocuments(), seller=seller, buyer=buyer, language="de", po_number="4711")
    assert (view["seller"]["name"], view["buyer"]["company"]) == ("Predecessor", "Acme")
    assert (view["language"], view["po_number"], view["taxes"][0]["category"]) == ("de", "4711", "G")


def imported_note(documents: FakeDocuments, number: str = "CN-1", net: int = 400) -> dict[str, Any]:
    line = {"description": "Old plan", "unit_amount": net}
    return imported(documents, number=number, kind="credit_note", corrects="inv-2024-00007", lines=[line])


def test_an_imported_credit_note_credits_its_invoice_once_however_often_it_comes() -> None:
    documents = FakeDocuments()
    imported(documents)
    view = imported_note(documents)
    assert (view["kind"], view["corrects_number"]) == ("credit_note", "2024-00007")
    assert imported_note(documents) == view
    assert documents.get("inv-2024-00007", "bg-1").credited == 476

    # As if the process had died when the note was kept and the invoice didn't know of it yet.
    documents.kept["inv-2024-00007"] = replace(documents.kept["inv-2024-00007"], credits=())
    imported_note(documents)
    assert documents.get("inv-2024-00007", "bg-1").credited == 476


def test_a_refused_credit_note_credits_nothing() -> None:
    documents = FakeDocuments()
    imported(documents)
    imported(documents, number="2024-00008")
    with pytest.raises(DomainError, match="already_exists"):
        imported_note(documents, number="2024-00008")
    imported_note(documents)
    for too_much in (601, 1001):
        with pytest.raises(DomainError, match="credit_too_large"):
            imported_note(documents, "CN-2", too_much)
    assert documents.get("inv-2024-00007", "bg-1").credited == 476
    imported_note(documents, "CN-2", 600)
    assert documents.get("inv-2024-00007", "bg-1").due == 0


@pytest.mark.parametrize("status", ["dunning", "failed", "cancelled"])
def test_an_imported_document_may_be_in_trouble(status: str) -> None:
    assert imported(FakeDocuments(), status=status)["status"] == status


def test_a_pdf_is_made_once() -> None:
    renderer = FakeRenderer()
    reading = Reading(FakeDocuments(issued()), FakePdfs(), renderer, FakeCustomers(PARTIES), FakePortalKeys())  # type: ignore[arg-type]
    files = [reading.get_invoice_pdf(CUSTOMER, bill_group="bg-1", invoice="inv-2026-00042") for _ in range(2)]
    assert (
        files[0]
        == files[1]
        == {"filename": "2026-00042.pdf", "pdf": base64.b64encode(b"%PDF 2026-00042").decode()}
    )
    assert renderer.made == ["2026-00042"]

    renderer.version = "2"
    reading.get_invoice_pdf(CUSTOMER, bill_group="bg-1", invoice="inv-2026-00042")
    assert len(renderer.made) == 2


def test_a_pdf_shows_the_logo_of_its_day() -> None:
    logo = Logo("0123456789abcdef", 120, 40)
    shown = issued(parties=replace(PARTIES, seller=replace(PARTIES.seller, logo=logo)))
    renderer, customers = FakeRenderer(), FakeCustomers(PARTIES)
    customers.logos = {logo.version: "cGljdHVyZQ==", "fedcba9876543210": "bmV3ZXI="}
    reading = Reading(FakeDocuments(shown), FakePdfs(), renderer, customers, FakePortalKeys())  # type: ignore[arg-type]
    reading.get_invoice_pdf(CUSTOMER, bill_group="bg-1", invoice="inv-2026-00042")
    assert renderer.logos == ["cGljdHVyZQ=="]


def test_taxes_are_those_of_the_day_of_issue() -> None:
    moved = replace(PARTIES, buyer=replace(BUYER, address=Address(country="CH")))
    documents = FakeDocuments(draft(line(1000)))
    issuing(documents).issue(SYSTEM, documents.kept["draft-1"], moved)
    done = documents.kept["draft-1"]
    assert (done.total, done.issue.created_on if done.issue else None) == (1000, DAY)

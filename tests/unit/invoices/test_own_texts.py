"""The merchant's own texts on documents: filled and frozen at issue, and nobody's key in any store."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import pytest

from services.invoices.documents import from_document, to_document
from services.invoices.domain.document import Document, Kind
from services.invoices.domain.own_texts import OwnTexts
from services.invoices.usecases.issuing import Issuing
from services.invoices.usecases.reading import Reading
from shared.kernel.context import Context, Principal, PrincipalKind, system
from shared.kernel.happening import IdempotencyKey
from shared.placeholders.template import Unfillable
from tests.unit.invoices.examples import NOW, PARTIES, draft
from tests.unit.invoices.fakes import FakeCustomers, FakeDocuments, FakePdfs, FakePortalKeys

SYSTEM = Context(principal=system("tests"), chosen_now=NOW)
CUSTOMER = Context(principal=Principal(PrincipalKind.CUSTOMER, "cust-0001"), chosen_now=NOW)
LOOKING = replace(CUSTOMER, read_only=True)
STAFF = Context(principal=Principal(PrincipalKind.STAFF, "staff-1"), chosen_now=NOW)
PORTAL = "https://portal.example"
KEY = IdempotencyKey("k" * 8, "hash")
LINK = "Sign in: [Client.customerportal_url]"


class TellingRenderer:
    """Makes of a document what the merchant says on it."""

    version = "1"

    def render(self, document: dict[str, Any], logo: str | None) -> bytes:
        return f"{document['intro']}|{document['closing']}".encode()


class Service:
    def __init__(self, document: Document | None = None, language: str = "en", **texts: str) -> None:
        parties = replace(PARTIES, language=language)
        self.documents: Any = FakeDocuments(document or draft(parties=parties))
        self.customers: Any = FakeCustomers(parties, **texts)
        self.keys = FakePortalKeys()
        self.pdfs: Any = FakePdfs()
        self.issuing = Issuing(self.documents, self.customers, self.keys, PORTAL)
        renderer: Any = TellingRenderer()
        self.reading = Reading(self.documents, self.pdfs, renderer, self.customers, self.keys)

    def issue(self) -> dict[str, Any]:
        return self.issuing.issue_invoice(SYSTEM, bill_group="bg-1", invoice="draft-1", key=KEY)

    def pdf(self, context: Context) -> str:
        reply = self.reading.get_invoice_pdf(context, bill_group="bg-1", invoice="draft-1")
        return base64.b64decode(reply["pdf"]).decode()

    def shown(self, context: Context) -> tuple[str, str]:
        reply = self.reading.get_invoice(context, bill_group="bg-1", invoice="draft-1")
        return reply["intro"], reply["closing"]


def test_an_invoice_says_what_was_written_for_it() -> None:
    issued = Service(
        invoice_intro="Dear [Client.name] of [Client.company] ([Client.number]),",
        invoice_closing="[Invoice.total] by [Invoice.due_date], please: [Invoice.customerportal_url] [[now]",
        credit_note_intro="Sorry, [Client.name].",
    ).issue()
    assert issued["intro"] == "Dear Jana Lindqvist of Bäckerei Sonnenschein e. K. (cust-0001),"
    assert issued["closing"] == (
        f"€11.90 by December 5, 2026, please: {PORTAL}/invoices/{issued['invoice']} [now]"
    )


def test_a_credit_note_has_texts_of_its_own() -> None:
    note = draft(kind=Kind.CREDIT_NOTE, corrects="inv-1")
    issued = Service(note, credit_note_intro="Credit note [Invoice.number]", invoice_intro="No.").issue()
    assert issued["intro"] == f"Credit note {issued['number']}"


def test_a_language_without_a_text_says_nothing() -> None:
    assert Service(language="de", invoice_intro="Dear [Client.name],").issue()["intro"] == ""


def test_issued_documents_keep_their_texts() -> None:
    service = Service(invoice_intro="Dear [Client.name],")
    service.issue()
    service.customers._texts.clear()
    assert service.shown(CUSTOMER)[0] == "Dear Jana Lindqvist,"
    kept = service.documents.kept["draft-1"]
    stored = {**to_document(kept), "_id": kept.id, "bill_group": kept.bill_group}
    assert from_document(stored) == kept


def test_documents_from_before_there_were_texts_have_none() -> None:
    service = Service()
    service.issue()
    kept = service.documents.kept["draft-1"]
    stored = {**to_document(kept), "_id": kept.id, "bill_group": kept.bill_group}
    del stored["issue"]["texts"]
    assert from_document(stored) == kept


@pytest.mark.parametrize(
    "text", ["Dear [Client.nmae]", "[Client.customerportal_passwort", "[Subscription.name]"]
)
def test_a_mistake_never_goes_out(text: str) -> None:
    service = Service(invoice_closing=text)
    with pytest.raises(Unfillable):
        service.issue()
    assert service.documents.kept["draft-1"].issue is None


def test_the_secret_link_is_for_the_customer_alone_and_in_no_store() -> None:
    service = Service(invoice_closing=LINK)
    answer = service.issue()
    secret = "https://portal.example/s/cust-0001"

    assert service.keys.made == ["cust-0001"]
    assert service.pdf(CUSTOMER) == f"|Sign in: {secret}"
    assert service.shown(CUSTOMER)[1] == f"Sign in: {secret}"
    for context in (LOOKING, STAFF, SYSTEM):
        assert service.pdf(context) == f"|Sign in: {PORTAL}"
        assert service.shown(context)[1] == f"Sign in: {PORTAL}"
    assert service.pdf(CUSTOMER) == f"|Sign in: {secret}"
    stored = (answer, to_document(service.documents.kept["draft-1"]), service.pdfs.kept)
    assert secret not in repr(stored) + repr(service.documents.happened)


def test_nobody_gets_a_link_that_no_text_speaks_of() -> None:
    service = Service(invoice_intro="Hello", credit_note_closing=LINK)
    service.issue()
    assert service.keys.made == []


def test_a_password_is_in_no_document() -> None:
    with pytest.raises(Unfillable):
        OwnTexts("[Client.customerportal_passwort]").shown()

"""Documents of another system: they keep their numbers and dates, and are as immutable as our own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from services.invoices import views
from services.invoices.customers import Customers, buyer_from, seller_from
from services.invoices.domain.credits import Credit
from services.invoices.domain.document import (
    Document,
    Instrument,
    Kind,
    Payment,
    Status,
    reckon_payable,
    taxed,
)
from services.invoices.domain.lines import Line, TaxRate
from services.invoices.domain.parties import Buyer, Parties, Seller
from services.invoices.repository import Documents
from services.invoices.usecases.drafting import discounts_of, lines_of
from services.invoices.usecases.issuing import ended
from shared.kernel.access import require_merchant_side
from shared.kernel.context import Context
from shared.kernel.errors import DomainError, NotFound
from shared.kernel.happening import IdempotencyKey
from shared.kernel.ids import handle_from_number
from shared.storage import AlreadyExists, Outcome

View = dict[str, Any]
Asked = Mapping[str, Any]

_REASONS = {"AE": "reverse_charge", "G": "export", "E": "exempt", "O": "outside_scope"}


class Importing:
    """Taking over documents. Raises DomainError ``not_allowed`` to customers."""

    def __init__(self, documents: Documents, customers: Customers) -> None:
        self._documents = documents
        self._customers = customers

    def import_invoice(self, context: Context, *, bill_group: str, key: IdempotencyKey, **asked: Any) -> View:
        """Keep the document; the same again is answered the same.

        Raises DomainError ``already_exists`` where its number is taken by something else,
        ``amounts_do_not_fit`` where ``total`` is not what its lines come to, ``credit_too_large`` where a credit
        note is of more than is left of its invoice, and NotFound where ``corrects`` is not there.
        """
        require_merchant_side(context)
        parties = _parties_then(self._customers.parties(context, bill_group), asked)
        document = _imported(bill_group, parties, asked)
        if asked["total"] is not None and asked["total"] != document.total:
            raise DomainError("amounts_do_not_fit", field="total", total=document.total)
        credited = self._credited(document)
        if credited is not None:
            document = replace(
                document, corrects_number=credited.issue.number.text if credited.issue else None
            )
        view = views.whole(document, context.business_now)
        told = [views.happening("invoice_imported", document)]
        try:
            view = self._documents.add(context, document, told, view, key=key)
        except AlreadyExists as error:
            kept = self._kept(document)
            if kept is None:
                raise DomainError("already_exists", number=asked["number"]) from error
            view = views.whole(kept, context.business_now)
        assert document.issue is not None
        self._documents.note_number(document.issue.number)
        if credited is not None:
            self._credit(context, credited, document)
        return view

    def _credited(self, note: Document) -> Document | None:
        """The invoice that ``note`` credits, if it is a credit note and there is as much left to credit."""
        if note.corrects is None:
            return None
        invoice = self._documents.get(note.corrects, note.bill_group)
        restated = invoice.with_credit(_credit_of(note))
        if restated.credited > restated.total and restated != invoice:
            raise DomainError("credit_too_large", invoice=invoice.handle)
        return invoice

    def _credit(self, context: Context, invoice: Document, note: Document) -> None:
        """Count ``note`` on its invoice, once. It is kept by then: a repetition completes what a crash left."""

        def decide(invoice: Document) -> Outcome[Document]:
            credited = invoice.with_credit(_credit_of(note))
            return Outcome(credited, ended(invoice, credited))

        self._documents.change(context, invoice, decide)

    def _kept(self, document: Document) -> Document | None:
        """The document that is there under this handle, if it is the same."""
        try:
            kept = self._documents.get(document.handle, document.bill_group)
        except NotFound:
            return None
        return kept if _as_issued(kept) == _as_issued(document) else None


def _credit_of(note: Document) -> Credit:
    assert note.issue is not None
    return Credit(note.id, note.issue.created_on, note.lines, note.discounts, note.taxes, note.note)


def _as_issued(document: Document) -> Document:
    """The document as it came, without what may have happened since, and without its parties.

    Parties that did not come with it are those of the day on which it was imported.
    """
    assert document.issue is not None
    issue = replace(document.issue, seller=Seller(""), buyer=Buyer(), shipping=None, po_number="")
    return replace(document, issue=issue, payments=(), credits=(), status=Status.PENDING, language="")


def _imported(bill_group: str, parties: Parties, asked: Asked) -> Document:
    number = parties.numbering_of(asked["kind"]).read(asked["number"])
    lines = tuple(_taxed(line, parties) for line in asked["lines"])
    discounts = discounts_of(asked["discounts"], lines)
    draft = Document(
        id=handle_from_number("inv", number.text),
        bill_group=bill_group,
        kind=Kind(asked["kind"]),
        status=Status.DRAFT,
        currency=parties.currency,
        language=parties.language,
        time_zone=parties.time_zone,
        drafted_on=asked["created_on"],
        lines=lines,
        discounts=discounts,
        taxes=reckon_payable(lines, discounts),
        note=asked["note"],
        due_days=(asked["due_on"] - asked["created_on"]).days,
        imported=True,
        corrects=asked["corrects"],
    )
    document = draft.frozen(number, asked["created_on"], parties)
    for payment in asked["payments"]:
        document = document.with_payment(_payment(payment), document.currency)
    return replace(document, status=Status(asked["status"])) if asked["status"] else document


def _taxed(asked: Asked, parties: Parties) -> Line:
    (line,) = taxed(lines_of([asked]), parties)
    category, rate = asked["tax_category"], asked["tax_rate"]
    if category is None and rate is None:
        return line
    category = category or "S"
    return replace(line, tax=TaxRate(category, rate or Decimal(0), _REASONS.get(category)))


def _payment(asked: Asked) -> Payment:
    method = asked["method"]
    return Payment(
        transaction=asked["transaction"],
        kind="settle",
        amount=asked["amount"],
        state="settled",
        at=asked["at"],
        method=Instrument(method["kind"], method["brand"], method["last4"]) if method else None,
    )


def _parties_then(today: Parties, asked: Asked) -> Parties:
    """The parties that the document names, and those of today where it names none."""
    return replace(
        today,
        seller=seller_from(asked["seller"]) if asked["seller"] else today.seller,
        buyer=buyer_from(asked["buyer"]) if asked["buyer"] else today.buyer,
        po_number=today.po_number if asked["po_number"] is None else asked["po_number"],
        language=asked["language"] or today.language,
    )

"""Issuing documents, and crediting them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from services.invoices import views
from services.invoices.customers import Customers
from services.invoices.domain.credits import Credit, Credited
from services.invoices.domain.document import Document, Kind, Status
from services.invoices.domain.lines import Discount, Line
from services.invoices.domain.own_texts import Written
from services.invoices.domain.parties import Parties
from services.invoices.domain.totals import Tax
from services.invoices.repository import Documents
from shared.kernel.access import require_merchant_side
from shared.kernel.clock import local_date
from shared.kernel.context import Context
from shared.kernel.errors import DomainError, NotFound
from shared.kernel.happening import Happening, IdempotencyKey
from shared.kernel.ids import new_handle
from shared.kernel.numbering import Number
from shared.placeholders.fields import KEYS
from shared.placeholders.kinds import around_lines
from shared.placeholders.portal_keys import PortalKeys
from shared.placeholders.template import used
from shared.storage import AlreadyExists, Outcome

View = dict[str, Any]
_Content = tuple[tuple[Line, ...], tuple[Discount, ...], tuple[Tax, ...]]

_ENDS = {Status.SETTLED: "invoice_settled", Status.CANCELLED: "invoice_cancelled"}


class Issuing:
    """What gives documents their numbers. The RPC methods raise DomainError ``not_allowed`` to customers.

    ``portal`` is the portal's address, for the links in the merchant's own texts.
    """

    def __init__(
        self, documents: Documents, customers: Customers, portal_keys: PortalKeys, portal: str
    ) -> None:
        self._documents = documents
        self._customers = customers
        self._portal_keys = portal_keys
        self._portal = portal

    def issue_invoice(self, context: Context, *, bill_group: str, invoice: str, key: IdempotencyKey) -> View:
        """Issue a draft. Raises NotFound, and DomainError ``document_issued`` and ``no_tax_rule``."""
        require_merchant_side(context)
        document = self._documents.get(invoice, bill_group)
        return self.issue(context, document, self._customers.parties(context, bill_group), key=key)

    def issue(
        self, context: Context, document: Document, parties: Parties, *, key: IdempotencyKey | None = None
    ) -> View:
        """Issue ``document`` today, as its bill group counts days."""
        today = local_date(context.business_now, document.time_zone)
        written = self._own_texts(context, document, parties)

        def decide(draft: Document, number: Number) -> Outcome[Document]:
            issued = draft.issued(number, today, parties).with_texts(written, self._portal)
            return Outcome(issued, _issued(issued), views.whole(issued, context.business_now))

        numbering = parties.numbering_of(document.kind)
        return self._documents.issue(context, document, numbering, today, decide, key=key)

    def _own_texts(self, context: Context, document: Document, parties: Parties) -> Written:
        """What the merchant wrote for such documents, once the customer has what it speaks of."""
        written = {
            each: text
            for each, text in self._customers.own_texts(context).items()
            if each[0] in around_lines(document.kind.value)
        }
        keys = KEYS & frozenset().union(*(used(text) for text in written.values()))
        buyer = parties.buyer
        if keys and buyer.customer:
            self._portal_keys.of(buyer.customer, buyer.email, keys, make=True)
        return written

    def add_and_issue(
        self, context: Context, bill_group: str, id_: str, make: Callable[[Parties], Document]
    ) -> None:
        """Issue the document ``id_``, drafted by ``make`` unless it is there: once, however often it is asked.

        A draft that is there was left by a process that died before it could issue it.
        """
        parties = self._customers.parties(context, bill_group)
        try:
            document = self._documents.get(id_, bill_group, deleted=True)
        except NotFound:
            document = make(parties)
            self._add(context, document)
        if document.issue is not None or document.deleted:
            return
        try:
            self.issue(context, document, parties)
        except DomainError as error:
            # Another process had the same event and was quicker.
            if error.code != "document_issued":
                raise

    def credit_invoice(
        self,
        context: Context,
        *,
        bill_group: str,
        invoice: str,
        lines: Sequence[dict[str, int]] | None,
        reason: str,
        key: IdempotencyKey,
    ) -> View | None:
        """Credit some lines, or all that is left. Raises DomainError ``credit_too_large`` and ``not_issued``.

        The invoice says what is credited; its credit note follows from that, here or (if this process dies) when
        the event comes.
        """
        require_merchant_side(context)
        return self._credit(context, bill_group, invoice, lambda billed: _content(billed, lines), reason, key)

    def cancel_invoice(
        self, context: Context, *, bill_group: str, invoice: str, reason: str, key: IdempotencyKey
    ) -> View | None:
        """Credit all that is left of an invoice on which nothing was paid: an issued one is not undone otherwise.

        Raises DomainError ``not_issued``, ``already_paid``, and ``credit_too_large`` where nothing is left.
        """
        require_merchant_side(context)

        def content(billed: Document) -> _Content:
            billed.must_be_unpaid()
            return _content(billed, None)

        return self._credit(context, bill_group, invoice, content, reason, key)

    def _credit(
        self,
        context: Context,
        bill_group: str,
        invoice: str,
        content: Callable[[Document], _Content],
        reason: str,
        key: IdempotencyKey,
    ) -> View | None:
        document = self._documents.get(invoice, bill_group)
        credit_note = new_handle("draft")
        today = local_date(context.business_now, document.time_zone)

        def decide(billed: Document) -> Outcome[Document]:
            credit = Credit(credit_note, today, *content(billed), reason)
            credited = billed.with_credit(credit)
            told = views.happening(
                "invoice_credited", credited, credit_note=credit_note, amount=credit.amount
            )
            return Outcome(
                credited, [told, *ended(billed, credited)], views.whole(credited, context.business_now)
            )

        result = self._documents.change(context, document, decide, key=key)
        self.make_credit_notes(context, bill_group, invoice)
        return result

    def make_credit_notes(self, context: Context, bill_group: str, invoice: str) -> None:
        """Issue the credit notes that the invoice says it has and that are not there yet."""
        document = self._documents.get(invoice, bill_group)
        issued = self._documents.credit_numbers(document)
        for credit in document.credits:
            if credit.credit_note not in issued and credit.credit_note.startswith("draft-"):
                self.add_and_issue(context, bill_group, credit.credit_note, _drafts(document, credit))

    def _add(self, context: Context, document: Document) -> None:
        try:
            # No event: what is issued in the same breath was never a draft to anybody.
            self._documents.add(context, document, [], views.whole(document, context.business_now))
        except AlreadyExists:
            # Another process had the same event and was quicker: both go on to issue the one draft.
            return


def ended(before: Document, after: Document) -> list[Happening]:
    """The event that the invoice is settled or cancelled, if it is now and was not before."""
    type_ = _ENDS.get(after.status)
    return [views.happening(type_, after)] if type_ and after.status is not before.status else []


def _issued(document: Document) -> list[Happening]:
    if document.kind is Kind.CREDIT_NOTE:
        return [views.happening("credit_note_issued", document)]
    bears = document.issue is not None and document.issue.buyer.vat_number != ""
    issued = [views.happening("invoice_issued", document, bears_vat_number=bears)]
    if document.status is Status.SETTLED:
        issued.append(views.happening("invoice_settled", document))
    return issued


def _content(billed: Document, lines: Sequence[dict[str, int]] | None) -> _Content:
    if billed.issue is None:
        raise DomainError("not_issued", invoice=billed.handle)
    credited = Credited(billed.lines, billed.discounts, billed.taxes, billed.credits)
    if lines is None:
        return credited.rest(billed.issue.number.text)
    nets: Counter[int] = Counter()
    for line in lines:
        nets[line["line"]] += line["net"]
    parts, taxes = credited.parts(nets)
    return parts, (), taxes


def _drafts(invoice: Document, credit: Credit) -> Callable[[Parties], Document]:
    note = Document(
        id=credit.credit_note,
        bill_group=invoice.bill_group,
        kind=Kind.CREDIT_NOTE,
        status=Status.DRAFT,
        currency=invoice.currency,
        language=invoice.language,
        time_zone=invoice.time_zone,
        drafted_on=credit.on,
        lines=credit.lines,
        discounts=credit.discounts,
        taxes=credit.taxes,
        note=credit.reason,
        due_days=0,
        corrects=invoice.handle,
        corrects_number=invoice.issue.number.text if invoice.issue else None,
    )
    return lambda _parties: note

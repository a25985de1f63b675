"""An invoice or a credit note, from draft to settled. Once issued, only payments and credits are added to it.

All amounts are minor units of the document's ``currency``. The amounts of a credit note are positive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.invoices.domain.credits import Credit
from services.invoices.domain.lines import Discount, Line, line_total
from services.invoices.domain.own_texts import OwnTexts, Written, frozen_texts
from services.invoices.domain.parties import Buyer, Parties, Recipient, Seller
from services.invoices.domain.taxation import decide
from services.invoices.domain.totals import Tax, reckon
from shared.kernel.errors import DomainError, NotFound
from shared.kernel.ids import handle_from_number
from shared.kernel.numbering import Number


class Kind(StrEnum):
    """What a document is."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class Status(StrEnum):
    """Where a document stands. A credit note is settled as soon as it is issued."""

    DRAFT = "draft"
    PENDING = "pending"
    DUNNING = "dunning"
    SETTLED = "settled"
    FAILED = "failed"
    CANCELLED = "cancelled"


# In minor units: what JSON's readers can hold exactly, and stores and index keys have room for.
HIGHEST_AMOUNT = 2**53
# Something is still to be paid on these; a failed one may still settle.
OPEN = frozenset({Status.PENDING, Status.DUNNING, Status.FAILED})


@dataclass(frozen=True, slots=True)
class Instrument:
    """What may be shown of the card or account that paid."""

    kind: str
    brand: str
    last4: str


@dataclass(frozen=True, slots=True)
class Payment:
    """A transaction that counts on an invoice: ``settle`` adds to what is paid, other kinds take from it."""

    transaction: str
    kind: str
    amount: int
    state: str
    at: datetime
    method: Instrument | None = None

    @property
    def paid(self) -> int:
        """How much it adds to what is paid."""
        return self.amount if self.kind == "settle" else -self.amount


@dataclass(frozen=True, slots=True)
class Issue:
    """What a document gets when it is issued, frozen from then on."""

    number: Number
    created_on: date
    due_on: date
    seller: Seller
    buyer: Buyer
    shipping: Recipient | None
    po_number: str
    texts: OwnTexts = field(default_factory=OwnTexts)


@dataclass(frozen=True, slots=True)
class Document:
    """A document. ``id`` never changes; ``handle`` is what others know it by.

    ``revision`` counts the changes of a draft. ``corrects`` and ``corrects_number`` are handle and number of the
    invoice that a credit note credits. A draft that was ``deleted`` is nothing but its id. An ``automatic`` one bills
    what a subscription owes, and is issued by itself.
    """

    id: str
    bill_group: str
    kind: Kind
    status: Status
    currency: str
    language: str
    time_zone: str
    drafted_on: date
    lines: tuple[Line, ...]
    discounts: tuple[Discount, ...]
    taxes: tuple[Tax, ...]
    note: str = ""
    due_days: int = 14
    revision: int = 1
    imported: bool = False
    corrects: str | None = None
    corrects_number: str | None = None
    issue: Issue | None = None
    payments: tuple[Payment, ...] = ()
    credits: tuple[Credit, ...] = ()
    deleted: bool = False
    automatic: bool = False

    @property
    def handle(self) -> str:
        """``inv-<number>`` once it is issued."""
        return handle_from_number("inv", self.issue.number.text) if self.issue else self.id

    @property
    def line_total(self) -> int:
        """The sum of the lines, net, before document discounts."""
        return line_total(self.lines)

    @property
    def net_total(self) -> int:
        """All that is billed, without taxes."""
        return sum(tax.base for tax in self.taxes)

    @property
    def tax_total(self) -> int:
        """All taxes."""
        return sum(tax.amount for tax in self.taxes)

    @property
    def total(self) -> int:
        """All that is billed, with taxes."""
        return self.net_total + self.tax_total

    @property
    def paid(self) -> int:
        """What payments less refunds come to."""
        return sum(payment.paid for payment in self.payments)

    @property
    def credited(self) -> int:
        """What credit notes come to."""
        return sum(credit.amount for credit in self.credits)

    @property
    def due(self) -> int:
        """What is still to be paid."""
        return max(self._balance, 0) if self.status in OPEN else 0

    @property
    def overpaid(self) -> int:
        """What was paid beyond total and credits, and so is owed to the buyer."""
        return min(max(-self._balance, 0), max(self.paid, 0)) if self.issue else 0

    @property
    def subscriptions(self) -> tuple[str, ...]:
        """The handles of the subscriptions that it bills."""
        return tuple(dict.fromkeys(line.subscription for line in self.lines if line.subscription))

    def revised(
        self, *, lines: Sequence[Line], discounts: Sequence[Discount], note: str, due_days: int
    ) -> Document:
        """The draft with another content. Raises DomainError ``document_issued``."""
        self._must_be_draft()
        return replace(
            self,
            lines=tuple(lines),
            discounts=tuple(discounts),
            taxes=reckon_payable(lines, discounts),
            note=note,
            due_days=due_days,
            revision=self.revision + 1,
        )

    def issued(self, number: Number, on: date, parties: Parties) -> Document:
        """The document with its number and date, taxed and frozen. Raises DomainError ``document_issued``.

        A credit note keeps the taxes of what it credits.
        """
        self._must_be_draft()
        lines, taxes = self.lines, self.taxes
        if self.kind is Kind.INVOICE:
            lines = taxed(self.lines, parties)
            taxes = reckon_payable(lines, self.discounts)
        return replace(self, lines=lines, taxes=taxes).frozen(number, on, parties)

    def discarded(self) -> Document:
        """What is left of a draft that was deleted.

        Raises NotFound, DomainError ``document_issued``, and ``draft_needed`` for one that a crash left on its way to
        be issued: without it, a period would never be billed, or a credit would have no credit note.
        """
        self._must_be_draft()
        if self.automatic or self.kind is Kind.CREDIT_NOTE:
            raise DomainError("draft_needed", invoice=self.handle)
        return replace(self, lines=(), discounts=(), taxes=(), note="", deleted=True)

    def frozen(self, number: Number, on: date, parties: Parties) -> Document:
        """The document with its number, date and parties, and with the taxes that it has."""
        self._must_be_draft()
        issue = Issue(
            number=number,
            created_on=on,
            due_on=on + timedelta(days=self.due_days),
            seller=parties.seller,
            buyer=parties.buyer,
            shipping=parties.shipping,
            po_number=parties.po_number,
        )
        return replace(self, issue=issue, status=Status.PENDING)._restated()

    def with_texts(self, written: Written, portal: str) -> Document:
        """The document that was just issued, with the merchant's own texts. Raises Unfillable."""
        assert self.issue is not None
        return replace(self, issue=replace(self.issue, texts=frozen_texts(self, written, portal)))

    def with_payment(self, payment: Payment, currency: str) -> Document:
        """The invoice with a transaction on it; one that it has already changes nothing.

        Raises DomainError ``not_issued`` and ``currency_differs``.
        """
        self._must_be_issued()
        if currency != self.currency:
            raise DomainError("currency_differs", expected=self.currency, given=currency)
        if any(payment.transaction == known.transaction for known in self.payments):
            return self
        return replace(self, payments=(*self.payments, payment))._restated()

    def must_be_unpaid(self) -> None:
        """Raises DomainError ``already_paid`` when money came that has not all gone back."""
        if self.paid > 0:
            raise DomainError("already_paid", invoice=self.handle)

    def with_credit(self, credit: Credit) -> Document:
        """The invoice with a credit on it; one that it has already changes nothing."""
        self._must_be_issued()
        if any(credit.credit_note == known.credit_note for known in self.credits):
            return self
        return replace(self, credits=(*self.credits, credit))._restated()

    @property
    def _balance(self) -> int:
        return self.total - self.paid - self.credited

    def _restated(self) -> Document:
        """The same document with the status that its amounts call for."""
        if self.status is Status.CANCELLED and not self.credits:
            return self
        if self.kind is Kind.CREDIT_NOTE:
            return replace(self, status=Status.SETTLED)
        if self._balance > 0:
            return self if self.status in OPEN else replace(self, status=Status.PENDING)
        never_paid = self.paid <= 0 and self.credited > 0
        return replace(self, status=Status.CANCELLED if never_paid else Status.SETTLED)

    def _must_be_draft(self) -> None:
        if self.deleted:
            raise NotFound
        if self.issue is not None:
            raise DomainError("document_issued", invoice=self.handle)

    def _must_be_issued(self) -> None:
        if self.issue is None or self.kind is not Kind.INVOICE:
            raise DomainError("not_issued", invoice=self.handle)


def reckon_payable(lines: Sequence[Line], discounts: Sequence[Discount]) -> tuple[Tax, ...]:
    """The taxes of an invoice.

    Raises DomainError ``amounts_do_not_fit`` when its total would be negative, or an amount higher than amounts can be.
    """
    taxes = reckon(lines, discounts)
    total = sum(tax.base + tax.amount for tax in taxes)
    nets, parts = [line.net for line in lines], [amount for tax in taxes for amount in (tax.base, tax.amount)]
    if total < 0 or any(abs(amount) > HIGHEST_AMOUNT for amount in (*nets, sum(nets), *parts, total)):
        raise DomainError("amounts_do_not_fit", field="lines")
    return taxes


def taxed(lines: Sequence[Line], parties: Parties) -> tuple[Line, ...]:
    """The lines, each with the tax it bears between these parties. Raises DomainError ``no_tax_rule``."""
    seller, buyer = parties.seller.tax_place, parties.buyer.tax_place
    return tuple(replace(line, tax=decide(line.tax_code, seller, buyer)) for line in lines)

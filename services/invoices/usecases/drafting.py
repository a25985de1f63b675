"""Drafts: what staff and API keys prepare, and what it takes to make one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.invoices import views
from services.invoices.customers import Customers
from services.invoices.domain.document import Document, Kind, Status, reckon_payable, taxed
from services.invoices.domain.lines import Days, Discount, Line, discount_of, line_total
from services.invoices.domain.parties import Parties
from services.invoices.domain.taxation import UNTAXED
from services.invoices.repository import Documents
from shared.kernel.access import require_merchant_side
from shared.kernel.clock import local_date
from shared.kernel.context import Context
from shared.kernel.errors import DomainError, Stale
from shared.kernel.happening import IdempotencyKey
from shared.kernel.ids import new_handle
from shared.storage import Outcome

View = dict[str, Any]
Asked = Mapping[str, Any]

# A line before it is known who buys: replaced as soon as the parties are.
_NOT_TAXED_YET = UNTAXED["zero"]


class Drafting:
    """Making and changing drafts. All raise DomainError ``not_allowed`` to customers."""

    def __init__(self, documents: Documents, customers: Customers) -> None:
        self._documents = documents
        self._customers = customers

    def create_invoice(
        self,
        context: Context,
        *,
        bill_group: str,
        lines: Sequence[Asked],
        discounts: Sequence[Asked],
        note: str,
        due_days: int | None,
        key: IdempotencyKey,
    ) -> View:
        """A new draft. Raises DomainError ``amounts_do_not_fit`` and ``no_tax_rule``."""
        require_merchant_side(context)
        parties = self._customers.parties(context, bill_group)
        try:
            draft = new_draft(
                new_handle("draft"), bill_group, context, parties, lines_of(lines), discounts, note, due_days
            )
        except DomainError:
            # It may have been made before, when nothing stood against it yet.
            answered = self._documents.answered(bill_group, key)
            if answered is None:
                raise
            return answered
        return self._documents.add(
            context,
            draft,
            [views.happening("invoice_created", draft)],
            views.whole(draft, context.business_now),
            key=key,
        )

    def change_invoice(
        self,
        context: Context,
        *,
        bill_group: str,
        invoice: str,
        lines: Sequence[Asked],
        discounts: Sequence[Asked],
        note: str,
        due_days: int | None,
        version: int,
        key: IdempotencyKey,
    ) -> View | None:
        """The draft with another content. Raises DomainError ``document_issued``, and Stale."""
        require_merchant_side(context)
        document = self._documents.get(invoice, bill_group)
        parties = self._customers.parties(context, bill_group)
        new_lines = taxed(lines_of(lines), parties)
        new_discounts = discounts_of(discounts, new_lines)

        def decide(draft: Document) -> Outcome[Document]:
            days = draft.due_days if due_days is None else due_days
            revised = draft.revised(lines=new_lines, discounts=new_discounts, note=note, due_days=days)
            if draft.revision != version:
                raise Stale(version=draft.revision)
            happened = views.happening("invoice_changed", revised)
            return Outcome(revised, [happened], views.whole(revised, context.business_now))

        return self._documents.change(context, document, decide, key=key)

    def delete_draft(
        self, context: Context, *, bill_group: str, invoice: str, key: IdempotencyKey
    ) -> View | None:
        """Throw a draft away. Raises NotFound, and DomainError ``document_issued`` and ``draft_needed``.

        Its id stays taken, with the answer and the event of its deletion, and nothing else.
        """
        require_merchant_side(context)
        document = self._documents.get(invoice, bill_group, deleted=True)

        def decide(draft: Document) -> Outcome[Document]:
            return Outcome(draft.discarded(), [views.happening("invoice_deleted", draft)], {})

        return self._documents.change(context, document, decide, key=key)


def new_draft(
    id_: str,
    bill_group: str,
    context: Context,
    parties: Parties,
    lines: Sequence[Line],
    discounts: Sequence[Asked] = (),
    note: str = "",
    due_days: int | None = None,
) -> Document:
    """A draft of an invoice between ``parties``, with the taxes that it bears as things stand.

    Without ``due_days`` it is to be paid within the merchant's own.
    """
    lines = taxed(lines, parties)
    document_discounts = discounts_of(discounts, lines)
    return Document(
        id=id_,
        bill_group=bill_group,
        kind=Kind.INVOICE,
        status=Status.DRAFT,
        currency=parties.currency,
        language=parties.language,
        time_zone=parties.time_zone,
        drafted_on=local_date(context.business_now, parties.time_zone),
        lines=lines,
        discounts=document_discounts,
        taxes=reckon_payable(lines, document_discounts),
        note=note,
        due_days=parties.payment_days if due_days is None else due_days,
    )


def lines_of(asked: Sequence[Asked]) -> tuple[Line, ...]:
    """Lines from the fields of the contract, not taxed yet."""
    return tuple(
        Line(
            description=line["description"],
            quantity=line["quantity"],
            unit_amount=line["unit_amount"],
            discount=line["discount"],
            tax_code=line["tax_code"],
            tax=_NOT_TAXED_YET,
            period=Days(**line["period"]) if line["period"] else None,
            subscription=line["subscription"],
        )
        for line in asked
    )


def discounts_of(asked: Sequence[Asked], lines: Sequence[Line]) -> tuple[Discount, ...]:
    """Document discounts from the fields of the contract; a percentage is of the sum of ``lines``."""
    whole = line_total(lines)
    return tuple(
        discount_of(each["description"], whole, amount=each["amount"], percent=each["percent"])
        for each in asked
    )

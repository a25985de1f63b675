"""What a list shows of a document: kept beside it, so that lists need not read its lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from services.invoices.domain.document import Document, Kind
from shared.kernel.clock import local_date


@dataclass(frozen=True, slots=True)
class Summary:
    """A document in a list. Amounts are minor units of ``currency``; ``customer`` is known once it is issued."""

    invoice: str
    bill_group: str
    customer: str | None
    number: str | None
    kind: str
    status: str
    created_on: date | None
    due_on: date | None
    time_zone: str
    currency: str
    total: int
    paid: int
    credited: int
    due: int
    overpaid: int
    subscriptions: tuple[str, ...]

    @classmethod
    def of(cls, document: Document) -> Summary:
        """The summary of ``document`` as it stands."""
        issue = document.issue
        return cls(
            invoice=document.handle,
            bill_group=document.bill_group,
            customer=issue.buyer.customer if issue else None,
            number=issue.number.text if issue else None,
            kind=document.kind.value,
            status=document.status.value,
            created_on=issue.created_on if issue else None,
            due_on=issue.due_on if issue else None,
            time_zone=document.time_zone,
            currency=document.currency,
            total=document.total,
            paid=document.paid,
            credited=document.credited,
            due=document.due,
            overpaid=document.overpaid,
            subscriptions=document.subscriptions,
        )

    def is_overdue(self, now: datetime) -> bool:
        """Whether something is due and its day has passed where the bill group is."""
        return self.due > 0 and self.due_on is not None and self.due_on < local_date(now, self.time_zone)


@dataclass(frozen=True, slots=True)
class Sum:
    """What documents of one ``currency`` come to, credit notes counting the other way, and what is due on them."""

    currency: str
    total: int
    due: int


def sums(summaries: Iterable[Summary]) -> list[Sum]:
    """What the documents come to in each currency."""
    totals: dict[str, Sum] = {}
    for each in summaries:
        so_far = totals.get(each.currency, Sum(each.currency, 0, 0))
        total = -each.total if each.kind == Kind.CREDIT_NOTE else each.total
        totals[each.currency] = Sum(each.currency, so_far.total + total, so_far.due + each.due)
    return [totals[currency] for currency in sorted(totals)]

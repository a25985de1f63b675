"""What a list shows of a document: kept beside it, so that lists need not read its lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from services.invoices.domain.document import Document
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

"""Which documents a list shows, and the query that finds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.invoices.documents import CREDIT_NOTES, of_customer, of_subscription, search_term
from services.invoices.domain.document import OPEN, Kind, Status
from services.invoices.domain.summary import Summary
from services.invoices.pages import EVERYWHERE, Order, Span, overlap

# What states mean that are not a status. What is overdue changes with the day: it is listed as open.
_OF_STATE: dict[str, frozenset[str]] = {
    "all": frozenset(Status),
    "issued": frozenset(Status) - {Status.DRAFT},
    "open": frozenset(OPEN),
    "overdue": frozenset(OPEN),
}
_LISTED_AS = {"overdue": "open"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which documents a list shows: those of a bill group, or (None) of all.

    Those of a state, and of all else that is named. ``created`` and ``due`` bound the places in those orders. ``shown``
    are the kinds that may be seen; None: all.
    """

    bill_group: str | None
    state: str = "all"
    search: str | None = None
    subscription: str | None = None
    customer: str | None = None
    kind: str | None = None
    created: Span = EVERYWHERE
    due: Span = EVERYWHERE
    shown: frozenset[str] | None = None

    def query(self, order: Order, span: Span) -> dict[str, Any]:
        """What to ask for in ``span``: each form goes with one index.

        It follows what the fewest documents have: it costs little to look at these few and to leave out those that it
        does not ``show``. The embedded store uses no index once there is a condition on anything else.
        """
        query: dict[str, Any] = {"bill_group": self.bill_group} if self.bill_group is not None else {}
        if self.search is not None:
            query["listed.found"] = search_term(self.search)
        else:
            query["listed.as"] = self._rarest_label or _LISTED_AS.get(self.state, self.state)
        ranges = {"created": self.created, "due": self.due}
        ranges[order.by] = overlap(span, ranges.get(order.by, EVERYWHERE))
        return query | {f"listed.by.{by}": within for by, span in ranges.items() if (within := _within(span))}

    def shows(self, summary: Summary) -> bool:
        """Whether a document that the query found is among them."""
        return (
            summary.status in _OF_STATE.get(self.state, (self.state,))
            and self.kind in (None, summary.kind)
            and (self.shown is None or summary.kind in self.shown)
            and self.customer in (None, summary.customer)
            and (self.subscription is None or self.subscription in summary.subscriptions)
        )

    @property
    def _rarest_label(self) -> str | None:
        if self.subscription is not None:
            return of_subscription(self.subscription)
        if self.customer is not None:
            return of_customer(self.customer)
        only_credit_notes = self.kind == Kind.CREDIT_NOTE or self.shown == frozenset(
            (Kind.CREDIT_NOTE.value,)
        )
        return CREDIT_NOTES if only_credit_notes else None


def _within(span: Span) -> dict[str, str]:
    start, end = span
    return {**({"$gt": start} if start is not None else {}), **({"$lt": end} if end is not None else {})}

"""Pages of transactions: which are wanted, where a page goes on, and through which spans of time it is gathered.

MongoDB walks an index in its order and stops when the page is full. The embedded store sorts all that matches, so a
list looks at the latest days first and, when they hold too little, at longer and longer spans.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from services.payments.domain.transactions import Transaction
from shared.contracts.payment_views import TRANSACTION_STAGES
from shared.kernel import cursors
from shared.kernel.errors import DomainError

# From a moment to another, both included; None is without bound.
Span = tuple[datetime | None, datetime | None]

# Nothing is paid before or after; moments between can be reckoned with in every time zone.
_FIRST_YEAR, _LAST_YEAR = 1900, 9998
# The store keeps whole milliseconds.
_MOMENT = timedelta(milliseconds=1)
_SPANS = (timedelta(days=7), timedelta(days=30), timedelta(days=120))
# One bill group has a payment or two a month; some have one a day.
_SPANS_OF_ONE = (timedelta(days=90), timedelta(days=900))


@dataclass(frozen=True, slots=True)
class Place:
    """Behind which transaction a page goes on."""

    at: datetime
    handle: str

    @classmethod
    def read(cls, order: str, cursor: str | None) -> Place | None:
        """The place of a cursor of a list in ``order``. Raises DomainError ``invalid_cursor``."""
        found = cursors.read(order, cursor)
        if found is None:
            return None
        moment, _, handle = found.partition("~")
        try:
            at = datetime.fromisoformat(moment)
        except ValueError as error:
            raise DomainError("invalid_cursor") from error
        if at.tzinfo is None or not _FIRST_YEAR <= at.year <= _LAST_YEAR or not handle:
            raise DomainError("invalid_cursor")
        return cls(at.astimezone(UTC), handle)

    @classmethod
    def of(cls, transaction: Transaction) -> Place:
        """Where ``transaction`` stands."""
        return cls(transaction.at, transaction.handle)

    def cursor(self, order: str) -> str | None:
        """The cursor of the page that goes on behind it."""
        return cursors.write(order, f"{self.at.isoformat()}~{self.handle}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which transactions a list shows: those of a bill group (None: of all), and of all else that is named.

    ``within`` is the time in which they were, from a moment up to, not including, another; ``after`` where the page
    goes on.
    """

    bill_group: str | None
    invoice: str | None = None
    kind: str | None = None
    state: str | None = None
    stage: str | None = None
    within: Span = (None, None)
    after: Place | None = None
    ascending: bool = False

    def query(self, span: Span) -> dict[str, Any]:
        """What to ask for in ``span``."""
        named = {name: getattr(self, name) for name in ("bill_group", "invoice", "kind", "state")}
        query: dict[str, Any] = {name: value for name, value in named.items() if value is not None}
        if self.stage is not None:
            query["state"] = {
                "$in": [each for each in TRANSACTION_STAGES[self.stage] if self.state in (None, each)]
            }
        starts, ends = [self.within[0], span[0]], [self.within[1], span[1]]
        if self.after:
            past = "$gt" if self.ascending else "$lt"
            # The range of the index is bounded below; this leaves out what was shown of the moment it begins with.
            query["$or"] = [{"at": {past: self.after.at}}, {"_id": {past: self.after.handle}}]
            (starts if self.ascending else ends).append(self.after.at)
        start = max((moment for moment in starts if moment), default=None)
        end = min((moment for moment in ends if moment), default=None)
        # In a descending index, the embedded store leaves out what is at the bound of a $gte itself.
        bounds = {"$gt": start and start - _MOMENT, "$lt" if end == self.within[1] else "$lte": end}
        if start or end:
            query["at"] = {sign: moment for sign, moment in bounds.items() if moment}
        return query

    def spans(self, now: datetime) -> Iterator[Span]:
        """The spans to look through, one after the other until the page is full."""
        if self.invoice is not None or self.ascending:
            yield None, None
            return
        latest = min(
            [moment for moment in (self.after and self.after.at, self.within[1]) if moment], default=now
        )
        end = None
        for length in _SPANS if self.bill_group is None else _SPANS_OF_ONE:
            start = latest - length
            yield start, end
            # What was at the very moment was shown.
            end = start - _MOMENT
        yield None, end

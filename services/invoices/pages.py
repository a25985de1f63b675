"""Pages of a list: where a page goes on, and through which ranges of the index it is gathered.

MongoDB walks an index in its order and stops when the page is full. The embedded store sorts all that matches,
so a list by day looks at a short span of days first and, when that holds too little, at longer and longer ones.
Either way it is a range of one index that is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from shared.kernel.errors import DomainError

# From a place up to, not including, another; None is without bound.
Span = tuple[str | None, str | None]

EVERYWHERE: Span = (None, None)

# The lengths of spans, as multiples of the first; then comes all the rest at once.
_WIDER = (1, 4, 16)
# A bill group with no more than so many pages is read at once.
_FEW = 3


@dataclass(frozen=True, slots=True)
class Order:
    """By what a list is sorted (``created``, ``due``, ``total``), and whether the greatest comes first."""

    by: str
    descending: bool

    @classmethod
    def parse(cls, sort: str) -> Order:
        """The order of ``created`` or ``-created``."""
        return cls(sort.removeprefix("-"), sort.startswith("-"))

    def __str__(self) -> str:
        return f"{'-' if self.descending else ''}{self.by}"


@dataclass(frozen=True, slots=True)
class Density:
    """About how many documents a bill group has, and from which day to which: it may lag behind."""

    count: int
    first: date
    last: date

    def days_for(self, documents: int) -> int:
        """In how many days about ``documents`` are to be expected."""
        span = (self.last - self.first).days + 1
        return max(1, span * documents // max(self.count, 1))


def days(first: date | None, last: date | None) -> Span:
    """The places of the days from ``first`` to ``last``, both included."""
    return before(first) if first else None, f"{last.isoformat()}}}" if last else None


def before(day: date) -> str:
    """Where the places of ``day`` begin.

    A place goes on behind its day with "|", which stands between "{" and "}". The day alone won't do: the embedded
    store looks behind all texts that begin with a bound.
    """
    return f"{day.isoformat()}{{"


def overlap(one: Span, other: Span) -> Span:
    """What lies in both."""
    starts = [start for start, _ in (one, other) if start is not None]
    ends = [end for _, end in (one, other) if end is not None]
    return max(starts, default=None), min(ends, default=None)


def beginning(order: Order, within: Span) -> str | None:
    """Behind which place the first page of a list begins that shows only what lies ``within``."""
    start, end = within
    return end if order.descending else start


def spans(order: Order, after: str | None, density: Density | None, limit: int) -> Iterator[Span]:
    """The ranges of places to look through, one after the other until the page is full.

    ``after`` is the place behind which the page goes on; the first page of the whole list has none.
    """
    if order.by == "total" or density is None or density.count <= _FEW * limit:
        yield behind(order, after)
        return
    days = density.days_for(limit + limit // 2)
    near, day = after, _first_day(order, after, density)
    for factor in _WIDER:
        day = _further(order, day, days * factor)
        if not density.first <= day <= density.last:
            break
        far = before(day)
        yield (far, near) if order.descending else (near, far)
        near = far
    yield behind(order, near)


def behind(order: Order, place: str | None, within: Span = EVERYWHERE) -> Span:
    """What lies behind ``place`` of what lies ``within``."""
    start, end = within
    return (start, place) if order.descending else (place, end)


def _first_day(order: Order, after: str | None, density: Density) -> date:
    if after is None:
        return density.last if order.descending else density.first
    try:
        return date.fromisoformat(after[:10])
    except ValueError as error:
        raise DomainError("invalid_cursor") from error


def _further(order: Order, day: date, days: int) -> date:
    ordinal = day.toordinal() + (-days if order.descending else days)
    return date.fromordinal(min(max(ordinal, date.min.toordinal()), date.max.toordinal()))

"""Queries for subscriptions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.subscriptions import cursors
from services.subscriptions.documents import (
    FIRST_EXPIRED,
    Document,
    from_subscription,
    place,
    to_subscription,
)
from services.subscriptions.domain.subscription import Subscription
from shared.storage import Aggregates, Index, Store, Stored

Page = tuple[list[Subscription], str | None]

# A bill group's own list has one order.
_BY_PLACE = "place"


@dataclass(frozen=True, slots=True)
class Due:
    """A subscription to which time does something: it was to happen at the moment ``since``."""

    handle: str
    bill_group: str
    since: datetime


# What all bill groups' subscriptions are found by, the most telling first, and the order in which they come. The
# first one that is given chooses the index: the embedded store would not use any for three conditions.
_BY_START = ("starts_on", "_id")
_FIELDS = {
    "bill_group": "bill_group",
    "customer": "customer",
    "plan": "terms.plan",
    "product": "terms.product",
    "stage": "stage",
    "status": "status",
}
_IN_CONTRACT = ("trial", "active", "on_hold")
_FOUND_BY = tuple((field, *_BY_START) for field in _FIELDS.values())
# What of a plan stands in one stage may be little of much: that has an index of its own.
_PLAN_AND_STAGE = ("terms.plan", "stage")
_RUNNING_VERSION = ("terms.plan", "terms.plan_version", "place")


class Subscriptions:
    """Subscriptions, by handle, by their place in the bill group's list, and by when they are due."""

    def __init__(self, store: Store) -> None:
        self.aggregates: Aggregates[Subscription] = store.aggregates(
            "subscriptions",
            from_subscription,
            to_subscription,
            indexes=[
                Index(("bill_group", 1), ("place", 1)),
                Index(("bill_group", 1), ("status", 1), ("place", 1)),
                Index(("bill_group", 1), ("stage", 1), ("place", 1)),
                Index(("wake_at", 1), sparse=True),
                *(Index(*_ascending(fields)) for fields in (_BY_START, *_FOUND_BY)),
                Index(*_ascending((*_PLAN_AND_STAGE, *_BY_START))),
                Index(*_ascending(_RUNNING_VERSION)),
            ],
        )

    def get(self, handle: str, *, bill_group: str) -> Subscription:
        """Raises NotFound."""
        return self.aggregates.get(handle, bill_group=bill_group).value

    def page(
        self, bill_group: str, *, status: str | None, stage: str | None, limit: int, cursor: str | None
    ) -> Page:
        """The first ``limit``, or those behind ``cursor``; and the next page's cursor, if there is one.

        Raises DomainError ``invalid_cursor``.
        """
        narrowed = {"stage": stage, "status": status}
        wanted: Document = {"bill_group": bill_group}
        wanted |= {name: value for name, value in narrowed.items() if value is not None}
        index = _ascending((*tuple(wanted)[:2], _BY_PLACE))
        if cursor is not None:
            (behind,) = cursors.read(_BY_PLACE, 1, cursor)
            wanted["place"] = {"$gt": behind}
        found = self.aggregates.find(wanted, sort=[("place", 1)], limit=limit + 1, hint=index)
        page = [stored.value for stored in found[:limit]]
        return page, cursors.write(_BY_PLACE, [place(page[-1])]) if len(found) > limit else None

    def find_one(self, handle: str, filters: Mapping[str, str | None]) -> Subscription | None:
        """The subscription, of whichever bill group, if it fits every one of ``filters`` that is not None."""
        stored = self.aggregates.one({"_id": handle, **_fitting(filters)})
        return stored.value if stored else None

    def find(
        self,
        filters: Mapping[str, str | None],
        *,
        sort: str,
        limit: int,
        cursor: str | None,
        customers: Sequence[str] | None = None,
    ) -> Page:
        """A page of all bill groups' subscriptions that fit every one of ``filters`` that is not None.

        With ``customers`` only theirs. ``sort`` is ``starts_on`` or ``-starts_on``. Raises DomainError
        ``invalid_cursor``.
        """
        wanted = _fitting(filters)
        if customers is not None and "customer" not in wanted:
            wanted = {"customer": {"$in": list(customers)}, **wanted}
        chosen = tuple(wanted)[:2]
        index = _ascending((*(chosen if chosen == _PLAN_AND_STAGE else chosen[:1]), *_BY_START))
        order = [(field, -1 if sort.startswith("-") else 1) for field in _BY_START]
        found: list[Stored[Subscription]] = []
        for span in _spans(sort, cursor):
            if len(found) <= limit:
                rest = limit + 1 - len(found)
                found += self.aggregates.find({**wanted, **span}, sort=order, limit=rest, hint=index)
        page = [stored.value for stored in found[:limit]]
        if len(found) <= limit:
            return page, None
        return page, cursors.write(sort, [page[-1].starts_on.isoformat(), page[-1].handle])

    def running(self, bill_group: str) -> list[Subscription]:
        """All that are not expired, in the list's order."""
        found = self.aggregates.find({"bill_group": bill_group, "place": {"$lt": FIRST_EXPIRED}})
        return [stored.value for stored in found]

    def running_count(self, plan: str, version: int, *, most: int) -> int:
        """How many subscriptions run under this version of a plan; ``most`` where there are as many or more."""
        wanted = {"terms.plan": plan, "terms.plan_version": version, "place": {"$lt": FIRST_EXPIRED}}
        index = _ascending(_RUNNING_VERSION)
        return self.aggregates.collection.count_documents(wanted, limit=most, hint=index)

    def with_contract(self, bill_groups: Iterable[str]) -> set[str]:
        """Those of ``bill_groups`` that have a subscription which is neither pending nor expired."""
        wanted = {"bill_group": {"$in": sorted(bill_groups)}, "status": {"$in": list(_IN_CONTRACT)}}
        return set(self.aggregates.collection.distinct("bill_group", wanted))

    def due(self, now: datetime, *, limit: int) -> list[Due]:
        """Some to which time does something by ``now``."""
        wanted = {"wake_at": {"$lte": now}}
        found = self.aggregates.collection.find(wanted, {"bill_group": 1, "wake_at": 1}).limit(limit)
        return [Due(document["_id"], document["bill_group"], document["wake_at"]) for document in found]

    def put_off(self, due: Due, until: datetime) -> None:
        """Let it not be due before ``until``, unless it was changed meanwhile."""
        self.aggregates.collection.update_one(
            {"_id": due.handle, "wake_at": due.since}, {"$set": {"wake_at": until}}
        )


def _fitting(filters: Mapping[str, str | None]) -> Document:
    """The condition that all ``filters`` hold, in the order of ``_FIELDS``."""
    return {field: filters[name] for name, field in _FIELDS.items() if filters.get(name) is not None}


def _ascending(fields: Iterable[str]) -> list[tuple[str, int]]:
    return [(field, 1) for field in fields]


def _spans(sort: str, cursor: str | None) -> list[Document]:
    """The ranges of an index that a page is read from: first what is left of the day that the last one ended on."""
    if cursor is None:
        return [{}]
    day, handle = cursors.read(sort, 2, cursor)
    further = "$lt" if sort.startswith("-") else "$gt"
    return [{"starts_on": day, "_id": {further: handle}}, {"starts_on": {further: day}}]

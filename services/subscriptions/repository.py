"""All queries of the subscriptions service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from services.subscriptions import cursors
from services.subscriptions.documents import (
    FIRST_EXPIRED,
    Document,
    from_plan,
    from_product,
    from_subscription,
    place,
    to_plan,
    to_product,
    to_subscription,
)
from services.subscriptions.domain.plans import Plan, Product
from services.subscriptions.domain.subscription import Subscription
from shared.storage import Aggregates, Index, Store, Stored

T = TypeVar("T")
Page = tuple[list[T], str | None]

# A bill group's own list has one order, and so have the catalogue's.
_BY_PLACE = "place"
_BY_HANDLE = "handle"


@dataclass(frozen=True, slots=True)
class Due:
    """A subscription to which time does something: it was to happen at the moment ``since``."""

    handle: str
    bill_group: str
    since: datetime


class Catalogue:
    """Products and plans, by handle. They belong to no bill group."""

    def __init__(self, store: Store) -> None:
        self.products: Aggregates[Product] = store.aggregates(
            "products", from_product, to_product, indexes=[Index(("archived", 1), ("_id", 1))]
        )
        self.plans: Aggregates[Plan] = store.aggregates(
            "plans",
            from_plan,
            to_plan,
            indexes=[Index(("archived", 1), ("_id", 1)), Index(("product", 1), ("_id", 1))],
        )

    def product(self, handle: str) -> Product:
        """Raises NotFound."""
        return self.products.get(handle, bill_group=None).value

    def plan(self, handle: str) -> Plan:
        """Raises NotFound."""
        return self.plans.get(handle, bill_group=None).value

    def find_products(self, *, archived: bool | None, limit: int, cursor: str | None) -> Page[Product]:
        """The first ``limit``, or those behind ``cursor``; and the next page's cursor, if there is one."""
        return _page_by_handle(self.products, _archived(archived), limit, cursor)

    def find_plans(
        self, *, product: str | None, archived: bool | None, limit: int, cursor: str | None
    ) -> Page[Plan]:
        """As ``find_products``."""
        wanted = _archived(archived) if product is None else {"product": product, **_archived(archived)}
        return _page_by_handle(self.plans, wanted, limit, cursor)


# What all bill groups' subscriptions are found by, the most telling first, and the order in which they come. The
# first one that is given chooses the index: the embedded store would not use any for three conditions.
_BY_START = ("starts_on", "_id")
_FIELDS = {
    "bill_group": "bill_group",
    "customer": "customer",
    "plan": "terms.plan",
    "product": "terms.product",
    "status": "status",
}
_FOUND_BY = tuple((field, *_BY_START) for field in _FIELDS.values())


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
            ],
        )

    def get(self, handle: str, *, bill_group: str) -> Subscription:
        """Raises NotFound."""
        return self.aggregates.get(handle, bill_group=bill_group).value

    def page(
        self, bill_group: str, *, status: str | None, stage: str | None, limit: int, cursor: str | None
    ) -> Page[Subscription]:
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

    def find(
        self, filters: Mapping[str, str | None], *, sort: str, limit: int, cursor: str | None
    ) -> Page[Subscription]:
        """A page of all bill groups' subscriptions that fit every one of ``filters`` that is not None.

        ``sort`` is ``starts_on`` or ``-starts_on``. Raises DomainError ``invalid_cursor``.
        """
        wanted: Document = {
            field: filters[name] for name, field in _FIELDS.items() if filters.get(name) is not None
        }
        index = _ascending((*tuple(wanted)[:1], *_BY_START))
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


def _ascending(fields: Iterable[str]) -> list[tuple[str, int]]:
    return [(field, 1) for field in fields]


def _spans(sort: str, cursor: str | None) -> list[Document]:
    """The ranges of an index that a page is read from: first what is left of the day that the last one ended on."""
    if cursor is None:
        return [{}]
    day, handle = cursors.read(sort, 2, cursor)
    further = "$lt" if sort.startswith("-") else "$gt"
    return [{"starts_on": day, "_id": {further: handle}}, {"starts_on": {further: day}}]


def _archived(archived: bool | None) -> Document:
    """The condition that things are archived, or are not; what is older than archiving says nothing about it."""
    if archived is None:
        return {}
    return {"archived": True if archived else {"$in": [False, None]}}


def _page_by_handle(aggregates: Aggregates[T], wanted: Document, limit: int, cursor: str | None) -> Page[T]:
    if cursor is not None:
        (behind,) = cursors.read(_BY_HANDLE, 1, cursor)
        wanted = {**wanted, "_id": {"$gt": behind}}
    found = aggregates.find(wanted, sort=[("_id", 1)], limit=limit + 1)
    page = [stored.value for stored in found[:limit]]
    return page, cursors.write(_BY_HANDLE, [found[limit - 1].handle]) if len(found) > limit else None

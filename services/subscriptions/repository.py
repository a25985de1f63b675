"""All queries of the subscriptions service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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
from services.subscriptions.domain.subscription import Status, Subscription
from shared.storage import Aggregates, Index, Store


@dataclass(frozen=True, slots=True)
class Due:
    """A subscription to which time does something: it was to happen at the moment ``since``."""

    handle: str
    bill_group: str
    since: datetime


class Catalogue:
    """Products and plans, by handle. They belong to no bill group."""

    def __init__(self, store: Store) -> None:
        self.products: Aggregates[Product] = store.aggregates("products", from_product, to_product)
        self.plans: Aggregates[Plan] = store.aggregates("plans", from_plan, to_plan)

    def product(self, handle: str) -> Product:
        """Raises NotFound."""
        return self.products.get(handle, bill_group=None).value

    def plan(self, handle: str) -> Plan:
        """Raises NotFound."""
        return self.plans.get(handle, bill_group=None).value


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
                Index(("wake_at", 1), sparse=True),
            ],
        )

    def currency_of(self, bill_group: str) -> str | None:
        """The currency that a bill group's subscriptions are in, None while it has none."""
        stored = self.aggregates.one({"bill_group": bill_group})
        return stored.value.terms.currency if stored else None

    def get(self, handle: str, *, bill_group: str) -> Subscription:
        """Raises NotFound."""
        return self.aggregates.get(handle, bill_group=bill_group).value

    def page(
        self, bill_group: str, *, status: Status | None, limit: int, cursor: str | None
    ) -> tuple[list[Subscription], str | None]:
        """The first ``limit``, or those after ``cursor``; and the next page's cursor, if there is one."""
        wanted: Document = {"bill_group": bill_group}
        if status is not None:
            wanted["status"] = status.value
        if cursor is not None:
            wanted["place"] = {"$gt": cursor}
        found = self.aggregates.find(wanted, sort=[("place", 1)], limit=limit + 1)
        page = [stored.value for stored in found[:limit]]
        return page, place(page[-1]) if len(found) > limit else None

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

"""Repositories in memory, with the manners of the stored ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

from services.customers.domain import merchant
from services.customers.domain.bill_groups import BillGroup
from services.customers.domain.customers import Customer
from services.customers.domain.merchant import Merchant
from services.customers.domain.texts import email_key
from shared.kernel.errors import NotFound, Stale
from shared.kernel.happening import Happening
from shared.storage import AlreadyExists, Outcome, Stored

T = TypeVar("T")


class FakeAggregates(Generic[T]):
    """Aggregates by handle, and all that happened to them."""

    def __init__(self) -> None:
        self.stored: dict[str, Stored[T]] = {}
        self.happenings: list[Happening] = []

    def get(self, handle: str) -> Stored[T]:
        if handle not in self.stored:
            raise NotFound
        return self.stored[handle]

    def add(self, value: T, *, handle: str, happenings: Iterable[Happening] = ()) -> None:
        if handle in self.stored:
            raise AlreadyExists(handle)
        self.stored[handle] = Stored(handle, value, 1)
        self.happenings += happenings

    def change(
        self, handle: str, *, decide: Callable[[T], Outcome[T]], expect_version: int, **_: object
    ) -> dict[str, Any] | None:
        before = self.get(handle)
        if before.version != expect_version:
            raise Stale
        outcome = decide(before.value)
        self.stored[handle] = Stored(handle, outcome.value, before.version + 1)
        self.happenings += outcome.happenings
        return outcome.result


class FakeMerchantAccount:
    def __init__(self) -> None:
        self.aggregates: FakeAggregates[Merchant] = FakeAggregates()
        self.aggregates.add(Merchant(), handle=merchant.HANDLE)

    def get(self) -> Stored[Merchant]:
        return self.aggregates.get(merchant.HANDLE)


class FakeCustomers:
    def __init__(self) -> None:
        self.aggregates: FakeAggregates[Customer] = FakeAggregates()

    def get(self, handle: str) -> Customer:
        return self.aggregates.get(handle).value

    def of(self, groups: Iterable[BillGroup]) -> list[Customer]:
        return [self.get(handle) for handle in {group.customer for group in groups}]

    def add(self, customer: Customer, *, happenings: Iterable[Happening] = (), **_: object) -> None:
        self.aggregates.add(customer, handle=customer.handle, happenings=happenings)


class FakeBillGroups:
    def __init__(self) -> None:
        self.aggregates: FakeAggregates[BillGroup] = FakeAggregates()

    def get(self, bill_group: str) -> Stored[BillGroup]:
        return self.aggregates.get(bill_group)

    def with_email(self, email: str) -> list[BillGroup]:
        groups = [stored.value for stored in self.aggregates.stored.values()]
        return [group for group in groups if email_key(email) in group.sign_in_emails]

    def is_taken(self, email: str, *, customer: str) -> bool:
        return any(group.customer != customer for group in self.with_email(email))

    def add(self, group: BillGroup, *, happenings: Iterable[Happening] = (), **_: object) -> None:
        self.aggregates.add(group, handle=group.handle, happenings=happenings)


class FakeTimeline:
    def __init__(self) -> None:
        self.events: dict[str, Mapping[str, Any]] = {}

    def record(self, event: Mapping[str, Any]) -> None:
        self.events.setdefault(event["event_id"], event)

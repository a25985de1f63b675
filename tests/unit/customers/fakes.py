"""Repositories in memory, with the manners of the stored ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from services.customers import documents
from services.customers.domain import merchant
from services.customers.domain.bill_groups import BillGroup
from services.customers.domain.customers import Access, Customer
from services.customers.domain.default_access import DefaultAccess
from services.customers.domain.merchant import Merchant
from services.customers.domain.notes import Note
from services.customers.domain.texts import email_key
from services.customers.domain.vat_checks import VatCheck
from shared.kernel.errors import NotFound, Stale
from shared.kernel.happening import Happening, IdempotencyKey
from shared.storage import AlreadyExists, Outcome, Stored

T = TypeVar("T")
Result = dict[str, Any]


class FakeAggregates(Generic[T]):
    """Aggregates by handle, and all that happened to them."""

    def __init__(self) -> None:
        self.stored: dict[str, Stored[T]] = {}
        self.happenings: list[Happening] = []
        # At how many of the next changes somebody else is quicker.
        self.overtaken = 0
        self._keys: dict[str, IdempotencyKey | None] = {}
        self._results: dict[str, Result | None] = {}

    def get(self, handle: str) -> Stored[T]:
        if handle not in self.stored:
            raise NotFound
        return self.stored[handle]

    def add(
        self,
        value: T,
        *,
        handle: str,
        happenings: Iterable[Happening] = (),
        result: Result | None = None,
        key: IdempotencyKey | None = None,
        **_: object,
    ) -> Result | None:
        if key is not None and key == self._keys.get(handle):
            return self._results[handle]
        if handle in self.stored:
            raise AlreadyExists(handle)
        self.stored[handle] = Stored(handle, value, 1)
        self._keys[handle], self._results[handle] = key, result
        self.happenings += happenings
        return result

    def change(
        self,
        handle: str,
        *,
        decide: Callable[[T], Outcome[T]],
        expect_version: int | None = None,
        **_: object,
    ) -> dict[str, Any] | None:
        before = self.get(handle)
        if self.overtaken:
            self.overtaken -= 1
            before = self.stored[handle] = Stored(handle, before.value, before.version + 1)
        if expect_version not in (None, before.version):
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

    def get(self, handle: str) -> Stored[Customer]:
        return self.aggregates.get(handle)

    def of(self, groups: Iterable[BillGroup]) -> dict[str, Customer]:
        wanted = {group.customer for group in groups}
        return {each.handle: each.value for each in self.aggregates.stored.values() if each.handle in wanted}

    def following(self) -> int:
        return sum(1 for each in self._followers())

    def changing(self, defaults: DefaultAccess, *, on: bool) -> int:
        return sum(1 for each in self._followers() if each.may_enter(defaults) is not on)

    def _followers(self) -> list[Customer]:
        stored = [each.value for each in self.aggregates.stored.values()]
        return [each for each in stored if each.access is Access.DEFAULT]

    def handles(self) -> list[str]:
        return list(self.aggregates.stored)

    def add(self, customer: Customer, **more: Any) -> Result | None:
        return self.aggregates.add(customer, handle=customer.handle, **more)


class FakeBillGroups:
    def __init__(self) -> None:
        self.aggregates: FakeAggregates[BillGroup] = FakeAggregates()

    def get(self, bill_group: str) -> Stored[BillGroup]:
        return self.aggregates.get(bill_group)

    def of(self, customer: str) -> list[Stored[BillGroup]]:
        groups = self.aggregates.stored
        return [groups[handle] for handle in sorted(groups) if groups[handle].value.customer == customer]

    def owners(self, handles: Iterable[str]) -> dict[str, str]:
        groups = self.aggregates.stored
        return {handle: groups[handle].value.customer for handle in handles if handle in groups}

    def with_email(self, email: str) -> list[BillGroup]:
        groups = [stored.value for stored in self.aggregates.stored.values()]
        return [group for group in groups if email_key(email) in group.sign_in_emails]

    def named(self, handles: Iterable[str]) -> list[BillGroup]:
        groups = self.aggregates.stored
        return [groups[handle].value for handle in sorted(handles) if handle in groups]

    def with_email_change(self, token_hash: str) -> Stored[BillGroup] | None:
        for stored in self.aggregates.stored.values():
            if stored.value.email_change and stored.value.email_change.token_hash == token_hash:
                return stored
        return None

    def with_customers(self) -> list[tuple[str, str]]:
        return [(handle, stored.value.customer) for handle, stored in self.aggregates.stored.items()]

    def is_taken(self, email: str, *, customer: str) -> bool:
        return any(group.customer != customer for group in self.with_email(email))

    def add(self, group: BillGroup, **more: Any) -> Result | None:
        return self.aggregates.add(group, handle=group.handle, **more)


class FakeDirectory:
    """The list as it was last put together, customer by customer."""

    def __init__(self) -> None:
        self.listed: dict[str, Result] = {}
        self._complete = False

    def put(self, customer: Stored[Customer], groups: list[Stored[BillGroup]]) -> None:
        self.listed[customer.handle] = documents.listed(customer, groups)

    def is_complete(self) -> bool:
        return self._complete

    def mark_complete(self) -> None:
        self._complete = True


class FakeNotes:
    def __init__(self) -> None:
        self.aggregates: FakeAggregates[Note] = FakeAggregates()

    def add(self, note: Note, **more: Any) -> Result | None:
        return self.aggregates.add(note, handle=note.handle, **more)


class FakeVatNumbers:
    """What VIES said and what invoices bear, by bill group."""

    def __init__(self) -> None:
        self.known: dict[str, VatCheck] = {}
        self.used: set[str] = set()

    def checks(self, numbers: Iterable[tuple[str, str]]) -> dict[str, VatCheck]:
        return {handle: self.known[handle] for handle, number in numbers if number and handle in self.known}

    def is_used(self, bill_group: str) -> bool:
        return bill_group in self.used


class ManualClock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def pass_by(self, **time: float) -> None:
        self.time += timedelta(**time)

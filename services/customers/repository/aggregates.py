"""The merchant, customers and bill groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict

from services.customers import documents
from services.customers.documents import Document
from services.customers.domain import merchant
from services.customers.domain.bill_groups import BillGroup
from services.customers.domain.customers import Access, Customer
from services.customers.domain.default_access import DefaultAccess
from services.customers.domain.merchant import Merchant
from services.customers.domain.texts import email_key
from shared.kernel.context import Context, system
from shared.kernel.happening import Happening, IdempotencyKey
from shared.storage import Aggregates, AlreadyExists, Index, Store, Stored


class MerchantAccount:
    """The one merchant of this installation."""

    def __init__(self, store: Store) -> None:
        self.aggregates: Aggregates[Merchant] = store.aggregates("merchant", asdict, documents.to_merchant)

    def make_sure_it_exists(self) -> None:
        """On the first start of all: the merchant with the settings that hold until somebody changes them."""
        itself = Context(principal=system("customers"))
        try:
            self.aggregates.add(Merchant(), handle=merchant.HANDLE, bill_group="", context=itself)
        except AlreadyExists:
            return

    def get(self) -> Stored[Merchant]:
        return self.aggregates.get(merchant.HANDLE, bill_group=None)


class Customers:
    """Customers, by handle."""

    def __init__(self, store: Store) -> None:
        self.aggregates = store.aggregates(
            "customers",
            documents.from_customer,
            documents.to_customer,
            indexes=[Index(("access", 1), ("default_epoch", 1), ("default_on", 1))],
        )

    def get(self, handle: str) -> Stored[Customer]:
        return self.aggregates.get(handle, bill_group=None)

    def of(self, groups: Iterable[BillGroup]) -> dict[str, Customer]:
        """The customers that ``groups`` belong to, by handle."""
        handles = sorted({group.customer for group in groups})
        return {stored.handle: stored.value for stored in self.aggregates.find({"_id": {"$in": handles}})}

    def following(self) -> int:
        """How many follow the merchant's default for access."""
        return self._count()

    def changing(self, defaults: DefaultAccess, *, on: bool) -> int:
        """For how many of those something else would hold if the default for all were ``on``, or off."""
        present = {"default_epoch": defaults.epoch}
        changing = self._count(**present, default_on=not on)
        if defaults.for_older is not on:
            changing += self._count() - self._count(**present)
        return changing

    def _count(self, **entered: object) -> int:
        return self.aggregates.collection.count_documents({"access": Access.DEFAULT.value, **entered})

    def handles(self) -> Iterator[str]:
        """Those of all customers."""
        for document in self.aggregates.collection.find({}, {"_id": 1}):
            yield document["_id"]

    def add(
        self,
        customer: Customer,
        *,
        context: Context,
        happenings: Sequence[Happening],
        result: Document,
        key: IdempotencyKey,
    ) -> Document | None:
        """Answers ``result``. Raises AlreadyExists where the handle is taken, but not by the same request."""
        return self.aggregates.add(
            customer,
            handle=customer.handle,
            bill_group="",
            context=context,
            happenings=happenings,
            result=result,
            key=key,
        )


class BillGroups:
    """Bill groups, by handle, by customer, and by the e-mail addresses that open them."""

    def __init__(self, store: Store) -> None:
        self.aggregates = store.aggregates(
            "bill_groups",
            documents.from_bill_group,
            documents.to_bill_group,
            indexes=[
                Index(("emails", 1), ("_id", 1)),
                Index(("customer", 1), ("_id", 1)),
                Index(("email_change.token_hash", 1)),
            ],
        )

    def get(self, bill_group: str) -> Stored[BillGroup]:
        return self.aggregates.get(bill_group, bill_group=bill_group)

    def of(self, customer: str) -> list[Stored[BillGroup]]:
        """Those of ``customer``, by handle."""
        found = self.aggregates.find({"customer": customer})
        return sorted(found, key=lambda stored: stored.handle)

    def owners(self, handles: Iterable[str]) -> dict[str, str]:
        """Whose those of ``handles`` are that are taken: their customers' handles."""
        wanted = {"_id": {"$in": sorted(handles)}}
        found = self.aggregates.collection.find(wanted, {"customer": 1})
        return {document["_id"]: document["customer"] for document in found}

    def with_email(self, email: str) -> list[BillGroup]:
        """Those that ``email`` opens, however it is spelled."""
        key = email_key(email)
        return [stored.value for stored in self.aggregates.find({"emails": key})] if key else []

    def named(self, handles: Iterable[str]) -> list[BillGroup]:
        """Those of ``handles`` that are there. The store is asked also for none."""
        return [stored.value for stored in self.aggregates.find({"_id": {"$in": sorted(handles)}})]

    def with_email_change(self, token_hash: str) -> Stored[BillGroup] | None:
        """The one that waited for the link with this hash, whatever has become of it."""
        return self.aggregates.one({"email_change.token_hash": token_hash})

    def with_customers(self) -> Iterator[tuple[str, str]]:
        """All bill groups, each with whose it is."""
        for document in self.aggregates.collection.find({}, {"customer": 1}):
            yield document["_id"], document["customer"]

    def is_taken(self, email: str, *, customer: str) -> bool:
        """Whether ``email`` opens a bill group of anybody but ``customer``."""
        return any(group.customer != customer for group in self.with_email(email))

    def page(
        self, *, customer: str | None, email: str | None, limit: int, after: str | None
    ) -> tuple[list[Stored[BillGroup]], str | None]:
        """The first ``limit`` by handle, or those behind ``after``; and behind which the next page begins."""
        wanted: Document = {}
        if email is not None:
            wanted["emails"] = email_key(email) or ""
        if customer is not None:
            wanted["customer"] = customer
        if after is not None:
            wanted["_id"] = {"$gt": after}
        found = self.aggregates.find(wanted, sort=[("_id", 1)], limit=limit + 1)
        page = found[:limit]
        return page, page[-1].handle if len(found) > limit else None

    def add(
        self,
        group: BillGroup,
        *,
        context: Context,
        happenings: Sequence[Happening],
        result: Document | None = None,
        key: IdempotencyKey | None = None,
    ) -> Document | None:
        """Answers ``result``. Raises AlreadyExists where the handle is taken, but not by the same request."""
        return self.aggregates.add(
            group,
            handle=group.handle,
            bill_group=group.handle,
            context=context,
            happenings=happenings,
            result=result,
            key=key,
        )

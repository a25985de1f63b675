"""Documents ↔ domain objects, and all queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from services.customers.domain import merchant
from services.customers.domain.bill_groups import BillGroup
from services.customers.domain.contacts import Address, Contact
from services.customers.domain.customers import Access, Customer
from services.customers.domain.merchant import Bank, Company, Merchant
from services.customers.domain.texts import email_key
from shared.kernel.context import Context, system
from shared.kernel.happening import Happening, IdempotencyKey
from shared.storage import Aggregates, AlreadyExists, Index, Store, Stored
from shared.storage.errors import DuplicateKeyError

Document = dict[str, Any]

# What only its reader may open is not for a history that is kept for years.
_NOT_KEPT = frozenset({"sealed"})


class MerchantAccount:
    """The one merchant of this installation."""

    def __init__(self, store: Store) -> None:
        self.aggregates: Aggregates[Merchant] = store.aggregates("merchant", asdict, _to_merchant)

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
        self._customers = store.aggregates("customers", _from_customer, _to_customer)

    def get(self, handle: str) -> Customer:
        return self._customers.get(handle, bill_group=None).value

    def of(self, groups: Iterable[BillGroup]) -> list[Customer]:
        """The customers that ``groups`` belong to."""
        handles = sorted({group.customer for group in groups})
        return [stored.value for stored in self._customers.find({"_id": {"$in": handles}})]

    def add(
        self,
        customer: Customer,
        *,
        context: Context,
        happenings: Sequence[Happening],
        result: Document,
        key: IdempotencyKey,
    ) -> None:
        """Raises AlreadyExists where the handle is taken, but not by the same request."""
        self._customers.add(
            customer,
            handle=customer.handle,
            bill_group="",
            context=context,
            happenings=happenings,
            result=result,
            key=key,
        )


class BillGroups:
    """Bill groups, by handle and by the e-mail addresses that open them."""

    def __init__(self, store: Store) -> None:
        self.aggregates = store.aggregates(
            "bill_groups", _from_bill_group, _to_bill_group, indexes=[Index(("emails", 1))]
        )

    def get(self, bill_group: str) -> Stored[BillGroup]:
        return self.aggregates.get(bill_group, bill_group=bill_group)

    def with_email(self, email: str) -> list[BillGroup]:
        """Those that ``email`` opens, however it is spelled."""
        key = email_key(email)
        return [stored.value for stored in self.aggregates.find({"emails": key})] if key else []

    def is_taken(self, email: str, *, customer: str) -> bool:
        """Whether ``email`` opens a bill group of anybody but ``customer``."""
        return any(group.customer != customer for group in self.with_email(email))

    def add(self, group: BillGroup, *, context: Context, happenings: Sequence[Happening]) -> None:
        """Raises AlreadyExists where the handle is taken."""
        self.aggregates.add(
            group, handle=group.handle, bill_group=group.handle, context=context, happenings=happenings
        )


class Timeline:
    """Everything that happened, one document an event."""

    def __init__(self, store: Store) -> None:
        # An event's place is when it was recorded and its id, as one text: unique, in order, a page's cursor.
        self._events = store.collection(
            "timeline",
            indexes=[
                Index(("bill_group", 1), ("place", -1)),
                Index(("bill_group", 1), ("subject", 1), ("place", -1)),
            ],
        )

    def record(self, event: Mapping[str, Any]) -> None:
        """Keep ``event``; one that is there already stays as it is."""
        circumstances = event["circumstances"]
        document = {
            "_id": event["event_id"],
            "bill_group": event["bill_group"],
            "place": f"{event['recorded_at'].isoformat(timespec='microseconds')} {event['event_id']}",
            "source": event["source"],
            "type": event["type"],
            "subject": event["subject"],
            "occurred_at": event["occurred_at"],
            "recorded_at": event["recorded_at"],
            "principal": event["principal"],
            "request_id": event["request_id"],
            "address": circumstances.get("address", ""),
            "user_agent": circumstances.get("user_agent", ""),
            "data": _storable(event["data"]),
        }
        try:
            self._events.insert_one(document)
        except DuplicateKeyError:
            return

    def page(
        self, bill_group: str, *, subject: str | None, limit: int, cursor: str | None
    ) -> tuple[list[Document], str | None]:
        """The latest ``limit`` events, or those before ``cursor``; and the next page's cursor, if any."""
        wanted: Document = {"bill_group": bill_group}
        if subject is not None:
            wanted["subject"] = subject
        if cursor is not None:
            wanted["place"] = {"$lt": cursor}
        found = list(self._events.find(wanted).sort("place", -1).limit(limit + 1))
        events = found[:limit]
        return events, events[-1]["place"] if len(found) > limit else None


def _to_merchant(document: Document) -> Merchant:
    settings = {name: document[name] for name in Merchant.__dataclass_fields__ if name in document}
    company = settings["company"]
    address, bank = Address(**company["address"]), Bank(**company["bank"])
    return Merchant(**{**settings, "company": Company(**{**company, "address": address, "bank": bank})})


def _from_customer(customer: Customer) -> Document:
    return {
        "created_at": customer.created_at,
        "name": customer.name,
        "access": customer.access.value,
        "origin": customer.origin,
    }


def _to_customer(document: Document) -> Customer:
    return Customer(
        handle=document["_id"],
        created_at=document["created_at"],
        name=document["name"],
        access=Access(document["access"]),
        origin=document["origin"],
    )


def _from_bill_group(group: BillGroup) -> Document:
    state = asdict(group)
    del state["handle"], state["sign_in_emails"]
    return {**state, "emails": sorted(group.sign_in_emails)}


def _to_bill_group(document: Document) -> BillGroup:
    shipping = document["shipping"]
    return BillGroup(
        handle=document["_id"],
        customer=document["customer"],
        currency=document["currency"],
        time_zone=document["time_zone"],
        language=document["language"],
        billing=_to_contact(document["billing"]),
        shipping=_to_contact(shipping) if shipping else None,
        open=document["open"],
        po_number=document["po_number"],
        vat_number=document["vat_number"],
        registration_number=document["registration_number"],
        sign_in_emails=frozenset(document["emails"]),
    )


def _to_contact(document: Document) -> Contact:
    return Contact(**{**document, "address": Address(**document["address"])})


def _storable(value: Any) -> Any:
    """``value`` with what the store has no type for as text, without what is sealed."""
    match value:
        case Mapping():
            return {name: _storable(each) for name, each in value.items() if name not in _NOT_KEPT}
        case list() | tuple():
            return [_storable(each) for each in value]
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case _:
            return value

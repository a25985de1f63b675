"""Domain objects ↔ documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from services.customers.domain.bill_groups import BillGroup
from services.customers.domain.contacts import Address, Contact
from services.customers.domain.customers import Access, Customer
from services.customers.domain.default_access import OF_OLD, Entered
from services.customers.domain.email_changes import EmailChange, State
from services.customers.domain.imports import Counts, Job, Origin
from services.customers.domain.logo import Logo
from services.customers.domain.merchant import Bank, Company, Merchant
from services.customers.domain.notes import Note
from services.customers.domain.own_texts import OwnText
from services.customers.domain.preferences import Preferences
from shared.kernel import search
from shared.storage import Stored

Document = dict[str, Any]

# What only its reader may open is not for a history that is kept for years.
_NOT_KEPT = frozenset({"sealed"})
# Grows with each change of what a listed customer is found by: what was listed before is then listed anew.
FORM_OF_LISTED = 1
_MOST_VERSIONS = 10**9


def to_merchant(document: Document) -> Merchant:
    settings = {name: document[name] for name in Merchant.__dataclass_fields__ if name in document}
    for name in ("sign_in_ways", "document_kinds", "frame_origins"):
        if name in settings:
            settings[name] = tuple(settings[name])
    if settings.get("logo"):
        settings["logo"] = Logo(**settings["logo"])
    company = settings["company"]
    address, bank = Address(**company["address"]), Bank(**company["bank"])
    return Merchant(**{**settings, "company": Company(**{**company, "address": address, "bank": bank})})


def from_customer(customer: Customer) -> Document:
    return {
        "created_at": customer.created_at,
        "name": customer.name,
        "access": customer.access.value,
        "origin": customer.origin,
        "default_epoch": customer.entered.epoch,
        "default_on": customer.entered.on,
    }


def to_customer(document: Document) -> Customer:
    return Customer(
        handle=document["_id"],
        created_at=document["created_at"],
        name=document["name"],
        access=Access(document["access"]),
        origin=document["origin"],
        entered=to_entered(document),
    )


def from_bill_group(group: BillGroup) -> Document:
    state = asdict(group)
    del state["handle"], state["sign_in_emails"]
    if group.email_change:
        state["email_change"]["state"] = group.email_change.state.value
    return {**state, "emails": sorted(group.sign_in_emails)}


def to_bill_group(document: Document) -> BillGroup:
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
        billing_preferences=_to_preferences(document.get("billing_preferences")),
        shipping_preferences=_to_preferences(document.get("shipping_preferences")),
        email_change=_to_email_change(document.get("email_change")),
    )


def from_job(job: Job) -> Document:
    state = asdict(job)
    del state["handle"]
    # What runs is found by the first, what is forgotten by the second.
    marks: Document = {"remove_at": job.kept_until} if job.finished_at else {"running": True}
    return {**state, **marks, "columns": list(job.columns), "place": place_of(job)}


def to_job(document: Document) -> Job:
    fields = {name: document[name] for name in Job.__dataclass_fields__ if name in document}
    fields |= {"origin": Origin(**document["origin"]), "counts": Counts(**document["counts"])}
    if stopped := document.get("stopped"):
        fields["stopped"] = Origin(**stopped)
    return Job(handle=document["_id"], **fields)


def place_of(job: Job) -> str:
    """Where the job stands in the list of jobs, by when it began."""
    return f"{in_order(job.started_at)} {job.handle}"


def from_note(note: Note) -> Document:
    return {"text": note.text, "created_at": note.created_at}


def to_note(document: Document) -> Note:
    return Note(document["_id"], document["bill_group"], document["text"], document["created_at"])


def from_own_text(text: OwnText) -> Document:
    return asdict(text)


def to_own_text(document: Document) -> OwnText:
    return OwnText(document["kind"], document["language"], document["text"], document["changed_at"])


def listed(customer: Stored[Customer], groups: Sequence[Stored[BillGroup]]) -> Document:
    """A customer as the list of customers has them, all that it shows, sorts and finds by in one place.

    ``stamp`` grows with each change of the customer or of one of their bill groups, and where this form is a later one.
    """
    found_by = search.words(
        [customer.handle, customer.value.name, *(text for group in groups for text in _found_by(group.value))]
    )
    return {
        "_id": customer.handle,
        "stamp": FORM_OF_LISTED * _MOST_VERSIONS + customer.version + sum(group.version for group in groups),
        "version": customer.version,
        "name": customer.value.name,
        "access": customer.value.access.value,
        "default_epoch": customer.value.entered.epoch,
        "default_on": customer.value.entered.on,
        "created_at": customer.value.created_at,
        "bill_groups": [group.handle for group in groups],
        "created": f"{in_order(customer.value.created_at)} {customer.handle}",
        "by_name": f"{search.search_form(customer.value.name)} {customer.handle}",
        "beginnings": search.beginnings(found_by),
        "words": "".join(f"\n{word}" for word in found_by),
    }


def _found_by(group: BillGroup) -> Iterator[str]:
    """What people remember of a bill group: its handle and numbers, and who and where its contacts are."""
    yield from (group.handle, group.po_number, group.vat_number, group.registration_number)
    # A VAT number may be known without its country, and a long number is often written in parts.
    yield group.vat_number[2:]
    yield from ("".join(number.split()) for number in (group.po_number, group.registration_number))
    for _, contact in group.contacts():
        address = contact.address
        yield from (contact.name, contact.company, contact.email, contact.phone)
        yield from (address.line1, address.line2, address.postal_code, address.city)


def event(event: Mapping[str, Any], customer: str) -> Document:
    """An event as the timeline keeps it; ``customer`` is empty where it is about none.

    Its place is when it was recorded and its id: unique and in order.
    """
    circumstances = event["circumstances"]
    return {
        "_id": event["event_id"],
        "customer": customer,
        "bill_group": event["bill_group"],
        "place": f"{in_order(event['recorded_at'])} {event['event_id']}",
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


def in_order(moment: datetime) -> str:
    """``moment`` as text that sorts as moments do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def to_entered(document: Mapping[str, Any]) -> Entered:
    """The default that the customer in ``document`` entered under."""
    # Customers from before there were epochs remember nothing.
    if "default_epoch" not in document:
        return OF_OLD
    return Entered(document["default_epoch"], document["default_on"])


def _to_contact(document: Document) -> Contact:
    return Contact(**{**document, "address": Address(**document["address"])})


def _to_preferences(document: Document | None) -> Preferences:
    # Bill groups from before there were preferences have none.
    if document is None:
        return Preferences()
    return Preferences(document["language"], document["time_zone"], tuple(document["unwanted"]))


def _to_email_change(document: Document | None) -> EmailChange | None:
    if document is None:
        return None
    return EmailChange(
        **{**document, "state": State(document["state"]), "mailed_at": tuple(document["mailed_at"])}
    )


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

"""The timeline of what happens, and the merchant's notes in it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from services.customers import views
from services.customers.domain.notes import NOTE_ADDED, Note, new_note
from services.customers.repository import BillGroups, Customers, Looked, Notes, Timeline
from services.customers.views import View
from shared.kernel import cursors
from shared.kernel.access import is_merchant_side, require_merchant_side
from shared.kernel.context import Context
from shared.kernel.errors import NotFound
from shared.kernel.happening import IdempotencyKey
from shared.kernel.ids import new_handle

log = logging.getLogger(__name__)

_ORDER = "timeline"


class History:
    """Reading the timeline and writing into it."""

    def __init__(
        self, customers: Customers, bill_groups: BillGroups, timeline: Timeline, notes: Notes
    ) -> None:
        self._customers = customers
        self._bill_groups = bill_groups
        self._timeline = timeline
        self._notes = notes

    def list_timeline(
        self, context: Context, *, bill_group: str, limit: int, cursor: str | None, **looked_for: Any
    ) -> View:
        """What happened in a bill group, the latest first. Raises DomainError ``invalid_cursor``."""
        looked = Looked(**looked_for, hidden=None if is_merchant_side(context) else NOTE_ADDED)
        read = partial(self._timeline.of_bill_group, bill_group, looked)
        return _page(read, limit, cursor)

    def list_customer_timeline(
        self, context: Context, *, customer: str, limit: int, cursor: str | None, **looked_for: Any
    ) -> View:
        """What happened to a customer and in their bill groups, the latest first, for the merchant's side.

        Raises NotFound and DomainError ``invalid_cursor``.
        """
        require_merchant_side(context)
        self._customers.get(customer)
        return _page(partial(self._timeline.of_customer, customer, Looked(**looked_for)), limit, cursor)

    def list_installation_timeline(
        self, context: Context, *, limit: int, cursor: str | None, **looked_for: Any
    ) -> View:
        """What happened that concerns no customer, the latest first. Raises DomainError ``invalid_cursor``."""
        require_merchant_side(context)
        return _page(partial(self._timeline.of_customer, "", Looked(**looked_for)), limit, cursor)

    def find_subject(self, context: Context, *, subject: str) -> View:
        """Whose the thing with this handle is, as far as anything has happened to it, for the merchant's side."""
        require_merchant_side(context)
        return {"items": self._timeline.owners(subject)}

    def record_timeline(self, event: Mapping[str, Any]) -> None:
        """Keep an event of any service in the timeline, with whose it is."""
        self._timeline.record(event, self._customer_of(event))

    def complete(self) -> None:
        """Once, at the first start with timelines of customers: say of each event from before whose it is."""
        if self._timeline.is_complete():
            return
        for bill_group, customer in self._bill_groups.with_customers():
            self._timeline.name_customer(bill_group, customer)
        self._timeline.name_customer("", "")
        self._timeline.mark_complete()

    def _customer_of(self, event: Mapping[str, Any]) -> str:
        if told := event["data"].get("customer"):
            return str(told)
        try:
            return self._bill_groups.get(event["bill_group"]).value.customer if event["bill_group"] else ""
        except NotFound:
            # Other services may tell of a bill group that nobody has made here.
            log.warning("an event is about bill group %s, which is not there", event["bill_group"])
            return ""

    def add_note(self, context: Context, *, bill_group: str, text: str, key: IdempotencyKey) -> View | None:
        """Put a note into the bill group's timeline. Raises DomainError ``not_allowed`` for customers."""
        require_merchant_side(context)
        self._bill_groups.get(bill_group)
        note = Note(new_handle("note"), bill_group, text.strip(), context.business_now)
        return self._notes.add(
            note, context=context, happenings=new_note(note), result=views.of_note(note), key=key
        )


def _page(
    read: Callable[..., tuple[list[dict[str, Any]], str | None]], limit: int, cursor: str | None
) -> View:
    events, end = read(limit=limit, after=cursors.read(_ORDER, cursor))
    return {
        "items": [views.of_event(event) for event in events],
        "next_cursor": cursors.write(_ORDER, end),
    }

"""The timeline of what happens, and the merchant's notes in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.customers import views
from services.customers.domain.notes import NOTE_ADDED, Note, new_note
from services.customers.repository import BillGroups, Looked, Notes, Timeline
from services.customers.views import View
from shared.kernel import cursors
from shared.kernel.access import is_merchant_side, require_merchant_side
from shared.kernel.context import Context
from shared.kernel.happening import IdempotencyKey
from shared.kernel.ids import new_handle

_ORDER = "timeline"


class History:
    """Reading the timeline and writing into it."""

    def __init__(self, bill_groups: BillGroups, timeline: Timeline, notes: Notes) -> None:
        self._bill_groups = bill_groups
        self._timeline = timeline
        self._notes = notes

    def list_timeline(
        self, context: Context, *, bill_group: str, limit: int, cursor: str | None, **looked_for: Any
    ) -> View:
        """What happened in a bill group, the latest first. Raises DomainError ``invalid_cursor``."""
        looked = Looked(**looked_for, hidden=None if is_merchant_side(context) else NOTE_ADDED)
        after = cursors.read(_ORDER, cursor)
        events, end = self._timeline.page(bill_group, looked, limit=limit, after=after)
        return {
            "items": [views.of_event(event) for event in events],
            "next_cursor": cursors.write(_ORDER, end),
        }

    def record_timeline(self, event: Mapping[str, Any]) -> None:
        """Keep an event of any service in the timeline."""
        self._timeline.record(event)

    def add_note(self, context: Context, *, bill_group: str, text: str, key: IdempotencyKey) -> View | None:
        """Put a note into the bill group's timeline. Raises DomainError ``not_allowed`` for customers."""
        require_merchant_side(context)
        self._bill_groups.get(bill_group)
        note = Note(new_handle("note"), bill_group, text.strip(), context.business_now)
        return self._notes.add(
            note, context=context, happenings=new_note(note), result=views.of_note(note), key=key
        )

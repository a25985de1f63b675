"""The timeline, and the notes in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.customers import documents
from services.customers.documents import Document
from services.customers.domain.notes import Note
from services.customers.repository.ranges import places
from shared.kernel.context import Context
from shared.kernel.happening import Happening, IdempotencyKey
from shared.storage import Aggregates, Index, Store
from shared.storage.errors import DuplicateKeyError


class Notes:
    """The merchant's notes."""

    def __init__(self, store: Store) -> None:
        self._notes: Aggregates[Note] = store.aggregates("notes", documents.from_note, documents.to_note)

    def add(
        self,
        note: Note,
        *,
        context: Context,
        happenings: Sequence[Happening],
        result: Document,
        key: IdempotencyKey,
    ) -> Document | None:
        """Answers ``result``, or what the same request was answered before."""
        return self._notes.add(
            note,
            handle=note.handle,
            bill_group=note.bill_group,
            context=context,
            happenings=happenings,
            result=result,
            key=key,
        )


@dataclass(frozen=True, slots=True)
class Looked:
    """Which events of a bill group's timeline are looked for; ``hidden`` is a type that is not shown."""

    subject: str | None = None
    type: str | None = None
    principal: str | None = None
    recorded_from: datetime | None = None
    recorded_to: datetime | None = None
    hidden: str | None = None


class Timeline:
    """Everything that happened, one document an event."""

    def __init__(self, store: Store) -> None:
        self._events = store.collection(
            "timeline",
            indexes=[
                Index(("bill_group", 1), ("place", -1)),
                Index(("bill_group", 1), ("subject", 1), ("place", -1)),
                Index(("bill_group", 1), ("type", 1), ("place", -1)),
                Index(("bill_group", 1), ("principal", 1), ("place", -1)),
            ],
        )

    def record(self, event: Mapping[str, Any]) -> None:
        """Keep ``event``; one that is there already stays as it is."""
        try:
            self._events.insert_one(documents.event(event))
        except DuplicateKeyError:
            return

    def page(
        self, bill_group: str, looked: Looked, *, limit: int, after: str | None
    ) -> tuple[list[Document], str | None]:
        """The latest ``limit`` events, or those behind the place ``after``; and behind which the next page begins."""
        wanted: Document = {"bill_group": bill_group}
        for name in ("subject", "type", "principal"):
            if getattr(looked, name) is not None:
                wanted[name] = getattr(looked, name)
        if looked.hidden is not None:
            if looked.type == looked.hidden:
                return [], None
            wanted.setdefault("type", {"$ne": looked.hidden})
        wanted |= places("place", looked.recorded_from, looked.recorded_to, before=after)
        found = list(self._events.find(wanted).sort("place", -1).limit(limit + 1))
        events = found[:limit]
        return events, events[-1]["place"] if len(found) > limit else None

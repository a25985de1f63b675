"""The timeline, and the notes in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from services.customers import documents
from services.customers.documents import Document
from services.customers.domain.notes import Note
from services.customers.repository.ranges import places
from shared.kernel.clock import utc_now
from shared.kernel.context import Context
from shared.kernel.happening import Happening, IdempotencyKey
from shared.storage import Aggregates, Index, Store
from shared.storage.errors import DuplicateKeyError

# By which else each timeline is found, what leaves the fewest first.
_NARROWED_BY = ("subject", "type", "principal", "source")
_BY_SUBJECT = [("subject", 1), ("place", -1)]
_MOST_OF_SUBJECT = 20
_COMPLETE = "customers"
_SPANS = (timedelta(days=30), timedelta(days=120), timedelta(days=480))


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
    """Which events of a timeline are looked for; ``hidden`` is a type that is not shown."""

    subject: str | None = None
    source: str | None = None
    type: str | None = None
    principal: str | None = None
    recorded_from: datetime | None = None
    recorded_to: datetime | None = None
    hidden: str | None = None


class Timeline:
    """Everything that happened, one document an event.

    An event is found by its bill group and by its customer; by customer ``""`` where it is about none.
    """

    def __init__(self, store: Store) -> None:
        narrowed = [(whose, by) for whose in ("bill_group", "customer") for by in _NARROWED_BY]
        self._events = store.collection(
            "timeline",
            indexes=[
                Index(("bill_group", 1), ("place", -1)),
                Index(("customer", 1), ("place", -1)),
                Index(*_BY_SUBJECT),
                *(Index((whose, 1), (by, 1), ("place", -1)) for whose, by in narrowed),
            ],
        )
        self._marks = store.collection("timeline_marks")

    def record(self, event: Mapping[str, Any], customer: str) -> None:
        """Keep ``event``, which is about ``customer``; one that is there already stays as it is."""
        try:
            self._events.insert_one(documents.event(event, customer))
        except DuplicateKeyError:
            return

    def of_bill_group(
        self, bill_group: str, looked: Looked, *, limit: int, after: str | None
    ) -> tuple[list[Document], str | None]:
        """The latest ``limit`` events, or those behind the place ``after``; and behind which the next page begins."""
        return self._page({"bill_group": bill_group}, looked, limit, after)

    def of_customer(
        self, customer: str, looked: Looked, *, limit: int, after: str | None
    ) -> tuple[list[Document], str | None]:
        """Likewise, of all bill groups of a customer; with ``""`` what is about no customer."""
        return self._page({"customer": customer}, looked, limit, after)

    def owners(self, subject: str) -> list[Document]:
        """Customer and bill group of what has this handle, each source once, as its latest events say."""
        found = self._events.find({"subject": subject}).hint(_BY_SUBJECT).limit(_MOST_OF_SUBJECT)
        names = ("subject", "source", "customer", "bill_group")
        latest = {
            event["source"]: {name: event[name] for name in names}
            for event in sorted(found, key=itemgetter("place"))
            if event.get("customer")
        }
        return list(latest.values())

    def name_customer(self, bill_group: str, customer: str) -> None:
        """Say of all events of ``bill_group`` that don't say it yet whose they are."""
        nobodys = {"bill_group": bill_group, "customer": {"$exists": False}}
        self._events.update_many(nobodys, {"$set": {"customer": customer}})

    def is_complete(self) -> bool:
        """Whether all events from before their customers were kept have been given theirs."""
        return self._marks.find_one({"_id": _COMPLETE}) is not None

    def mark_complete(self) -> None:
        """From now on ``is_complete``."""
        self._marks.update_one({"_id": _COMPLETE}, {"$set": {"complete": True}}, upsert=True)

    def _page(
        self, whose: Document, looked: Looked, limit: int, after: str | None
    ) -> tuple[list[Document], str | None]:
        wanted = {**whose, **{name: value for name in _NARROWED_BY if (value := getattr(looked, name))}}
        # One more field at most is of the index, the others are looked for in its range.
        index = [*((name, 1) for name in tuple(wanted)[:2]), ("place", -1)]
        if looked.hidden is not None:
            if looked.type == looked.hidden:
                return [], None
            wanted.setdefault("type", {"$ne": looked.hidden})
        found: list[Document] = []
        for span in _spans(looked, after):
            rest = limit + 1 - len(found)
            if rest:
                asked = self._events.find(wanted | span).sort("place", -1).hint(index)
                found += asked.limit(rest)
        page = found[:limit]
        return page, page[-1]["place"] if len(found) > limit else None


def _spans(looked: Looked, after: str | None) -> Iterator[Document]:
    """The ranges of places that a page is read from, the latest first, each longer than the one before.

    The embedded store reads and sorts all of a range before it gives the first of it, so that the first are short.
    """
    latest = datetime.fromisoformat(after.partition(" ")[0]) if after else looked.recorded_to or utc_now()
    upper, before = looked.recorded_to, after
    for length in _SPANS:
        lower = latest - length
        if looked.recorded_from is not None and lower <= looked.recorded_from:
            break
        yield places("place", lower, upper, before=before)
        upper, before = lower, None
    yield places("place", looked.recorded_from, upper, before=before)

"""Where documents and their numbers are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from services.invoices.documents import from_document, summary_from, to_document
from services.invoices.domain.document import Document
from services.invoices.domain.summary import Summary
from services.invoices.pages import Density, Order, Span, behind
from services.invoices.repository.wanted import Wanted
from shared.kernel.context import Context
from shared.kernel.errors import NotFound
from shared.kernel.happening import Happening, IdempotencyKey
from shared.kernel.numbering import Number, Numbering
from shared.storage import AlreadyExists, Index, Outcome, Store
from shared.storage.errors import DuplicateKeyError

View = dict[str, Any]

_LISTED = {"listed": 1, "bill_group": 1}
_ORDERS = ("created", "due", "total")
# What is counted for all bill groups together; no handle is like it.
_ALL_GROUPS = "*"
_NUMBERED = {"sequence": {"$exists": True}}
_HAS_HANDLE = {"handle": {"$exists": True}}
# A list that shows little of what it looks through looks through more and more at once, up to so many documents.
_MOST_AT_ONCE = 1000


class Documents:
    """Invoices and credit notes. Drafts go by their id, issued ones by the handle made of their number."""

    def __init__(self, store: Store) -> None:
        self._documents = store.aggregates(
            "documents",
            to_document,
            from_document,
            indexes=[
                Index(("bill_group", 1), ("handle", 1)),
                Index(("handle", 1), unique=True, partial=_HAS_HANDLE),
                # No two documents have the same number. The write that issues a document is what takes it.
                Index(("series", 1), ("sequence", 1), unique=True, partial=_NUMBERED),
                # Lists of one bill group, and of all.
                *(
                    Index(*whose, ("listed.as", 1), (f"listed.by.{order}", -1))
                    for order in _ORDERS
                    for whose in ([("bill_group", 1)], [])
                ),
                Index(("bill_group", 1), ("listed.found", 1), ("listed.by.created", -1)),
                Index(("listed.found", 1), ("listed.by.created", -1)),
                Index(("bill_group", 1), ("corrects", 1)),
            ],
        )
        self._series = store.collection("series")
        self._groups = store.collection("groups")

    def get(self, handle: str, bill_group: str, *, deleted: bool = False) -> Document:
        """The document ``handle`` of ``bill_group``; a draft's handle goes on leading there.

        Raises NotFound, for what was ``deleted`` too unless that is looked for.
        """
        if handle.startswith("draft-"):
            document = self._documents.get(handle, bill_group=bill_group).value
            if document.deleted and not deleted:
                raise NotFound
            return document
        found = self._documents.one({"bill_group": bill_group, "handle": handle})
        if found is None:
            raise NotFound
        return found.value

    def add(
        self,
        context: Context,
        document: Document,
        happenings: Sequence[Happening],
        result: View,
        *,
        key: IdempotencyKey | None = None,
    ) -> View:
        """Keep a new document. Raises AlreadyExists when its id, handle or number is taken."""
        added = self._documents.add(
            document,
            handle=document.id,
            bill_group=document.bill_group,
            context=context,
            happenings=happenings,
            result=result,
            key=key,
        )
        self._count(document)
        return added or result

    def answered(self, bill_group: str, key: IdempotencyKey) -> View | None:
        """What the request that came with ``key`` and added a document was answered, or None."""
        return self._documents.answered(key, bill_group=bill_group)

    def change(
        self,
        context: Context,
        document: Document,
        decide: Callable[[Document], Outcome[Document]],
        *,
        key: IdempotencyKey | None = None,
        event_id: str | None = None,
    ) -> View | None:
        """What ``decide`` makes of the document as it is now; ``key`` and ``event_id`` have one effect."""
        return self._documents.change(
            document.id,
            bill_group=document.bill_group,
            context=context,
            decide=decide,
            key=key,
            event_id=event_id,
        )

    def issue(
        self,
        context: Context,
        document: Document,
        numbering: Numbering,
        on: date,
        decide: Callable[[Document, Number], Outcome[Document]],
        *,
        key: IdempotencyKey | None = None,
    ) -> View:
        """What ``decide`` makes of the document with the next number of its series in ``numbering``.

        The number is tried in the very write that issues the document; when another was quicker, the next one
        is. So a writer that dies leaves no gap, and no two get the same.
        """
        series = numbering.series_on(on)
        sequence = self._last(series) + 1
        while True:
            number = numbering.number_on(on, sequence)
            try:
                result = self.change(context, document, _numbered(decide, number), key=key)
            except (AlreadyExists, DuplicateKeyError):
                sequence = max(sequence, self._last(series)) + 1
            else:
                assert result is not None
                # A repeated request answers with the number that it got the first time.
                self.note_number(numbering.read(result["number"]))
                return result

    def note_number(self, number: Number) -> None:
        """Remember that ``number`` is taken, as a hint where to go on: it may lag, but never runs ahead."""
        if number.series is not None:
            self._upsert(self._series, number.series, {"$max": {"last": number.sequence}})

    def next_number(self, numbering: Numbering, on: date) -> Number:
        """The number that a document would get that is issued now, if nobody else is quicker."""
        return numbering.number_on(on, self._last(numbering.series_on(on)) + 1)

    def walk(self, wanted: Wanted, order: Order, span: Span, at_once: int) -> Iterator[tuple[str, Summary]]:
        """The documents in ``span``, each with its place in ``order``, read as they are asked for."""
        rest: Span | None = span
        while rest is not None:
            found = self._page(wanted, order, rest, at_once)
            yield from (each for each in found if wanted.shows(each[1]))
            rest = behind(order, found[-1][0], rest) if len(found) == at_once else None
            at_once = max(at_once, min(2 * at_once, _MOST_AT_ONCE))

    def _page(self, wanted: Wanted, order: Order, span: Span, limit: int) -> list[tuple[str, Summary]]:
        field = f"listed.by.{order.by}"
        found = self._documents.collection.find(wanted.query(order, span), _LISTED)
        in_order = found.sort(field, -1 if order.descending else 1).limit(limit)
        return [(stored["listed"]["by"][order.by], summary_from(stored)) for stored in in_order]

    def open(self, bill_group: str) -> list[Summary]:
        """All documents on which something is still due."""
        query = {"bill_group": bill_group, "listed.as": "open"}
        return [summary_from(stored) for stored in self._documents.collection.find(query, _LISTED)]

    def credit_numbers(self, invoice: Document) -> dict[str, str]:
        """The numbers of the issued credit notes on ``invoice``, by their ids."""
        query = {"corrects": invoice.handle, "bill_group": invoice.bill_group, **_HAS_HANDLE}
        found = self._documents.collection.find(query, {"issue.number.text": 1})
        return {stored["_id"]: stored["issue"]["number"]["text"] for stored in found}

    def density(self, bill_group: str | None) -> Density | None:
        """About how many documents a bill group has (None: all have) and from when, or None if that is not known."""
        kept = self._groups.find_one({"_id": bill_group or _ALL_GROUPS})
        if kept is None:
            return None
        return Density(kept["count"], date.fromisoformat(kept["first"]), date.fromisoformat(kept["last"]))

    def _last(self, series: str) -> int:
        kept = self._series.find_one({"_id": series})
        return kept["last"] if kept else 0

    def _count(self, document: Document) -> None:
        day = (document.issue.created_on if document.issue else document.drafted_on).isoformat()
        change = {"$inc": {"count": 1}, "$min": {"first": day}, "$max": {"last": day}}
        for counted in (document.bill_group, _ALL_GROUPS):
            self._upsert(self._groups, counted, change)

    @staticmethod
    def _upsert(collection: Any, id_: str, change: dict[str, Any]) -> None:
        try:
            collection.update_one({"_id": id_}, change, upsert=True)
        except DuplicateKeyError:
            # Somebody else made it at this moment.
            collection.update_one({"_id": id_}, change)


def _numbered(
    decide: Callable[[Document, Number], Outcome[Document]], number: Number
) -> Callable[[Document], Outcome[Document]]:
    return lambda document: decide(document, number)

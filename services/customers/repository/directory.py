"""The list of customers, and finding them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.customers import documents
from services.customers.documents import Document
from services.customers.domain.bill_groups import BillGroup
from services.customers.domain.customers import Customer
from services.customers.repository.ranges import places
from shared.kernel import search
from shared.storage import Index, Store, Stored
from shared.storage.errors import DuplicateKeyError

# The mark bears the number of what customers are found by: with another number all are listed anew.
_COMPLETE = f"complete-{documents.FORM_OF_LISTED}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which customers are looked for, and their order: by ``created`` or by ``name``."""

    text: str = ""
    access: str | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    by_name: bool = False
    descending: bool = True

    @property
    def place(self) -> str:
        """The field that the list is sorted by."""
        return "by_name" if self.by_name else "created"


class Directory:
    """The list of customers: a copy, made anew after each change of a customer or of a bill group.

    It holds what is found and shown together in one document a customer, so that a page is a range of one index.
    """

    def __init__(self, store: Store) -> None:
        self._listed = store.collection(
            "directory",
            indexes=[
                Index(("created", 1)),
                Index(("by_name", 1)),
                Index(("access", 1), ("created", 1)),
                Index(("access", 1), ("by_name", 1)),
                # MongoDB sorts what was found where it is to come by name: one list of beginnings is big enough.
                Index(("beginnings", 1), ("created", 1)),
            ],
        )
        self._marks = store.collection("directory_marks")

    def put(self, customer: Stored[Customer], groups: Sequence[Stored[BillGroup]]) -> None:
        """List the customer as they are in these versions, unless later ones are listed already."""
        document = documents.listed(customer, groups)
        seen = self._listed.find_one({"_id": customer.handle}, {"stamp": 1})
        if seen is None:
            try:
                self._listed.insert_one(document)
            except DuplicateKeyError:
                # Somebody else was quicker, perhaps with an older copy.
                seen = {"stamp": 0}
        if seen is not None and seen["stamp"] < document["stamp"]:
            older = {"_id": customer.handle, "stamp": {"$lt": document["stamp"]}}
            self._listed.update_one(older, {"$set": document})

    def page(self, wanted: Wanted, *, limit: int, after: str | None) -> tuple[list[Document], str | None]:
        """The first ``limit``, or those behind the place ``after``; and behind which the next page begins."""
        query, place = _query(wanted, after), wanted.place
        # Beginnings and words are what is long in these documents.
        found = list(
            self._listed.find(query, {"beginnings": 0, "words": 0})
            .sort(place, -1 if wanted.descending else 1)
            .limit(limit + 1)
        )
        page = found[:limit]
        return page, page[-1][place] if len(found) > limit else None

    def is_complete(self) -> bool:
        """Whether all customers from before there was such a list have been put into it."""
        return self._marks.find_one({"_id": _COMPLETE}) is not None

    def mark_complete(self) -> None:
        """From now on ``is_complete``."""
        self._marks.update_one({"_id": _COMPLETE}, {"$set": {"complete": True}}, upsert=True)


def _query(wanted: Wanted, after: str | None) -> Document:
    """What the directory is asked. What picks the index comes first: the embedded store goes by that."""
    query: Document = {}
    longest, *others = search.wanted(wanted.text) or [""]
    if longest:
        query["beginnings"] = longest
    if wanted.access is not None:
        query["access"] = wanted.access
    if others:
        # Not `$all`, for which the embedded store reads everything: these are looked for in what was found.
        query["words"] = {"$regex": "(?s)" + "".join(f"(?=.*\\n{re.escape(each)})" for each in others)}
    beyond = {"before": after} if wanted.descending else {"behind": after}
    if wanted.by_name:
        query |= places("created", wanted.created_from, wanted.created_to)
        query |= places("by_name", None, None, **beyond)
    else:
        query |= places("created", wanted.created_from, wanted.created_to, **beyond)
    return query

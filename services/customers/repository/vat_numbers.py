"""What is known of VAT numbers: what VIES said of them, and whether invoices bear them.

It stands beside the bill groups and not in them: nobody's open form is outdated because VIES has answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from services.customers.documents import Document
from services.customers.domain.vat_checks import NOT_CHECKED, Lookup, VatCheck
from shared.storage import Index, Store


class VatNumbers:
    """One document a bill group."""

    def __init__(self, store: Store) -> None:
        self._known = store.collection("vat_numbers", indexes=[Index(("due_at", 1))])

    def checks(self, numbers: Iterable[tuple[str, str]]) -> dict[str, VatCheck]:
        """What VIES said, by bill group, of these VAT numbers: pairs of a bill group and its number now."""
        wanted = {bill_group: number for bill_group, number in numbers if number}
        if not wanted:
            return {}
        found = self._known.find({"_id": {"$in": sorted(wanted)}}, {"number": 1, "state": 1, "at": 1})
        return {
            document["_id"]: VatCheck(document.get("state", NOT_CHECKED.state), document.get("at"))
            for document in found
            if document.get("number") == wanted[document["_id"]]
        }

    def is_used(self, bill_group: str) -> bool:
        """Whether invoices were issued with a VAT number of this bill group."""
        return bool((self._known.find_one({"_id": bill_group}, {"used": 1}) or {}).get("used"))

    def mark_used(self, bill_group: str) -> None:
        """An invoice was issued with it."""
        self._known.update_one({"_id": bill_group}, {"$set": {"used": True}}, upsert=True)

    def ask_for(self, bill_group: str, number: str, now: datetime) -> None:
        """Have ``number`` looked up, unless that is under way or done."""
        fresh = {
            "number": number,
            "state": NOT_CHECKED.state,
            "at": None,
            "due_at": now,
            "attempts": 0,
        }
        known = self._known.find_one({"_id": bill_group}, {"number": 1}) or {}
        if known.get("number") != number:
            self._known.update_one({"_id": bill_group}, {"$set": fresh}, upsert=True)

    def due(self, now: datetime, limit: int) -> Iterator[Lookup]:
        """Some of the look-ups whose time has come."""
        for document in list(self._known.find({"due_at": {"$lte": now}}).limit(limit)):
            yield Lookup(document["_id"], document["number"], document["due_at"], document["attempts"])

    def claim(self, lookup: Lookup, until: datetime) -> Lookup | None:
        """The look-up, for one process alone until then; None where another was quicker."""
        taken = self._known.update_one(_as_read(lookup), {"$set": {"due_at": until}})
        if not taken.matched_count:
            return None
        return Lookup(lookup.bill_group, lookup.number, until, lookup.attempts)

    def save(self, lookup: Lookup, check: VatCheck, again_at: datetime | None) -> None:
        """What came of a look-up that was claimed, and when to try again, if at all."""
        told = {
            "state": check.state,
            "at": check.at,
            "due_at": again_at,
            "attempts": lookup.attempts + 1,
        }
        self._known.update_one(_as_read(lookup), {"$set": told})


def _as_read(lookup: Lookup) -> Document:
    return {"_id": lookup.bill_group, "number": lookup.number, "due_at": lookup.due_at}

"""The pictures of logos, also of former ones: issued documents still show those of their time."""

from __future__ import annotations

from collections.abc import Mapping

from services.customers.documents import Document
from shared.storage import Store


class Logos:
    """Pictures by a logo's version and form (``screen``, ``document``)."""

    def __init__(self, store: Store) -> None:
        self._logos = store.collection("logos")

    def keep(self, version: str, pictures: Mapping[str, Document]) -> None:
        """Keep a logo's pictures; the same ones again change nothing."""
        self._logos.update_one({"_id": version}, {"$setOnInsert": dict(pictures)}, upsert=True)

    def picture(self, version: str, form: str) -> Document | None:
        """``png``, ``width`` and ``height`` of a logo in this form."""
        found = self._logos.find_one({"_id": version}, {form: 1})
        return found[form] if found else None

"""Queries for products and plans."""

from __future__ import annotations

import re
from typing import Any, TypeVar

from services.subscriptions import cursors
from services.subscriptions.catalogue_documents import (
    Document,
    from_plan,
    from_product,
    to_plan,
    to_product,
)
from services.subscriptions.domain.plans import Plan, Product
from shared.kernel import search
from shared.storage import Aggregates, Index, Store

T = TypeVar("T", Product, Plan)
Page = tuple[list[T], str | None]

_BY_HANDLE = "handle"
_FOUND_BY = Index(("beginnings", 1), ("_id", 1))


class Catalogue:
    """Products and plans, by handle. They belong to no bill group."""

    def __init__(self, store: Store) -> None:
        self.products: Aggregates[Product] = store.aggregates(
            "products", from_product, to_product, indexes=[Index(("archived", 1), ("_id", 1)), _FOUND_BY]
        )
        self.plans: Aggregates[Plan] = store.aggregates(
            "plans",
            from_plan,
            to_plan,
            indexes=[Index(("archived", 1), ("_id", 1)), Index(("product", 1), ("_id", 1)), _FOUND_BY],
        )

    def product(self, handle: str) -> Product:
        """Raises NotFound."""
        return self.products.get(handle, bill_group=None).value

    def plan(self, handle: str) -> Plan:
        """Raises NotFound."""
        return self.plans.get(handle, bill_group=None).value

    def find_products(
        self, *, text: str, archived: bool | None, limit: int, cursor: str | None
    ) -> Page[Product]:
        """The first ``limit`` that are found by ``text``, or those behind ``cursor``; and the next page's cursor, if
        there is one.
        """
        return _page_by_handle(self.products, {**_found_by(text), **_archived(archived)}, limit, cursor)

    def find_plans(
        self, *, text: str, product: str | None, archived: bool | None, limit: int, cursor: str | None
    ) -> Page[Plan]:
        """As ``find_products``."""
        of_product = {} if product is None else {"product": product}
        wanted = {**of_product, **_found_by(text), **_archived(archived)}
        return _page_by_handle(self.plans, wanted, limit, cursor)

    def complete(self) -> None:
        """Let what was stored before there was a search be found, too."""
        _complete(self.products)
        _complete(self.plans)


def _complete(aggregates: Aggregates[T]) -> None:
    for stored in aggregates.find({"beginnings": {"$exists": False}}):
        state = from_product(stored.value) if isinstance(stored.value, Product) else from_plan(stored.value)
        found_by = {name: state[name] for name in ("beginnings", "words")}
        aggregates.collection.update_one(
            {"_id": stored.handle, "version": stored.version}, {"$set": found_by}
        )


def _found_by(text: str) -> Document:
    """The condition that all words of ``text`` begin a word of what is looked for. The longest chooses the index."""
    longest, *others = search.wanted(text) or [""]
    wanted: dict[str, Any] = {"beginnings": longest} if longest else {}
    if others:
        # Not `$all`, for which the embedded store reads everything: these are looked for in what was found.
        wanted["words"] = {"$regex": "(?s)" + "".join(f"(?=.*\\n{re.escape(each)})" for each in others)}
    return wanted


def _archived(archived: bool | None) -> Document:
    """The condition that things are archived, or are not; what is older than archiving says nothing about it."""
    if archived is None:
        return {}
    return {"archived": True if archived else {"$in": [False, None]}}


def _page_by_handle(aggregates: Aggregates[T], wanted: Document, limit: int, cursor: str | None) -> Page[T]:
    if cursor is not None:
        (behind,) = cursors.read(_BY_HANDLE, 1, cursor)
        wanted = {**wanted, "_id": {"$gt": behind}}
    found = aggregates.find(wanted, sort=[("_id", 1)], limit=limit + 1)
    page = [stored.value for stored in found[:limit]]
    return page, cursors.write(_BY_HANDLE, [found[limit - 1].handle]) if len(found) > limit else None

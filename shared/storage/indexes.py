"""Indexes, declared beside the queries that need them and created when a service starts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pymongo import IndexModel
from pymongo.collection import Collection


class Index:
    """One index: its keys with their directions (1 or -1), and what makes it special.

    ``partial`` is a filter: only documents that match it are indexed. ``expire_after`` seconds after the moment in
    its only key a document is removed. A ``unique`` index is how an invariant over documents is kept.
    """

    def __init__(
        self,
        *keys: tuple[str, int],
        unique: bool = False,
        sparse: bool = False,
        partial: Mapping[str, Any] | None = None,
        expire_after: int | None = None,
    ) -> None:
        options: dict[str, Any] = {}
        if unique:
            options["unique"] = True
        if sparse:
            options["sparse"] = True
        if partial is not None:
            options["partialFilterExpression"] = dict(partial)
        if expire_after is not None:
            options["expireAfterSeconds"] = expire_after
        self.model = IndexModel(list(keys), **options)


def create(collection: Collection[dict[str, Any]], indexes: Iterable[Index]) -> None:
    """Make sure that ``collection`` has ``indexes``; those that exist already are left as they are."""
    models = [index.model for index in indexes]
    if models:
        collection.create_indexes(models)

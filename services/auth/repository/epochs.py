"""The epoch of access: a number that grows with whatever may change who may enter what."""

from __future__ import annotations

from shared.storage import Store

_ACCESS = "access"


class Epochs:
    """One document, changed by single updates."""

    def __init__(self, store: Store) -> None:
        self._epochs = store.collection("epochs")

    def current(self) -> int:
        """The present epoch; 0 before anything has happened."""
        document = self._epochs.find_one({"_id": _ACCESS})
        return 0 if document is None else int(document["number"])

    def begin_next(self) -> None:
        """Begin another one. Once too often does no harm."""
        self._epochs.update_one({"_id": _ACCESS}, {"$inc": {"number": 1}}, upsert=True)

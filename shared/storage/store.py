"""A service's database."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC
from typing import Any, TypeVar

import pymongo
from bson.codec_options import CodecOptions
from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.database import Database

from shared.contracts.base import Contract
from shared.storage.aggregates import Aggregates
from shared.storage.indexes import Index, create
from shared.storage.outbox import Backlog, Outbox
from shared.telemetry import traces

T = TypeVar("T")
Document = dict[str, Any]

# So many documents with waiting events are counted; that there are more is bad enough to know.
_MOST_COUNTED = 1_000


def connect(uri: str) -> MongoClient[Document]:
    """A client whose writes are acknowledged by a majority, with journal, and that gives up within seconds."""
    listeners: list[Any] = []
    if traces.are_on():
        from shared.storage.traced import TracedCommands

        listeners.append(TracedCommands())
    return MongoClient(
        uri,
        w="majority",
        journal=True,
        serverSelectionTimeoutMS=3_000,
        connectTimeoutMS=3_000,
        socketTimeoutMS=20_000,
        appname="portico",
        event_listeners=listeners,
    )


class Store:
    """The database of one service, and all that is made in it.

    ``wake_relay`` is called after each write that left an event in an outbox.
    """

    def __init__(self, database: Database[Document], contract: Contract) -> None:
        self.database: Database[Document] = database.with_options(CodecOptions(tz_aware=True, tzinfo=UTC))
        self.outboxes: list[Outbox] = []
        self.wake_relay: Callable[[], None] = lambda: None
        self._contract = contract

    def aggregates(
        self,
        name: str,
        to_document: Callable[[T], Document],
        from_document: Callable[[Document], T],
        *,
        indexes: Iterable[Index] = (),
        schema: int = 1,
    ) -> Aggregates[T]:
        """The aggregates in collection ``name``; their events are relayed."""
        made = Aggregates(
            self.database[name],
            self._contract,
            to_document,
            from_document,
            indexes=indexes,
            schema=schema,
            wake_relay=lambda: self.wake_relay(),
        )
        self.outboxes.append(Outbox(made.collection))
        return made

    def collection(self, name: str, *, indexes: Iterable[Index] = ()) -> Collection[Document]:
        """A plain collection, for what is no aggregate."""
        made = self.database[name]
        create(made, indexes)
        return made

    def backlog(self, seconds: float) -> Backlog:
        """What waits to be published, counted within ``seconds``. Raises as ``ping`` does."""
        with pymongo.timeout(seconds):
            self.ping()
            return sum((outbox.backlog(_MOST_COUNTED) for outbox in self.outboxes), Backlog())

    def ping(self) -> None:
        """Raises one of ``shared.storage.errors.STORE_AWAY`` where the store does not answer."""
        self.database.command("ping")

"""Aggregates: state, version, events to publish and answers to repeated requests, in one document and one write."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar

from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from shared.contracts.base import Contract
from shared.kernel.clock import utc_now
from shared.kernel.context import Context
from shared.kernel.errors import DomainError, Kind, NotFound, Stale
from shared.kernel.happening import Happening, IdempotencyKey
from shared.storage import answers, envelopes, outbox
from shared.storage.indexes import Index, create

T = TypeVar("T")
Document = dict[str, Any]
Result = dict[str, Any]

# These belong to storage; all other fields of a document are the aggregate's state.
_OURS = frozenset(
    {"_id", "bill_group", "version", "schema", "outbox", "outbox_at", "answers", "seen", "created"}
)
_WRITES_TRIED = 20
_SEEN_KEPT = timedelta(days=90)
INDEXES = (
    outbox.INDEX,
    Index(("bill_group", 1), ("created.key", 1), unique=True, partial={"created.key": {"$exists": True}}),
    Index(("created.event_id", 1), unique=True, partial={"created.event_id": {"$exists": True}}),
)


class AlreadyExists(Exception):
    """The handle, or what another unique index guards, is taken."""


@dataclass(frozen=True, slots=True)
class Stored(Generic[T]):
    """An aggregate as it was read."""

    handle: str
    value: T
    version: int


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What the domain decided: the aggregate as it is from now on, what happened, and what to answer."""

    value: T
    happenings: Sequence[Happening] = ()
    result: Result | None = None


class Aggregates(Generic[T]):
    """One collection of aggregates. ``to_document`` gives all state fields, ``from_document`` takes a document."""

    def __init__(
        self,
        collection: Collection[Document],
        contract: Contract,
        to_document: Callable[[T], Document],
        from_document: Callable[[Document], T],
        *,
        indexes: Iterable[Index] = (),
        schema: int = 1,
        wake_relay: Callable[[], None] = lambda: None,
    ) -> None:
        self.collection = collection
        self._contract = contract
        self._to_document = to_document
        self._from_document = from_document
        self._schema = schema
        self._wake_relay = wake_relay
        create(collection, (*INDEXES, *indexes))

    def get(self, handle: str, *, bill_group: str | None) -> Stored[T]:
        """The aggregate ``handle`` of ``bill_group``. Raises NotFound. None only for what belongs to no bill group."""
        return self._stored(self._load(handle, bill_group))

    def one(self, wanted: Mapping[str, Any]) -> Stored[T] | None:
        """An aggregate that matches ``wanted``, or None."""
        document = self.collection.find_one(dict(wanted), _STATE_ONLY)
        return None if document is None else self._stored(document)

    def find(
        self,
        wanted: Mapping[str, Any],
        *,
        sort: Sequence[tuple[str, int]] = (),
        limit: int = 0,
        hint: Sequence[tuple[str, int]] | None = None,
    ) -> list[Stored[T]]:
        """The aggregates that match ``wanted``, at most ``limit`` (0: all)."""
        cursor = self.collection.find(dict(wanted), _STATE_ONLY)
        if sort:
            cursor = cursor.sort(list(sort))
        if hint:
            cursor = cursor.hint(list(hint))
        return [self._stored(document) for document in cursor.limit(limit)]

    def add(
        self,
        value: T,
        *,
        handle: str,
        bill_group: str,
        context: Context,
        happenings: Sequence[Happening] = (),
        result: Result | None = None,
        key: IdempotencyKey | None = None,
        event_id: str | None = None,
    ) -> Result | None:
        """Insert a new aggregate and answer ``result``.

        With ``key`` a repetition answers the first result; with ``event_id`` it does nothing and answers None.
        Raises AlreadyExists, and DomainError ``key_used_for_something_else``.
        """
        now = utc_now()
        document: Document = {
            **self._to_document(value),
            "_id": handle,
            "bill_group": bill_group,
            "version": 1,
            "schema": self._schema,
            "outbox": [envelopes.wrap(self._contract, happening, context, 1) for happening in happenings],
            "answers": [answers.record(self._contract, key, result, now)] if key else [],
            "seen": [{"event_id": event_id, "at": now}] if event_id else [],
            "created": {"at": now},
        }
        if key:
            document["created"]["key"] = key.value
        if event_id:
            document["created"]["event_id"] = event_id
        if happenings:
            document["outbox_at"] = now
        try:
            self.collection.insert_one(document)
        except DuplicateKeyError as error:
            return self._answer_of_first(error, handle, bill_group, key, event_id)
        if happenings:
            self._wake_relay()
        return result

    def answered(self, key: IdempotencyKey, *, bill_group: str) -> Result | None:
        """What an ``add`` with ``key`` was answered before, or None: for those who find a reason to refuse it by now.

        Raises DomainError ``key_used_for_something_else``.
        """
        made = {"bill_group": bill_group, "created.key": key.value}
        first = self.collection.find_one(made, {"answers": 1})
        return answers.find(first["answers"], key) if first else None

    def change(
        self,
        handle: str,
        *,
        bill_group: str | None,
        context: Context,
        decide: Callable[[T], Outcome[T]],
        key: IdempotencyKey | None = None,
        event_id: str | None = None,
        expect_version: int | None = None,
    ) -> Result | None:
        """Load, let ``decide`` say what becomes of the aggregate, and save all of it in one write.

        ``decide`` is pure: it is asked again when somebody else was quicker. ``key`` and ``event_id`` as in ``add``.
        Raises NotFound, Stale when the version is not ``expect_version``, DomainError ``busy`` when others were
        quicker each time, and what ``decide`` raises.
        """
        for _ in range(_WRITES_TRIED):
            document = self._load(handle, bill_group, whole=True)
            if key:
                answered = answers.find(document["answers"], key)
                if answered is not None:
                    return answered
            if event_id and any(seen["event_id"] == event_id for seen in document["seen"]):
                return None
            if expect_version is not None and document["version"] != expect_version:
                raise Stale(version=document["version"])
            outcome = decide(self._from_document(document))
            if self._write(document, outcome, context, key, event_id):
                return outcome.result
        raise DomainError("busy", Kind.RETRY)

    def _write(
        self,
        document: Document,
        outcome: Outcome[T],
        context: Context,
        key: IdempotencyKey | None,
        event_id: str | None,
    ) -> bool:
        now = utc_now()
        version = document["version"] + 1
        state = self._to_document(outcome.value)
        unchanged = all(document.get(name) == value for name, value in state.items())
        if unchanged and not outcome.happenings and not key and not event_id:
            return True
        kept = answers.kept(document["answers"], now)
        if key:
            if len(kept) >= answers.MOST_KEPT:
                raise DomainError("busy", Kind.RETRY)
            kept = [*kept, answers.record(self._contract, key, outcome.result, now)]
        seen = [entry for entry in document["seen"] if now - entry["at"] < _SEEN_KEPT]
        if event_id:
            seen = [*seen, {"event_id": event_id, "at": now}]
        update: Document = {
            "$set": {**state, "schema": self._schema, "answers": kept, "seen": seen},
            "$inc": {"version": 1},
        }
        gone = document.keys() - state.keys() - _OURS
        if gone:
            update["$unset"] = dict.fromkeys(gone, "")
        if outcome.happenings:
            wrapped = [
                envelopes.wrap(self._contract, happening, context, version)
                for happening in outcome.happenings
            ]
            update["$push"] = {"outbox": {"$each": wrapped}}
            update["$set"]["outbox_at"] = now
        same = {"_id": document["_id"], "version": document["version"]}
        if not self.collection.update_one(same, update).matched_count:
            return False
        if outcome.happenings:
            self._wake_relay()
        return True

    def _answer_of_first(
        self,
        error: DuplicateKeyError,
        handle: str,
        bill_group: str,
        key: IdempotencyKey | None,
        event_id: str | None,
    ) -> Result | None:
        if key:
            made = {"bill_group": bill_group, "created.key": key.value}
            # By handle first: on the embedded store a partial index is read slowly.
            first = self.collection.find_one({"_id": handle, **made}, {"answers": 1})
            first = first or self.collection.find_one(made, {"answers": 1})
            if first is not None:
                answered = answers.find(first["answers"], key)
                if answered is not None:
                    return answered
                if first["_id"] != handle:
                    # The key made something more than a day ago; what was answered then is not kept any more.
                    raise DomainError("key_used_for_something_else") from error
        if event_id and self.collection.find_one({"created.event_id": event_id}, {"_id": 1}):
            return None
        raise AlreadyExists(handle) from error

    def _load(self, handle: str, bill_group: str | None, *, whole: bool = False) -> Document:
        # The handle comes first: the embedded store picks its index by the first field.
        wanted = {"_id": handle} if bill_group is None else {"_id": handle, "bill_group": bill_group}
        document = self.collection.find_one(wanted, None if whole else _STATE_ONLY)
        if document is None:
            raise NotFound
        return document

    def _stored(self, document: Document) -> Stored[T]:
        return Stored(document["_id"], self._from_document(document), document["version"])


_STATE_ONLY = {"outbox": 0, "outbox_at": 0, "answers": 0, "seen": 0, "created": 0}

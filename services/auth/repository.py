"""The auth service's documents: challenges, sessions, API keys and counters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import Any, TypeVar

from services.auth.domain.api_keys import ApiKey
from services.auth.domain.challenges import MOST_TRIES, VALID_FOR, Challenge, Way
from services.auth.domain.limits import Limit
from services.auth.domain.sessions import LONGEST, Session
from shared.kernel.context import Context
from shared.kernel.happening import Happening, IdempotencyKey
from shared.storage import AlreadyExists, Index, Outcome, Store, Stored
from shared.storage.errors import DuplicateKeyError

Document = dict[str, Any]
T = TypeVar("T")

# A challenge or session that is over is kept for a while, so that its page can say what became of it.
_KEPT = timedelta(days=1)


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())


def _reader(kind: type[T]) -> Callable[[Document], T]:
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    # What an older version wrote lacks what was added since: then the default holds.
    return lambda document: kind(**{name: document[name] for name in names if name in document})


class Challenges:
    """Challenges belong to no bill group: until the code was right, nobody is in one."""

    def __init__(self, store: Store) -> None:
        self._challenges = store.aggregates(
            "challenges",
            _from_challenge,
            _to_challenge,
            indexes=[Index(("sent_at", 1), expire_after=_seconds(VALID_FOR + _KEPT))],
        )

    def get(self, handle: str) -> Challenge:
        """Raises NotFound."""
        return self._challenges.get(handle, bill_group=None).value

    def find(self, handle: str) -> Challenge | None:
        """The challenge, or None."""
        stored = self._challenges.one({"_id": handle})
        return None if stored is None else stored.value

    def add(
        self, handle: str, challenge: Challenge, context: Context, happenings: Sequence[Happening]
    ) -> bool:
        """Insert the challenge; False when there is one already."""
        try:
            self._challenges.add(
                challenge, handle=handle, bill_group="", context=context, happenings=happenings
            )
        except AlreadyExists:
            return False
        return True

    def change(
        self, handle: str, context: Context, decide: Callable[[Challenge], Outcome[Challenge]]
    ) -> dict[str, Any]:
        """Let ``decide`` say what becomes of the challenge; its result. Raises what it raises, and NotFound."""
        return self._challenges.change(handle, bill_group=None, context=context, decide=decide) or {}

    def count_try(self, handle: str, code_hash: str) -> bool:
        """Count one try at this very code; False when none is left, it was used, or another replaced it."""
        bearable = {"_id": handle, "code_hash": code_hash, "used_at": None, "tries": {"$lt": MOST_TRIES}}
        counted = {"$inc": {"tries": 1, "version": 1}}
        return self._challenges.collection.update_one(bearable, counted).modified_count == 1

    def use(self, handle: str, code_hash: str, now: datetime) -> bool:
        """Use this very code up; False when it was already, or was replaced by another."""
        unused = {"_id": handle, "code_hash": code_hash, "used_at": None}
        used = {"$set": {"used_at": now}, "$inc": {"version": 1}}
        return self._challenges.collection.update_one(unused, used).modified_count == 1


def _from_challenge(challenge: Challenge) -> Document:
    return {**asdict(challenge), "ways": [way.value for way in challenge.ways]}


_read_challenge = _reader(Challenge)


def _to_challenge(document: Document) -> Challenge:
    ways = tuple(Way(way) for way in document.get("ways", [Way.CODE]))
    return _read_challenge({**document, "ways": ways})


class Sessions:
    """Sessions, found by the hash of their token or within their bill group."""

    def __init__(self, store: Store) -> None:
        self._sessions = store.aggregates(
            "sessions",
            asdict,
            _reader(Session),
            indexes=[
                Index(("bill_group", 1), ("created_at", -1)),
                Index(("customer", 1), ("created_at", -1)),
                Index(("created_at", 1), expire_after=_seconds(LONGEST + _KEPT)),
            ],
        )

    def add(self, handle: str, session: Session, context: Context) -> None:
        """Insert a new session."""
        self._sessions.add(
            session,
            handle=handle,
            bill_group=session.bill_group,
            context=context,
            happenings=[session.started()],
        )

    def find(self, handle: str) -> Session | None:
        """The session of a token's hash, or None."""
        stored = self._sessions.one({"_id": handle})
        return None if stored is None else stored.value

    def of_bill_group(self, bill_group: str, now: datetime) -> list[Stored[Session]]:
        """The bill group's sessions that may still be open, the latest first."""
        return self._recent({"bill_group": bill_group}, now)

    def of_customer(self, customer: str, now: datetime) -> list[Stored[Session]]:
        """The customer's sessions that may still be open, the latest first."""
        return self._recent({"customer": customer}, now)

    def change(
        self,
        handle: str,
        context: Context,
        decide: Callable[[Session], Outcome[Session]],
        *,
        bill_group: str,
        key: IdempotencyKey | None = None,
    ) -> None:
        """Let ``decide`` say what becomes of the session. Raises NotFound."""
        self._sessions.change(handle, bill_group=bill_group, context=context, decide=decide, key=key)

    def note_seen(self, handle: str, session: Session) -> None:
        """Write down when the session was last used, unless somebody else has, or it was ended."""
        older = {"_id": handle, "ended_at": None, "last_seen_at": {"$lt": session.last_seen_at}}
        self._sessions.collection.update_one(older, {"$set": {"last_seen_at": session.last_seen_at}})

    def _recent(self, whose: Document, now: datetime) -> list[Stored[Session]]:
        recent = {**whose, "created_at": {"$gt": now - LONGEST}, "ended_at": None}
        return self._sessions.find(recent, sort=[("created_at", -1)])


class ApiKeys:
    """API keys belong to the merchant, and so to no bill group. None is ever removed: what it did bears its handle."""

    def __init__(self, store: Store) -> None:
        self._keys = store.aggregates(
            "api_keys", _from_api_key, _to_api_key, indexes=[Index(("created_at", -1), ("_id", -1))]
        )

    def add(
        self,
        handle: str,
        api_key: ApiKey,
        context: Context,
        *,
        result: dict[str, Any],
        key: IdempotencyKey,
    ) -> dict[str, Any]:
        """Insert a new key; ``result``, or what was answered the first time that ``key`` was used."""
        return (
            self._keys.add(
                api_key,
                handle=handle,
                bill_group="",
                context=context,
                happenings=[api_key.created(handle)],
                result=result,
                key=key,
            )
            or {}
        )

    def find(self, handle: str) -> ApiKey | None:
        """The key, or None."""
        stored = self._keys.one({"_id": handle})
        return None if stored is None else stored.value

    def change(
        self,
        handle: str,
        context: Context,
        decide: Callable[[ApiKey], Outcome[ApiKey]],
        *,
        key: IdempotencyKey | None = None,
    ) -> dict[str, Any]:
        """Let ``decide`` say what becomes of the key; its result. Raises what it raises, and NotFound."""
        return self._keys.change(handle, bill_group=None, context=context, decide=decide, key=key) or {}

    def page(self, limit: int, after: tuple[datetime, str] | None) -> list[Stored[ApiKey]]:
        """The newest ``limit`` keys, or those behind the one that ``after`` names by its creation and handle."""
        wanted: Document = {}
        if after:
            created_at, handle = after
            # The first condition bounds the range of the index; the second leaves out what was shown.
            wanted["created_at"] = {"$lte": created_at}
            wanted["$or"] = [{"created_at": {"$lt": created_at}}, {"_id": {"$lt": handle}}]
        return self._keys.find(wanted, sort=[("created_at", -1), ("_id", -1)], limit=limit)


_read_api_key = _reader(ApiKey)


def _from_api_key(api_key: ApiKey) -> Document:
    return {**asdict(api_key), "scopes": list(api_key.scopes)}


def _to_api_key(document: Document) -> ApiKey:
    return _read_api_key({**document, "scopes": tuple(document["scopes"])})


class Counters:
    """How often something happened in a limit's window: a document each, changed by single updates."""

    def __init__(self, store: Store) -> None:
        self._counters = store.collection("counters", indexes=[Index(("ends_at", 1), expire_after=0)])

    def take(self, limit: Limit, who: str, now: datetime, *, times: int = 1) -> bool:
        """Count one more; False, and nothing counted, when ``limit`` is reached. Parallel calls all count.

        With 0 ``times`` nothing is counted, but the store has the same to do.
        """
        below = {"_id": _counter(limit, who, now), "count": {"$lt": limit.most}}
        more: Document = {"$inc": {"count": times}}
        if self._counters.update_one(below, more).matched_count:
            return True
        # There is no counter yet, or it is full, or another call has just made it. In the latter two cases
        # inserting it fails, and a plain update has the last word.
        first = {**more, "$setOnInsert": {"ends_at": limit.window_end(now)}}
        try:
            self._counters.update_one(below, first, upsert=True)
        except DuplicateKeyError:
            return self._counters.update_one(below, more).matched_count == 1
        return True

    def give_back(self, limit: Limit, who: str, now: datetime) -> None:
        """Undo one ``take`` that was made at ``now``."""
        self._counters.update_one({"_id": _counter(limit, who, now)}, {"$inc": {"count": -1}})

    def is_full(self, limit: Limit, who: str, now: datetime) -> bool:
        """Whether ``limit`` is reached."""
        counter = self._counters.find_one({"_id": _counter(limit, who, now)}, {"count": 1})
        return counter is not None and counter["count"] >= limit.most


def _counter(limit: Limit, who: str, now: datetime) -> str:
    return f"{limit.name} {who} {limit.window_start(now).isoformat()}"

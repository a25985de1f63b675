"""Sessions, open and ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from services.auth.domain.sessions import LONGEST, Session
from services.auth.repository.documents import KEPT, Document, reader, seconds
from shared.kernel.context import Context
from shared.kernel.happening import IdempotencyKey
from shared.storage import Index, Outcome, Store, Stored

# Sessions from before there were epochs.
_UNKNOWN: Document = {"ways_epoch": {"$exists": False}}


class Sessions:
    """Sessions, found by the hash of their token or within their bill group."""

    def __init__(self, store: Store) -> None:
        self._sessions = store.aggregates(
            "sessions",
            asdict,
            reader(Session),
            indexes=[
                Index(("bill_group", 1), ("created_at", -1)),
                Index(("customer", 1), ("created_at", -1)),
                Index(("created_at", 1), expire_after=seconds(LONGEST + KEPT)),
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

    def of_id(self, bill_group: str, id_: str) -> Stored[Session] | None:
        """The bill group's session of this public id, open or not; None where there is none."""
        return self._sessions.one({"bill_group": bill_group, "id": id_})

    def of_bill_group(self, bill_group: str, now: datetime) -> list[Stored[Session]]:
        """The bill group's sessions that may still be open, the latest first."""
        return self._recent({"bill_group": bill_group}, now)

    def of_customer(self, customer: str, now: datetime) -> list[Stored[Session]]:
        """The customer's sessions that may still be open, the latest first."""
        return self._recent({"customer": customer}, now)

    def of_all(self, now: datetime) -> list[Stored[Session]]:
        """All sessions that may still be open, the latest first."""
        return self._recent({}, now)

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

    def note_ways(self, handle: str, session: Session) -> None:
        """Write down whether whoever is in the session may switch, unless somebody has for a later epoch."""
        older = {
            "_id": handle,
            "ended_at": None,
            "$or": [{"ways_epoch": {"$lt": session.ways_epoch}}, _UNKNOWN],
        }
        known = {"may_switch": session.may_switch, "ways_epoch": session.ways_epoch}
        self._sessions.collection.update_one(older, {"$set": known})

    def _recent(self, whose: Document, now: datetime) -> list[Stored[Session]]:
        recent = {**whose, "created_at": {"$gt": now - LONGEST}, "ended_at": None}
        return self._sessions.find(recent, sort=[("created_at", -1)])

"""The merchant's own people, who of them owns the installation, and their sessions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from services.auth.domain.second_factor import SecondFactor
from services.auth.domain.staff import Role, StaffMember
from services.auth.domain.staff_sessions import LONGEST, StaffSession
from services.auth.repository.documents import KEPT, NEWEST_FIRST, Document, newest_behind, reader, seconds
from shared.kernel.context import Context
from shared.kernel.errors import DomainError
from shared.kernel.happening import Happening, IdempotencyKey
from shared.storage import AlreadyExists, Index, Outcome, Store, Stored
from shared.storage.errors import DuplicateKeyError

_OWNERS = "owners"


class Staff:
    """Staff are the merchant's, and so of no bill group. Nobody is ever removed: what they did bears their handle."""

    def __init__(self, store: Store) -> None:
        self._members = store.aggregates(
            "staff",
            _from_member,
            _to_member,
            indexes=[
                # No two with one address. Of a first owner who is still to come there is none.
                Index(("address", 1), unique=True, partial={"address": {"$exists": True}}),
                Index(("link_hash", 1), partial={"link_hash": {"$exists": True}}),
                Index(*NEWEST_FIRST),
            ],
        )
        self._owners = store.collection("staff_owners")

    def add(
        self,
        handle: str,
        member: StaffMember,
        context: Context,
        happenings: Sequence[Happening] = (),
        *,
        result: dict[str, Any] | None = None,
        key: IdempotencyKey | None = None,
    ) -> dict[str, Any]:
        """Insert somebody new; ``result``, or what was answered first. Raises DomainError ``email_taken``."""
        try:
            answer = self._members.add(
                member,
                handle=handle,
                bill_group="",
                context=context,
                happenings=happenings,
                result=result,
                key=key,
            )
        except AlreadyExists as error:
            raise DomainError("email_taken") from error
        return answer or {}

    def find(self, handle: str) -> StaffMember | None:
        """Somebody, or None."""
        stored = self._members.one({"_id": handle})
        return None if stored is None else stored.value

    def of_address(self, address: str) -> Stored[StaffMember] | None:
        """Whoever has this normalised address."""
        return self._members.one({"address": address})

    def of_link(self, link_hash: str) -> Stored[StaffMember] | None:
        """Whoever has a set-up link with this hash."""
        return self._members.one({"link_hash": link_hash})

    def change(
        self,
        handle: str,
        context: Context,
        decide: Callable[[StaffMember], Outcome[StaffMember]],
        *,
        key: IdempotencyKey | None = None,
    ) -> dict[str, Any]:
        """Let ``decide`` say what becomes of somebody; its result.

        Raises what it raises, NotFound, and DomainError ``email_taken``.
        """
        try:
            return (
                self._members.change(handle, bill_group=None, context=context, decide=decide, key=key) or {}
            )
        except DuplicateKeyError as error:
            raise DomainError("email_taken") from error

    def page(self, limit: int, after: tuple[datetime, str] | None) -> list[Stored[StaffMember]]:
        """The newest ``limit`` of the staff, or those behind the one that ``after`` names."""
        return self._members.find(newest_behind(after), sort=NEWEST_FIRST, limit=limit)

    def named(self, handles: Sequence[str]) -> list[Stored[StaffMember]]:
        """Those of ``handles`` who are of the staff."""
        return self._members.find({"_id": {"$in": list(handles)}}) if handles else []

    def has_owner(self) -> bool:
        """Whether somebody active owns the installation."""
        document = self._owners.find_one({"_id": _OWNERS})
        return document is not None and bool(document["handles"])

    def note_owner(self, handle: str) -> None:
        """From now on they count as an owner."""
        self._owners.update_one({"_id": _OWNERS}, {"$addToSet": {"handles": handle}}, upsert=True)

    def drop_owner(self, handle: str) -> bool:
        """They count as an owner no more; False, and nothing changed, where there is no other one.

        One document has all owners, so that two who take it from each other at the same moment can't both succeed.
        """
        others = {"_id": _OWNERS, "handles": {"$elemMatch": {"$ne": handle}}}
        return self._owners.update_one(others, {"$pull": {"handles": handle}}).matched_count == 1


class StaffSessions:
    """Sessions of the staff, found by the hash of their token or by whose they are."""

    def __init__(self, store: Store) -> None:
        self._sessions = store.aggregates(
            "staff_sessions",
            asdict,
            reader(StaffSession),
            indexes=[
                Index(("staff", 1), ("created_at", -1)),
                Index(("created_at", 1), expire_after=seconds(LONGEST + KEPT)),
            ],
        )

    def add(self, handle: str, session: StaffSession, context: Context) -> None:
        """Insert a new session."""
        self._sessions.add(
            session, handle=handle, bill_group="", context=context, happenings=[session.started()]
        )

    def find(self, handle: str) -> StaffSession | None:
        """The session of a token's hash, or None."""
        stored = self._sessions.one({"_id": handle})
        return None if stored is None else stored.value

    def of_staff(self, staff: str, now: datetime) -> list[Stored[StaffSession]]:
        """Somebody's sessions that may still be open, the latest first."""
        recent: Document = {"staff": staff, "created_at": {"$gt": now - LONGEST}, "ended_at": None}
        return self._sessions.find(recent, sort=[("created_at", -1)])

    def change(
        self,
        handle: str,
        context: Context,
        decide: Callable[[StaffSession], Outcome[StaffSession]],
        *,
        key: IdempotencyKey | None = None,
    ) -> None:
        """Let ``decide`` say what becomes of the session. Raises NotFound."""
        self._sessions.change(handle, bill_group=None, context=context, decide=decide, key=key)

    def note_seen(self, handle: str, session: StaffSession) -> None:
        """Write down when the session was last used, unless somebody else has, or it was ended."""
        older = {"_id": handle, "ended_at": None, "last_seen_at": {"$lt": session.last_seen_at}}
        self._sessions.collection.update_one(older, {"$set": {"last_seen_at": session.last_seen_at}})


class StaffEntries:
    """Where a password was right and the second factor is still to be shown: a document each, gone by itself."""

    def __init__(self, store: Store) -> None:
        self._entries = store.collection("staff_entries", indexes=[Index(("expires_at", 1), expire_after=0)])

    def add(self, handle: str, staff: str, expires_at: datetime) -> None:
        """One more."""
        self._entries.insert_one({"_id": handle, "staff": staff, "expires_at": expires_at, "tries": 0})

    def count_try(self, handle: str, now: datetime, most: int) -> str | None:
        """Whose entry it is, with one more try counted; None where it is over, or there were ``most`` tries."""
        open_ = {"_id": handle, "expires_at": {"$gt": now}, "tries": {"$lt": most}}
        if not self._entries.update_one(open_, {"$inc": {"tries": 1}}).matched_count:
            return None
        document = self._entries.find_one({"_id": handle})
        return None if document is None else str(document["staff"])

    def use(self, handle: str) -> bool:
        """Use it up; False where somebody else just has."""
        return self._entries.delete_one({"_id": handle}).deleted_count == 1


# Left out where they are empty, so that the indexes know only those who have one.
_OPTIONAL = ("address", "link_hash")
_read_member = reader(StaffMember)
_read_second_factor = reader(SecondFactor)


def _from_member(member: StaffMember) -> Document:
    document = {**asdict(member), "role": member.role.value}
    factor = document["second_factor"]
    factor["recovery_hashes"] = list(factor["recovery_hashes"])
    return {name: value for name, value in document.items() if value or name not in _OPTIONAL}


def _to_member(document: Document) -> StaffMember:
    missing = dict.fromkeys(_OPTIONAL, "")
    factor = document.get("second_factor", {})
    hashes = tuple(factor.get("recovery_hashes", ()))
    second_factor = _read_second_factor({**factor, "recovery_hashes": hashes})
    return _read_member(
        {**missing, **document, "role": Role(document["role"]), "second_factor": second_factor}
    )

"""Sessions of the staff: opened once somebody has shown who they are, looked at for each page, and ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from services.auth.domain.sessions import Reason
from services.auth.domain.staff import StaffMember
from services.auth.domain.staff_sessions import StaffSession
from services.auth.repository import Staff, StaffSessions
from services.auth.secrecy import Secrecy
from services.auth.staff_views import staff_session_view
from services.auth.views import open_session
from shared.kernel.clock import Clock
from shared.kernel.context import Context, Principal, PrincipalKind
from shared.kernel.errors import DomainError, NotFound
from shared.kernel.happening import IdempotencyKey
from shared.kernel.ids import new_handle, new_token
from shared.storage import Outcome, Stored


class StaffSessionDesk:
    """All that is done with sessions of the staff."""

    def __init__(self, staff: Staff, sessions: StaffSessions, secrecy: Secrecy, clock: Clock) -> None:
        self._staff = staff
        self._sessions = sessions
        self._secrecy = secrecy
        self._clock = clock

    def open_session(self, context: Context, handle: str, *, way: str, now: datetime) -> dict[str, Any]:
        """A new session of somebody with a new token, which stands in the answer and nowhere else."""
        member = self._staff.find(handle)
        if member is None:
            raise NotFound
        token = new_token()
        session = StaffSession(
            id=new_handle("session"),
            staff=handle,
            way=way,
            address=context.address,
            user_agent=context.user_agent,
            created_at=now,
            last_seen_at=now,
        )
        self._sessions.add(
            self._secrecy.staff_session_handle(token), session, as_staff(context, handle, session.id)
        )
        return {"token": token, "session": staff_session_view(session, member)}

    def get_staff_session(self, *, token: str) -> dict[str, Any]:
        """The session that ``token`` opens, which thereby was used. Raises DomainError ``no_session``."""
        now = self._clock.now()
        handle = self._secrecy.staff_session_handle(token)
        session, member = self._open(handle, now)
        if session.wants_seen(now):
            session = session.seen(now)
            self._sessions.note_seen(handle, session)
        return staff_session_view(session, member)

    def end_staff_session(self, context: Context, *, token: str) -> dict[str, Any]:
        """Sign out. Of no session at all there is nothing to end, which is as good."""
        handle = self._secrecy.staff_session_handle(token)
        session = self._sessions.find(handle)
        if session is not None:
            asker = as_staff(context, session.staff, session.id)
            self._end(asker, Stored(handle, session, 0), Reason.SIGNED_OUT)
        return {}

    def list_staff_sessions(self, context: Context) -> dict[str, Any]:
        """The open sessions of whoever asks, the latest first. Raises DomainError ``not_allowed``."""
        return {"items": [open_session(stored.value) for stored in self._open_of(context)]}

    def revoke_staff_session(self, context: Context, *, session: str, key: IdempotencyKey) -> dict[str, Any]:
        """End a session of whoever asks. One that is over already stays so. Raises NotFound."""
        now = self._clock.now()
        mine = self._sessions.of_staff(require_staff(context), now)
        stored = next((each for each in mine if each.value.id == session), None)
        if stored is None:
            raise NotFound
        self._end(context, stored, Reason.REVOKED, key)
        return {}

    def revoke_other_staff_sessions(self, context: Context, *, key: IdempotencyKey) -> dict[str, Any]:
        """End all sessions of whoever asks but the one that they ask in."""
        for stored in self._open_of(context):
            if stored.value.id != context.session:
                self._end(context, stored, Reason.REVOKED, key)
        return {}

    def _open(self, handle: str, now: datetime) -> tuple[StaffSession, StaffMember]:
        session = self._sessions.find(handle)
        if session is None:
            raise DomainError("no_session")
        session.check_open(now)
        member = self._staff.find(session.staff)
        if member is None or not member.keeps_session(session.created_at):
            raise DomainError("no_session")
        return session, member

    def _open_of(self, context: Context) -> list[Stored[StaffSession]]:
        now, staff = self._clock.now(), require_staff(context)
        member = self._staff.find(staff)
        if member is None:
            raise DomainError("not_allowed")
        found = self._sessions.of_staff(staff, now)
        return [
            stored
            for stored in found
            if stored.value.is_open(now) and member.keeps_session(stored.value.created_at)
        ]

    def _end(
        self,
        context: Context,
        stored: Stored[StaffSession],
        reason: Reason,
        key: IdempotencyKey | None = None,
    ) -> None:
        now = self._clock.now()

        def end(session: StaffSession) -> Outcome[StaffSession]:
            return Outcome(*session.ended(now, reason), result={})

        self._sessions.change(stored.handle, context, end, key=key)


def as_staff(context: Context, staff: str, session: str = "") -> Context:
    """The context of whoever has just shown to be ``staff``."""
    return replace(context, principal=Principal(PrincipalKind.STAFF, staff), session=session)


def require_staff(context: Context) -> str:
    """The handle of whoever asks. Raises DomainError ``not_allowed`` for all but the staff."""
    if context.principal.kind is not PrincipalKind.STAFF:
        raise DomainError("not_allowed")
    return context.principal.id

"""Sessions: opened at sign-in, looked up at each page, ended by their owner or by staff."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.auth.domain.access import SignIn
from services.auth.domain.addresses import normalised
from services.auth.domain.sessions import Reason, Session
from services.auth.repository import Guests, Sessions
from services.auth.secrecy import Secrecy
from services.auth.usecases.onward import Onward
from services.auth.views import session_line, session_view
from shared.kernel.access import require_merchant_side
from shared.kernel.clock import Clock
from shared.kernel.context import Context
from shared.kernel.errors import DomainError, NotFound
from shared.kernel.happening import IdempotencyKey
from shared.kernel.ids import new_handle, new_token
from shared.storage import Outcome, Stored


class SignInDesk:
    """Where whoever has proved to be allowed in gets a session."""

    def __init__(self, sessions: Sessions, guests: Guests, secrecy: Secrecy) -> None:
        self._sessions = sessions
        self._guests = guests
        self._secrecy = secrecy

    def open_session(
        self,
        context: Context,
        entrance: SignIn,
        *,
        way: str,
        now: datetime,
        return_url: str = "",
        switched_from: Session | None = None,
    ) -> dict[str, Any]:
        """A new session with a new token, which stands in the answer and nowhere else."""
        token = new_token()
        guest = self._secrecy.guest(normalised(entrance.email)) if entrance.is_guest else ""
        if guest:
            self._guests.note(guest, entrance.email, now)
        session = Session(
            id=new_handle("session"),
            customer=entrance.customer,
            bill_group=entrance.bill_group,
            contact_role=entrance.contact_role,
            email=entrance.email,
            name=entrance.name,
            language=entrance.language,
            way=way,
            address=context.address,
            user_agent=context.user_agent,
            created_at=now,
            last_seen_at=now,
            return_url=return_url,
            guest=guest,
            may_switch=entrance.may_switch,
            account=entrance.account,
            signed_in_at=switched_from.began_at if switched_from else None,
        )
        self._sessions.add(self._secrecy.session_handle(token), session, _as_owner(context, session))
        return {**session_view(session), "token": token}

    def close_again(self, context: Context, opened: dict[str, Any], now: datetime) -> None:
        """End a session that should not have been opened: what opened it has lost its power meanwhile."""
        self._sessions.change(
            self._secrecy.session_handle(opened["token"]),
            context,
            lambda session: Outcome(*session.ended(now, Reason.REVOKED)),
            bill_group=opened["bill_group"],
        )

    def close_all(
        self, context: Context, customer: str, now: datetime, *, concerned: Callable[[Session], bool]
    ) -> None:
        """End those of a customer's sessions that are ``concerned``."""
        for stored in self._sessions.of_customer(customer, now):
            if concerned(stored.value):
                self._sessions.change(
                    stored.handle,
                    context,
                    lambda session: Outcome(*session.ended(now, Reason.REVOKED)),
                    bill_group=stored.value.bill_group,
                )


class OpenSessions:
    """Looking sessions up and ending them."""

    def __init__(self, sessions: Sessions, onward: Onward, secrecy: Secrecy, clock: Clock) -> None:
        self._sessions = sessions
        self._onward = onward
        self._secrecy = secrecy
        self._clock = clock

    def get_session(self, context: Context, *, token: str) -> dict[str, Any]:
        """The session that ``token`` opens, which thereby was used. Raises DomainError ``no_session``."""
        now = self._clock.now()
        handle = self._secrecy.session_handle(token)
        session = self._sessions.find(handle)
        if session is None:
            raise DomainError("no_session")
        session.check_open(now)
        if session.wants_seen(now):
            session = session.seen(now)
            self._sessions.note_seen(handle, session)
        return session_view(self._onward.up_to_date(context, handle, session))

    def end_session(self, context: Context, *, token: str) -> dict[str, Any]:
        """Sign out. Of no session at all there is nothing to end, which is as good."""
        handle = self._secrecy.session_handle(token)
        session = self._sessions.find(handle)
        if session is not None:
            self._end(_as_owner(context, session), handle, session.bill_group, Reason.SIGNED_OUT)
        return {}

    def list_sessions(self, *, bill_group: str) -> dict[str, Any]:
        """The open sessions of a bill group, the latest first."""
        return {"items": [session_line(stored.value) for stored in self._open_in(bill_group)]}

    def revoke_session(
        self, context: Context, *, bill_group: str, session: str, key: IdempotencyKey
    ) -> dict[str, Any]:
        """End one session of the bill group, by its public id. One that is over already stays so. Raises NotFound."""
        stored = self._sessions.of_id(bill_group, session)
        if stored is None:
            raise NotFound
        self._end(context, stored.handle, bill_group, Reason.REVOKED, key)
        return {}

    def revoke_other_sessions(
        self, context: Context, *, bill_group: str, session: str, key: IdempotencyKey
    ) -> dict[str, Any]:
        """End all sessions of the bill group but ``session``."""
        for stored in self._open_in(bill_group):
            if stored.value.id != session:
                self._end(context, stored.handle, bill_group, Reason.REVOKED, key)
        return {}

    def revoke_customer_sessions(
        self, context: Context, *, customer: str, key: IdempotencyKey
    ) -> dict[str, Any]:
        """End all sessions of a customer. Raises DomainError ``not_allowed`` for customers themselves."""
        require_merchant_side(context)
        for stored in self._sessions.of_customer(customer, self._clock.now()):
            self._end(context, stored.handle, stored.value.bill_group, Reason.REVOKED, key)
        return {}

    def _open_in(self, bill_group: str) -> list[Stored[Session]]:
        now = self._clock.now()
        return [
            stored for stored in self._sessions.of_bill_group(bill_group, now) if stored.value.is_open(now)
        ]

    def _end(
        self,
        context: Context,
        handle: str,
        bill_group: str,
        reason: Reason,
        key: IdempotencyKey | None = None,
    ) -> None:
        now = self._clock.now()

        def end(session: Session) -> Outcome[Session]:
            return Outcome(*session.ended(now, reason), result={})

        self._sessions.change(handle, context, end, bill_group=bill_group, key=key)


def _as_owner(context: Context, session: Session) -> Context:
    return replace(context, principal=session.principal, session=session.id)

"""Where the merchant's own people come in: by a set-up link once, from then on with their password."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from services.auth.domain import addresses, limits, passwords
from services.auth.domain.sessions import Reason
from services.auth.domain.staff import Role, StaffMember, first_owner, named
from services.auth.domain.staff_sessions import StaffSession
from services.auth.passwords import Passwords
from services.auth.repository import Counters, Staff, StaffSessions
from services.auth.secrecy import Secrecy
from services.auth.staff_views import set_up_view, staff_session_view
from shared.kernel.clock import Clock
from shared.kernel.context import Context, Principal, PrincipalKind
from shared.kernel.errors import DomainError, NotFound
from shared.kernel.happening import IdempotencyKey
from shared.kernel.ids import new_handle, new_token
from shared.storage import Outcome, Stored

# The one who comes first has a handle that is known before, so that there are no two of them.
FIRST_OWNER = "staff-owner"


class StaffDoor:
    """Letting in, and looking at who is in."""

    def __init__(
        self,
        staff: Staff,
        sessions: StaffSessions,
        counters: Counters,
        known: Passwords,
        secrecy: Secrecy,
        clock: Clock,
    ) -> None:
        self._staff = staff
        self._sessions = sessions
        self._counters = counters
        self._passwords = known
        self._secrecy = secrecy
        self._clock = clock

    def make_owner_link(self, context: Context, *, key: IdempotencyKey) -> dict[str, Any]:
        """A new set-up link for the first owner, which ends the one before.

        For whoever runs the installation. Raises DomainError ``not_allowed``, and ``owner_exists`` from then on.
        """
        del key  # Each link ends the one before, so that another one does no harm.
        if context.principal.kind is not PrincipalKind.SYSTEM:
            raise DomainError("not_allowed")
        if self._staff.has_owner():
            raise DomainError("owner_exists")
        now = self._clock.now()
        token = new_token()
        link_hash = self._secrecy.set_up_hash(token)

        def invite(owner: StaffMember) -> Outcome[StaffMember]:
            if owner.is_active:
                raise DomainError("owner_exists")
            return Outcome(owner.with_link(link_hash, now))

        try:
            self._staff.change(FIRST_OWNER, context, invite)
        except NotFound:
            self._staff.add(
                FIRST_OWNER, first_owner(now, str(context.principal)).with_link(link_hash, now), context
            )
        expires_at = self._by_link(token, now).value.link_expires_at
        return {"staff": FIRST_OWNER, "token": token, "expires_at": expires_at}

    def get_staff_set_up(self, *, token: str) -> dict[str, Any]:
        """Whom a set-up link is for. Looking uses nothing up. Raises DomainError ``set_up_over``."""
        return set_up_view(self._by_link(token, self._clock.now()).value)

    def set_up_staff(
        self, context: Context, *, token: str, password: str, email: str, name: str
    ) -> dict[str, Any]:
        """Choose a password by a set-up link, which is used up; and a session.

        Raises DomainError ``set_up_over``, ``weak_password``, and for the first owner ``invalid_email``,
        ``email_taken`` and ``name_needed``.
        """
        now = self._clock.now()
        stored = self._by_link(token, now)
        member = stored.value
        if not member.address:
            member = replace(
                member, email=email.strip(), address=addresses.normalised(email), name=named(name)
            )
        passwords.check_new(password)
        link_hash, password_hash = self._secrecy.set_up_hash(token), self._passwords.hashed(password)

        def set_up(present: StaffMember) -> Outcome[StaffMember]:
            known = replace(present, email=member.email, address=member.address, name=member.name)
            return Outcome(*known.set_up(stored.handle, link_hash, password_hash, now))

        self._staff.change(stored.handle, as_staff(context, stored.handle), set_up)
        if member.role is Role.OWNER:
            self._staff.note_owner(stored.handle)
        return self._open_session(context, stored.handle, way="set_up", now=now)

    def sign_in_staff(self, context: Context, *, email: str, password: str) -> dict[str, Any]:
        """A session for the right password.

        A try is counted before the password is looked at: tries in parallel are as few as tries one after the
        other. Raises DomainError ``wrong_password``, ``invalid_email`` and ``too_many_requests``.
        """
        now = self._clock.now()
        address = addresses.normalised(email)
        account = self._secrecy.account(address)
        network = self._secrecy.network(addresses.network_of(context.address))
        if self._counters.is_full(limits.STAFF_FAILURES_PER_NETWORK, network, now):
            raise limits.STAFF_FAILURES_PER_NETWORK.reached(now)
        if not self._counters.take(limits.STAFF_FAILURES_PER_ACCOUNT, account, now):
            raise limits.STAFF_FAILURES_PER_ACCOUNT.reached(now)
        stored = self._staff.of_address(address)
        known_hash = stored.value.password_hash if stored else ""
        is_right = self._passwords.is_right(password, known_hash)
        if stored is None or not is_right or not stored.value.is_active:
            self._counters.take(limits.STAFF_FAILURES_PER_NETWORK, network, now)
            raise DomainError("wrong_password")
        self._counters.give_back(limits.STAFF_FAILURES_PER_ACCOUNT, account, now)
        if self._passwords.is_outdated(known_hash):
            self._renew_hash(context, stored, password)
        return self._open_session(context, stored.handle, way="password", now=now)

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
            now = self._clock.now()
            self._sessions.change(
                handle,
                as_staff(context, session.staff, session.id),
                lambda present: Outcome(*present.ended(now, Reason.SIGNED_OUT)),
            )
        return {}

    def _by_link(self, token: str, now: datetime) -> Stored[StaffMember]:
        link_hash = self._secrecy.set_up_hash(token)
        stored = self._staff.of_link(link_hash)
        if stored is None:
            raise DomainError("set_up_over")
        stored.value.check_link(link_hash, now)
        return stored

    def _open(self, handle: str, now: datetime) -> tuple[StaffSession, StaffMember]:
        session = self._sessions.find(handle)
        if session is None:
            raise DomainError("no_session")
        session.check_open(now)
        member = self._staff.find(session.staff)
        if member is None or not member.keeps_session(session.created_at):
            raise DomainError("no_session")
        return session, member

    def _open_session(self, context: Context, handle: str, *, way: str, now: datetime) -> dict[str, Any]:
        member = self._staff.find(handle)
        assert member is not None
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
        return {**staff_session_view(session, member), "token": token}

    def _renew_hash(self, context: Context, stored: Stored[StaffMember], password: str) -> None:
        outdated, renewed = stored.value.password_hash, self._passwords.hashed(password)

        def renew(member: StaffMember) -> Outcome[StaffMember]:
            is_same = member.password_hash == outdated
            return Outcome(replace(member, password_hash=renewed) if is_same else member)

        self._staff.change(stored.handle, context, renew)


def as_staff(context: Context, staff: str, session: str = "") -> Context:
    """The context of whoever has just shown to be ``staff``."""
    return replace(context, principal=Principal(PrincipalKind.STAFF, staff), session=session)

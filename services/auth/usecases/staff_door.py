"""Where the merchant's own people come in: by a set-up link once, from then on with their password."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from services.auth.domain import addresses, limits, passwords
from services.auth.domain.staff import Role, StaffMember, first_owner, named
from services.auth.passwords import Passwords
from services.auth.repository import Counters, Staff, StaffEntries
from services.auth.secrecy import Secrecy
from services.auth.staff_views import set_up_view
from services.auth.usecases.second_factors import SecondFactors
from services.auth.usecases.staff_sessions import StaffSessionDesk, as_staff
from shared.kernel.clock import Clock
from shared.kernel.context import Context, PrincipalKind
from shared.kernel.errors import DomainError, NotFound
from shared.kernel.happening import Happening, IdempotencyKey
from shared.kernel.ids import new_token
from shared.storage import Outcome, Stored

# The one who comes first has a handle that is known before, so that there are no two of them.
FIRST_OWNER = "staff-owner"
# After the right password there is this much time, and there are so many tries, for the second factor.
_ENTRY_VALID_FOR = timedelta(minutes=5)
_MOST_CODES = 5


class StaffDoor:
    """Letting in."""

    def __init__(
        self,
        staff: Staff,
        entries: StaffEntries,
        counters: Counters,
        desk: StaffSessionDesk,
        factors: SecondFactors,
        known: Passwords,
        secrecy: Secrecy,
        clock: Clock,
    ) -> None:
        self._staff = staff
        self._entries = entries
        self._counters = counters
        self._desk = desk
        self._factors = factors
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

    def make_reset_link(self, context: Context, *, email: str, key: IdempotencyKey) -> dict[str, Any]:
        """A new set-up link for whoever has this address, which ends the one before.

        For whoever runs the installation. Raises DomainError ``not_allowed`` and ``invalid_email``, and NotFound.
        """
        del key  # As with the first owner's link.
        if context.principal.kind is not PrincipalKind.SYSTEM:
            raise DomainError("not_allowed")
        now, token = self._clock.now(), new_token()
        stored = self._staff.of_address(addresses.normalised(email))
        if stored is None:
            raise NotFound
        link_hash = self._secrecy.set_up_hash(token)

        def link(member: StaffMember) -> Outcome[StaffMember]:
            linked = member.with_link(link_hash, now, drops_second_factor=True)
            return Outcome(linked, [Happening("staff_link_made", stored.handle, "")])

        self._staff.change(stored.handle, context, link)
        expires_at = self._by_link(token, now).value.link_expires_at
        return {"staff": stored.handle, "token": token, "expires_at": expires_at}

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
        passwords.check_new(password, (member.email, member.name))
        link_hash, password_hash = self._secrecy.set_up_hash(token), self._passwords.hashed(password)

        def set_up(present: StaffMember) -> Outcome[StaffMember]:
            known = replace(
                present,
                email=member.email,
                address=member.address,
                name=member.name,
                language=context.language or present.language,
            )
            return Outcome(*known.set_up(stored.handle, link_hash, password_hash, now))

        self._staff.change(stored.handle, as_staff(context, stored.handle), set_up)
        if member.role is Role.OWNER:
            self._staff.note_owner(stored.handle)
        present = self._staff.find(stored.handle) or member
        return self._let_in(context, Stored(stored.handle, present, 0), "set_up", now)

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
        return self._let_in(context, stored, "password", now)

    def confirm_staff_sign_in(self, context: Context, *, token: str, code: str) -> dict[str, Any]:
        """A session for the right second factor, after the right password.

        Raises DomainError ``sign_in_over``, ``wrong_second_factor`` and ``too_many_requests``.
        """
        now = self._clock.now()
        entry = self._secrecy.staff_entry_handle(token)
        staff = self._entries.count_try(entry, now, _MOST_CODES)
        if staff is None:
            raise DomainError("sign_in_over")
        if not self._counters.take(limits.SECOND_FACTOR_FAILURES_PER_ACCOUNT, staff, now):
            raise limits.SECOND_FACTOR_FAILURES_PER_ACCOUNT.reached(now)
        self._factors.show(as_staff(context, staff), staff, code, now)
        self._counters.give_back(limits.SECOND_FACTOR_FAILURES_PER_ACCOUNT, staff, now)
        if not self._entries.use(entry):
            raise DomainError("sign_in_over")
        return self._desk.open_session(context, staff, way="second_factor", now=now)

    def _by_link(self, token: str, now: datetime) -> Stored[StaffMember]:
        link_hash = self._secrecy.set_up_hash(token)
        stored = self._staff.of_link(link_hash)
        if stored is None:
            raise DomainError("set_up_over")
        stored.value.check_link(link_hash, now)
        return stored

    def _let_in(
        self, context: Context, stored: Stored[StaffMember], way: str, now: datetime
    ) -> dict[str, Any]:
        """A session, or the question for the second factor."""
        if not stored.value.second_factor.is_on:
            return self._desk.open_session(context, stored.handle, way=way, now=now)
        token = new_token()
        entry = self._secrecy.staff_entry_handle(token)
        self._entries.add(entry, stored.handle, now + _ENTRY_VALID_FOR)
        return {"token": token, "session": None}

    def _renew_hash(self, context: Context, stored: Stored[StaffMember], password: str) -> None:
        outdated, renewed = stored.value.password_hash, self._passwords.hashed(password)

        def renew(member: StaffMember) -> Outcome[StaffMember]:
            is_same = member.password_hash == outdated
            return Outcome(replace(member, password_hash=renewed) if is_same else member)

        self._staff.change(stored.handle, context, renew)

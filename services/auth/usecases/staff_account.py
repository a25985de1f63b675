"""What somebody of the staff does about their own access. Whatever weakens it asks for the password once more."""

from __future__ import annotations

from typing import Any

from services.auth.domain import limits, passwords
from services.auth.domain.staff import StaffMember
from services.auth.passwords import Passwords
from services.auth.repository import Counters, Staff
from services.auth.secrecy import Secrecy
from services.auth.staff_views import account_view
from services.auth.usecases.second_factors import SecondFactors
from services.auth.usecases.staff_sessions import StaffSessionDesk, require_staff
from shared.kernel.clock import Clock
from shared.kernel.context import Context
from shared.kernel.errors import DomainError
from shared.kernel.happening import IdempotencyKey
from shared.storage import Outcome


class OwnAccess:
    """Of whoever asks."""

    def __init__(
        self,
        staff: Staff,
        counters: Counters,
        desk: StaffSessionDesk,
        factors: SecondFactors,
        known: Passwords,
        secrecy: Secrecy,
        clock: Clock,
    ) -> None:
        self._staff = staff
        self._counters = counters
        self._desk = desk
        self._factors = factors
        self._passwords = known
        self._secrecy = secrecy
        self._clock = clock

    def get_staff_account(self, context: Context) -> dict[str, Any]:
        """What there is. Raises DomainError ``not_allowed``."""
        handle = require_staff(context)
        return account_view(handle, self._member(handle))

    def change_staff_password(self, context: Context, *, password: str, new_password: str) -> dict[str, Any]:
        """Another password; all sessions are over, and a new one begins.

        Raises DomainError ``wrong_password``, ``weak_password`` and ``too_many_requests``.
        """
        handle = require_staff(context)
        member = self._prove(handle, password)
        passwords.check_new(new_password, (member.email, member.name))
        now = self._clock.now()
        password_hash = self._passwords.hashed(new_password)

        def change(present: StaffMember) -> Outcome[StaffMember]:
            return Outcome(*present.with_password(handle, member.password_hash, password_hash, now))

        self._staff.change(handle, context, change)
        return self._desk.open_session(context, handle, way="password", now=now)

    def begin_second_factor(self, context: Context, *, password: str, key: IdempotencyKey) -> dict[str, Any]:
        """See SecondFactors.begin. Raises DomainError ``wrong_password`` and ``too_many_requests``."""
        self._prove(require_staff(context), password)
        return self._factors.begin(context, key=key)

    def drop_second_factor(self, context: Context, *, password: str, key: IdempotencyKey) -> dict[str, Any]:
        """See SecondFactors.drop. Raises DomainError ``wrong_password`` and ``too_many_requests``."""
        self._prove(require_staff(context), password)
        return self._factors.drop(context, key=key)

    def _prove(self, handle: str, password: str) -> StaffMember:
        """Whoever asks, if the password is right: a session that stays open somewhere must not do all."""
        now = self._clock.now()
        member = self._member(handle)
        account = self._secrecy.account(member.address)
        if not self._counters.take(limits.STAFF_FAILURES_PER_ACCOUNT, account, now):
            raise limits.STAFF_FAILURES_PER_ACCOUNT.reached(now)
        if not self._passwords.is_right(password, member.password_hash):
            raise DomainError("wrong_password")
        self._counters.give_back(limits.STAFF_FAILURES_PER_ACCOUNT, account, now)
        return member

    def _member(self, handle: str) -> StaffMember:
        member = self._staff.find(handle)
        if member is None or not member.is_active:
            raise DomainError("not_allowed")
        return member

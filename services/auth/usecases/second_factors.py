"""The staff's second factor: set up with an app, shown at sign-in, given up again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from services.auth import totp
from services.auth.domain.second_factor import RECOVERY_CODES, SecondFactor
from services.auth.domain.staff import StaffMember
from services.auth.repository import Staff
from services.auth.secrecy import Secrecy
from services.auth.usecases.staff_sessions import require_staff
from shared.kernel.clock import Clock
from shared.kernel.context import Context
from shared.kernel.errors import DomainError
from shared.kernel.happening import Happening, IdempotencyKey
from shared.storage import Outcome

_ISSUER = "Portico"


class SecondFactors:
    """Of whoever asks, and of whoever is about to come in."""

    def __init__(self, staff: Staff, secrecy: Secrecy, clock: Clock) -> None:
        self._staff = staff
        self._secrecy = secrecy
        self._clock = clock

    def begin(self, context: Context, *, key: IdempotencyKey) -> dict[str, Any]:
        """A new secret waits to be confirmed, for a while; the one that is asked for, if any, stays until then."""
        now = self._clock.now()
        sealed = self._secrecy.seal_second_factor(totp.new_secret())

        def begin(member: StaffMember) -> Outcome[StaffMember]:
            return Outcome(replace(member, second_factor=member.second_factor.begun(sealed, now)), result={})

        return self._staff.change(require_staff(context), context, begin, key=key)

    def get_second_factor_to_come(self, context: Context) -> dict[str, Any]:
        """The secret that waits. Raises DomainError ``no_second_factor_to_come``."""
        member = self._member(context)
        member.second_factor.check_to_come(self._clock.now())
        secret = self._secrecy.unseal_second_factor(member.second_factor.to_come)
        return {"secret": secret, "uri": totp.uri(secret, account=member.email, issuer=_ISSUER)}

    def confirm_second_factor(self, context: Context, *, code: str, key: IdempotencyKey) -> dict[str, Any]:
        """With a code of the app it is asked for from now on; recovery codes.

        They stand in the answer and nowhere else: that which is kept for a repeated request has them sealed.
        Raises DomainError ``no_second_factor_to_come`` and ``wrong_second_factor``.
        """
        handle, now = require_staff(context), self._clock.now()
        codes = [totp.new_recovery_code() for _ in range(RECOVERY_CODES)]
        hashes = tuple(self._secrecy.recovery_hash(totp.typed(each)) for each in codes)
        sealed = [self._secrecy.seal_second_factor(each) for each in codes]

        def confirm(member: StaffMember) -> Outcome[StaffMember]:
            waiting = member.second_factor
            waiting.check_to_come(now)
            step = totp.step_of(self._secrecy.unseal_second_factor(waiting.to_come), code, now)
            told = [Happening("staff_second_factor_set_up", handle, "", member.told)]
            new = replace(member, second_factor=waiting.confirmed(step, hashes, now))
            return Outcome(new, told, {"codes": sealed})

        answer = self._staff.change(handle, context, confirm, key=key)
        return {"codes": [self._secrecy.unseal_second_factor(each) for each in answer["codes"]]}

    def drop(self, context: Context, *, key: IdempotencyKey) -> dict[str, Any]:
        """It is asked for no more."""
        handle = require_staff(context)

        def drop(member: StaffMember) -> Outcome[StaffMember]:
            dropped = Happening("staff_second_factor_dropped", handle, "", member.told)
            told = [dropped] if member.second_factor.is_on else []
            return Outcome(replace(member, second_factor=SecondFactor()), told, {})

        return self._staff.change(handle, context, drop, key=key)

    def show(self, context: Context, staff: str, code: str, now: datetime) -> None:
        """Somebody shows a code of the app, or a recovery code, which thereby is used up.

        Raises DomainError ``wrong_second_factor``, also for a code that was shown before.
        """

        def show(member: StaffMember) -> Outcome[StaffMember]:
            factor = member.second_factor
            if not factor.is_on or not member.is_active:
                raise DomainError("wrong_second_factor")
            if totp.is_of_app(code):
                step = totp.step_of(self._secrecy.unseal_second_factor(factor.sealed), code, now)
                return Outcome(replace(member, second_factor=factor.shown(step)))
            recovered = factor.recovered(self._secrecy.recovery_hash(totp.typed(code)))
            told = [Happening("staff_recovery_code_used", staff, "", member.told)]
            return Outcome(replace(member, second_factor=recovered), told)

        self._staff.change(staff, context, show)

    def _member(self, context: Context) -> StaffMember:
        member = self._staff.find(require_staff(context))
        if member is None:
            raise DomainError("not_allowed")
        return member

"""The second factor of the staff: codes that change every 30 seconds (TOTP, RFC 6238), and recovery codes.

The codes themselves are reckoned by ``services.auth.totp``; here it is about what becomes of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.kernel.errors import DomainError

RECOVERY_CODES = 10
# A secret that was left on a screen is not confirmed by whoever comes by later.
TO_CONFIRM_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """``sealed`` is the secret, sealed; ``to_come`` the one that is being set up, until ``to_come_expires_at``.

    ``last_step`` is the time step of the code that was used last: neither it nor one before is good again.
    ``recovery_hashes`` are keyed hashes of the recovery codes that are left.
    """

    sealed: str = ""
    to_come: str = ""
    last_step: int = 0
    recovery_hashes: tuple[str, ...] = ()
    to_come_expires_at: datetime | None = None

    @property
    def is_on(self) -> bool:
        """Whether it is asked for."""
        return bool(self.sealed)

    def begun(self, sealed: str, now: datetime) -> SecondFactor:
        """The same with a secret that is to be confirmed. The one that is asked for, if any, stays until then."""
        return replace(self, to_come=sealed, to_come_expires_at=now + TO_CONFIRM_WITHIN)

    def check_to_come(self, now: datetime) -> None:
        """Raises DomainError ``no_second_factor_to_come``, also where the one that was to come has waited too long."""
        expires_at = self.to_come_expires_at
        if not self.to_come or expires_at is None or now >= expires_at:
            raise DomainError("no_second_factor_to_come")

    def confirmed(self, step: int | None, recovery_hashes: tuple[str, ...], now: datetime) -> SecondFactor:
        """From now on the new secret is asked for. ``step`` is that of the code shown, None for a wrong one.

        Raises DomainError ``no_second_factor_to_come`` and ``wrong_second_factor``.
        """
        self.check_to_come(now)
        if step is None:
            raise DomainError("wrong_second_factor")
        return SecondFactor(self.to_come, last_step=step, recovery_hashes=recovery_hashes)

    def shown(self, step: int | None) -> SecondFactor:
        """The same after a code of time step ``step``, None for a wrong one. Raises ``wrong_second_factor``."""
        if step is None or step <= self.last_step:
            raise DomainError("wrong_second_factor")
        return replace(self, last_step=step)

    def recovered(self, recovery_hash: str) -> SecondFactor:
        """The same without the recovery code that was shown. Raises DomainError ``wrong_second_factor``."""
        if recovery_hash not in self.recovery_hashes:
            raise DomainError("wrong_second_factor")
        left = tuple(each for each in self.recovery_hashes if each != recovery_hash)
        return replace(self, recovery_hashes=left)

"""One-time codes: asked for in one browser, sent by e-mail, good for one use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.auth.domain.access import SignIn
from shared.kernel.errors import DomainError, Kind, NotFound
from shared.kernel.happening import Happening

DIGITS = 8
VALID_FOR = timedelta(minutes=10)
RESEND_AFTER = timedelta(seconds=60)
MOST_TRIES = 5


class State(StrEnum):
    """What can be done with the code that was sent last."""

    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    WORN_OUT = "worn_out"


# What trying a code that is no longer open is answered with.
_REFUSALS = {State.USED: "code_used", State.EXPIRED: "code_expired", State.WORN_OUT: "too_many_attempts"}


@dataclass(frozen=True, slots=True)
class Challenge:
    """The wish of one browser to enter with one address. It has one code at a time: a new one ends the old.

    ``email`` is as it was typed; ``account``, ``browser`` and ``code_hash`` are keyed hashes. A decoy stands
    for an address that may not enter: it looks and behaves the same, but its code is never sent nor right.
    """

    email: str
    account: str
    browser: str
    language: str
    code_hash: str
    is_decoy: bool
    sent_at: datetime
    tries: int = 0
    used_at: datetime | None = None

    @property
    def expires_at(self) -> datetime:
        """When the code stops being good."""
        return self.sent_at + VALID_FOR

    @property
    def resend_at(self) -> datetime:
        """From when another code can be asked for."""
        return self.sent_at + RESEND_AFTER

    @property
    def attempts_left(self) -> int:
        """How many more wrong codes are borne."""
        return max(0, MOST_TRIES - self.tries)

    def state(self, now: datetime) -> State:
        """What can be done with the code at ``now``."""
        if self.used_at is not None:
            return State.USED
        if now >= self.expires_at:
            return State.EXPIRED
        if not self.attempts_left:
            return State.WORN_OUT
        return State.OPEN

    def seconds_until_resend(self, now: datetime) -> int:
        """Whole seconds, rounded up, until another code can be asked for; 0 when it can."""
        return max(0, -((now - self.resend_at) // timedelta(seconds=1)))

    def check_browser(self, browser: str) -> None:
        """Raises NotFound in any browser but the one that asked."""
        if browser != self.browser:
            raise NotFound

    def check_open(self, now: datetime) -> None:
        """Raises DomainError ``code_used``, ``code_expired`` or ``too_many_attempts``."""
        refusal = _REFUSALS.get(self.state(now))
        if refusal:
            raise DomainError(refusal)

    def check_resend(self, now: datetime) -> None:
        """Raises DomainError ``resend_too_early``, and ``code_used`` where a sign-in is over and done."""
        if self.used_at is not None:
            raise DomainError("code_used")
        seconds = self.seconds_until_resend(now)
        if seconds:
            raise DomainError("resend_too_early", Kind.RETRY, seconds=seconds)

    def wrong_code(self) -> DomainError:
        """The error for one more wrong code than ``tries`` counts."""
        left = self.attempts_left - 1
        return DomainError("wrong_code", attempts_left=left) if left > 0 else DomainError("too_many_attempts")


def code_requested(challenge: Challenge, handle: str, way: SignIn, *, sealed: str) -> Happening:
    """What tells that a code is to be sent to the contact; ``sealed`` is the code, unreadable on the way."""
    data = {
        "email": way.email,
        "sealed": sealed,
        "language": challenge.language,
        "expires_at": challenge.expires_at,
        "name": way.name,
    }
    return Happening("code_requested", handle, way.bill_group, data)

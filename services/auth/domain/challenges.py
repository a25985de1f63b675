"""One-time codes and sign-in links: asked for in one browser, sent in one e-mail, together good for one use."""

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


class Way(StrEnum):
    """How somebody gets in. The merchant chooses which are offered."""

    CODE = "code"
    LINK = "link"


# What trying a code or link that is no longer open is answered with.
_REFUSALS = {
    Way.CODE: {State.USED: "code_used", State.EXPIRED: "code_expired", State.WORN_OUT: "too_many_attempts"},
    Way.LINK: {State.USED: "link_used", State.EXPIRED: "link_expired", State.WORN_OUT: "too_many_attempts"},
}


@dataclass(frozen=True, slots=True)
class Challenge:
    """The wish of one browser to enter with one address. It has one code at a time: a new one ends the old.

    ``email`` is as it was typed; ``account``, ``browser``, ``code_hash`` and ``link_hash`` are keyed hashes. There
    is a code always, for whoever opens the link in another browser needs it; ``ways`` are those that were offered.
    A decoy stands for an address that may not enter: it looks and behaves the same, but its code and link are never
    sent nor right. ``within`` is the bill group that the sign-in is for, where it began with a portal link.
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
    link_hash: str = ""
    ways: tuple[Way, ...] = (Way.CODE,)
    within: str = ""

    @property
    def expires_at(self) -> datetime:
        """When code and link stop being good."""
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

    def check_offers(self, way: Way) -> None:
        """Raises DomainError ``way_not_offered``."""
        if way not in self.ways:
            raise DomainError("way_not_offered")

    def check_open(self, now: datetime, way: Way) -> None:
        """Raises DomainError ``code_used``, ``code_expired``, ``link_…``, or ``too_many_attempts``."""
        refusal = _REFUSALS[way].get(self.state(now))
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


def check_any(ways: frozenset[Way]) -> None:
    """Raises DomainError ``way_not_offered`` where the merchant lets nobody in by e-mail."""
    if not ways:
        raise DomainError("way_not_offered")


def code_requested(
    challenge: Challenge, handle: str, way: SignIn, *, sealed_code: str, sealed_link: str
) -> Happening:
    """What tells that a code, a link or both are to be sent to the contact; both are unreadable on the way."""
    data = {
        "email": way.email,
        "sealed": sealed_code,
        "link": {"sealed": sealed_link} if Way.LINK in challenge.ways else None,
        "by_code": Way.CODE in challenge.ways,
        "language": challenge.language,
        "expires_at": challenge.expires_at,
        "name": way.name,
        "account": way.account if challenge.within else "",
    }
    return Happening("code_requested", handle, way.bill_group, data)

"""A new e-mail address on its way to become the billing contact's: it holds once its owner has confirmed it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shared.kernel.errors import DomainError, Kind

VALID_FOR = timedelta(hours=24)
# Each is an e-mail to an address whose owner may never have asked for one.
MOST_MAILS = 5
_WINDOW = timedelta(hours=1)


class State(StrEnum):
    """What has become of a change."""

    OPEN = "open"
    USED = "used"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class EmailChange:
    """``email`` is to hold, once somebody comes with the token whose hash is ``token_hash``, before ``expires_at``.

    ``state`` is never EXPIRED in the store: time alone says that. ``mailed_at`` are the e-mails of the last hour; they
    outlive the change, so that the limit does.
    """

    email: str
    token_hash: str
    asked_at: datetime
    expires_at: datetime
    state: State = State.OPEN
    mailed_at: tuple[datetime, ...] = ()

    @property
    def is_waiting(self) -> bool:
        """Whether it may still come to hold: by its link, or by a new one."""
        return self.state is State.OPEN

    def state_at(self, now: datetime) -> State:
        """What its link is good for."""
        return State.EXPIRED if self.is_waiting and now >= self.expires_at else self.state

    def withdrawn(self) -> EmailChange:
        """The present address stays."""
        return replace(self, state=State.WITHDRAWN)

    def confirmed(self, now: datetime) -> EmailChange:
        """Used up. Raises DomainError ``link_used`` or ``link_expired``."""
        match self.state_at(now):
            case State.USED:
                raise DomainError("link_used")
            case State.EXPIRED | State.WITHDRAWN:
                raise DomainError("link_expired")
        return replace(self, state=State.USED)


def asked_for(before: EmailChange | None, email: str, token_hash: str, now: datetime) -> EmailChange:
    """A change to ``email``, in place of the one ``before``, whose link ends. An e-mail is about to be sent for it.

    Raises DomainError ``too_many_requests``.
    """
    lately = tuple(at for at in before.mailed_at if now - at < _WINDOW) if before else ()
    if len(lately) >= MOST_MAILS:
        retry_at = lately[0] + _WINDOW
        seconds = max(1, round((retry_at - now).total_seconds()))
        raise DomainError("too_many_requests", Kind.RETRY, retry_at=retry_at.isoformat(), seconds=seconds)
    return EmailChange(email, token_hash, now, now + VALID_FOR, mailed_at=(*lately, now))

"""Sessions: open for an hour after they were last used, and never longer than a day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shared.kernel.context import Principal, PrincipalKind
from shared.kernel.errors import DomainError
from shared.kernel.happening import Happening

IDLE_FOR = timedelta(hours=1)
LONGEST = timedelta(hours=24)
# That a session was used is written down no more often than this.
SEEN_EVERY = timedelta(minutes=1)


class Reason(StrEnum):
    """Why a session ended before its time."""

    SIGNED_OUT = "signed_out"
    REVOKED = "revoked"
    SWITCHED = "switched"


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody's stay in one bill group. ``id`` is public; only the browser knows the token that opens it.

    ``way`` is how they got in (``code``, ``link``, ``secret_link``, ``password``, ``app``); ``address`` and
    ``user_agent`` are those of the sign-in. ``return_url`` is where the merchant's app would like to have them back.
    ``guest`` is the id of somebody whom a rule admits; of a contact it is empty. ``may_switch``: other bill groups were
    open to them, too, in the epoch of access ``ways_epoch``; at first in none that there is. ``account`` is what people
    call the bill group. ``signed_in_at`` is when they showed who they are, where that was in another session from which
    they switched.
    """

    id: str
    customer: str
    bill_group: str
    contact_role: str
    email: str
    name: str
    language: str
    way: str
    address: str
    user_agent: str
    created_at: datetime
    last_seen_at: datetime
    ended_at: datetime | None = None
    return_url: str = ""
    guest: str = ""
    may_switch: bool = False
    account: str = ""
    signed_in_at: datetime | None = None
    ways_epoch: int = -1

    @property
    def began_at(self) -> datetime:
        """When whoever is in it showed who they are: to switch the bill group doesn't make it last longer."""
        return self.signed_in_at or self.created_at

    @property
    def principal(self) -> Principal:
        """Who acts in it. A guest is somebody of their own, and yet one of those whom the portal's switches hold."""
        return Principal(PrincipalKind.CUSTOMER, self.guest or self.customer)

    @property
    def expires_at(self) -> datetime:
        """When it ends if it is not used again."""
        return min(self.last_seen_at + IDLE_FOR, self.began_at + LONGEST)

    def is_open(self, now: datetime) -> bool:
        """Whether its token still opens it at ``now``."""
        return self.ended_at is None and now < self.expires_at

    def check_open(self, now: datetime) -> None:
        """Raises DomainError ``no_session``."""
        if not self.is_open(now):
            raise DomainError("no_session")

    def wants_seen(self, now: datetime) -> bool:
        """Whether it is time to write down again that it is used."""
        return now - self.last_seen_at >= SEEN_EVERY

    def seen(self, now: datetime) -> Session:
        """The same, used at ``now``."""
        return replace(self, last_seen_at=now)

    def started(self) -> Happening:
        """What tells that somebody signed in."""
        told = {"session": self.id, "way": self.way, "email": self.email}
        return Happening("signed_in", self.id, self.bill_group, told)

    def ended(self, now: datetime, reason: Reason) -> tuple[Session, list[Happening]]:
        """The same, ended, and what tells of it. A session that is over already stays as it is."""
        if not self.is_open(now):
            return self, []
        data = {"session": self.id, "reason": reason.value}
        return replace(self, ended_at=now), [Happening("signed_out", self.id, self.bill_group, data)]

"""Sessions of the staff: open for an hour after they were last used, and never longer than twelve."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.auth.domain.sessions import IDLE_FOR, SEEN_EVERY, Reason
from shared.kernel.errors import DomainError
from shared.kernel.happening import Happening

LONGEST = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class StaffSession:
    """Somebody's stay in the admin pages. ``id`` is public; only the browser knows the token that opens it.

    ``way`` is how they got in (``set_up``, ``password``); ``address`` and ``user_agent`` are those of the sign-in.
    """

    id: str
    staff: str
    way: str
    address: str
    user_agent: str
    created_at: datetime
    last_seen_at: datetime
    ended_at: datetime | None = None

    @property
    def expires_at(self) -> datetime:
        """When it ends if it is not used again."""
        return min(self.last_seen_at + IDLE_FOR, self.created_at + LONGEST)

    def is_open(self, now: datetime) -> bool:
        """Whether its token still opens it at ``now``, as far as it is about the session itself."""
        return self.ended_at is None and now < self.expires_at

    def check_open(self, now: datetime) -> None:
        """Raises DomainError ``no_session``."""
        if not self.is_open(now):
            raise DomainError("no_session")

    def wants_seen(self, now: datetime) -> bool:
        """Whether it is time to write down again that it is used."""
        return now - self.last_seen_at >= SEEN_EVERY

    def seen(self, now: datetime) -> StaffSession:
        """The same, used at ``now``."""
        return replace(self, last_seen_at=now)

    def started(self) -> Happening:
        """What tells that somebody signed in."""
        return Happening("staff_signed_in", self.staff, "", {"session": self.id, "way": self.way})

    def ended(self, now: datetime, reason: Reason) -> tuple[StaffSession, list[Happening]]:
        """The same, ended, and what tells of it. A session that is over already stays as it is."""
        if not self.is_open(now):
            return self, []
        data = {"session": self.id, "reason": reason.value}
        return replace(self, ended_at=now), [Happening("staff_signed_out", self.staff, "", data)]

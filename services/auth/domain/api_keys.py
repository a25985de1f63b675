"""API keys: what a program of the merchant's is known by, and what it may do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shared.contracts.scopes import included
from shared.kernel.errors import DomainError
from shared.kernel.happening import Happening

# That a key was used is written down no more often than this.
USED_EVERY = timedelta(minutes=1)
# Longer than anybody plans, and well before the calendar of the store ends.
LONGEST = timedelta(days=36_500)


class State(StrEnum):
    """Whether a key still opens anything."""

    ACTIVE = "active"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key. ``secret_hash`` is a keyed hash, ``created_by`` a principal as text, ``scopes`` like ``invoices:read``.

    Without ``expires_at`` it is good until it is withdrawn.
    """

    name: str
    scopes: tuple[str, ...]
    secret_hash: str
    created_at: datetime
    created_by: str
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    withdrawn_at: datetime | None = None

    @property
    def allowed(self) -> frozenset[str]:
        """All that it may do: to write includes to read."""
        return included(self.scopes)

    def state(self, now: datetime) -> State:
        """Whether it still opens anything at ``now``."""
        if self.withdrawn_at is not None:
            return State.WITHDRAWN
        if self.expires_at is not None and now >= self.expires_at:
            return State.EXPIRED
        return State.ACTIVE

    def check_active(self, now: datetime) -> None:
        """Raises DomainError ``invalid_api_key``."""
        if self.state(now) is not State.ACTIVE:
            raise DomainError("invalid_api_key")

    def check_outlives(self, expires_at: datetime | None) -> None:
        """Raises DomainError ``invalid_request`` for a key that would be good when this one isn't any more."""
        if self.expires_at is not None and (expires_at is None or expires_at > self.expires_at):
            problem = f"Must not lie behind the end of the key that asks: {self.expires_at.isoformat()}."
            raise DomainError("invalid_request", fields={"expires_at": [problem]})

    def wants_used(self, now: datetime) -> bool:
        """Whether it is time to write down again that it is used."""
        return self.last_used_at is None or now - self.last_used_at >= USED_EVERY

    def used(self, now: datetime) -> ApiKey:
        """The same, used at ``now``; where that need not be written down yet, as it is."""
        return replace(self, last_used_at=now) if self.wants_used(now) else self

    def created(self, handle: str) -> Happening:
        """What tells that there is a new key."""
        data = {"name": self.name, "scopes": list(self.scopes), "expires_at": self.expires_at}
        return Happening("api_key_created", handle, "", data)

    def withdrawn(self, handle: str, now: datetime) -> tuple[ApiKey, list[Happening]]:
        """The same, ended, and what tells of it. One that was withdrawn before stays as it is."""
        if self.withdrawn_at is not None:
            return self, []
        return replace(self, withdrawn_at=now), [
            Happening("api_key_withdrawn", handle, "", {"name": self.name})
        ]


def check_expiry(expires_at: datetime | None, now: datetime) -> None:
    """Raises DomainError ``invalid_request`` for a new key that has expired already, or hardly ever will."""
    if expires_at is not None and not timedelta(0) < expires_at - now <= LONGEST:
        problem = "Must lie in the future, and within 100 years."
        raise DomainError("invalid_request", fields={"expires_at": [problem]})

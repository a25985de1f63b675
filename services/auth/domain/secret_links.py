"""Secret links: one for each customer, which opens their portal for whoever has it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shared.kernel.errors import DomainError
from shared.kernel.happening import Happening

# How somebody got in, as sessions name it.
WAY = "secret_link"


class State(StrEnum):
    """Whether the link opens anything."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class SecretLink:
    """A customer's link. ``secret_hash`` is a keyed hash, ``sealed`` the secret under a key that is not in the store.

    Both are empty when it is revoked. ``told_in`` is the bill group in whose timeline it stands,
    ``made_by`` a principal.
    Without ``expires_at`` it is good until it is replaced or revoked.
    """

    customer: str
    told_in: str
    secret_hash: str
    sealed: str
    made_at: datetime
    made_by: str
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None

    def state(self, now: datetime) -> State:
        """Whether it opens anything at ``now``."""
        if self.revoked_at is not None:
            return State.REVOKED
        if self.expires_at is not None and now >= self.expires_at:
            return State.EXPIRED
        return State.ACTIVE

    def check_active(self, now: datetime) -> None:
        """Raises DomainError ``secret_link_over``."""
        if self.state(now) is not State.ACTIVE:
            raise DomainError("secret_link_over")

    def used(self, now: datetime) -> SecretLink:
        """The same, used at ``now``."""
        return replace(self, last_used_at=now)

    def made(self, *, again: bool) -> Happening:
        """What tells that there is a new link; ``again``: in place of another."""
        data = {"customer": self.customer, "again": again, "expires_at": self.expires_at}
        return Happening("secret_link_made", self.customer, self.told_in, data)

    def revoked(self, now: datetime) -> tuple[SecretLink, list[Happening]]:
        """The same, of no use any more, and what tells of it. One that was revoked before stays as it is."""
        if self.revoked_at is not None:
            return self, []
        told = Happening("secret_link_revoked", self.customer, self.told_in, {"customer": self.customer})
        return replace(self, revoked_at=now, secret_hash="", sealed=""), [told]

    def has_opened(self, started_at: datetime) -> bool:
        """Whether a session that a link of this customer opened at ``started_at`` was opened by this one.

        Lifetime is for the link, not for what it has opened: that ends as all sessions do.
        """
        return self.revoked_at is None and started_at >= self.made_at


def expiry(lifetime_days: int | None, now: datetime) -> datetime | None:
    """When a link that is made at ``now`` ends; None for never."""
    return None if lifetime_days is None else now + timedelta(days=lifetime_days)

"""Previews: staff see the portal as a bill group's billing contact does, for an hour at most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.kernel.errors import DomainError
from shared.kernel.happening import Happening

LONGEST = timedelta(hours=1)
# How a preview would have got in, were it a session.
WAY = "preview"


@dataclass(frozen=True, slots=True)
class Preview:
    """Somebody of the staff looks at a bill group's portal. ``id`` is public; ``started_by`` is a principal.

    What is shown of the contact stands here as it was when the preview began, as in a session.
    """

    id: str
    customer: str
    bill_group: str
    contact_role: str
    email: str
    name: str
    language: str
    started_by: str
    created_at: datetime
    ended_at: datetime | None = None

    @property
    def expires_at(self) -> datetime:
        """When it ends by itself."""
        return self.created_at + LONGEST

    def check_runs(self, now: datetime) -> None:
        """Raises DomainError ``no_preview``."""
        if self.ended_at is not None or now >= self.expires_at:
            raise DomainError("no_preview")

    def started(self) -> Happening:
        """What tells that somebody has looked."""
        return Happening("portal_previewed", self.id, self.bill_group)

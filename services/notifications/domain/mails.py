"""An e-mail on its way: what becomes of it, whatever the mail server does.

The one moment that matters is the handing over of the content. Before it, everything may be tried again. From
its beginning until the server's answer nobody knows whether the mail went out: without an answer it becomes
``unknown`` and is not sent again by itself, for no mail is sent twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

# How long a process may take from choosing a mail to handing it over, and then for the server's answer.
CLAIM = timedelta(seconds=60)
ANSWER = timedelta(minutes=5)
GIVE_UP_AFTER = timedelta(days=3)

_FIRST_PAUSE = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(minutes=30)
_LONGEST_URGENT_PAUSE = timedelta(seconds=20)


class Status(StrEnum):
    """Where a mail stands. All but the first two are final."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    UNWANTED = "unwanted"


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail for one event. ``event`` is ``service.type``, ``data`` that event's data.

    ``recipient`` is an address where the event names one; without, the mail goes to the bill group's billing
    contact. Later than ``expires_at`` it is of no use. ``due_at`` is when it may be tried again, or when its
    claim or the waiting for the server's answer runs out. ``claim`` tells the process that has it in hand.
    """

    id: str
    event: str
    bill_group: str
    data: Mapping[str, Any]
    recipient: str | None
    created_at: datetime
    due_at: datetime
    expires_at: datetime | None = None
    status: Status = Status.WAITING
    attempts: int = 0
    claim: str | None = None
    problem: str | None = None

    @property
    def is_urgent(self) -> bool:
        """Whether somebody sits and waits for it."""
        return self.expires_at is not None

    def is_of_use(self, now: datetime) -> bool:
        """Whether there is still a point in sending it."""
        return self.expires_at is None or now < self.expires_at

    def claimed(self, claim: str, now: datetime) -> Mail:
        """In hand of one process, for a while."""
        return replace(self, claim=claim, due_at=now + CLAIM)

    def handing_over(self, now: datetime) -> Mail:
        """The server takes sender and recipient; from here on it may have been sent."""
        return replace(self, status=Status.SENDING, attempts=self.attempts + 1, due_at=now + ANSWER)

    def postponed(self, now: datetime, problem: str) -> Mail:
        """Certainly not sent: to be tried again later, until nobody would want it any more."""
        attempts = self.attempts if self.status is Status.SENDING else self.attempts + 1
        if now - self.created_at >= GIVE_UP_AFTER:
            return self.failed(problem)
        pause = back_off(attempts, is_urgent=self.is_urgent)
        return replace(
            self,
            status=Status.WAITING,
            attempts=attempts,
            claim=None,
            due_at=now + pause,
            problem=problem,
        )

    def sent(self) -> Mail:
        """The server has taken it."""
        return self._finished(Status.SENT, None)

    def failed(self, problem: str) -> Mail:
        """Refused for good."""
        return self._finished(Status.FAILED, problem)

    def lost_sight_of(self, problem: str) -> Mail:
        """Perhaps sent, perhaps not."""
        return self._finished(Status.UNKNOWN, problem)

    def expired(self) -> Mail:
        """Not sent in time."""
        return self._finished(Status.EXPIRED, None)

    def unwanted(self) -> Mail:
        """Not sent, because its reader has chosen not to get such mails."""
        return self._finished(Status.UNWANTED, None)

    def _finished(self, status: Status, problem: str | None) -> Mail:
        # What was sealed for this mail alone has no business in the store any longer.
        kept = {name: value for name, value in self.data.items() if name != "sealed"}
        return replace(self, status=status, data=kept, claim=None, problem=problem)


def back_off(attempts: int, *, is_urgent: bool) -> timedelta:
    """How long to wait after ``attempts`` attempts: twice as long each time, up to a limit."""
    longest = _LONGEST_URGENT_PAUSE if is_urgent else _LONGEST_PAUSE
    return min(_FIRST_PAUSE * (1 << min(attempts - 1, 20)), longest)

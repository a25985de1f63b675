"""What VIES, the EU's register, says of VAT numbers, and how often it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

# How long to wait after each look-up that got no answer; behind the last one nobody asks again.
_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 10, 60, 360, 1440))


@dataclass(frozen=True, slots=True)
class VatCheck:
    """``valid``, ``invalid``, ``unknown`` (nobody could be asked) or ``not_checked``, and when that was found out."""

    state: str
    at: datetime | None


NOT_CHECKED = VatCheck("not_checked", None)


@dataclass(frozen=True, slots=True)
class Lookup:
    """A number that is to be looked up at ``due_at``, after so many attempts."""

    bill_group: str
    number: str
    due_at: datetime
    attempts: int

    def result(self, known: bool | None, now: datetime) -> tuple[VatCheck, datetime | None]:
        """What to keep of an answer (None: there was none), and when to ask again, if at all."""
        if known is not None:
            return VatCheck("valid" if known else "invalid", now), None
        again = now + _PAUSES[self.attempts] if self.attempts < len(_PAUSES) else None
        return VatCheck("unknown", now), again

"""Forms that somebody filled in and sent when their session was over: kept until they are signed in again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

KEPT_FOR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A form of one browser and one bill group. ``browser`` is a keyed hash; ``sealed`` is what the form held."""

    bill_group: str
    browser: str
    sealed: str
    kept_at: datetime
    expires_at: datetime

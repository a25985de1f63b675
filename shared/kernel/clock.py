"""Time. Business code is handed its ``now``; only the edges read a clock."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Something that knows the time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock: for expiry, security and logs."""

    def now(self) -> datetime:
        return utc_now()


def utc_now() -> datetime:
    """The present moment, aware, in UTC, in whole milliseconds: the precision that the store keeps."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def as_utc(moment: datetime) -> datetime:
    """The same moment in UTC. A naive ``moment`` is a mistake and refused with ValueError."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(UTC)


def local_date(moment: datetime, time_zone: str) -> date:
    """The calendar day of ``moment`` in the IANA time zone ``time_zone``."""
    return moment.astimezone(ZoneInfo(time_zone)).date()

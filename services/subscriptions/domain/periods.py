"""Billing periods: days counted from an anchor, without gaps and without overlaps."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Unit(StrEnum):
    """What an interval counts."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Period:
    """The days from ``start`` up to, not including, ``end``."""

    start: date
    end: date

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end


@dataclass(frozen=True, slots=True)
class Interval:
    """Every ``count`` ``unit``s."""

    unit: Unit
    count: int

    def boundary(self, anchor: date, number: int) -> date:
        """The day on which period ``number`` begins, counted from ``anchor``, where period 0 begins.

        Months count from the anchor's day: after 31 January come 28 February and 31 March.
        """
        steps = number * self.count
        match self.unit:
            case Unit.DAY:
                return anchor + timedelta(days=steps)
            case Unit.WEEK:
                return anchor + timedelta(weeks=steps)
            case Unit.MONTH:
                return add_months(anchor, steps)
            case Unit.YEAR:
                return add_months(anchor, 12 * steps)

    def period_with(self, day: date, anchor: date) -> Period:
        """The period in which ``day`` lies, not before ``anchor``."""
        number = self._number_near(day, anchor)
        if self.boundary(anchor, number) > day:
            number -= 1
        return Period(self.boundary(anchor, number), self.boundary(anchor, number + 1))

    def first_boundary_from(self, day: date, anchor: date) -> date:
        """The first day that is not before ``day`` and on which a period begins."""
        period = self.period_with(max(day, anchor), anchor)
        return period.start if period.start >= day else period.end

    def _number_near(self, day: date, anchor: date) -> int:
        """The number of the period in which ``day`` lies, or of the one after it (months differ)."""
        match self.unit:
            case Unit.DAY:
                return (day - anchor).days // self.count
            case Unit.WEEK:
                return (day - anchor).days // (7 * self.count)
            case Unit.MONTH:
                return _months_between(anchor, day) // self.count
            case Unit.YEAR:
                return _months_between(anchor, day) // (12 * self.count)


def add_months(day: date, months: int) -> date:
    """The same day ``months`` later, or the last day of that month where it has no such day."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month0 + 1, min(day.day, monthrange(year, month0 + 1)[1]))


def shifted(start: date, stopped: date, goes_on: date) -> date:
    """The start of a term that began on ``start``, stood still from ``stopped`` on, and goes on on ``goes_on``.

    What had gone by is counted back in whole months and days, so that as many months are left as before.
    """
    months = _months_between(start, stopped)
    if add_months(start, months) > stopped:
        months -= 1
    days = stopped - add_months(start, months)
    return add_months(goes_on - days, -months)


def start_of(day: date, time_zone: str) -> datetime:
    """The first moment of ``day`` in the IANA time zone ``time_zone``, in UTC.

    Where clocks are put forward at midnight, this is the moment at which that is done.
    """
    return datetime.combine(day, time.min, ZoneInfo(time_zone)).astimezone(UTC)


def _months_between(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month

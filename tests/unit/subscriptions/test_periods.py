"""Periods follow each other without gaps and overlaps, and months count from the anchor's day."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.subscriptions.domain.periods import Interval, Period, Unit, add_months, start_of
from shared.kernel.clock import local_date

# São Paulo and Beirut put clocks forward at midnight: there the day begins at one o'clock.
ZONES = ("Europe/Berlin", "America/Sao_Paulo", "Asia/Beirut", "Pacific/Auckland")
MONTHLY = Interval(Unit.MONTH, 1)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("anchor_day", range(1, 32))
def test_months_have_no_gaps_and_no_overlaps(zone, anchor_day):
    anchor = date(2015, 1, anchor_day)
    periods = [MONTHLY.period_with(MONTHLY.boundary(anchor, n), anchor) for n in range(48)]
    assert periods[0].start == anchor
    for earlier, later in pairwise(periods):
        assert earlier.end == later.start
        assert start_of(earlier.end, zone) == start_of(later.start, zone)
    for n, period in enumerate(periods):
        month = add_months(date(2015, 1, 1), n)
        assert period.start == month.replace(day=min(anchor_day, monthrange(month.year, month.month)[1]))
        assert start_of(period.start, zone) < start_of(period.end, zone)
        assert local_date(start_of(period.start, zone), zone) == period.start
        moment_before = start_of(period.start, zone) - timedelta(milliseconds=1)
        assert local_date(moment_before, zone) == period.start - timedelta(days=1)


def test_after_31_january_come_28_february_and_31_march():
    anchor = date(2026, 1, 31)
    february = MONTHLY.period_with(date(2026, 2, 28), anchor)
    assert february == Period(date(2026, 2, 28), date(2026, 3, 31))
    assert MONTHLY.period_with(date(2026, 2, 27), anchor) == Period(anchor, date(2026, 2, 28))


def test_29_february_comes_again_in_leap_years():
    yearly = Interval(Unit.YEAR, 1)
    days = [yearly.boundary(date(2024, 2, 29), n) for n in range(5)]
    assert days == [date(2024, 2, 29), *(date(year, 2, 28) for year in (2025, 2026, 2027)), date(2028, 2, 29)]


intervals = st.builds(Interval, st.sampled_from(Unit), st.integers(1, 24))
days = st.dates(date(2000, 1, 1), date(2080, 1, 1))


@given(interval=intervals, anchor=days, after=st.integers(0, 20_000))
def test_every_day_is_in_the_period_that_is_asked_for(interval, anchor, after):
    day = anchor + timedelta(days=after)
    period = interval.period_with(day, anchor)
    assert day in period
    assert interval.period_with(period.start, anchor) == period
    assert interval.period_with(period.end, anchor).start == period.end
    if period.start > anchor:
        assert interval.period_with(period.start - timedelta(days=1), anchor).end == period.start


@given(interval=intervals, anchor=days, after=st.integers(0, 20_000))
def test_the_first_boundary_is_not_before_the_day_and_within_one_period(interval, anchor, after):
    day = anchor + timedelta(days=after)
    boundary = interval.first_boundary_from(day, anchor)
    assert boundary >= day
    assert interval.period_with(boundary, anchor).start == boundary
    assert boundary == day or day in interval.period_with(boundary - timedelta(days=1), anchor)


@pytest.mark.parametrize(
    "day, months, expected",
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 1), -13, date(2024, 12, 1)),
    ],
)
def test_add_months(day, months, expected):
    assert add_months(day, months) == expected


def test_a_day_begins_when_clocks_are_put_forward_at_midnight():
    assert start_of(date(2018, 11, 4), "America/Sao_Paulo").isoformat() == "2018-11-04T03:00:00+00:00"

"""The billing periods of the demo's subscriptions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from deploy.demo.files import Row
from services.subscriptions.domain.periods import Interval, Period, Unit


def first_paid_day(subscription: Row, plan: Row) -> date:
    """The day after the trial, if the plan has one; periods are counted from it."""
    return date.fromisoformat(subscription["starts_on"]) + timedelta(days=plan.get("trial_days", 0))


def period_with(day: date, subscription: Row, plan: Row) -> Period:
    """The period in which ``day`` lies."""
    return _interval(plan).period_with(day, first_paid_day(subscription, plan))


def billed_periods(subscription: Row, plan: Row) -> Iterator[Period]:
    """The periods that were billed, the first one first."""
    start = first_paid_day(subscription, plan)
    paid_until = date.fromisoformat(subscription.get("paid_until") or start.isoformat())
    while start < paid_until:
        period = period_with(start, subscription, plan)
        yield period
        start = period.end


def _interval(plan: Row) -> Interval:
    return Interval(Unit(plan["interval"]["unit"]), plan["interval"]["count"])

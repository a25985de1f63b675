"""Subscriptions to test with, in every situation."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from services.subscriptions.domain.actions import Situation
from services.subscriptions.domain.asking import Action, Asker, Request, When
from services.subscriptions.domain.beginning import Wish
from services.subscriptions.domain.periods import Interval, Period, Unit
from services.subscriptions.domain.plans import Price, Terms
from services.subscriptions.domain.subscription import (
    Cancellation,
    ExpireReason,
    Expiry,
    Hold,
    HoldReason,
    ScheduledPause,
    Side,
    Status,
    Subscription,
)
from shared.kernel.money import Money

# The subscription of these tests was begun on 31 January and is paid until 30 April; today is 10 April 2026.
NOW = datetime(2026, 4, 10, 9, 30, tzinfo=UTC)
TODAY = date(2026, 4, 10)
MONTHLY = Interval(Unit.MONTH, 1)


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def terms(**changes: Any) -> Terms:
    made = Terms(
        product="prod-1",
        product_names={"en": "Workshop", "de": "Werkstatt"},
        plan="plan-1",
        plan_version=1,
        plan_names={"en": "Monthly", "de": "Monatlich"},
        interval=MONTHLY,
        price=Price(eur(1000), eur(0)),
        trial_days=0,
        notice_days=0,
        minimum_term_months=0,
        tax_code="standard",
    )
    return replace(made, **changes)


def subscription(**changes: Any) -> Subscription:
    """An active one: 2 × 10 EUR a month, in the period from 31 March to 30 April."""
    made = Subscription(
        handle="sub-1",
        bill_group="bg-1",
        customer="cust-1",
        time_zone="Europe/Berlin",
        terms=terms(),
        quantity=2,
        discount=None,
        payment_method=None,
        status=Status.ACTIVE,
        starts_on=date(2026, 1, 31),
        trial_end=None,
        term_start=date(2026, 1, 31),
        anchor=date(2026, 1, 31),
        period=Period(date(2026, 3, 31), date(2026, 4, 30)),
        setup_fee_due=False,
    )
    return replace(made, **changes)


def wish(**changes: Any) -> Wish:
    """2 units, from today on."""
    made = Wish(
        handle="sub-1",
        bill_group="bg-1",
        customer="cust-1",
        time_zone="Europe/Berlin",
        quantity=2,
        starts_on=None,
        trial_days=None,
        discount=None,
        payment_method=None,
    )
    return replace(made, **changes)


def pending(**changes: Any) -> Subscription:
    first = date(2026, 5, 1)
    return subscription(
        status=Status.PENDING, starts_on=first, term_start=first, anchor=first, period=None, **changes
    )


def in_trial(**changes: Any) -> Subscription:
    """In a trial from 1 to 15 April."""
    end = date(2026, 4, 15)
    return subscription(
        status=Status.TRIAL,
        starts_on=date(2026, 4, 1),
        trial_end=end,
        term_start=end,
        anchor=end,
        period=None,
        **changes,
    )


def on_hold(
    by: Side = Side.CUSTOMER,
    reason: HoldReason = HoldReason.ON_DEMAND,
    resume_on: date | None = None,
    **changes: Any,
) -> Subscription:
    """On hold since 5 April, within the paid period."""
    hold = Hold(date(2026, 4, 5), reason, by, resume_on)
    return subscription(status=Status.ON_HOLD, hold=hold, **changes)


def pause_scheduled(by: Side = Side.CUSTOMER, resume_on: date | None = None, **changes: Any) -> Subscription:
    return subscription(scheduled_pause=ScheduledPause(date(2026, 4, 30), by, resume_on), **changes)


def cancellation(by: Side = Side.CUSTOMER, expires_on: date = date(2026, 4, 30)) -> Cancellation:
    return Cancellation(datetime(2026, 4, 2, 8, tzinfo=UTC), by, expires_on, None, "")


def cancelled(**changes: Any) -> Subscription:
    return subscription(cancellation=cancellation(), **changes)


def expired() -> Subscription:
    return cancelled(status=Status.EXPIRED, expiry=Expiry(date(2026, 4, 4), ExpireReason.CANCELLED))


IN_SITUATION = {
    Situation.PENDING: pending(),
    Situation.TRIAL: in_trial(),
    Situation.ACTIVE: subscription(),
    Situation.PAUSE_SCHEDULED: pause_scheduled(),
    Situation.ON_HOLD: on_hold(),
    Situation.CANCELLED: cancelled(),
    Situation.CANCELLED_ON_HOLD: on_hold(cancellation=cancellation()),
    Situation.EXPIRED: expired(),
}


def ask(
    action: Action,
    *,
    by: Asker | None = None,
    now: datetime = NOW,
    at: When | None = None,
    resume_on: date | None = None,
) -> Request:
    return Request(action, by or Asker.customer(), now, at=at, resume_on=resume_on)

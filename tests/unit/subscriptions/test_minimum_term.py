"""A pause by the customer's own wish saves nothing of the minimum term, and adds nothing to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.subscriptions.domain.asking import Action, Asker, When
from services.subscriptions.domain.periods import Interval, Period, Unit, add_months, shifted
from services.subscriptions.domain.previews import decide
from services.subscriptions.domain.steps import caught_up
from services.subscriptions.domain.subscription import HoldReason, Side, Subscription
from tests.unit.subscriptions import make

FIRST = date(2026, 1, 1)


def begun(first: date = FIRST, months: int = 12, interval: Interval = make.MONTHLY) -> Subscription:
    terms = make.terms(interval=interval, minimum_term_months=months)
    new = replace(make.pending(terms=terms), starts_on=first, term_start=first, anchor=first, time_zone="UTC")
    return caught_up(new, first).subscription


def act(subscription: Subscription, action: Action, day: date, **more):
    return decide(subscription, make.ask(action, now=datetime.combine(day, time(12), UTC), **more))


def bills(step) -> list[date]:
    return [each.data["period"]["start"] for each in step.happenings if each.type == "subscription_renewed"]


def test_pausing_at_once_and_cancelling_then_is_billed_to_the_end_of_the_minimum_term():
    paused = act(begun(), Action.PAUSE, date(2026, 1, 2), at=When.NOW).step.subscription
    decided = act(paused, Action.CANCEL, date(2026, 1, 3))

    shown = decided.preview
    assert shown.status_after == "active"
    assert (shown.effective_on, shown.next_billing_on_after) == (date(2027, 1, 1), date(2026, 2, 1))
    assert (shown.charges, shown.amount_next) == ((), make.eur(2000))
    assert shown.codes == (
        "minimum_term_ends_pause",
        "paid_period_goes_on",
        "ends_after_minimum_term",
        "billed_until_the_end",
        "can_be_undone",
    )
    assert len(bills(caught_up(decided.step.subscription, date(2028, 1, 1)))) == 11


def test_cancelling_on_hold_after_the_paid_days_is_billed_at_once_and_for_what_is_left():
    paused = act(begun(), Action.PAUSE, date(2026, 1, 2)).step.subscription
    decided = act(paused, Action.CANCEL, date(2026, 7, 15))

    shown = decided.preview
    assert [line.net for line in shown.charges] == [make.eur(2000)]
    assert (shown.effective_on, shown.next_billing_on_after) == (date(2027, 6, 15), date(2026, 8, 15))
    assert shown.codes == (
        "minimum_term_ends_pause",
        "ends_after_minimum_term",
        "billed_until_the_end",
        "can_be_undone",
    )
    assert [each.type for each in decided.step.happenings] == [
        "subscription_paused",
        "subscription_resumed",
        "subscription_renewed",
        "subscription_cancelled",
    ]
    assert len(bills(decided.step)) + len(bills(caught_up(decided.step.subscription, date(2028, 1, 1)))) == 11


def test_a_pause_within_the_paid_days_does_not_prolong_the_minimum_term():
    resume_on = date(2026, 1, 20)
    paused = act(begun(), Action.PAUSE, date(2026, 1, 2), at=When.NOW, resume_on=resume_on).step.subscription
    assert caught_up(paused, resume_on).subscription.minimum_term_end == date(2027, 1, 1)


def test_a_pause_after_the_minimum_term_does_not_bring_it_back():
    done = caught_up(begun(), date(2027, 1, 1)).subscription
    paused = act(done, Action.PAUSE, date(2027, 1, 5)).step.subscription
    assert act(paused, Action.CANCEL, date(2027, 3, 1)).preview.status_after == "expired"
    resumed = act(paused, Action.RESUME, date(2027, 3, 1)).step.subscription
    assert resumed.minimum_term_end == date(2027, 1, 1)


@pytest.mark.parametrize(
    "by, reason", [(Side.MERCHANT, HoldReason.ON_DEMAND), (Side.MERCHANT, HoldReason.DUNNING)]
)
def test_the_minimum_term_runs_while_the_merchant_holds(by, reason):
    held = make.on_hold(by=by, reason=reason, terms=make.terms(minimum_term_months=6))
    shown = act(held, Action.CANCEL, date(2026, 6, 1)).preview
    assert (shown.status_after, shown.effective_on, shown.charges) == ("on_hold", date(2026, 7, 31), ())
    resumed = act(held, Action.RESUME, date(2026, 6, 1), by=Asker.merchant()).step.subscription
    assert resumed.minimum_term_end == date(2026, 7, 31)


@pytest.mark.parametrize(
    "start, stopped, goes_on, new",
    [
        (date(2026, 1, 1), date(2026, 2, 1), date(2026, 7, 15), date(2026, 6, 15)),
        (date(2026, 1, 31), date(2026, 2, 28), date(2026, 5, 31), date(2026, 4, 30)),
        (date(2026, 1, 1), date(2026, 2, 5), date(2026, 7, 15), date(2026, 6, 11)),
        (date(2026, 1, 1), date(2026, 1, 1), date(2026, 7, 15), date(2026, 7, 15)),
    ],
)
def test_what_was_served_is_counted_back_from_the_day_it_goes_on(start, stopped, goes_on, new):
    assert shifted(start, stopped, goes_on) == new


@settings(deadline=None, max_examples=150)
@given(
    first=st.dates(date(2024, 1, 1), date(2027, 12, 31)),
    months=st.integers(1, 24),
    days=st.lists(st.tuples(st.integers(0, 90), st.booleans()), min_size=1, max_size=8),
)
def test_whoever_pauses_and_resumes_and_cancels_pays_the_minimum_term_and_no_more(first, months, days):
    """Monthly: as many bills as the term has months where it is cancelled within it, never fewer."""
    subscription, day, billed = begun(first, months), first, 1
    for passed, at_once in days:
        day += timedelta(days=passed)
        subscription, made_up = caught_up(subscription, day).subscription, caught_up(subscription, day)
        billed += len(bills(made_up))
        action = Action.RESUME if subscription.hold or subscription.scheduled_pause else Action.PAUSE
        at = When.NOW if at_once and action is Action.PAUSE else None
        acted = act(subscription, action, day, at=at).step
        subscription, billed = acted.subscription, billed + len(bills(acted))
    within = not subscription.paid_to_minimum_term
    cancelled = act(subscription, Action.CANCEL, day).step
    ended = cancelled.then(caught_up(cancelled.subscription, add_months(day, 60)))
    billed += len(bills(ended))
    assert ended.subscription.status == "expired"
    assert billed == months if within else billed >= months


def test_weeks_are_left_as_agreed_too():
    weekly = begun(months=1, interval=Interval(Unit.WEEK, 1))
    paused = act(weekly, Action.PAUSE, FIRST).step.subscription
    resumed = act(paused, Action.RESUME, date(2026, 3, 2)).step.subscription
    assert resumed.period == Period(date(2026, 3, 2), date(2026, 3, 9))
    assert resumed.minimum_term_end == date(2026, 3, 23)

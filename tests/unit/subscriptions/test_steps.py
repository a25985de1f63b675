"""What time does: each step on its day, whatever the hour at which it is looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.subscriptions.domain.discounts import Discount
from services.subscriptions.domain.periods import Interval, Period, Unit
from services.subscriptions.domain.plans import Price
from services.subscriptions.domain.steps import caught_up, next_step
from services.subscriptions.domain.subscription import ExpireReason, Side, Subscription
from tests.unit.subscriptions import make


def types(step):
    return [happening.type for happening in step.happenings]


def renewals(step):
    return [happening.data for happening in step.happenings if happening.type == "subscription_renewed"]


def test_nothing_happens_before_its_day():
    assert next_step(make.subscription(), date(2026, 4, 29)) is None
    assert caught_up(make.subscription(), date(2026, 4, 29)).happenings == ()


def test_a_period_that_ended_is_followed_by_the_next_one():
    step = next_step(make.subscription(), date(2026, 4, 30))
    assert step.subscription.period == Period(date(2026, 4, 30), date(2026, 5, 31))
    (renewed,) = renewals(step)
    assert renewed["period"] == {"start": date(2026, 4, 30), "end": date(2026, 5, 31)}
    assert renewed["currency"] == "EUR"
    assert renewed["lines"] == [
        {
            "description": "Workshop – Monthly",
            "descriptions": {"en": "Workshop – Monthly", "de": "Werkstatt – Monatlich"},
            "quantity": 2,
            "unit_amount": 1000,
            "discount": 0,
            "tax_code": "standard",
            "period": {"start": date(2026, 4, 30), "end": date(2026, 5, 31)},
        }
    ]


def test_what_was_renewed_is_not_renewed_again():
    step = next_step(make.subscription(), date(2026, 4, 30))
    assert next_step(step.subscription, date(2026, 4, 30)) is None


def test_missed_periods_are_made_up_one_by_one():
    step = caught_up(make.subscription(), date(2026, 8, 1))
    starts = [renewed["period"]["start"] for renewed in renewals(step)]
    assert starts == [date(2026, 4, 30), date(2026, 5, 31), date(2026, 6, 30), date(2026, 7, 31)]


def test_a_pending_one_without_trial_starts_and_is_billed():
    step = caught_up(make.pending(setup_fee_due=True), date(2026, 5, 1))
    assert types(step) == ["subscription_started", "subscription_renewed"]
    assert step.subscription.status == "active"
    assert step.subscription.period == Period(date(2026, 5, 1), date(2026, 6, 1))


def test_a_pending_one_with_trial_is_billed_from_the_end_of_the_trial():
    first, end = date(2026, 5, 1), date(2026, 5, 15)
    pending = replace(make.pending(), trial_end=end, term_start=end, anchor=end)
    in_trial = caught_up(pending, first)
    assert types(in_trial) == ["subscription_started"]
    assert in_trial.subscription.status == "trial"
    over = caught_up(in_trial.subscription, end)
    assert types(over) == ["subscription_renewed"]
    assert over.subscription.period == Period(end, date(2026, 6, 15))


def test_the_setup_fee_is_billed_once():
    fee = make.terms(price=Price(make.eur(1000), make.eur(500)))
    step = caught_up(make.pending(setup_fee_due=True, terms=fee), date(2026, 6, 1))
    first, second = renewals(step)
    assert [line["unit_amount"] for line in first["lines"]] == [1000, 500]
    assert first["lines"][1]["descriptions"] == {"en": "Setup fee", "de": "Einrichtungsgebühr"}
    assert [line["unit_amount"] for line in second["lines"]] == [1000]


def test_a_discount_ends_after_its_periods():
    discount = Discount({"en": "Welcome"}, None, make.eur(300), 2)
    step = caught_up(make.subscription(discount=discount), date(2026, 7, 1))
    assert [renewed["lines"][0]["discount"] for renewed in renewals(step)] == [300, 300, 0]
    assert step.subscription.discount is None


def test_a_scheduled_pause_begins_instead_of_the_next_period():
    step = caught_up(make.pause_scheduled(by=Side.MERCHANT), date(2026, 8, 1))
    assert types(step) == ["subscription_paused"]
    assert step.subscription.status == "on_hold"
    assert step.subscription.hold.since == date(2026, 4, 30)
    assert step.subscription.hold.by is Side.MERCHANT
    assert step.subscription.next_step_on is None


def test_a_pause_with_a_date_ends_on_it_and_a_new_count_begins():
    step = caught_up(make.pause_scheduled(resume_on=date(2026, 6, 10)), date(2026, 7, 1))
    assert types(step) == ["subscription_paused", "subscription_resumed", "subscription_renewed"]
    assert step.subscription.period == Period(date(2026, 6, 10), date(2026, 7, 10))
    assert step.subscription.anchor == date(2026, 6, 10)


def test_resuming_within_the_paid_period_bills_nothing():
    step = caught_up(make.on_hold(resume_on=date(2026, 4, 20)), date(2026, 4, 20))
    assert types(step) == ["subscription_resumed"]
    assert step.subscription.period == make.subscription().period
    assert step.subscription.next_billing_on == date(2026, 4, 30)


def test_resuming_on_the_day_the_paid_period_ends_goes_on_in_turn():
    step = caught_up(make.on_hold(resume_on=date(2026, 4, 30)), date(2026, 4, 30))
    assert step.subscription.period == Period(date(2026, 4, 30), date(2026, 5, 31))
    assert step.subscription.anchor == date(2026, 1, 31)


def test_a_cancelled_one_is_billed_until_its_end_and_then_expires():
    cancelled = make.subscription(cancellation=make.cancellation(expires_on=date(2026, 6, 30)))
    step = caught_up(cancelled, date(2026, 9, 1))
    assert types(step) == ["subscription_renewed", "subscription_renewed", "subscription_expired"]
    assert step.subscription.expiry.on == date(2026, 6, 30)
    assert step.subscription.expiry.reason is ExpireReason.CANCELLED


@pytest.mark.parametrize("made", [make.pending, make.in_trial])
def test_what_was_cancelled_before_it_was_paid_is_never_billed(made):
    first = made().next_billing_on
    cancelled = made(cancellation=make.cancellation(expires_on=first))
    assert types(caught_up(cancelled, date(2027, 1, 1))) == ["subscription_expired"]


def test_a_cancellation_outranks_the_day_to_resume():
    held = make.on_hold(resume_on=date(2026, 4, 20), cancellation=make.cancellation())
    assert types(caught_up(held, date(2026, 5, 1))) == ["subscription_expired"]


def test_what_has_expired_stays_so():
    assert make.expired().next_step_on is None
    assert next_step(make.expired(), date(2030, 1, 1)) is None


@settings(deadline=None, max_examples=60)
@given(
    interval=st.builds(Interval, st.sampled_from(Unit), st.integers(1, 12)),
    starts_on=st.dates(date(2020, 1, 1), date(2026, 12, 31)),
    days=st.integers(0, 150),
    stops=st.lists(st.integers(0, 150), max_size=6),
)
def test_however_often_the_run_looks_each_day_is_billed_once(interval, starts_on, days, stops):
    """Looked at on any days, in one go or in many: the same periods, without gaps, up to the day of the last look."""
    until = starts_on + timedelta(days=days)
    new = make.pending(setup_fee_due=True)
    new = replace(
        new, terms=make.terms(interval=interval), starts_on=starts_on, term_start=starts_on, anchor=starts_on
    )
    at_once = caught_up(new, until)
    by_and_by = caught_up(new, starts_on)
    for stop in sorted(stops):
        if stop <= days:
            by_and_by = by_and_by.then(caught_up(by_and_by.subscription, starts_on + timedelta(days=stop)))
    by_and_by = by_and_by.then(caught_up(by_and_by.subscription, until))
    assert by_and_by == at_once
    billed = [renewed["period"] for renewed in renewals(at_once)]
    assert billed[0]["start"] == starts_on
    assert all(earlier["end"] == later["start"] for earlier, later in pairwise(billed))
    assert until in _last_period(at_once.subscription)


def _last_period(subscription: Subscription) -> Period:
    assert subscription.period is not None
    return subscription.period

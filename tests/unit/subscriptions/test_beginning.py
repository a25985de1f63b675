"""Beginning a subscription: when it starts, what is billed, and that it is what was shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.subscriptions.domain.beginning import begin
from services.subscriptions.domain.discounts import Discount
from services.subscriptions.domain.happenings import line_facts, period_facts
from services.subscriptions.domain.importing import Imported, take_over
from services.subscriptions.domain.periods import Interval, Period, Unit
from services.subscriptions.domain.plans import Price
from services.subscriptions.domain.steps import caught_up
from shared.kernel.clock import local_date
from shared.kernel.errors import DomainError, Kind
from tests.unit.subscriptions import make

WITH_FEE = make.terms(price=Price(make.eur(1000), make.eur(2500)), trial_days=14, minimum_term_months=6)


def types(step):
    return [happening.type for happening in step.happenings]


def bills(beginning):
    return [(bill.on, bill.net.minor) for bill in beginning.bills]


def test_it_starts_today_and_is_billed_at_once():
    beginning = begin(make.wish(), make.terms(), make.NOW)
    new = beginning.step.subscription
    assert (new.status, new.starts_on, new.anchor) == ("active", make.TODAY, make.TODAY)
    assert new.period == Period(make.TODAY, date(2026, 5, 10))
    assert types(beginning.step) == ["subscription_created", "subscription_started", "subscription_renewed"]
    assert bills(beginning) == [(make.TODAY, 2000), (date(2026, 5, 10), 2000), (date(2026, 6, 10), 2000)]


def test_it_starts_later():
    beginning = begin(make.wish(starts_on=date(2026, 8, 31)), make.terms(), make.NOW)
    assert beginning.step.subscription.status == "pending"
    assert types(beginning.step) == ["subscription_created"]
    assert bills(beginning) == [
        (date(2026, 8, 31), 2000),
        (date(2026, 9, 30), 2000),
        (date(2026, 10, 31), 2000),
    ]


def test_a_trial_is_not_billed_and_the_fee_comes_with_the_first_bill():
    beginning = begin(make.wish(), WITH_FEE, make.NOW)
    new = beginning.step.subscription
    assert (new.status, new.trial_end) == ("trial", date(2026, 4, 24))
    assert new.minimum_term_end == date(2026, 10, 24)
    assert bills(beginning) == [
        (date(2026, 4, 24), 4500),
        (date(2026, 5, 24), 2000),
        (date(2026, 6, 24), 2000),
    ]


@pytest.mark.parametrize("days, trial_end", [(0, None), (3, date(2026, 4, 13))])
def test_another_trial_can_be_agreed_on(days, trial_end):
    beginning = begin(make.wish(trial_days=days), WITH_FEE, make.NOW)
    assert beginning.step.subscription.trial_end == trial_end
    assert beginning.step.subscription.terms.trial_days == days
    assert beginning.bills[0].on == (trial_end or make.TODAY)


@pytest.mark.parametrize(
    "periods, amounts",
    [
        (1, [1000, 2000, 2000]),
        (2, [1000, 1000, 2000]),
        (5, [1000] * 5 + [2000]),
        (12, [1000] * 12 + [2000]),
        # What comes after so long is not within sight.
        (13, [1000] * 3),
        (None, [1000] * 3),
    ],
)
def test_a_discount_that_runs_out_shows_with_the_price_after_it(periods, amounts):
    discount = Discount({"en": "Welcome"}, Decimal(50), None, periods)
    beginning = begin(make.wish(discount=discount), make.terms(), make.NOW)
    assert [bill.net.minor for bill in beginning.bills] == amounts


def test_today_is_the_bill_groups_day():
    late = datetime(2026, 4, 10, 22, 30, tzinfo=UTC)
    assert begin(make.wish(), make.terms(), late).step.subscription.starts_on == date(2026, 4, 11)
    in_new_york = make.wish(time_zone="America/New_York")
    assert begin(in_new_york, make.terms(), late).step.subscription.starts_on == make.TODAY


@pytest.mark.parametrize(
    "changes, field",
    [({"starts_on": date(2026, 4, 9)}, "starts_on"), ({"quantity": 1_000_000_000_000}, "quantity")],
)
def test_what_can_not_be_begun_is_refused(changes, field):
    with pytest.raises(DomainError, match="invalid_subscription") as caught:
        begin(make.wish(**changes), make.terms(), make.NOW)
    assert list(caught.value.params["fields"]) == [field]


@st.composite
def discounts(draw):
    periods = draw(st.none() | st.integers(1, 20))
    if draw(st.booleans()):
        return Discount({"en": "Welcome"}, draw(st.decimals(0, 100, places=2)), None, periods)
    return Discount({"en": "Welcome"}, None, make.eur(draw(st.integers(0, 10**7))), periods)


@given(
    unit=st.sampled_from(Unit),
    count=st.integers(1, 13),
    price=st.integers(0, 10**7),
    fee=st.integers(0, 10**6),
    plan_trial=st.integers(0, 60),
    term=st.integers(0, 24),
    time_zone=st.sampled_from(["Europe/Berlin", "America/St_Johns", "Pacific/Kiritimati"]),
    quantity=st.integers(1, 500),
    later=st.none() | st.integers(0, 400),
    trial=st.none() | st.integers(0, 60),
    discount=st.none() | discounts(),
    hours=st.integers(0, 3 * 365 * 24),
    runs=st.lists(st.integers(1, 200), min_size=1, max_size=8),
)
def test_what_is_shown_is_what_is_billed(
    unit, count, price, fee, plan_trial, term, time_zone, quantity, later, trial, discount, hours, runs
):
    """The bills of the preview are those that the billing run makes, whenever that gets round to it."""
    terms = make.terms(
        interval=Interval(unit, count),
        price=Price(make.eur(price), make.eur(fee)),
        trial_days=plan_trial,
        minimum_term_months=term,
    )
    wish = make.wish(time_zone=time_zone, quantity=quantity, trial_days=trial, discount=discount)
    now = make.NOW + timedelta(hours=hours)
    today = local_date(now, time_zone)
    if later is not None:
        wish = replace(wish, starts_on=today + timedelta(days=later))
    beginning = begin(wish, terms, now)
    step, last = beginning.step, beginning.bills[-1].on
    for days in runs:
        today = min(today + timedelta(days=days), last)
        step = step.then(caught_up(step.subscription, today))
    step = step.then(caught_up(step.subscription, last))
    billed = [each.data for each in step.happenings if each.type == "subscription_renewed"]
    assert [(data["period"], data["lines"]) for data in billed] == [
        (period_facts(bill.period), [line_facts(line) for line in bill.lines]) for bill in beginning.bills
    ]
    assert len(billed) >= 3


def test_the_same_again_has_the_same_fingerprint_whatever_its_handle():
    shown = begin(make.wish(), WITH_FEE, make.NOW).fingerprint
    again = begin(make.wish(handle="sub-2"), WITH_FEE, make.NOW, shown)
    assert again.step.subscription.handle == "sub-2"


@pytest.mark.parametrize(
    "wish, terms",
    [
        (make.wish(quantity=3), WITH_FEE),
        (make.wish(starts_on=date(2026, 4, 11)), WITH_FEE),
        (make.wish(trial_days=13), WITH_FEE),
        (make.wish(), replace(WITH_FEE, plan_version=2)),
        (make.wish(), replace(WITH_FEE, interval=Interval(Unit.MONTH, 3))),
        (make.wish(bill_group="bg-2"), WITH_FEE),
        (make.wish(discount=Discount({"en": "Later"}, Decimal(0), None, 14)), WITH_FEE),
    ],
)
def test_what_comes_to_something_else_by_now_is_not_begun(wish, terms):
    shown = begin(make.wish(), WITH_FEE, make.NOW).fingerprint
    with pytest.raises(DomainError) as caught:
        begin(wish, terms, make.NOW, shown)
    assert (caught.value.code, caught.value.kind) == ("preview_outdated", Kind.CONFLICT)


def test_more_than_a_thousand_periods_are_not_made_up():
    weekly = make.terms(interval=Interval(Unit.WEEK, 1))
    old = Imported(
        handle="sub-1",
        bill_group="bg-1",
        customer="cust-1",
        time_zone="Europe/Berlin",
        quantity=1,
        starts_on=date(2006, 1, 1),
        discount=None,
        payment_method=None,
    )
    with pytest.raises(DomainError) as caught:
        take_over(old, weekly, make.NOW)
    assert caught.value.params == {"fields": {"starts_on": "too_long_ago"}}
    assert take_over(replace(old, starts_on=date(2008, 1, 1)), weekly, make.NOW).subscription.period

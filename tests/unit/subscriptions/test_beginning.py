"""Beginning a subscription: when it starts, what is billed, and that it is what was shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from services.subscriptions.domain.beginning import begin
from services.subscriptions.domain.discounts import Discount
from services.subscriptions.domain.importing import Imported, take_over
from services.subscriptions.domain.periods import Interval, Period, Unit
from services.subscriptions.domain.plans import Price
from services.subscriptions.domain.steps import caught_up
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
    assert bills(beginning) == [(make.TODAY, 2000), (date(2026, 5, 10), 2000)]


def test_it_starts_later():
    beginning = begin(make.wish(starts_on=date(2026, 8, 31)), make.terms(), make.NOW)
    assert beginning.step.subscription.status == "pending"
    assert types(beginning.step) == ["subscription_created"]
    assert bills(beginning) == [(date(2026, 8, 31), 2000), (date(2026, 9, 30), 2000)]


def test_a_trial_is_not_billed_and_the_fee_comes_with_the_first_bill():
    beginning = begin(make.wish(), WITH_FEE, make.NOW)
    new = beginning.step.subscription
    assert (new.status, new.trial_end) == ("trial", date(2026, 4, 24))
    assert new.minimum_term_end == date(2026, 10, 24)
    assert bills(beginning) == [(date(2026, 4, 24), 4500), (date(2026, 5, 24), 2000)]


@pytest.mark.parametrize("days, trial_end", [(0, None), (3, date(2026, 4, 13))])
def test_another_trial_can_be_agreed_on(days, trial_end):
    beginning = begin(make.wish(trial_days=days), WITH_FEE, make.NOW)
    assert beginning.step.subscription.trial_end == trial_end
    assert beginning.step.subscription.terms.trial_days == days
    assert beginning.bills[0].on == (trial_end or make.TODAY)


def test_a_discount_that_runs_out_shows_in_the_second_bill():
    discount = Discount({"en": "Welcome"}, Decimal(50), None, 1)
    beginning = begin(make.wish(discount=discount), make.terms(), make.NOW)
    assert bills(beginning) == [(make.TODAY, 1000), (date(2026, 5, 10), 2000)]


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


@pytest.mark.parametrize("starts_on", [None, date(2026, 5, 1)])
@pytest.mark.parametrize("terms", [make.terms(), WITH_FEE])
def test_what_is_shown_is_what_is_billed(starts_on, terms):
    """The bills of the preview are those that the billing run makes."""
    beginning = begin(make.wish(starts_on=starts_on), terms, make.NOW)
    step = beginning.step
    step = step.then(caught_up(step.subscription, beginning.bills[-1].on))
    renewed = [each.data for each in step.happenings if each.type == "subscription_renewed"]
    assert [(data["period"]["start"], data["period"]["end"]) for data in renewed] == [
        (bill.period.start, bill.period.end) for bill in beginning.bills
    ]
    assert [len(data["lines"]) for data in renewed] == [len(bill.lines) for bill in beginning.bills]


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

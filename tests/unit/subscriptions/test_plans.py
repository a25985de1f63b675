"""Plans, terms, discounts and what is taken over from elsewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from services.subscriptions.domain.billing import bill
from services.subscriptions.domain.discounts import Discount
from services.subscriptions.domain.importing import Imported, take_over
from services.subscriptions.domain.periods import Period
from services.subscriptions.domain.plans import Price, agree, check_prices, in_language
from services.subscriptions.domain.subscription import ExpireReason, Expiry, Hold, HoldReason, Side
from shared.kernel.errors import DomainError
from tests.unit.subscriptions import make
from tests.unit.subscriptions.test_wire import PLAN, PRODUCT

NEW = Imported(
    handle="sub-1",
    bill_group="bg-1",
    customer="cust-1",
    time_zone="Europe/Berlin",
    quantity=1,
    starts_on=date(2026, 1, 31),
    trial_end=None,
    paid_until=None,
    discount=None,
    payment_method=None,
    hold=None,
    cancellation=None,
    expiry=None,
    imported_as="hash",
)


def types(step):
    return [happening.type for happening in step.happenings]


def test_the_same_plan_again_keeps_its_version():
    later = make.NOW + timedelta(days=1)
    assert PLAN.revised(replace(PLAN, version=1, since=None), later) is PLAN
    newer = PLAN.revised(replace(PLAN, version=1, notice_days=0), later)
    assert newer == replace(PLAN, version=3, notice_days=0, since=later, former=(PLAN,))


def test_terms_are_the_plans_in_one_currency():
    terms = agree(PRODUCT, PLAN, "EUR")
    assert (terms.plan, terms.plan_version, terms.currency) == ("plan-1", 2, "EUR")
    with pytest.raises(DomainError, match="no_price_in_currency"):
        agree(PRODUCT, PLAN, "USD")


@pytest.mark.parametrize("minors", [(1000, -1), (-1, 0)])
def test_prices_are_not_negative(minors):
    with pytest.raises(DomainError, match="invalid_plan"):
        check_prices([Price(make.eur(minors[0]), make.eur(minors[1]))])


def test_a_currency_has_one_price():
    with pytest.raises(DomainError, match="invalid_plan"):
        check_prices([Price(make.eur(1), make.eur(0)), Price(make.eur(2), make.eur(0))])


@pytest.mark.parametrize(
    "language, name", [("de", "Werkstatt"), ("de-CH", "Werkstatt"), ("en-US", "Workshop"), ("fr", "Workshop")]
)
def test_names_fall_back_to_english(language, name):
    assert in_language({"en": "Workshop", "de": "Werkstatt"}, language) == name


@pytest.mark.parametrize(
    "percent, amount, expected",
    [
        (Decimal("10"), None, 200),
        (Decimal("0.025"), None, 1),
        (Decimal("100"), None, 2000),
        (None, 300, 300),
        (None, 5000, 2000),
    ],
)
def test_a_discount_takes_no_more_than_the_price(percent, amount, expected):
    discount = Discount({"en": "Welcome"}, percent, None if amount is None else make.eur(amount), None)
    made = bill(make.subscription(discount=discount), Period(date(2026, 4, 30), date(2026, 5, 31)))
    assert made.lines[0].discount == make.eur(expected)
    assert made.net == make.eur(2000 - expected)


@pytest.mark.parametrize("percent, amount", [(None, None), (Decimal(1), make.eur(1)), (None, make.eur(-1))])
def test_a_discount_is_either_a_percentage_or_an_amount(percent, amount):
    with pytest.raises(DomainError, match="invalid_subscription"):
        Discount({"en": "Welcome"}, percent, amount, None)


def test_a_new_one_is_billed_from_its_first_day():
    step = take_over(NEW, make.terms(), make.NOW)
    assert types(step)[:3] == ["subscription_created", "subscription_started", "subscription_renewed"]
    assert step.subscription.period == Period(date(2026, 3, 31), date(2026, 4, 30))


def test_a_paid_one_is_billed_from_the_end_of_what_was_paid():
    step = take_over(replace(NEW, paid_until=date(2026, 3, 31)), make.terms(), make.NOW)
    assert types(step) == ["subscription_created", "subscription_renewed"]
    assert step.happenings[1].data["period"]["start"] == date(2026, 3, 31)
    assert step.subscription.anchor == date(2026, 1, 31)


def test_one_that_starts_later_waits():
    step = take_over(replace(NEW, starts_on=date(2026, 5, 1)), make.terms(trial_days=14), make.NOW)
    assert types(step) == ["subscription_created"]
    assert step.subscription.status == "pending"
    assert step.subscription.next_billing_on == date(2026, 5, 15)


def test_one_on_hold_and_one_that_is_over_stay_so():
    hold = Hold(date(2026, 3, 1), HoldReason.DUNNING, Side.MERCHANT, None)
    held = take_over(replace(NEW, paid_until=date(2026, 2, 28), hold=hold), make.terms(), make.NOW)
    assert (held.subscription.status, types(held)) == ("on_hold", ["subscription_created"])
    expiry = Expiry(date(2026, 3, 1), ExpireReason.FIXED)
    over = take_over(replace(NEW, expiry=expiry), make.terms(), make.NOW)
    assert (over.subscription.status, types(over)) == ("expired", ["subscription_created"])


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"paid_until": date(2026, 3, 30)}, "paid_until"),
        ({"paid_until": date(2026, 1, 31)}, "paid_until"),
        ({"time_zone": "Mars/Olympus_Mons"}, "time_zone"),
        ({"time_zone": "../etc/passwd"}, "time_zone"),
        ({"trial_end": date(2026, 1, 31)}, "trial_end"),
        ({"time_zone": "Europe"}, "time_zone"),
        ({"quantity": 1_000_000_000_000}, "quantity"),
        (
            {"hold": Hold(date(2026, 3, 1), HoldReason.ON_DEMAND, Side.CUSTOMER, date(2026, 3, 1))},
            "hold.resume_on",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused(changes, field):
    with pytest.raises(DomainError) as caught:
        take_over(replace(NEW, **changes), make.terms(), make.NOW)
    assert caught.value.code == "invalid_subscription"
    assert list(caught.value.params["fields"]) == [field]

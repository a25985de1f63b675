"""The next bill that is shown is the one that the billing run makes, to the cent and to the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.subscriptions.domain.actions import possible
from services.subscriptions.domain.asking import Action, Asker, Request, When
from services.subscriptions.domain.billing import upcoming
from services.subscriptions.domain.discounts import Discount
from services.subscriptions.domain.happenings import line_facts, period_facts
from services.subscriptions.domain.importing import begun
from services.subscriptions.domain.periods import Interval, Unit, start_of
from services.subscriptions.domain.plans import Price
from services.subscriptions.domain.previews import decide
from services.subscriptions.domain.steps import caught_up
from services.subscriptions.domain.subscription import Subscription
from tests.unit.subscriptions import make

LATER = date(2031, 1, 1)
DISCOUNTS = (
    None,
    Discount({"en": "Loyalty"}, Decimal("33.3"), None, None),
    Discount({"en": "Welcome"}, None, make.eur(1), 1),
)


def first_bill(subscription: Subscription, until: date) -> dict[str, object] | None:
    """What time itself bills first, if it bills anything by the day ``until``."""
    for happening in caught_up(subscription, until).happenings:
        if happening.type == "subscription_renewed":
            return dict(happening.data)
    return None


def check(subscription: Subscription) -> None:
    shown = upcoming(subscription)
    if shown is None:
        assert first_bill(subscription, LATER) is None
        return
    assert first_bill(subscription, shown.on - timedelta(days=1)) is None
    billed = first_bill(subscription, shown.on)
    assert billed is not None
    assert billed["period"] == period_facts(shown.period)
    assert billed["lines"] == [line_facts(line) for line in shown.lines]


@pytest.mark.parametrize("subscription", make.IN_SITUATION.values(), ids=make.IN_SITUATION)
@pytest.mark.parametrize("discount", DISCOUNTS)
@pytest.mark.parametrize("setup_fee_due", [True, False])
def test_what_is_shown_is_billed_in_every_situation(subscription, discount, setup_fee_due):
    price = Price(make.eur(999), make.eur(4900))
    terms = make.terms(price=price, minimum_term_months=6)
    check(replace(subscription, terms=terms, discount=discount, setup_fee_due=setup_fee_due))


@pytest.mark.parametrize(
    "resume_on", [date(2026, 4, 12), date(2026, 4, 30), date(2026, 5, 1), date(2026, 7, 31)]
)
def test_a_pause_that_ends_by_itself_is_reckoned_with(resume_on):
    check(make.on_hold(resume_on=resume_on))
    if resume_on > date(2026, 4, 30):
        check(make.pause_scheduled(resume_on=resume_on))


ACTS = st.tuples(
    st.integers(0, 70), st.sampled_from(Action), st.sampled_from(When), st.none() | st.integers(1, 90)
)


@settings(deadline=None, max_examples=150)
@given(
    interval=st.builds(Interval, st.sampled_from(Unit), st.integers(1, 3)),
    trial_days=st.integers(0, 20),
    discount=st.sampled_from(DISCOUNTS),
    acts=st.lists(ACTS, max_size=6),
)
def test_what_is_shown_is_billed_whatever_people_do(interval, trial_days, discount, acts):
    first = date(2026, 1, 31)
    paid_from = first + timedelta(days=trial_days)
    terms = make.terms(interval=interval, price=Price(make.eur(999), make.eur(500)), notice_days=10)
    new = replace(
        make.pending(terms=terms, discount=discount, setup_fee_due=True),
        starts_on=first,
        trial_end=paid_from if trial_days else None,
        term_start=paid_from,
        anchor=paid_from,
        time_zone="UTC",
    )
    day, subscription = first, begun(new, first).subscription
    check(subscription)
    for passed, action, at, resumes_in in acts:
        day += timedelta(days=passed)
        subscription = caught_up(subscription, day).subscription
        check(subscription)
        if action in possible(subscription, Asker.merchant()):
            subscription = act(subscription, action, day, at, resumes_in)
            check(subscription)


def act(
    subscription: Subscription, action: Action, day: date, at: When, resumes_in: int | None
) -> Subscription:
    if action is Action.CANCEL and subscription.cancellation:
        at = When.NOW
    begins = subscription.period.end if at is When.PERIOD_END and subscription.period else day
    resume_on = begins + timedelta(days=resumes_in) if resumes_in else None
    request = Request(action, Asker.merchant(), start_of(day, "UTC"), at=at, resume_on=resume_on)
    decided = decide(subscription, request)
    # The preview names the same next bill as the subscription does afterwards.
    bill = upcoming(decided.step.subscription)
    assert decided.preview.amount_next == (bill.net if bill else None)
    assert decided.preview.next_billing_on_after == (bill.on if bill else None)
    return decided.step.subscription

"""What pausing, resuming and cancelling come to, in money and dates, and that it is what is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.subscriptions.domain.asking import Action, Asker, When
from services.subscriptions.domain.periods import Interval, Unit
from services.subscriptions.domain.plans import Price
from services.subscriptions.domain.previews import confirm, decide
from services.subscriptions.domain.steps import caught_up
from services.subscriptions.domain.subscription import Side
from shared.kernel.errors import DomainError, Kind
from tests.unit.subscriptions import make


def preview(subscription, action, **more):
    return decide(subscription, make.ask(action, **more)).preview


def codes(shown):
    return [code.value for code in shown.codes]


def test_a_pause_begins_when_the_paid_period_ends():
    shown = preview(make.subscription(), Action.PAUSE)
    assert shown.effective_on == date(2026, 4, 30)
    assert shown.access_until == date(2026, 4, 29)
    assert (shown.next_billing_on_before, shown.next_billing_on_after) == (date(2026, 4, 30), None)
    assert shown.amount_next is None
    assert shown.charges == ()
    assert codes(shown) == [
        "paused_at_period_end",
        "not_billed_while_paused",
        "resumes_on_request",
        "billed_from_resumption",
    ]


def test_a_pause_with_a_date_shows_the_next_bill():
    shown = preview(make.subscription(), Action.PAUSE, resume_on=date(2026, 7, 1))
    assert shown.next_billing_on_after == shown.resume_on == date(2026, 7, 1)
    assert shown.amount_next == make.eur(2000)
    assert "resumes_by_itself" in codes(shown)


def test_a_pause_from_now_on():
    shown = preview(make.subscription(), Action.PAUSE, at=When.NOW, resume_on=date(2026, 4, 20))
    assert shown.status_after == "on_hold"
    assert shown.effective_on == shown.access_until == make.TODAY
    assert shown.credit == make.eur(0)
    # It resumes within the paid period, which then goes on.
    assert shown.next_billing_on_after == date(2026, 4, 30)


@pytest.mark.parametrize(
    "at, resume_on, earliest, latest",
    [
        (When.NOW, make.TODAY, "2026-04-11", "2031-04-10"),
        (When.NOW, date(2031, 4, 11), "2026-04-11", "2031-04-10"),
        (When.PERIOD_END, date(2026, 4, 30), "2026-05-01", "2031-04-30"),
        (None, make.TODAY, "2026-05-01", "2031-04-30"),
        (None, date.max, "2026-05-01", "2031-04-30"),
    ],
)
def test_a_pause_ends_after_it_begins_and_within_five_years(at, resume_on, earliest, latest):
    with pytest.raises(DomainError) as caught:
        preview(make.subscription(), Action.PAUSE, at=at, resume_on=resume_on)
    assert caught.value.code == "invalid_resume_date"
    assert caught.value.params == {"earliest": earliest, "latest": latest}


@pytest.mark.parametrize(
    "at, resume_on, costs",
    [
        (When.NOW, None, ["resumed_early_goes_on", "billed_from_resumption"]),
        (When.NOW, date(2026, 4, 29), ["resumed_early_goes_on"]),
        (When.NOW, date(2026, 4, 30), ["billed_from_resumption"]),
        (When.PERIOD_END, None, ["billed_from_resumption"]),
        (When.PERIOD_END, date(2026, 5, 10), ["billed_from_resumption"]),
    ],
)
def test_a_pause_says_what_it_will_cost_to_resume(at, resume_on, costs):
    shown = preview(make.subscription(), Action.PAUSE, at=at, resume_on=resume_on)
    told = [code for code in codes(shown) if code in ("resumed_early_goes_on", "billed_from_resumption")]
    assert told == costs
    if resume_on:
        held = confirm(make.subscription(), make.ask(Action.PAUSE, at=at, resume_on=resume_on), None)
        resumed = caught_up(held.subscription, resume_on)
        billed = [each for each in resumed.happenings if each.type == "subscription_renewed"]
        assert bool(billed) == (costs == ["billed_from_resumption"])


def test_a_scheduled_pause_is_replaced_or_withdrawn():
    shown = preview(make.pause_scheduled(), Action.PAUSE, at=When.NOW)
    assert "scheduled_pause_replaced" in codes(shown)
    back = decide(make.pause_scheduled(), make.ask(Action.RESUME))
    assert back.step.subscription == make.subscription()
    assert codes(back.preview) == ["scheduled_pause_withdrawn", "goes_on"]


def test_resuming_within_the_paid_period_costs_nothing():
    shown = preview(make.on_hold(), Action.RESUME)
    assert shown.charges == ()
    assert shown.next_billing_on_after == date(2026, 4, 30)
    assert codes(shown) == ["paid_period_goes_on"]


def test_resuming_later_is_billed_at_once():
    later = datetime(2026, 5, 20, 12, tzinfo=UTC)
    decided = decide(make.on_hold(), make.ask(Action.RESUME, now=later))
    shown = decided.preview
    assert [line.net for line in shown.charges] == [make.eur(2000)]
    assert shown.next_billing_on_after == date(2026, 6, 20)
    assert codes(shown) == ["new_period_begins"]
    renewed = decided.step.happenings[-1]
    assert renewed.type == "subscription_renewed"
    assert [line["unit_amount"] for line in renewed.data["lines"]] == [1000]


@pytest.mark.parametrize(
    "terms, ends_on, code",
    [
        ({}, date(2026, 4, 30), "ends_at_period_end"),
        # 20 days of notice are over with 30 April, the day of notice not counted: the first day after is 1 May.
        ({"notice_days": 19}, date(2026, 4, 30), "ends_at_period_end"),
        ({"notice_days": 20}, date(2026, 5, 31), "ends_after_notice"),
        ({"minimum_term_months": 6}, date(2026, 7, 31), "ends_after_minimum_term"),
        ({"minimum_term_months": 6, "notice_days": 130}, date(2026, 8, 31), "ends_after_notice"),
    ],
)
def test_a_cancellation_waits_for_period_notice_and_minimum_term(terms, ends_on, code):
    subscription = make.subscription(terms=make.terms(**terms))
    decided = decide(subscription, make.ask(Action.CANCEL))
    assert decided.preview.effective_on == ends_on
    assert decided.preview.access_until == ends_on - timedelta(days=1)
    billed = "not_billed_again" if ends_on == date(2026, 4, 30) else "billed_until_the_end"
    assert codes(decided.preview) == [code, billed, "can_be_undone"]
    marked = decided.step.subscription
    assert (marked.status, marked.stage) == ("active", "cancelled")
    assert (marked.next_billing_on is None) == (billed == "not_billed_again")


def test_a_cancellation_to_a_minimum_term_off_the_count_goes_to_the_next_end_of_a_period():
    quarterly = make.terms(interval=Interval(Unit.MONTH, 3), minimum_term_months=4)
    subscription = make.subscription(terms=quarterly)
    assert preview(subscription, Action.CANCEL).effective_on == date(2026, 7, 31)


@pytest.mark.parametrize(
    "made, ends_on, code",
    [
        (make.pending, date(2026, 5, 1), "never_starts"),
        (make.in_trial, date(2026, 4, 15), "ends_at_trial_end"),
    ],
)
def test_what_was_not_paid_yet_ends_without_a_bill(made, ends_on, code):
    terms = make.terms(notice_days=30, minimum_term_months=12)
    shown = preview(made(terms=terms), Action.CANCEL)
    assert shown.effective_on == ends_on
    assert codes(shown) == [code, "not_billed_again", "can_be_undone"]


def test_a_cancellation_on_hold_ends_once_what_is_paid_is_over():
    within = preview(make.on_hold(), Action.CANCEL)
    assert within.effective_on == date(2026, 4, 30)
    assert within.status_after == "on_hold"
    later = decide(make.on_hold(), make.ask(Action.CANCEL, now=datetime(2026, 5, 20, 12, tzinfo=UTC)))
    assert later.preview.effective_on == date(2026, 5, 20)
    assert codes(later.preview) == ["ends_at_once", "not_billed_again"]
    assert [each.type for each in later.step.happenings] == ["subscription_cancelled", "subscription_expired"]


def test_notice_runs_on_hold_and_is_not_billed():
    """Who may stay on hold for nothing is not billed for leaving."""
    held = make.on_hold(terms=make.terms(notice_days=30))
    decided = decide(held, make.ask(Action.CANCEL))
    assert decided.preview.effective_on == date(2026, 5, 11)
    assert (decided.preview.status_after, decided.preview.charges) == ("on_hold", ())
    assert codes(decided.preview) == ["ends_after_notice", "not_billed_again", "can_be_undone"]
    ended = caught_up(decided.step.subscription, date(2027, 1, 1))
    assert [each.type for each in ended.happenings] == ["subscription_expired"]


def test_a_cancellation_outranks_a_pause():
    decided = decide(make.pause_scheduled(), make.ask(Action.CANCEL))
    assert decided.step.subscription.scheduled_pause is None
    assert decided.preview.effective_on == date(2026, 4, 30)


def test_taking_a_cancellation_back_restores_the_next_bill():
    cancelled = decide(make.subscription(), make.ask(Action.CANCEL)).step.subscription
    decided = decide(cancelled, make.ask(Action.UNCANCEL))
    assert decided.step.subscription == make.subscription()
    assert decided.preview.next_billing_on_before is None
    assert decided.preview.next_billing_on_after == date(2026, 4, 30)


def test_a_day_to_resume_that_went_by_while_cancelled_is_not_made_up():
    held = make.on_hold(
        resume_on=date(2026, 4, 12), cancellation=make.cancellation(expires_on=date(2026, 5, 31))
    )
    request = make.ask(Action.UNCANCEL, now=datetime(2026, 5, 20, 12, tzinfo=UTC))
    after = decide(held, request).step.subscription
    assert after.status == "on_hold"
    assert after.hold.resume_on is None


def test_what_is_shown_is_what_is_done():
    request = make.ask(Action.CANCEL)
    decided = decide(make.subscription(), request)
    assert confirm(make.subscription(), request, decided.preview.fingerprint) == decided.step


@pytest.mark.parametrize(
    "changed",
    [
        make.subscription(quantity=3),
        make.subscription(terms=make.terms(price=Price(make.eur(999), make.eur(0)))),
        make.pause_scheduled(),
        make.subscription(handle="sub-2"),
    ],
)
def test_what_has_another_outcome_by_now_is_not_done(changed):
    request = make.ask(Action.PAUSE, resume_on=date(2026, 7, 1))
    fingerprint = decide(make.subscription(), request).preview.fingerprint
    with pytest.raises(DomainError) as caught:
        confirm(changed, request, fingerprint)
    assert (caught.value.code, caught.value.kind) == ("preview_outdated", Kind.CONFLICT)


def test_the_same_outcome_a_minute_later_has_the_same_fingerprint():
    at = make.NOW + timedelta(minutes=1)
    first = preview(make.subscription(), Action.CANCEL)
    assert preview(make.subscription(), Action.CANCEL, now=at).fingerprint == first.fingerprint
    tomorrow = make.NOW + timedelta(days=1)
    assert (
        preview(make.subscription(), Action.PAUSE, at=When.NOW).fingerprint
        != preview(make.subscription(), Action.PAUSE, at=When.NOW, now=tomorrow).fingerprint
    )


def test_what_is_due_is_made_up_before_anything_is_decided():
    """The billing run has not come by yet: the customer sees and gets the same as if it had."""
    overdue = datetime(2026, 5, 2, 12, tzinfo=UTC)
    decided = decide(make.subscription(), make.ask(Action.CANCEL, now=overdue))
    assert decided.preview.next_billing_on_before == date(2026, 5, 31)
    assert decided.preview.effective_on == date(2026, 5, 31)
    types = [each.type for each in decided.step.happenings]
    assert types == ["subscription_renewed", "subscription_cancelled"]


def test_the_day_is_that_of_the_bill_groups_time_zone():
    late = datetime(2026, 4, 29, 22, 30, tzinfo=UTC)
    in_berlin = decide(make.subscription(), make.ask(Action.CANCEL, now=late))
    assert in_berlin.preview.effective_on == date(2026, 5, 31)
    in_new_york = replace(make.subscription(), time_zone="America/New_York")
    assert decide(in_new_york, make.ask(Action.CANCEL, now=late)).preview.effective_on == date(2026, 4, 30)


def test_it_is_noted_on_whose_word_it_was_done():
    for asker, side in ((Asker.customer(), Side.CUSTOMER), (Asker.merchant(), Side.MERCHANT)):
        paused = decide(make.subscription(), make.ask(Action.PAUSE, by=asker, at=When.NOW))
        assert paused.step.subscription.hold.by is side
        cancelled = decide(make.subscription(), make.ask(Action.CANCEL, by=asker))
        assert cancelled.step.subscription.cancellation.by is side

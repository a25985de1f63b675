"""What time itself does to a subscription: start, renew, pause and resume as planned, expire.

Each step holds from the day on which it was due, however late it is taken: what was missed while nothing ran
is made up step by step, with the same result.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from services.subscriptions.domain import happenings
from services.subscriptions.domain.billing import bill, period_from
from services.subscriptions.domain.periods import Period, shifted
from services.subscriptions.domain.subscription import (
    ExpireReason,
    Expiry,
    Hold,
    HoldReason,
    Status,
    Subscription,
)
from shared.kernel.happening import Happening


@dataclass(frozen=True, slots=True)
class Step:
    """A subscription as it is after something, and what happened."""

    subscription: Subscription
    happenings: tuple[Happening, ...] = ()

    def then(self, further: Step) -> Step:
        """Both, one after the other."""
        return Step(further.subscription, self.happenings + further.happenings)


def next_step(subscription: Subscription, today: date) -> Step | None:
    """The one step that is due first, if one is due by ``today``."""
    due = subscription.next_step_on
    if due is None or due > today:
        return None
    if subscription.ends_on == due:
        return expire(subscription, due, ExpireReason.CANCELLED)
    match subscription.status:
        case Status.PENDING:
            return _start(subscription)
        case Status.ON_HOLD:
            return resume(subscription, due)
        case Status.ACTIVE if subscription.scheduled_pause:
            pause = subscription.scheduled_pause
            return hold(subscription, Hold(pause.on, HoldReason.ON_DEMAND, pause.by, pause.resume_on))
        case _:
            return renew(subscription, due)


def caught_up(subscription: Subscription, today: date) -> Step:
    """The subscription after all steps that are due by ``today``."""
    so_far = Step(subscription)
    while step := next_step(so_far.subscription, today):
        so_far = so_far.then(step)
    return so_far


def renew(subscription: Subscription, on: date) -> Step:
    """The period that begins on the day ``on`` has come: it is billed."""
    bill_now = bill(subscription, period_from(subscription, on))
    active = _in_period(replace(subscription, status=Status.ACTIVE, hold=None), bill_now.period)
    discount = subscription.discount.after_a_period() if subscription.discount else None
    billed = replace(active, discount=discount, setup_fee_due=False)
    return Step(billed, (happenings.renewed(billed, bill_now),))


def hold(subscription: Subscription, why: Hold) -> Step:
    """On hold: nothing is billed until it is resumed. What is paid of the period stays for then."""
    held = replace(subscription, status=Status.ON_HOLD, hold=why, scheduled_pause=None)
    return Step(held, (happenings.paused(held, why),))


def resume(subscription: Subscription, on: date) -> Step:
    """Off hold: the paid period goes on, or, after its end, a new one begins on that day, billed.

    The minimum term stands still on the days on hold that nothing was paid for, if the customer wished for it.
    """
    period = subscription.period
    if period is not None and on < period.end:
        active = replace(subscription, status=Status.ACTIVE, hold=None)
        return Step(active, (happenings.resumed(active, on, period),))
    renewal = renew(replace(subscription, term_start=_term_start_resumed(subscription, on)), on)
    begun = renewal.subscription
    assert begun.period is not None
    return Step(begun, (happenings.resumed(begun, on, begun.period), *renewal.happenings))


def expire(subscription: Subscription, on: date, reason: ExpireReason) -> Step:
    """Over, from the day ``on``."""
    over = replace(
        subscription, status=Status.EXPIRED, expiry=Expiry(on, reason), scheduled_pause=None, hold=None
    )
    return Step(over, (happenings.expired(over),))


def _start(subscription: Subscription) -> Step:
    if subscription.trial_end is not None:
        trial = replace(subscription, status=Status.TRIAL)
        return Step(trial, (happenings.started(trial),))
    active = replace(subscription, status=Status.ACTIVE)
    return Step(active, (happenings.started(active),)).then(renew(active, subscription.starts_on))


def _term_start_resumed(subscription: Subscription, on: date) -> date:
    """The day that the minimum term counts from once a new period begins on the day ``on``."""
    hold, start = subscription.hold, subscription.term_start
    if hold is None or not hold.own_wish or subscription.paid_to_minimum_term:
        return start
    stopped = subscription.period.end if subscription.period else start
    return shifted(start, stopped, on) if on > stopped else start


def _in_period(subscription: Subscription, period: Period) -> Subscription:
    """In ``period``, from which on is counted where it is not one of the count so far."""
    in_turn = subscription.terms.interval.period_with(period.start, subscription.anchor) == period
    return replace(subscription, period=period, anchor=subscription.anchor if in_turn else period.start)

"""Cancelling, and taking that back.

A cancellation takes effect at the end of a paid period, once notice and minimum term are over; what is billed
until then goes on. A trial ends with the trial, and what has not started never starts. On hold nothing is
billed, so that it ends as soon as the paid days, notice and minimum term are over.

A hold by the customer's own wish does not save the minimum term: while some of it is still to be billed, a
cancellation ends the hold at once, and the rest is billed as agreed. Notice does run on such a hold, and is not
billed: those who are let pause may stay on hold for nothing, and to cancel must not cost more than to stay.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from services.subscriptions.domain import happenings, steps
from services.subscriptions.domain.asking import Code, Decision, Request, When
from services.subscriptions.domain.pausing import resume
from services.subscriptions.domain.steps import Step
from services.subscriptions.domain.subscription import (
    Cancellation,
    ExpireReason,
    Side,
    Status,
    Subscription,
)
from shared.kernel.errors import DomainError


def cancel(subscription: Subscription, request: Request) -> Decision:
    """Cancelled: as early as the terms have it, or at once, where the merchant asks for that."""
    if request.at is When.NOW:
        return cancel_at_once(subscription, request)
    if subscription.hold and subscription.hold.own_wish and not subscription.paid_to_minimum_term:
        resumed = resume(subscription, request)
        decision = _cancel_as_agreed(resumed.step.subscription, request)
        # A new period shows as charges; that the paid one goes on is said.
        goes_on = () if resumed.charges else resumed.codes
        return replace(
            decision,
            step=resumed.step.then(decision.step),
            codes=(Code.MINIMUM_TERM_ENDS_PAUSE, *goes_on, *decision.codes),
            charges=resumed.charges,
        )
    return _cancel_as_agreed(subscription, request)


def _cancel_as_agreed(subscription: Subscription, request: Request) -> Decision:
    today = subscription.today(request.now)
    ends_on, code = _earliest_end(subscription, today)
    marked = _marked(subscription, request, ends_on)
    step = Step(marked, (happenings.cancelled(marked),))
    if ends_on <= today:
        ended = step.then(steps.expire(marked, ends_on, ExpireReason.CANCELLED))
        codes = (Code.ENDS_AT_ONCE, Code.NOT_BILLED_AGAIN)
        return Decision(ended, ends_on, codes, access_until=marked.access_until)
    billed = Code.BILLED_UNTIL_THE_END if marked.next_billing_on else Code.NOT_BILLED_AGAIN
    return Decision(step, ends_on, (code, billed, Code.CAN_BE_UNDONE), access_until=marked.access_until)


def cancel_at_once(subscription: Subscription, request: Request) -> Decision:
    """Over from today on, whatever was the end before. For customers DomainError ``not_allowed``."""
    if request.asker.side is not Side.MERCHANT:
        raise DomainError("not_allowed")
    if request.at is not When.NOW:
        raise DomainError("not_possible", action=request.action.value, status=subscription.stage)
    today = subscription.today(request.now)
    marked = _marked(subscription, request, today)
    step = Step(marked, (happenings.cancelled(marked),)).then(
        steps.expire(marked, today, ExpireReason.ON_DEMAND)
    )
    codes = (Code.ENDS_AT_ONCE, Code.PAID_DAYS_NOT_REFUNDED, Code.NOT_BILLED_AGAIN)
    return Decision(step, today, codes, access_until=marked.access_until)


def uncancel(subscription: Subscription, request: Request) -> Decision:
    """The cancellation is taken back. A hold stays; its day to resume does not, if it went by meanwhile."""
    today = subscription.today(request.now)
    hold = subscription.hold
    if hold and hold.resume_on and hold.resume_on <= today:
        hold = replace(hold, resume_on=None)
    going_on = replace(subscription, cancellation=None, hold=hold)
    step = Step(going_on, (happenings.uncancelled(going_on),))
    return Decision(step, today, (Code.GOES_ON,))


def _marked(subscription: Subscription, request: Request, ends_on: date) -> Subscription:
    """``subscription``, cancelled to ``ends_on``. A pause that waits gives way."""
    cancellation = Cancellation(request.now, request.asker.side, ends_on, request.reason, request.comment)
    return replace(subscription, cancellation=cancellation, scheduled_pause=None)


def _earliest_end(subscription: Subscription, today: date) -> tuple[date, Code]:
    """The first day without the subscription if it is cancelled today, and what decides it."""
    match subscription.status:
        case Status.PENDING:
            return subscription.starts_on, Code.NEVER_STARTS
        case Status.TRIAL:
            return subscription.term_start, Code.ENDS_AT_TRIAL_END
    paid_until = max(today, subscription.period.end) if subscription.period else today
    not_before = [
        (paid_until, Code.ENDS_AT_PERIOD_END),
        (_notice_over(subscription, today), Code.ENDS_AFTER_NOTICE),
        (subscription.minimum_term_end or today, Code.ENDS_AFTER_MINIMUM_TERM),
    ]
    day, code = max(not_before, key=lambda bound: bound[0])
    if subscription.status is Status.ACTIVE:
        day = subscription.terms.interval.first_boundary_from(day, subscription.anchor)
    if day == paid_until:
        code = Code.ENDS_AT_PERIOD_END
    return day, code


def _notice_over(subscription: Subscription, today: date) -> date:
    """The first day after the notice; the day on which notice is given doesn't count (as in § 187 BGB)."""
    days = subscription.terms.notice_days
    return today + timedelta(days=days + 1) if days else today

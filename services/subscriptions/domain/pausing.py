"""Pausing and resuming.

The rest of the paid period stays as it is: nothing is given back when a pause begins at once, and a
subscription that resumes before the paid period has ended goes on in it, without a new bill. One that resumes
later begins a new period on that day, which is billed. A minimum term does not run meanwhile: what was left of
it when the paid period ended is left on that day.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from services.subscriptions.domain import happenings, steps
from services.subscriptions.domain.asking import Code, Decision, Request, When
from services.subscriptions.domain.billing import bill, period_from
from services.subscriptions.domain.periods import add_months
from services.subscriptions.domain.steps import Step
from services.subscriptions.domain.subscription import Hold, HoldReason, ScheduledPause, Subscription
from shared.kernel.errors import DomainError

LONGEST_PAUSE_MONTHS = 60


def pause(subscription: Subscription, request: Request) -> Decision:
    """On hold from now, or from the end of the paid period, which is what is meant without a word about it.

    Raises DomainError ``invalid_resume_date`` where the pause would end before it begins, or later than anybody plans.
    """
    assert subscription.period is not None
    today = subscription.today(request.now)
    now = request.at is When.NOW
    begins = today if now else subscription.period.end
    _check_resume_date(request.resume_on, begins)
    if now:
        step = steps.hold(
            subscription, Hold(begins, HoldReason.ON_DEMAND, request.asker.side, request.resume_on)
        )
        codes = [Code.PAUSED_NOW, Code.PAID_DAYS_NOT_REFUNDED]
    else:
        scheduled = replace(
            subscription, scheduled_pause=ScheduledPause(begins, request.asker.side, request.resume_on)
        )
        step = Step(scheduled, (happenings.pause_scheduled(scheduled),))
        codes = [Code.PAUSED_AT_PERIOD_END]
    codes += [Code.NOT_BILLED_WHILE_PAUSED, _resumes(request.resume_on)]
    codes += _resuming_costs(subscription.period.end, begins, request.resume_on)
    if subscription.scheduled_pause:
        codes.append(Code.SCHEDULED_PAUSE_REPLACED)
    last_day = today if now else begins - timedelta(days=1)
    return Decision(step, begins, tuple(codes), access_until=last_day)


def resume(subscription: Subscription, request: Request) -> Decision:
    """Off hold, from today on."""
    today = subscription.today(request.now)
    step = steps.resume(subscription, today)
    if step.subscription.period == subscription.period:
        return Decision(step, today, (Code.PAID_PERIOD_GOES_ON,))
    charges = bill(subscription, period_from(subscription, today)).lines
    return Decision(step, today, (Code.NEW_PERIOD_BEGINS,), charges=charges)


def withdraw(subscription: Subscription, request: Request) -> Decision:
    """A pause that waits for the period's end is called off."""
    going_on = replace(subscription, scheduled_pause=None)
    step = Step(going_on, (happenings.pause_withdrawn(going_on),))
    return Decision(step, subscription.today(request.now), (Code.SCHEDULED_PAUSE_WITHDRAWN, Code.GOES_ON))


def _check_resume_date(resume_on: date | None, begins: date) -> None:
    earliest, latest = begins + timedelta(days=1), add_months(begins, LONGEST_PAUSE_MONTHS)
    if resume_on is not None and not earliest <= resume_on <= latest:
        raise DomainError("invalid_resume_date", earliest=earliest.isoformat(), latest=latest.isoformat())


def _resuming_costs(paid_until: date, begins: date, resume_on: date | None) -> list[Code]:
    """What it will cost to resume: nothing while the paid period runs, a new period after it."""
    early = begins < paid_until and (resume_on is None or resume_on < paid_until)
    late = resume_on is None or resume_on >= paid_until
    return [Code.RESUMED_EARLY_GOES_ON] * early + [Code.BILLED_FROM_RESUMPTION] * late


def _resumes(resume_on: date | None) -> Code:
    return Code.RESUMES_BY_ITSELF if resume_on else Code.RESUMES_ON_REQUEST

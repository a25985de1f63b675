"""Subscriptions that come from elsewhere, or are begun by staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from services.subscriptions.domain import happenings
from services.subscriptions.domain.discounts import Discount
from services.subscriptions.domain.periods import Period
from services.subscriptions.domain.plans import Terms
from services.subscriptions.domain.steps import Step, caught_up
from services.subscriptions.domain.subscription import Cancellation, Expiry, Hold, Status, Subscription
from shared.kernel.errors import DomainError


@dataclass(frozen=True, slots=True)
class Imported:
    """A subscription as it stands elsewhere. ``paid_until`` is the end of its last billed period, if any was
    billed.
    """

    handle: str
    bill_group: str
    customer: str
    time_zone: str
    quantity: int
    starts_on: date
    trial_end: date | None
    paid_until: date | None
    discount: Discount | None
    payment_method: str | None
    hold: Hold | None
    cancellation: Cancellation | None
    expiry: Expiry | None
    imported_as: str


def take_over(imported: Imported, terms: Terms, now: datetime) -> Step:
    """The subscription, with all made up that is due by ``now``.

    Raises DomainError ``invalid_subscription`` where the parts don't fit together.
    """
    _check(imported)
    trial_end = imported.trial_end
    if trial_end is None and terms.trial_days:
        trial_end = imported.starts_on + timedelta(days=terms.trial_days)
    first_paid_day = trial_end or imported.starts_on
    subscription = Subscription(
        handle=imported.handle,
        bill_group=imported.bill_group,
        customer=imported.customer,
        time_zone=imported.time_zone,
        terms=terms,
        quantity=imported.quantity,
        discount=imported.discount,
        payment_method=imported.payment_method,
        status=_status(imported),
        starts_on=imported.starts_on,
        trial_end=trial_end,
        term_start=first_paid_day,
        anchor=first_paid_day,
        period=_last_period(imported.paid_until, terms, first_paid_day),
        setup_fee_due=imported.paid_until is None,
        hold=None if imported.expiry else imported.hold,
        cancellation=imported.cancellation,
        expiry=imported.expiry,
        imported_as=imported.imported_as,
    )
    return Step(subscription, (happenings.created(subscription),)).then(
        caught_up(subscription, subscription.today(now))
    )


def _status(imported: Imported) -> Status:
    if imported.expiry:
        return Status.EXPIRED
    if imported.hold:
        return Status.ON_HOLD
    return Status.ACTIVE if imported.paid_until else Status.PENDING


def _last_period(paid_until: date | None, terms: Terms, first_paid_day: date) -> Period | None:
    if paid_until is None:
        return None
    if paid_until > first_paid_day:
        period = terms.interval.period_with(paid_until - timedelta(days=1), first_paid_day)
        if period.end == paid_until:
            return period
    raise _invalid("paid_until", "not_the_end_of_a_period")


def _check(imported: Imported) -> None:
    try:
        ZoneInfo(imported.time_zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise _invalid("time_zone", "unknown") from error
    if imported.trial_end and imported.trial_end <= imported.starts_on:
        raise _invalid("trial_end", "not_after_the_start")
    hold = imported.hold
    if hold and hold.resume_on and hold.resume_on <= hold.since:
        raise _invalid("hold.resume_on", "not_after_its_beginning")


def _invalid(field: str, what: str) -> DomainError:
    return DomainError("invalid_subscription", fields={field: what})

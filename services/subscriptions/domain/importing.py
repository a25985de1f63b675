"""Subscriptions that come from elsewhere, or are begun by staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from services.subscriptions.domain import happenings
from services.subscriptions.domain.billing import check_amount
from services.subscriptions.domain.discounts import Discount
from services.subscriptions.domain.periods import Period
from services.subscriptions.domain.plans import Terms
from services.subscriptions.domain.steps import Step, next_step
from services.subscriptions.domain.subscription import Cancellation, Expiry, Hold, Status, Subscription
from shared.kernel.errors import DomainError

_MOST_STEPS = 1000


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
    discount: Discount | None
    payment_method: str | None
    trial_end: date | None = None
    paid_until: date | None = None
    hold: Hold | None = None
    cancellation: Cancellation | None = None
    expiry: Expiry | None = None
    imported_as: str = ""


def take_over(imported: Imported, terms: Terms, now: datetime) -> Step:
    """The subscription, with all made up that is due by ``now``.

    Raises DomainError ``invalid_subscription`` where the parts don't fit together.
    """
    subscription = as_imported(imported, terms)
    return begun(subscription, subscription.today(now))


def begun(new: Subscription, today: date) -> Step:
    """``new`` is there, with all made up that is due by ``today``.

    Raises DomainError ``invalid_subscription`` where that is more than anybody would want to be billed for.
    """
    so_far = Step(new, (happenings.created(new),))
    for _ in range(_MOST_STEPS):
        step = next_step(so_far.subscription, today)
        if step is None:
            return so_far
        so_far = so_far.then(step)
    raise invalid("starts_on", "too_long_ago")


def as_imported(imported: Imported, terms: Terms) -> Subscription:
    """The subscription as it was ``imported``. Raises as ``take_over``."""
    _check(imported)
    check_amount(terms, imported.quantity)
    trial_end = imported.trial_end
    if trial_end is None and terms.trial_days:
        trial_end = imported.starts_on + timedelta(days=terms.trial_days)
    first_paid_day = trial_end or imported.starts_on
    return Subscription(
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
    raise invalid("paid_until", "not_the_end_of_a_period")


def _check(imported: Imported) -> None:
    try:
        ZoneInfo(imported.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        # OSError: it is the name of a region, like "Europe".
        raise invalid("time_zone", "unknown") from error
    if imported.trial_end and imported.trial_end <= imported.starts_on:
        raise invalid("trial_end", "not_after_the_start")
    hold = imported.hold
    if hold and hold.resume_on and hold.resume_on <= hold.since:
        raise invalid("hold.resume_on", "not_after_its_beginning")


def invalid(field: str, what: str) -> DomainError:
    """``invalid_subscription``, because of ``field``."""
    return DomainError("invalid_subscription", fields={field: what})

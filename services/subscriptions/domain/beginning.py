"""Beginning a subscription, and showing beforehand what that comes to: both are the same function."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from services.subscriptions.domain.billing import Bill, upcoming
from services.subscriptions.domain.discounts import Discount
from services.subscriptions.domain.fingerprints import fingerprint, lines_decided
from services.subscriptions.domain.importing import Imported, as_imported, begun, invalid
from services.subscriptions.domain.plans import Terms
from services.subscriptions.domain.steps import Step, caught_up
from services.subscriptions.domain.subscription import Subscription
from shared.kernel.clock import local_date
from shared.kernel.errors import DomainError, Kind

# So many bills are shown at least and at most.
_FEWEST_SHOWN, _MOST_SHOWN = 3, 13


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be begun. ``starts_on`` None is today, ``trial_days`` None the trial of the terms."""

    handle: str
    bill_group: str
    customer: str
    time_zone: str
    quantity: int
    starts_on: date | None
    trial_days: int | None
    discount: Discount | None
    payment_method: str | None


@dataclass(frozen=True, slots=True)
class Beginning:
    """What to save, and the first ``bills`` that come of it."""

    step: Step
    bills: tuple[Bill, ...]

    @property
    def fingerprint(self) -> str:
        """Of the terms, the dates and the bills; whatever handle the subscription gets."""
        new = self.step.subscription
        return fingerprint(
            [
                new.bill_group,
                new.terms.plan,
                new.terms.plan_version,
                new.quantity,
                new.status,
                new.starts_on,
                new.trial_end,
                new.minimum_term_end,
                new.terms.currency,
                _discount_decided(new.discount),
                [[bill.on, bill.period.end, lines_decided(bill.lines)] for bill in self.bills],
            ]
        )


def begin(wish: Wish, terms: Terms, now: datetime, shown: str | None = None) -> Beginning:
    """The new subscription, which starts at once if its first day has come.

    Raises DomainError ``invalid_subscription``, and ``preview_outdated`` where another fingerprint than the one that
    was ``shown`` comes out.
    """
    today = local_date(now, wish.time_zone)
    starts_on = wish.starts_on or today
    if starts_on < today:
        raise invalid("starts_on", "in_the_past")
    new = as_imported(
        Imported(
            handle=wish.handle,
            bill_group=wish.bill_group,
            customer=wish.customer,
            time_zone=wish.time_zone,
            quantity=wish.quantity,
            starts_on=starts_on,
            discount=wish.discount,
            payment_method=wish.payment_method,
        ),
        terms if wish.trial_days is None else replace(terms, trial_days=wish.trial_days),
    )
    beginning = Beginning(begun(new, today), _first_bills(new))
    if shown is not None and shown != beginning.fingerprint:
        raise DomainError("preview_outdated", Kind.CONFLICT)
    return beginning


def _first_bills(new: Subscription) -> tuple[Bill, ...]:
    shown = _bills_shown(new.discount)
    bills: list[Bill] = []
    while len(bills) < shown and (bill := upcoming(new)):
        bills.append(bill)
        new = caught_up(new, bill.on).subscription
    return tuple(bills)


def _bills_shown(discount: Discount | None) -> int:
    """How many bills are worth a look: also the first one after the discount, if it comes within sight."""
    periods = discount.periods_left if discount else None
    if periods is None or periods >= _MOST_SHOWN:
        return _FEWEST_SHOWN
    return max(_FEWEST_SHOWN, periods + 1)


def _discount_decided(discount: Discount | None) -> list[object] | None:
    """What a fingerprint holds of a discount, whose end may lie behind the bills that are shown."""
    if discount is None:
        return None
    return [str(discount.percent), discount.amount and discount.amount.minor, discount.periods_left]

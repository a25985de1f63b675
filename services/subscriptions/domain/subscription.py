"""The state of a subscription, and what follows from it alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.subscriptions.domain.discounts import Discount
from services.subscriptions.domain.periods import Period, add_months, start_of
from services.subscriptions.domain.plans import Terms
from shared.kernel.clock import local_date


class Status(StrEnum):
    """Where a subscription stands. That it was cancelled is a mark beside it, until it expires."""

    PENDING = "pending"
    TRIAL = "trial"
    ACTIVE = "active"
    ON_HOLD = "on_hold"
    EXPIRED = "expired"


class HoldReason(StrEnum):
    """Why a subscription is on hold."""

    ON_DEMAND = "on_demand"
    DUNNING = "dunning"


class ExpireReason(StrEnum):
    """Why it expired: ended at once, a cancellation took effect, unpaid, or agreed from the start."""

    ON_DEMAND = "on_demand"
    CANCELLED = "cancelled"
    DUNNING = "dunning"
    FIXED = "fixed"


class Side(StrEnum):
    """On whose word something is done."""

    CUSTOMER = "customer"
    MERCHANT = "merchant"


@dataclass(frozen=True, slots=True)
class Hold:
    """On hold from the day ``since`` on; ``resume_on`` is the day on which it ends by itself."""

    since: date
    reason: HoldReason
    by: Side
    resume_on: date | None

    @property
    def own_wish(self) -> bool:
        """Whether the customer wished for it."""
        return self.reason is HoldReason.ON_DEMAND and self.by is Side.CUSTOMER


@dataclass(frozen=True, slots=True)
class ScheduledPause:
    """The one change that may wait: a pause that begins on the day ``on``, when the paid period ends."""

    on: date
    by: Side
    resume_on: date | None


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Cancelled at the moment ``at``; ``expires_on`` is the first day without the subscription."""

    at: datetime
    by: Side
    expires_on: date
    reason: str | None
    comment: str


@dataclass(frozen=True, slots=True)
class Expiry:
    """Expired; ``on`` is the first day without the subscription."""

    on: date
    reason: ExpireReason


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a bill group has subscribed to.

    ``period`` is the one that was billed last, None until the first. ``anchor`` is the day that periods are
    counted from: the first day to be paid, later the day of the last resumption that began a new period.
    ``term_start`` is the day that the minimum term counts from: that first day, too, and later a day moved on
    by each hold that the minimum term stood still on. ``trial_end`` is the first day after the trial.
    ``payment_method`` None is the bill group's default. ``imported_as`` tells whether an import is a
    repetition.
    """

    handle: str
    bill_group: str
    customer: str
    time_zone: str
    terms: Terms
    quantity: int
    discount: Discount | None
    payment_method: str | None
    status: Status
    starts_on: date
    trial_end: date | None
    term_start: date
    anchor: date
    period: Period | None
    setup_fee_due: bool
    scheduled_pause: ScheduledPause | None = None
    hold: Hold | None = None
    cancellation: Cancellation | None = None
    expiry: Expiry | None = None
    imported_as: str = ""

    @property
    def running(self) -> bool:
        """Whether it is anything but expired."""
        return self.status is not Status.EXPIRED

    @property
    def stage(self) -> str:
        """The word to show: a running one that was cancelled is ``cancelled``."""
        return "cancelled" if self.running and self.cancellation else self.status.value

    @property
    def minimum_term_end(self) -> date | None:
        """The first day on which a cancellation may take effect, None without a minimum term.

        On hold by the customer's own wish, it is that day as if the hold were over when the paid period is.
        """
        if not self.terms.minimum_term_months:
            return None
        return add_months(self.term_start, self.terms.minimum_term_months)

    @property
    def paid_to_minimum_term(self) -> bool:
        """Whether all of the minimum term has been billed, or there is none."""
        end = self.minimum_term_end
        return end is None or (self.period is not None and self.period.end >= end)

    @property
    def ends_on(self) -> date | None:
        """The first day without the subscription, as far as that is known."""
        if self.expiry:
            return self.expiry.on
        return self.cancellation.expires_on if self.cancellation else None

    @property
    def expires_at(self) -> datetime | None:
        """The moment at which a cancelled subscription ends, or did end."""
        if self.cancellation is None:
            return None
        return max(self.cancellation.at, start_of(self.cancellation.expires_on, self.time_zone))

    @property
    def access_until(self) -> date | None:
        """The last day of use of a cancelled subscription."""
        if self.cancellation is None:
            return None
        return max(self.today(self.cancellation.at), self.cancellation.expires_on - timedelta(days=1))

    @property
    def next_step_on(self) -> date | None:
        """The day on which time itself changes something next; None when nothing will happen by itself."""
        if not self.running:
            return None
        return min((day for day in (self._next_step_of_status(), self.ends_on) if day), default=None)

    @property
    def next_billing_on(self) -> date | None:
        """The day on which the next period begins and is billed, as things stand; None when none will."""
        day = self._next_billing_of_status()
        if day is None or (self.ends_on is not None and self.ends_on <= day):
            return None
        return day

    def today(self, now: datetime) -> date:
        """The calendar day of ``now`` in the bill group's time zone."""
        return local_date(now, self.time_zone)

    @property
    def resume_on(self) -> date | None:
        """The day on which a pause that runs or waits ends by itself. A cancellation outranks that."""
        pause = self.hold or self.scheduled_pause
        return pause.resume_on if pause and not self.cancellation else None

    def _next_step_of_status(self) -> date | None:
        match self.status:
            case Status.PENDING:
                return self.starts_on
            case Status.TRIAL:
                return self.trial_end
            case Status.ACTIVE:
                return self.period.end if self.period else None
            case Status.ON_HOLD:
                return self.resume_on
            case Status.EXPIRED:
                return None

    def _next_billing_of_status(self) -> date | None:
        match self.status:
            case Status.PENDING | Status.TRIAL:
                return self.term_start
            case Status.ACTIVE:
                return self.resume_on if self.scheduled_pause else self._next_step_of_status()
            case Status.ON_HOLD:
                resume_on = self.resume_on
                return max(resume_on, self.period.end) if resume_on and self.period else resume_on
            case Status.EXPIRED:
                return None

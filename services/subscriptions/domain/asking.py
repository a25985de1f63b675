"""What is asked for, by whom, and what an answer consists of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.subscriptions.domain.billing import Line
from services.subscriptions.domain.steps import Step
from services.subscriptions.domain.subscription import Side


class Action(StrEnum):
    """What people may do to a subscription."""

    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    UNCANCEL = "uncancel"


class When(StrEnum):
    """From when something is to hold."""

    NOW = "now"
    PERIOD_END = "period_end"


@dataclass(frozen=True, slots=True)
class Asker:
    """On which side the asker stands, and the actions that the merchant's configuration takes from them."""

    side: Side
    switched_off: frozenset[Action] = frozenset()

    @classmethod
    def customer(cls, switched_off: Iterable[Action] = ()) -> Asker:
        """A customer, who may do all but ``switched_off``."""
        return cls(Side.CUSTOMER, frozenset(switched_off))

    @classmethod
    def merchant(cls) -> Asker:
        """The merchant's staff and programs."""
        return cls(Side.MERCHANT)


@dataclass(frozen=True, slots=True)
class Request:
    """``action``, asked for at ``now``; ``resume_on`` goes with a pause, ``reason`` with a cancellation."""

    action: Action
    asker: Asker
    now: datetime
    at: When | None = None
    resume_on: date | None = None
    reason: str | None = None
    comment: str = ""


class Code(StrEnum):
    """A consequence, in words that the gateway has."""

    PAUSED_NOW = "paused_now"
    PAUSED_AT_PERIOD_END = "paused_at_period_end"
    NOT_BILLED_WHILE_PAUSED = "not_billed_while_paused"
    PAID_DAYS_NOT_REFUNDED = "paid_days_not_refunded"
    RESUMED_EARLY_GOES_ON = "resumed_early_goes_on"
    BILLED_FROM_RESUMPTION = "billed_from_resumption"
    RESUMES_BY_ITSELF = "resumes_by_itself"
    RESUMES_ON_REQUEST = "resumes_on_request"
    SCHEDULED_PAUSE_REPLACED = "scheduled_pause_replaced"
    SCHEDULED_PAUSE_WITHDRAWN = "scheduled_pause_withdrawn"
    MINIMUM_TERM_ENDS_PAUSE = "minimum_term_ends_pause"
    PAID_PERIOD_GOES_ON = "paid_period_goes_on"
    NEW_PERIOD_BEGINS = "new_period_begins"
    ENDS_AT_PERIOD_END = "ends_at_period_end"
    ENDS_AFTER_NOTICE = "ends_after_notice"
    ENDS_AFTER_MINIMUM_TERM = "ends_after_minimum_term"
    ENDS_AT_TRIAL_END = "ends_at_trial_end"
    ENDS_AT_ONCE = "ends_at_once"
    NEVER_STARTS = "never_starts"
    BILLED_UNTIL_THE_END = "billed_until_the_end"
    NOT_BILLED_AGAIN = "not_billed_again"
    CAN_BE_UNDONE = "can_be_undone"
    GOES_ON = "goes_on"


@dataclass(frozen=True, slots=True)
class Decision:
    """What comes of a request: it holds from ``effective_on``.

    ``access_until`` is the last day of use, if known; ``charges`` are billed at once.
    """

    step: Step
    effective_on: date
    codes: tuple[Code, ...]
    access_until: date | None = None
    charges: tuple[Line, ...] = ()

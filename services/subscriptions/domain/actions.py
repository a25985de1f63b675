"""Which action is possible in which situation, and for whom: one table decides."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from services.subscriptions.domain.asking import Action, Asker, Decision, Request
from services.subscriptions.domain.cancelling import cancel, cancel_at_once, uncancel
from services.subscriptions.domain.pausing import pause, resume, withdraw
from services.subscriptions.domain.subscription import HoldReason, Side, Status, Subscription
from shared.kernel.errors import DomainError

Rule = Callable[[Subscription, Request], Decision]


class Situation(StrEnum):
    """What a subscription's actions depend on: its status, together with what is marked and what waits."""

    PENDING = "pending"
    TRIAL = "trial"
    ACTIVE = "active"
    PAUSE_SCHEDULED = "pause_scheduled"
    ON_HOLD = "on_hold"
    CANCELLED = "cancelled"
    CANCELLED_ON_HOLD = "cancelled_on_hold"
    EXPIRED = "expired"


_IN_ORDER = (Action.PAUSE, Action.RESUME, Action.CANCEL, Action.UNCANCEL)
_ROWS: dict[Situation, tuple[Rule | None, Rule | None, Rule | None, Rule | None]] = {
    Situation.PENDING: (None, None, cancel, None),
    Situation.TRIAL: (None, None, cancel, None),
    Situation.ACTIVE: (pause, None, cancel, None),
    Situation.PAUSE_SCHEDULED: (pause, withdraw, cancel, None),
    Situation.ON_HOLD: (None, resume, cancel, None),
    Situation.CANCELLED: (None, None, cancel_at_once, uncancel),
    Situation.CANCELLED_ON_HOLD: (None, None, cancel_at_once, uncancel),
    Situation.EXPIRED: (None, None, None, None),
}
TABLE = {
    (situation, action): rule
    for situation, row in _ROWS.items()
    for action, rule in zip(_IN_ORDER, row, strict=True)
}


def situation(subscription: Subscription) -> Situation:
    """The situation that ``subscription`` is in."""
    if subscription.cancellation and subscription.running:
        on_hold = subscription.status is Status.ON_HOLD
        return Situation.CANCELLED_ON_HOLD if on_hold else Situation.CANCELLED
    if subscription.scheduled_pause:
        return Situation.PAUSE_SCHEDULED
    return Situation(subscription.status.value)


def rule_for(subscription: Subscription, action: Action, asker: Asker) -> Rule:
    """What decides about ``action``.

    Raises DomainError ``not_possible``, and to customers ``switched_off``, ``held_by_merchant``,
    ``held_for_payment`` and ``cancelled_by_merchant``: they undo only what was done on their own word.
    """
    rule = TABLE[situation(subscription), action]
    if rule is None:
        raise DomainError("not_possible", action=action.value, status=subscription.stage)
    if asker.side is Side.CUSTOMER:
        _check_customer(subscription, action, asker, rule)
    return rule


def possible(subscription: Subscription, asker: Asker) -> list[Action]:
    """The actions that ``asker`` may take now, in the order in which they are offered."""
    return [action for action in _IN_ORDER if _is_possible(subscription, action, asker)]


def _is_possible(subscription: Subscription, action: Action, asker: Asker) -> bool:
    try:
        rule_for(subscription, action, asker)
    except DomainError:
        return False
    return True


def _check_customer(subscription: Subscription, action: Action, asker: Asker, rule: Rule) -> None:
    if rule is cancel_at_once:
        raise DomainError("not_possible", action=action.value, status=subscription.stage)
    if action in asker.switched_off:
        raise DomainError("switched_off", action=action.value)
    if (
        action is Action.UNCANCEL
        and subscription.cancellation
        and subscription.cancellation.by is Side.MERCHANT
    ):
        raise DomainError("cancelled_by_merchant")
    if action in (Action.PAUSE, Action.RESUME):
        _check_own_pause(subscription)


def _check_own_pause(subscription: Subscription) -> None:
    if subscription.hold and subscription.hold.reason is HoldReason.DUNNING:
        raise DomainError("held_for_payment")
    pause_so_far = subscription.hold or subscription.scheduled_pause
    if pause_so_far and pause_so_far.by is Side.MERCHANT:
        raise DomainError("held_by_merchant")

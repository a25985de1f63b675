"""Every action in every situation: possible or not, for whom, and what comes of it."""

from __future__ import annotations

import pytest

from services.subscriptions.domain.actions import TABLE, Situation, possible, rule_for, situation
from services.subscriptions.domain.asking import Action, Asker, When
from services.subscriptions.domain.previews import decide
from services.subscriptions.domain.subscription import HoldReason, Side
from shared.kernel.errors import DomainError
from tests.unit.subscriptions import make

# What a customer may do; everything else is refused with the code that stands there.
NO = "not_possible"
CUSTOMERS = {
    #                             pause, resume, cancel, uncancel
    Situation.PENDING: (NO, NO, "pending", NO),
    Situation.TRIAL: (NO, NO, "trial", NO),
    Situation.ACTIVE: ("active", NO, "active", NO),
    Situation.PAUSE_SCHEDULED: ("active", "active", "active", NO),
    Situation.ON_HOLD: (NO, "active", "on_hold", NO),
    Situation.CANCELLED: (NO, NO, NO, "active"),
    Situation.CANCELLED_ON_HOLD: (NO, NO, NO, "on_hold"),
    Situation.EXPIRED: (NO, NO, NO, NO),
}
PAIRS = [
    (where, action, outcome)
    for where, row in CUSTOMERS.items()
    for action, outcome in zip(Action, row, strict=True)
]


def test_the_table_decides_every_pair():
    assert set(TABLE) == {(where, action) for where in Situation for action in Action}
    assert {(where, action) for where, action, _ in PAIRS} == set(TABLE)


@pytest.mark.parametrize("where", Situation)
def test_the_situation_is_seen(where):
    assert situation(make.IN_SITUATION[where]) is where


@pytest.mark.parametrize("where, action, outcome", PAIRS)
def test_what_a_customer_may_do(where, action, outcome):
    subscription = make.IN_SITUATION[where]
    offered = possible(subscription, Asker.customer())
    if outcome == NO:
        with pytest.raises(DomainError) as caught:
            decide(subscription, make.ask(action))
        assert caught.value.code == NO
        assert caught.value.params == {"action": action.value, "status": subscription.stage}
        assert action not in offered
    else:
        decided = decide(subscription, make.ask(action))
        assert decided.preview.status_after == outcome
        assert decided.step.subscription.status == outcome
        assert decided.step.happenings
        assert action in offered


@pytest.mark.parametrize("where", [where for where in Situation if where is not Situation.EXPIRED])
def test_staff_may_end_anything_at_once(where):
    decided = decide(make.IN_SITUATION[where], make.ask(Action.CANCEL, by=Asker.merchant(), at=When.NOW))
    ended = decided.step.subscription
    assert ended.status == "expired"
    assert ended.expiry.on == make.TODAY
    assert ended.expiry.reason == "on_demand"
    assert situation(ended) is Situation.EXPIRED
    assert decided.preview.access_until == make.TODAY


@pytest.mark.parametrize("where", [Situation.ACTIVE, Situation.TRIAL, Situation.PENDING, Situation.ON_HOLD])
def test_a_customer_may_not_end_at_once(where):
    with pytest.raises(DomainError, match="not_allowed"):
        decide(make.IN_SITUATION[where], make.ask(Action.CANCEL, at=When.NOW))


def test_staff_cancel_again_only_to_end_at_once():
    with pytest.raises(DomainError, match="not_possible"):
        decide(make.cancelled(), make.ask(Action.CANCEL, by=Asker.merchant()))


@pytest.mark.parametrize("where, action", [(where, action) for where, action, out in PAIRS if out != NO])
def test_what_is_switched_off_is_refused_to_customers_only(where, action):
    subscription = make.IN_SITUATION[where]
    with pytest.raises(DomainError) as caught:
        rule_for(subscription, action, Asker.customer(switched_off=[action]))
    assert caught.value.code == "switched_off"
    assert rule_for(subscription, action, Asker.merchant()) is TABLE[where, action]


@pytest.mark.parametrize(
    "subscription, action, code",
    [
        (make.on_hold(by=Side.MERCHANT), Action.RESUME, "held_by_merchant"),
        (make.on_hold(reason=HoldReason.DUNNING, by=Side.MERCHANT), Action.RESUME, "held_for_payment"),
        (make.pause_scheduled(by=Side.MERCHANT), Action.RESUME, "held_by_merchant"),
        (make.pause_scheduled(by=Side.MERCHANT), Action.PAUSE, "held_by_merchant"),
        (
            make.subscription(cancellation=make.cancellation(by=Side.MERCHANT)),
            Action.UNCANCEL,
            "cancelled_by_merchant",
        ),
    ],
)
def test_customers_undo_only_what_was_done_on_their_own_word(subscription, action, code):
    with pytest.raises(DomainError) as caught:
        decide(subscription, make.ask(action))
    assert caught.value.code == code
    assert action not in possible(subscription, Asker.customer())
    assert decide(subscription, make.ask(action, by=Asker.merchant())).step.happenings

"""How a setup goes from start to end."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from services.payments.domain.setups import Beginner, Setup, SetupState, start
from shared.kernel.context import Context, Principal, PrincipalKind
from tests.unit.payments.examples import GROUP, NOW

NEW = start("setup-1", GROUP, "sandbox", "https://portal.test/done", "de", None, NOW)
STEPS: dict[str, Callable[[Setup], Setup]] = {
    "opened": lambda setup: setup.opened("ss_1", "https://provider.test/1"),
    "unanswered": Setup.unanswered,
    "added": lambda setup: setup.added("pm-1"),
    "cancelled": Setup.cancelled,
    "failed": lambda setup: setup.failed("declined"),
    "asked_in_vain": lambda setup: setup.asked_in_vain(NOW),
    "waited_for": lambda setup: setup.waited_for(NOW),
}
IN_STATE = {
    SetupState.STARTED: NEW,
    SetupState.UNKNOWN: NEW.unanswered(),
    SetupState.OPEN: STEPS["opened"](NEW),
    SetupState.ADDED: STEPS["added"](NEW),
    SetupState.CANCELLED: NEW.cancelled(),
    SetupState.FAILED: STEPS["failed"](NEW),
}
ENDED = (SetupState.ADDED, SetupState.CANCELLED, SetupState.FAILED)


def expected(state: SetupState, step: str) -> SetupState:
    if state in ENDED or step in ("asked_in_vain", "waited_for"):
        return state
    if step == "unanswered":
        return SetupState.UNKNOWN if state is SetupState.STARTED else state
    return SetupState(step if step != "opened" else "open")


@pytest.mark.parametrize("state, step", list(product(SetupState, STEPS)))
def test_every_step_in_every_state(state: SetupState, step: str) -> None:
    after = STEPS[step](IN_STATE[state])

    assert after.state is expected(state, step)
    assert after.ended == (after.state in ENDED)
    # What has ended is not asked about any more.
    assert (after.ask_at is None) == after.ended


@pytest.mark.parametrize("state", SetupState)
def test_what_its_end_tells_others(state: SetupState) -> None:
    told = {
        SetupState.CANCELLED: [("payment_method_setup_cancelled", None)],
        SetupState.FAILED: [("payment_method_setup_failed", "declined")],
    }

    happenings = IN_STATE[state].happenings()

    assert [(one.type, one.data["reason"]) for one in happenings] == told.get(state, [])


@pytest.mark.parametrize(
    "age, pause",
    [(0, 30), (30, 30), (120, 120), (900, 900), (86_400, 900)],
)
def test_is_asked_about_less_and_less_often(age: int, pause: int) -> None:
    now = NOW + timedelta(seconds=age)

    assert NEW.asked_in_vain(now).ask_at == now + timedelta(seconds=pause)


@pytest.mark.parametrize("waited, pause", [(0, 10), (10, 10), (60, 60), (86_400, 900)])
def test_is_asked_about_sooner_while_the_customer_waits(waited: int, pause: int) -> None:
    back = NOW + timedelta(hours=1)
    now = back + timedelta(seconds=waited)

    assert NEW.waited_for(back).ask_at == back + timedelta(seconds=10)
    assert NEW.waited_for(back).waited_for(now).ask_at == back + timedelta(seconds=10)
    assert NEW.waited_for(back).asked_in_vain(now).ask_at == now + timedelta(seconds=pause)


@pytest.mark.parametrize("step", ["added", "cancelled", "failed"])
def test_who_began_it_is_forgotten_when_it_has_ended(step: str) -> None:
    anna = Context(
        principal=Principal(PrincipalKind.CUSTOMER, "cust-1"), session="ses-1", address="192.0.2.7"
    )
    begun = replace(NEW, begun_by=Beginner.of(anna))
    waiting = STEPS["opened"](begun).waited_for(NOW)

    named = waiting.in_name_of_beginner(Context(request_id="r-1"))
    assert (named.principal, named.session, named.address) == (anna.principal, "ses-1", "192.0.2.7")
    assert (named.request_id, named.language) == ("r-1", "de")
    assert STEPS[step](waiting).begun_by is None

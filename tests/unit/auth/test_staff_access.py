"""The staff's own access: password, second factor, sessions."""

from __future__ import annotations

import pytest

from services.auth import totp
from services.auth.domain import limits
from services.auth.usecases.staff_door import FIRST_OWNER
from shared.contracts.notifications import contract as notifications
from shared.kernel.context import Context, Principal, PrincipalKind
from shared.kernel.errors import DomainError
from tests.unit.auth.staff_world import EMAIL, PASSWORD, StaffWorld, as_staff, key

NEW = "a quite different one"
LETTERS = notifications.hears["send_mail"].events
TOLD = {event.removeprefix("auth.") for event in LETTERS} - {"staff_invited"}


@pytest.fixture
def world() -> StaffWorld:
    made = StaffWorld()
    made.owner()
    return made


def test_another_password_ends_all_sessions_and_begins_a_new_one(world: StaffWorld) -> None:
    here, elsewhere = world.sign_in(), world.sign_in()
    world.clock.forward(seconds=1)
    new = world.own.change_staff_password(as_staff(FIRST_OWNER), password=PASSWORD, new_password=NEW)
    assert not world.is_open(here)
    assert not world.is_open(elsewhere)
    assert world.is_open(new)
    with pytest.raises(DomainError, match="wrong_password"):
        world.sign_in()
    world.sign_in(password=NEW)
    assert "staff_password_changed" in [each.type for _, each in world.staff.happened]


@pytest.mark.parametrize(
    "password, new, code",
    [("not the password", NEW, "wrong_password"), (PASSWORD, "short", "weak_password")],
)
def test_a_change_of_password_that_is_refused(world: StaffWorld, password: str, new: str, code: str) -> None:
    session = world.sign_in()
    with pytest.raises(DomainError, match=code):
        world.own.change_staff_password(as_staff(FIRST_OWNER), password=password, new_password=new)
    assert world.is_open(session)
    world.sign_in()


def test_guessing_in_a_session_is_counted_as_at_the_door(world: StaffWorld) -> None:
    for _ in range(limits.STAFF_FAILURES_PER_ACCOUNT.most):
        with pytest.raises(DomainError, match="wrong_password"):
            world.own.drop_second_factor(as_staff(FIRST_OWNER), password="guess", key=key())
    with pytest.raises(DomainError, match="too_many_requests"):
        world.own.drop_second_factor(as_staff(FIRST_OWNER), password=PASSWORD, key=key())


def test_signing_in_with_the_second_factor(world: StaffWorld) -> None:
    secret, _ = world.switch_on(FIRST_OWNER)
    world.clock.forward(seconds=30)
    entry = world.sign_in()
    assert set(entry) == {"token"}
    assert not world.is_open(entry)
    session = world.show(entry, f" {world.app_code(secret)[:3]} {world.app_code(secret)[3:]} ")
    assert world.is_open(session)
    assert world.own.get_staff_account(as_staff(FIRST_OWNER))["has_second_factor"]


def test_a_code_is_good_once(world: StaffWorld) -> None:
    secret, _ = world.switch_on(FIRST_OWNER)
    # The one by which it was set up is used, too.
    with pytest.raises(DomainError, match="wrong_second_factor"):
        world.show(world.sign_in(), world.app_code(secret))
    world.clock.forward(seconds=30)
    code = world.app_code(secret)
    world.show(world.sign_in(), code)
    with pytest.raises(DomainError, match="wrong_second_factor"):
        world.show(world.sign_in(), code)


def test_codes_are_good_for_a_moment_longer(world: StaffWorld) -> None:
    secret, _ = world.switch_on(FIRST_OWNER)
    world.clock.forward(seconds=60)
    code = world.app_code(secret)
    world.clock.forward(seconds=30)
    world.show(world.sign_in(), code)
    later = world.app_code(secret)
    world.clock.forward(seconds=60)
    with pytest.raises(DomainError, match="wrong_second_factor"):
        world.show(world.sign_in(), later)


def test_a_recovery_code_is_good_once(world: StaffWorld) -> None:
    _, codes = world.switch_on(FIRST_OWNER)
    assert len(set(codes)) == 10
    world.show(world.sign_in(), codes[3].upper().replace("-", " "))
    with pytest.raises(DomainError, match="wrong_second_factor"):
        world.show(world.sign_in(), codes[3])
    assert world.own.get_staff_account(as_staff(FIRST_OWNER))["recovery_codes_left"] == 9
    assert "staff_recovery_code_used" in [each.type for _, each in world.staff.happened]


def test_an_entry_bears_few_tries_and_little_time(world: StaffWorld) -> None:
    secret, _ = world.switch_on(FIRST_OWNER)
    world.clock.forward(minutes=1)
    entry = world.sign_in()
    for _ in range(5):
        with pytest.raises(DomainError, match="wrong_second_factor"):
            world.show(entry, "000000")
    with pytest.raises(DomainError, match="sign_in_over"):
        world.show(entry, world.app_code(secret))
    late = world.sign_in()
    world.clock.forward(minutes=5)
    with pytest.raises(DomainError, match="sign_in_over"):
        world.show(late, world.app_code(secret))


def test_too_many_wrong_codes_in_a_day(world: StaffWorld) -> None:
    secret, _ = world.switch_on(FIRST_OWNER)
    for number in range(limits.SECOND_FACTOR_FAILURES_PER_ACCOUNT.most):
        if number % 5 == 0:
            world.clock.forward(minutes=16)
            entry = world.sign_in()
        with pytest.raises(DomainError, match="wrong_second_factor"):
            world.show(entry, "000000")
    with pytest.raises(DomainError, match="too_many_requests"):
        world.show(world.sign_in(), world.app_code(secret))


def test_the_one_there_is_stays_until_the_new_one_is_confirmed(world: StaffWorld) -> None:
    secret, _ = world.switch_on(FIRST_OWNER)
    world.own.begin_second_factor(as_staff(FIRST_OWNER), password=PASSWORD, key=key())
    world.clock.forward(seconds=30)
    world.show(world.sign_in(), world.app_code(secret))
    new = world.factors.get_second_factor_to_come(as_staff(FIRST_OWNER))["secret"]
    with pytest.raises(DomainError, match="wrong_second_factor"):
        world.factors.confirm_second_factor(as_staff(FIRST_OWNER), code="000000", key=key())
    world.factors.confirm_second_factor(as_staff(FIRST_OWNER), code=world.app_code(new), key=key())
    world.clock.forward(seconds=30)
    world.show(world.sign_in(), world.app_code(new))


def test_one_that_was_left_on_a_screen_is_not_confirmed_later(world: StaffWorld) -> None:
    me = as_staff(FIRST_OWNER)
    world.own.begin_second_factor(me, password=PASSWORD, key=key())
    world.clock.forward(minutes=9)
    secret = world.factors.get_second_factor_to_come(me)["secret"]
    world.clock.forward(minutes=1)
    with pytest.raises(DomainError, match="no_second_factor_to_come"):
        world.factors.get_second_factor_to_come(me)
    with pytest.raises(DomainError, match="no_second_factor_to_come"):
        world.factors.confirm_second_factor(me, code=world.app_code(secret), key=key())
    assert not world.own.get_staff_account(me)["has_second_factor"]
    # Whoever begins anew has as long again.
    world.switch_on(FIRST_OWNER)
    assert set(world.sign_in()) == {"token"}


def test_switching_it_off_needs_the_password(world: StaffWorld) -> None:
    world.switch_on(FIRST_OWNER)
    with pytest.raises(DomainError, match="wrong_password"):
        world.own.drop_second_factor(as_staff(FIRST_OWNER), password="guess", key=key())
    world.own.drop_second_factor(as_staff(FIRST_OWNER), password=PASSWORD, key=key())
    assert world.is_open(world.sign_in())


def test_no_secret_of_it_is_kept_readably(world: StaffWorld) -> None:
    secret, codes = world.switch_on(FIRST_OWNER)
    kept = repr(world.staff)
    for text in (secret, *codes, *(totp.typed(code) for code in codes)):
        assert text not in kept


def test_nothing_waits_that_nobody_began(world: StaffWorld) -> None:
    for ask in (
        lambda: world.factors.get_second_factor_to_come(as_staff(FIRST_OWNER)),
        lambda: world.factors.confirm_second_factor(as_staff(FIRST_OWNER), code="123456", key=key()),
    ):
        with pytest.raises(DomainError, match="no_second_factor_to_come"):
            ask()


def test_own_sessions(world: StaffWorld) -> None:
    here, elsewhere = world.sign_in(), world.sign_in()
    context = as_staff(FIRST_OWNER, here["session"])
    assert len(world.desk.list_staff_sessions(context)["items"]) == 3
    world.desk.revoke_staff_session(context, session=elsewhere["session"], key=key())
    assert not world.is_open(elsewhere)
    world.desk.revoke_other_staff_sessions(context, key=key())
    assert [each["session"] for each in world.desk.list_staff_sessions(context)["items"]] == [here["session"]]
    with pytest.raises(DomainError, match="not_found"):
        world.desk.revoke_staff_session(context, session="ses-of-nobody", key=key())


def test_a_session_of_somebody_else_is_none_of_theirs(world: StaffWorld) -> None:
    owner, uwe = world.sign_in(), world.colleague()
    with pytest.raises(DomainError, match="not_found"):
        world.desk.revoke_staff_session(as_staff(uwe["staff"]), session=owner["session"], key=key())
    assert world.is_open(owner)


@pytest.mark.parametrize("kind", [kind for kind in PrincipalKind if kind is not PrincipalKind.STAFF])
def test_only_staff_have_an_access_of_their_own(world: StaffWorld, kind: PrincipalKind) -> None:
    context = Context(principal=Principal(kind, FIRST_OWNER))
    for ask in (
        lambda: world.own.get_staff_account(context),
        lambda: world.own.change_staff_password(context, password=PASSWORD, new_password=NEW),
        lambda: world.own.begin_second_factor(context, password=PASSWORD, key=key()),
        lambda: world.factors.confirm_second_factor(context, code="123456", key=key()),
        lambda: world.desk.list_staff_sessions(context),
    ):
        with pytest.raises(DomainError, match="not_allowed"):
            ask()
    assert EMAIL not in repr(world.sessions)


def test_whatever_changes_who_gets_in_tells_whom_a_letter_goes_to(world: StaffWorld) -> None:
    uwe = world.colleague()["staff"]
    me = as_staff(FIRST_OWNER)
    _, codes = world.switch_on(FIRST_OWNER)
    world.show(world.sign_in(), codes[0])
    world.own.drop_second_factor(me, password=PASSWORD, key=key())
    world.own.change_staff_password(me, password=PASSWORD, new_password=NEW)
    world.people.change_staff(me, staff=uwe, name=None, role="billing", key=key())
    world.people.send_staff_link(me, staff=uwe, drops_second_factor=True, language="en", key=key())
    world.set_up(world.mailed_link(), NEW)
    world.people.deactivate_staff(me, staff=uwe, key=key())

    told = [each for _, each in world.staff.happened if each.type in TOLD]
    assert [each.type for each in told] == [
        "staff_set_up",
        "staff_set_up",
        "staff_second_factor_set_up",
        "staff_recovery_code_used",
        "staff_second_factor_dropped",
        "staff_password_changed",
        "staff_changed",
        "staff_set_up",
        "staff_deactivated",
    ]
    reached = {each.type: (each.data["email"], each.data["name"], each.data["language"]) for each in told}
    assert reached["staff_password_changed"] == (EMAIL, "Vera", "de")
    assert reached["staff_deactivated"] == ("uwe@nordlicht.example", "Uwe", "de")
    assert not any(secret in repr(told) for secret in (NEW, *codes))


def test_a_reset_tells_whether_the_second_factor_went_with_it(world: StaffWorld) -> None:
    world.switch_on(FIRST_OWNER)
    for drops in (False, True):
        world.people.send_staff_link(
            as_staff(FIRST_OWNER), staff=FIRST_OWNER, drops_second_factor=drops, language="en", key=key()
        )
        world.set_up(world.mailed_link(), NEW)
        _, told = world.staff.happened[-1]
        assert (told.type, told.data["drops_second_factor"]) == ("staff_set_up", drops)

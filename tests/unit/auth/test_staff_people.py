"""Who belongs to the staff: invited, changed, deactivated, and named."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.auth.domain.api_keys import ApiKey
from services.auth.usecases.staff_door import FIRST_OWNER
from shared.contracts.scopes import ROLES
from shared.kernel.context import Context, Principal, PrincipalKind
from shared.kernel.errors import DomainError
from tests.unit.auth.staff_world import EMAIL, OPERATOR, StaffWorld, as_staff, key

OWNER = as_staff(FIRST_OWNER)
UWES_PASSWORD = "another long password"


@pytest.fixture
def world() -> StaffWorld:
    made = StaffWorld()
    made.owner()
    return made


def change(world: StaffWorld, staff: str, context: Context = OWNER, **what: str) -> dict[str, Any]:
    asked = {"name": None, "role": None, **what}
    return world.people.change_staff(context, staff=staff, key=key(), **asked)


def deactivate(world: StaffWorld, staff: str, context: Context = OWNER) -> dict[str, Any]:
    return world.people.deactivate_staff(context, staff=staff, key=key())


def send_link(world: StaffWorld, staff: str, *, drops: bool = False) -> None:
    world.people.send_staff_link(OWNER, staff=staff, drops_second_factor=drops, language="de", key=key())


def test_somebody_is_invited_and_comes_in(world: StaffWorld) -> None:
    handle = world.invite("billing")
    assert world.people.get_staff(OWNER, staff=handle)["state"] == "invited"
    seen = world.door.get_staff_set_up(token=world.mailed_link())
    assert (seen["email"], seen["name"], seen["role"]) == ("uwe@nordlicht.example", "Uwe", "billing")
    session = world.set_up(world.mailed_link(), UWES_PASSWORD, email="other@x.example", name="Other")
    assert (session["email"], session["name"]) == ("uwe@nordlicht.example", "Uwe")
    assert set(session["scopes"]) == ROLES["billing"]
    assert world.people.get_staff(OWNER, staff=handle)["state"] == "active"


def test_no_two_have_one_address(world: StaffWorld) -> None:
    with pytest.raises(DomainError, match="email_taken"):
        world.invite(email=EMAIL.upper())


@pytest.mark.parametrize("role", ["billing", "support", "read_only"])
def test_whoever_is_no_owner_has_no_say(world: StaffWorld, role: str) -> None:
    uwe = as_staff(world.colleague(role)["staff"])
    with pytest.raises(DomainError, match="missing_scope"):
        world.people.invite_staff(uwe, email="x@y.example", name="X", role="owner", language="en", key=key())
    with pytest.raises(DomainError, match="missing_scope"):
        change(world, uwe.principal.id, uwe, role="owner")
    with pytest.raises(DomainError, match="missing_scope"):
        deactivate(world, FIRST_OWNER, uwe)


def test_a_key_gives_no_more_than_it_has(world: StaffWorld) -> None:
    now = world.clock.now()
    world.keys.kept["key-1"] = ApiKey("hr", ("staff:write", "customers:read"), "hash", now, "system:x")
    program = Context(principal=Principal(PrincipalKind.API_KEY, "key-1"))
    with pytest.raises(DomainError) as caught:
        world.people.invite_staff(
            program, email="x@y.example", name="X", role="support", language="en", key=key()
        )
    assert caught.value.code == "missing_scope"
    assert "subscriptions:write" in caught.value.params["scope"]
    world.keys.kept["key-1"] = ApiKey(
        "hr", tuple(ROLES["support"]), "hash", now, "system:x", expires_at=now + timedelta(hours=1)
    )
    world.people.invite_staff(
        program, email="x@y.example", name="X", role="support", language="en", key=key()
    )
    with pytest.raises(DomainError, match="missing_scope"):
        deactivate(world, FIRST_OWNER, program)
    world.clock.forward(hours=1)
    with pytest.raises(DomainError, match="invalid_api_key"):
        world.people.list_staff(program, limit=10, cursor=None)


@pytest.mark.parametrize("kind", [PrincipalKind.ANONYMOUS, PrincipalKind.CUSTOMER])
def test_customers_learn_nothing(world: StaffWorld, kind: PrincipalKind) -> None:
    context = Context(principal=Principal(kind, "cust-1"))
    for ask in (
        lambda: world.people.list_staff(context, limit=10, cursor=None),
        lambda: world.people.get_staff(context, staff=FIRST_OWNER),
        lambda: world.people.name_principals(context, principals=[f"staff:{FIRST_OWNER}"]),
        lambda: deactivate(world, FIRST_OWNER, context),
    ):
        with pytest.raises(DomainError, match="not_allowed"):
            ask()


def test_a_change_of_role_holds_at_once(world: StaffWorld) -> None:
    uwe = world.colleague("support")
    change(world, uwe["staff"], role="read_only", name="Uwe  Holm")
    seen = world.desk.get_staff_session(token=uwe["token"])
    assert (seen["role"], seen["name"]) == ("read_only", "Uwe Holm")
    assert set(seen["scopes"]) == ROLES["read_only"]
    _, told = world.staff.happened[-1]
    assert told.data["changes"] == [
        {"field": "name", "old": "Uwe", "new": "Uwe Holm"},
        {"field": "role", "old": "support", "new": "read_only"},
    ]


def test_what_changes_nothing_tells_nothing(world: StaffWorld) -> None:
    uwe = world.colleague("support")["staff"]
    before = len(world.staff.happened)
    change(world, uwe, role="support", name="Uwe")
    assert len(world.staff.happened) == before


def test_deactivating_ends_sessions_and_links(world: StaffWorld) -> None:
    uwe = world.colleague()
    send_link(world, uwe["staff"])
    link = world.mailed_link()
    deactivate(world, uwe["staff"])
    assert not world.is_open(uwe)
    with pytest.raises(DomainError, match="wrong_password"):
        world.sign_in("uwe@nordlicht.example", UWES_PASSWORD)
    with pytest.raises(DomainError, match="set_up_over"):
        world.set_up(link, UWES_PASSWORD)


def test_whoever_comes_back_needs_a_new_password(world: StaffWorld) -> None:
    uwe = world.colleague()["staff"]
    deactivate(world, uwe)
    send_link(world, uwe)
    assert world.people.get_staff(OWNER, staff=uwe)["state"] == "invited"
    with pytest.raises(DomainError, match="wrong_password"):
        world.sign_in("uwe@nordlicht.example", UWES_PASSWORD)
    assert world.is_open(world.set_up(world.mailed_link(), "a third long password"))


def test_a_lost_password_is_replaced_and_ends_all_sessions(world: StaffWorld) -> None:
    uwe = world.colleague()
    world.clock.forward(seconds=1)
    send_link(world, uwe["staff"])
    assert world.is_open(uwe)
    assert world.door.get_staff_set_up(token=world.mailed_link())["is_reset"]
    new = world.set_up(world.mailed_link(), "a third long password")
    assert world.is_open(new)
    assert not world.is_open(uwe)


@pytest.mark.parametrize("drops", [False, True])
def test_a_new_password_does_not_get_around_the_second_factor(world: StaffWorld, drops: bool) -> None:
    secret, _ = world.switch_on(FIRST_OWNER)
    send_link(world, FIRST_OWNER, drops=drops)
    session = world.set_up(world.mailed_link(), "a third long password")
    assert world.is_open(session) is drops
    if not drops:
        world.clock.forward(seconds=30)
        assert world.is_open(world.show(session, world.app_code(secret)))


def test_the_last_owner_stays_one(world: StaffWorld) -> None:
    for attempt in (
        lambda: change(world, FIRST_OWNER, role="billing"),
        lambda: deactivate(world, FIRST_OWNER),
    ):
        with pytest.raises(DomainError, match="last_owner"):
            attempt()
    assert world.staff.owners == {FIRST_OWNER}
    # Somebody who is only invited can't take over yet.
    invited = world.invite("owner")
    with pytest.raises(DomainError, match="last_owner"):
        deactivate(world, FIRST_OWNER)
    world.set_up(world.mailed_link(), UWES_PASSWORD)
    change(world, FIRST_OWNER, role="billing")
    with pytest.raises(DomainError, match="last_owner"):
        deactivate(world, invited, as_staff(invited))


def test_a_refused_change_leaves_the_owner_one(world: StaffWorld) -> None:
    uwe = world.colleague("owner")["staff"]
    with pytest.raises(DomainError, match="name_needed"):
        change(world, uwe, role="billing", name=" ")
    assert world.staff.owners == {FIRST_OWNER, uwe}


def test_whoever_becomes_owner_counts_as_one(world: StaffWorld) -> None:
    uwe = world.colleague("support")["staff"]
    change(world, uwe, role="owner")
    deactivate(world, FIRST_OWNER, as_staff(uwe))
    assert world.staff.owners == {uwe}


def test_the_first_owner_to_come_gets_no_letter() -> None:
    world = StaffWorld()
    world.owner_link()
    with pytest.raises(DomainError, match="not_found"):
        world.people.send_staff_link(
            OPERATOR, staff=FIRST_OWNER, drops_second_factor=False, language="en", key=key()
        )


def test_a_list_in_pages(world: StaffWorld) -> None:
    for number in range(5):
        world.clock.forward(seconds=1)
        world.invite(email=f"somebody-{number}@nordlicht.example")
    first = world.people.list_staff(OWNER, limit=4, cursor=None)
    second = world.people.list_staff(OWNER, limit=4, cursor=first["next_cursor"])
    emails = [each["email"] for each in first["items"] + second["items"]]
    assert emails == [*(f"somebody-{number}@nordlicht.example" for number in (4, 3, 2, 1, 0)), EMAIL]
    assert second["next_cursor"] is None


def test_principals_have_names(world: StaffWorld) -> None:
    now = world.clock.now()
    world.keys.kept["key-1"] = ApiKey("the shop", ("staff:read",), "hash", now, "system:x")
    world.guests.note("guest-1", "gast@kunde.example", now)
    asked = [f"staff:{FIRST_OWNER}", "api_key:key-1", "staff:nobody", "customer:cust-1", "nonsense"]
    named = world.people.name_principals(OWNER, principals=[*asked, "customer:guest-1"])["items"]
    assert named == [
        {"principal": "customer:guest-1", "name": "gast@kunde.example", "detail": "guest-1"},
        {"principal": f"staff:{FIRST_OWNER}", "name": "Vera", "detail": EMAIL},
        {"principal": "api_key:key-1", "name": "the shop", "detail": "key-1"},
    ]


def test_somebody_is_called_by_their_name(world: StaffWorld) -> None:
    assert world.people.name_of(Principal(PrincipalKind.STAFF, FIRST_OWNER)) == "Vera"
    assert world.people.name_of(Principal(PrincipalKind.STAFF, "staff-gone")) == "staff-gone"
    assert not world.people.has_left(Principal(PrincipalKind.STAFF, FIRST_OWNER))


def test_whoever_runs_the_installation_helps_the_only_owner(world: StaffWorld) -> None:
    world.switch_on(FIRST_OWNER)
    with pytest.raises(DomainError, match="not_allowed"):
        world.door.make_reset_link(OWNER, email=EMAIL, key=key())
    with pytest.raises(DomainError, match="not_found"):
        world.door.make_reset_link(OPERATOR, email="nobody@nordlicht.example", key=key())
    token = world.door.make_reset_link(OPERATOR, email=EMAIL.upper(), key=key())["token"]
    assert world.is_open(world.set_up(token, "a third long password"))
    assert world.staff.owners == {FIRST_OWNER}

"""Previews of the portal."""

from dataclasses import replace
from typing import Any

import pytest

from shared.contracts.auth import contract
from shared.kernel.context import ANONYMOUS, Context, Principal, PrincipalKind, system
from tests.support.refusals import refused
from tests.unit.auth.fakes import way_in
from tests.unit.auth.fakes_ways import STAFF, WaysWorld, key

GROUP = "bg-of-cust-1"


@pytest.fixture
def world() -> WaysWorld:
    return WaysWorld()


def start(world: WaysWorld, with_key: str = "", context: Context = STAFF) -> dict[str, Any]:
    return world.previewing.start_preview(context, bill_group=GROUP, key=key(with_key))


def test_it_shows_what_the_billing_contact_would_see(world: WaysWorld) -> None:
    # Nobody was let in yet.
    world.customers.own = [way_in(is_on=False)]
    started = start(world)
    shown = world.previewing.get_preview(token=started["token"])
    assert (shown["customer"], shown["bill_group"], shown["contact_role"]) == ("cust-1", GROUP, "billing")
    assert (shown["name"], shown["started_by"]) == ("Ada", "staff:staff-jane")
    assert shown["started_by_name"] == "the one called staff-jane"
    assert started["token"] not in repr(world.previews)


def test_it_is_no_session_and_is_told_of_once(world: WaysWorld) -> None:
    started = start(world, with_key="the-same-key")
    again = start(world, with_key="the-same-key")
    assert again["token"] == started["token"]
    assert world.sessions.kept == {}
    ((context, told),) = world.previews.happened
    assert (told.type, told.bill_group, str(context.principal)) == (
        "portal_previewed",
        GROUP,
        "staff:staff-jane",
    )
    with refused("key_used_for_something_else"):
        start(world, "the-same-key", replace(STAFF, principal=Principal(PrincipalKind.STAFF, "staff-joe")))


def test_it_ends_after_an_hour_at_the_latest(world: WaysWorld) -> None:
    token = start(world)["token"]
    world.clock.forward(minutes=59, seconds=59)
    assert world.previewing.get_preview(token=token)
    world.clock.forward(seconds=1)
    with refused("no_preview"):
        world.previewing.get_preview(token=token)


def test_it_can_be_ended_before(world: WaysWorld) -> None:
    token = start(world)["token"]
    world.previewing.end_preview(token=token)
    world.previewing.end_preview(token="unknown")
    for each in (token, "unknown"):
        with refused("no_preview"):
            world.previewing.get_preview(token=each)


@pytest.mark.parametrize(
    "principal",
    [ANONYMOUS, system("x"), *(Principal.parse(each) for each in ("customer:cust-1", "api_key:k"))],
)
def test_only_staff_may_look(world: WaysWorld, principal: Principal) -> None:
    with refused("not_allowed"):
        start(world, context=replace(STAFF, principal=principal))


def test_of_what_is_not_there_is_none(world: WaysWorld) -> None:
    world.customers.own = []
    with refused("not_found"):
        start(world)


def test_it_tells_all_that_a_session_does(world: WaysWorld) -> None:
    started = start(world)
    declared = contract.methods["start_preview"].reply()
    assert set(started) == set(declared.fields)
    assert declared.validate(declared.dump(started)) == {}


def test_it_ends_with_whoever_leaves_the_staff(world: WaysWorld) -> None:
    token = start(world)["token"]
    world.left.add("staff-jane")
    with refused("no_preview"):
        world.previewing.get_preview(token=token)

from typing import Any

import pytest

from shared.kernel.context import Context, Principal, PrincipalKind
from shared.kernel.errors import DomainError, NotFound
from shared.kernel.happening import IdempotencyKey
from tests.unit.auth.fakes import World

KEY = IdempotencyKey("a-key-of-a-form", "hash", "revoke_session")


@pytest.fixture
def world() -> World:
    return World()


def sign_in(world: World, browser: str = "browser-token-of-the-one-who-asks") -> dict[str, Any]:
    """Ada signs in."""
    challenge = world.ask(browser=browser)
    return world.try_code(challenge, world.mailed_codes[-1], browser=browser)


def test_each_sign_in_gets_a_token_of_its_own_and_the_store_holds_none(world: World) -> None:
    first, second = sign_in(world), sign_in(world)

    assert first["token"] != second["token"]
    assert str(first["token"]) not in repr(world.sessions.kept)


def test_the_events_of_a_session_name_its_owner_and_its_public_id_only(world: World) -> None:
    session = sign_in(world)
    context, happening = world.sessions.happened[-1]

    assert str(context.principal) == "customer:cust-1"
    assert context.session == happening.subject == session["session"]
    assert not set(world.sessions.kept) & {happening.subject, *happening.data.values()}


@pytest.mark.parametrize("token", ["", "a-token-that-opens-nothing-at-all"])
def test_what_is_no_token_opens_nothing(world: World, token: str) -> None:
    with pytest.raises(DomainError, match="no_session"):
        world.open_sessions.get_session(world.context, token=token)


def test_a_session_in_use_stays_open_and_is_written_once_a_minute(world: World) -> None:
    token = sign_in(world)["token"]
    for _ in range(240):
        world.clock.forward(seconds=30)
        world.open_sessions.get_session(world.context, token=token)

    assert world.sessions.times_seen == 120


def test_an_idle_session_ends(world: World) -> None:
    token = sign_in(world)["token"]
    world.clock.forward(hours=1)

    with pytest.raises(DomainError, match="no_session"):
        world.open_sessions.get_session(world.context, token=token)


def test_signing_out_ends_the_session_and_can_be_repeated(world: World) -> None:
    token = sign_in(world)["token"]
    world.open_sessions.end_session(world.context, token=token)
    world.open_sessions.end_session(world.context, token=token)

    with pytest.raises(DomainError, match="no_session"):
        world.open_sessions.get_session(world.context, token=token)
    assert [happening.type for _, happening in world.sessions.happened] == ["signed_in", "signed_out"]


def test_a_session_of_the_list_can_be_ended(world: World) -> None:
    here, elsewhere = sign_in(world), sign_in(world, "browser-token-of-ada's-phone")
    for _ in range(2):
        world.open_sessions.revoke_session(
            world.context, bill_group="bg-of-cust-1", session=str(elsewhere["session"]), key=KEY
        )

    listed = world.open_sessions.list_sessions(bill_group="bg-of-cust-1")["items"]
    assert [line["session"] for line in listed] == [here["session"]]


def test_a_session_of_another_bill_group_is_not_there(world: World) -> None:
    session = sign_in(world)

    with pytest.raises(NotFound):
        world.open_sessions.revoke_session(
            world.context, bill_group="bg-of-somebody-else", session=str(session["session"]), key=KEY
        )


def test_all_other_sessions_can_be_ended(world: World) -> None:
    here = sign_in(world)
    for number in range(3):
        sign_in(world, f"browser-token-number-{number}")
    world.open_sessions.revoke_other_sessions(
        world.context, bill_group="bg-of-cust-1", session=str(here["session"]), key=KEY
    )

    listed = world.open_sessions.list_sessions(bill_group="bg-of-cust-1")["items"]
    assert [line["session"] for line in listed] == [here["session"]]


def test_staff_can_end_all_sessions_of_a_customer_and_customers_can_not(world: World) -> None:
    token = sign_in(world)["token"]
    by_customer = Context(principal=Principal(PrincipalKind.CUSTOMER, "cust-1"))
    by_staff = Context(principal=Principal(PrincipalKind.STAFF, "staff-1"))

    with pytest.raises(DomainError, match="not_allowed"):
        world.open_sessions.revoke_customer_sessions(by_customer, customer="cust-1", key=KEY)
    world.open_sessions.revoke_customer_sessions(by_staff, customer="cust-1", key=KEY)

    with pytest.raises(DomainError, match="no_session"):
        world.open_sessions.get_session(world.context, token=token)

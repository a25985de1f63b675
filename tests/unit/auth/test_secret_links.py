"""The secret link of a customer."""

from dataclasses import replace
from typing import Any

import pytest

from services.auth.domain import limits
from shared.kernel.context import ANONYMOUS, Context
from tests.support.refusals import refused
from tests.unit.auth.fakes import way_in
from tests.unit.auth.fakes_ways import PORTAL, STAFF, VISITOR, WaysWorld, key

CUSTOMER = "cust-1"


@pytest.fixture
def world() -> WaysWorld:
    return WaysWorld()


def make(world: WaysWorld, lifetime_days: int | None = None, with_key: str = "") -> dict[str, Any]:
    return world.keeping.make_secret_link(
        STAFF, customer=CUSTOMER, lifetime_days=lifetime_days, key=key(with_key)
    )


def follow(world: WaysWorld, link: dict[str, Any], context: Context = VISITOR) -> dict[str, Any]:
    return world.keeping.open_secret_link(context, secret=link["url"].rpartition("/")[2])


def test_it_opens_the_portal(world: WaysWorld) -> None:
    link = make(world)
    assert link["url"].startswith(f"{PORTAL}/s/")
    session = follow(world, link)
    assert (session["customer"], session["bill_group"], session["way"]) == (
        CUSTOMER,
        "bg-of-cust-1",
        "secret_link",
    )
    assert world.is_signed_in(session)
    state = world.keeping.get_secret_link_state(STAFF, customer=CUSTOMER)
    assert (state["state"], state["last_used_at"]) == ("active", world.clock.now())
    assert "url" not in state


def test_it_can_be_shown_again_and_stands_nowhere_in_the_clear(world: WaysWorld) -> None:
    link = make(world)
    assert world.keeping.get_secret_link(STAFF, customer=CUSTOMER) == link
    secret = link["url"].rpartition("/")[2]
    assert secret not in repr(world.secret_links)


def test_a_new_one_ends_the_one_before_and_what_it_opened(world: WaysWorld) -> None:
    old = make(world)
    opened = follow(world, old)
    by_code = world.keeping._desk.open_session(VISITOR, way_in(), way="code", now=world.clock.now())
    world.clock.forward(seconds=1)

    new = make(world)

    assert new["url"] != old["url"]
    assert not world.is_signed_in(opened)
    assert world.is_signed_in(by_code)
    with refused("secret_link_over"):
        follow(world, old)
    assert world.is_signed_in(follow(world, new))
    assert [each.data["again"] for each in world.secret_links.happened] == [False, True]


def test_a_request_that_comes_again_makes_no_other(world: WaysWorld) -> None:
    assert make(world, with_key="the-same-key") == make(world, with_key="the-same-key")
    assert len(world.secret_links.happened) == 1


def test_a_revoked_one_opens_nothing_and_can_not_be_shown(world: WaysWorld) -> None:
    link = make(world)
    opened = follow(world, link)
    world.clock.forward(minutes=1)

    world.keeping.revoke_secret_link(STAFF, customer=CUSTOMER, key=key())
    world.keeping.revoke_secret_link(STAFF, customer=CUSTOMER, key=key())

    assert not world.is_signed_in(opened)
    with refused("secret_link_over"):
        follow(world, link)
    shown = world.keeping.get_secret_link(STAFF, customer=CUSTOMER)
    assert (shown["state"], shown["url"]) == ("revoked", None)
    kinds = [each.type for each in world.secret_links.happened]
    assert kinds == ["secret_link_made", "secret_link_revoked"]


def test_with_a_lifetime_it_ends_by_itself(world: WaysWorld) -> None:
    link = make(world, lifetime_days=7)
    world.clock.forward(days=7, seconds=-1)
    opened = follow(world, link)
    world.clock.forward(seconds=1)
    with refused("secret_link_over"):
        follow(world, link)
    assert world.is_signed_in(opened)
    shown = world.keeping.get_secret_link(STAFF, customer=CUSTOMER)
    assert (shown["state"], shown["url"]) == ("expired", None)


def test_who_never_had_one_has_none(world: WaysWorld) -> None:
    assert world.keeping.get_secret_link(STAFF, customer=CUSTOMER)["state"] == "none"
    with refused("not_found"):
        world.keeping.revoke_secret_link(STAFF, customer=CUSTOMER, key=key())
    with refused("not_found"):
        world.keeping.make_secret_link(STAFF, customer="cust-2", lifetime_days=None, key=key())


def test_customers_see_and_make_none(world: WaysWorld) -> None:
    nobody = replace(STAFF, principal=ANONYMOUS)
    for refuse in (
        lambda: world.keeping.get_secret_link(nobody, customer=CUSTOMER),
        lambda: world.keeping.get_secret_link_state(nobody, customer=CUSTOMER),
        lambda: world.keeping.make_secret_link(nobody, customer=CUSTOMER, lifetime_days=None, key=key()),
        lambda: world.keeping.revoke_secret_link(nobody, customer=CUSTOMER, key=key()),
    ):
        with refused("not_allowed"):
            refuse()


def test_it_opens_only_what_is_switched_on(world: WaysWorld) -> None:
    link = make(world)
    world.customers.own = [way_in(is_on=False), way_in(bill_group="bg-z")]
    assert follow(world, link)["bill_group"] == "bg-z"
    world.customers.own = [way_in(is_on=False)]
    with refused("no_access"):
        follow(world, link)


def test_it_opens_nothing_where_this_way_is_not_offered(world: WaysWorld) -> None:
    link = make(world)
    world.customers.more_ways = frozenset({"password"})
    with refused("way_not_offered"):
        follow(world, link)


def test_whoever_tries_many_is_held_up_and_nobody_else(world: WaysWorld) -> None:
    link = make(world)
    for _ in range(limits.WRONG_LINKS_PER_NETWORK.most):
        with refused("secret_link_over"):
            world.keeping.open_secret_link(VISITOR, secret="made-up")
    with refused("too_many_requests"):
        follow(world, link)
    assert follow(world, link, replace(VISITOR, address="198.51.100.1"))


def test_a_link_that_is_replaced_while_it_is_followed_opens_nothing(world: WaysWorld) -> None:
    link = make(world)
    world.clock.forward(seconds=1)

    def replace_it() -> None:
        world.secret_links.before_use = lambda: None
        make(world)

    world.secret_links.before_use = replace_it
    with refused("secret_link_over"):
        follow(world, link)
    (session,) = world.sessions.kept.values()
    assert session.ended_at is not None

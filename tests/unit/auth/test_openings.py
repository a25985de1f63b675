"""The portal opened from the merchant's app."""

from typing import Any

import pytest

from services.auth.domain import limits
from services.auth.domain.openings import check_return_url
from shared.contracts.auth_ways import OpenPortal
from shared.kernel.context import Context, Principal, PrincipalKind
from tests.support.refusals import refused
from tests.unit.auth.fakes import way_in
from tests.unit.auth.fakes_ways import PORTAL, VISITOR, WaysWorld, key

APP = Context(principal=Principal(PrincipalKind.API_KEY, "key-1"))
GROUP = "bg-of-cust-1"


@pytest.fixture
def world() -> WaysWorld:
    return WaysWorld()


def ask(world: WaysWorld, with_key: str = "", context: Context = APP, **more: Any) -> dict[str, Any]:
    asked = {"path": None, "return_url": None, "lifetime_seconds": 60, **more}
    return world.opener.open_portal(context, bill_group=GROUP, **asked, key=key(with_key))


def follow(world: WaysWorld, opening: dict[str, Any]) -> dict[str, Any]:
    return world.opener.use_opening(VISITOR, token=opening["url"].rpartition("/")[2])


def test_it_opens_a_session_once(world: WaysWorld) -> None:
    opening = ask(world, path="/payment-methods/new", return_url="https://app.example/done")
    assert opening["url"].startswith(f"{PORTAL}/open/")
    session = follow(world, opening)
    assert (session["bill_group"], session["way"], session["return_url"], session["path"]) == (
        GROUP,
        "app",
        "https://app.example/done",
        "/payment-methods/new",
    )
    assert world.is_signed_in(session)
    with refused("opening_over"):
        follow(world, opening)


def test_it_is_good_for_a_moment(world: WaysWorld) -> None:
    opening = ask(world, lifetime_seconds=120)
    world.clock.forward(seconds=119)
    assert follow(world, opening)["path"] is None
    late = ask(world, lifetime_seconds=120)
    world.clock.forward(seconds=120)
    with refused("opening_over"):
        follow(world, late)


def test_its_address_stands_nowhere_in_the_clear_and_is_answered_again(world: WaysWorld) -> None:
    opening = ask(world, with_key="the-same-key")
    assert opening["url"].rpartition("/")[2] not in repr(world.openings)
    assert ask(world, with_key="the-same-key")["url"] == opening["url"]
    with refused("key_used_for_something_else"):
        ask(world, "the-same-key", Context(principal=Principal(PrincipalKind.API_KEY, "key-2")))


def test_it_takes_switches_that_are_on(world: WaysWorld) -> None:
    opening = ask(world)
    world.customers.own = [way_in(is_on=False)]
    with refused("no_access"):
        follow(world, opening)
    with refused("no_access"):
        ask(world)
    world.customers.own = []
    with refused("not_found"):
        ask(world)


def test_customers_open_nothing_by_it(world: WaysWorld) -> None:
    with refused("not_allowed"):
        ask(world, context=VISITOR)


def test_whoever_tries_many_is_held_up(world: WaysWorld) -> None:
    for _ in range(limits.WRONG_LINKS_PER_NETWORK.most):
        with refused("opening_over"):
            world.opener.use_opening(VISITOR, token="made-up")
    with refused("too_many_requests"):
        follow(world, ask(world))


@pytest.mark.parametrize(
    "url",
    [
        "https://app.example",
        "https://app.example:8443/a/b?c=d#e",
        "https://münchen.example/",
        "http://localhost:3000/",
        "http://127.0.0.1/x",
        "http://[::1]:8080/",
    ],
)
def test_where_it_may_lead_back(url: str) -> None:
    check_return_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://app.example/",
        "javascript:alert(1)",
        "data:text/html,x",
        "//app.example/",
        "/overview",
        "https://",
        "https://app.example@evil.example/",
        "https:\\\\evil.example",
        "https://app.example\\@evil.example",
        "https://app.example/\nx",
        "https://app.example/a b",
        "http://localhost.evil.example/",
        "http://127.0.0.1.evil.example/",
        "https://[::1",
        "https://app.example:99999/",
    ],
)
def test_where_it_may_not_lead_back(world: WaysWorld, url: str) -> None:
    with refused("return_url_not_allowed"):
        ask(world, return_url=url)


@pytest.mark.parametrize(
    "path", ["/subscriptions/sub-0001/cancel", "/payment-methods/new", "/overview", None]
)
def test_pages_to_begin_with(path: str | None) -> None:
    assert _problems(path) == {}


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "https://evil.example",
        "/logout",
        "/overview?x=1",
        "/subscriptions/../admin",
        "/admin",
        "",
    ],
)
def test_no_pages_to_begin_with(path: str) -> None:
    assert list(_problems(path)) == ["path"]


def _problems(path: str | None) -> dict[str, list[str]]:
    return OpenPortal().validate({"bill_group": GROUP, "key": "a-key-of-eight", "path": path})

"""Who may not enter any more is shut out, and nobody else."""

from typing import Any

import pytest

from services.auth.domain.access import SignIn
from shared.kernel.context import Context, system
from shared.kernel.happening import IdempotencyKey
from tests.unit.auth.fakes import World, way_in

GROUP = "bg-of-cust-1"
PHONE = "browser-token-of-ada's-phone"


@pytest.fixture
def world() -> World:
    world = World()
    world.customers.ways["bob@example.com"] = [way_in("cust-2", email="bob@example.com")]
    return world


def told(type_: str, *, bill_group: str = GROUP, session: str = "", **data: Any) -> dict[str, Any]:
    """An event of the customers service."""
    return {"type": type_, "bill_group": bill_group, "circumstances": {"session": session}, "data": data}


def changed(field: str, old: str, new: str) -> list[dict[str, str]]:
    return [{"field": field, "old": old, "new": new}]


def moved(session: str = "") -> dict[str, Any]:
    """Ada's address was changed, in that session or by staff."""
    changes = changed("email", "ada@example.com", "countess@example.com")
    return told("contact_changed", role="billing", changes=changes, session=session)


ACCESS = [
    told("customer_access_changed", customer="cust-1", access="off", changes=changed("access", "on", "off")),
    told("bill_group_changed", customer="cust-1", access="off", changes=changed("access", "on", "off")),
    told("merchant_changed", bill_group="", fields_changed=["accent", "default_access"]),
    told("merchant_changed", bill_group="", fields_changed=["access_of_all"]),
    told("merchant_changed", bill_group="", fields_changed=["portal_without_contract"]),
    told("subscription_expired", subscription="sub-1"),
]


@pytest.mark.parametrize("event", ACCESS)
def test_who_is_switched_off_is_shut_out_everywhere(world: World, event: dict[str, Any]) -> None:
    here, there, bobs = world.sign_in(), world.sign_in(browser=PHONE), world.sign_in("bob@example.com")
    world.customers.ways["ada@example.com"] = [way_in(is_on=False)]

    for _ in range(2):
        world.reviewing.shut_out(world.context, event)

    assert [world.is_open(session) for session in (here, there, bobs)] == [False, False, True]
    ended = [happening for _, happening in world.sessions.happened if happening.type == "signed_out"]
    assert [happening.data["reason"] for happening in ended] == ["revoked", "revoked"]


def test_settings_that_were_known_before_are_asked_for_again(world: World) -> None:
    world.reviewing.shut_out(world.context, ACCESS[0])
    assert world.customers.looked_again == 0
    world.reviewing.shut_out(world.context, ACCESS[2])
    assert world.customers.looked_again == 1


@pytest.mark.parametrize("event", ACCESS)
def test_old_news_shut_nobody_out(world: World, event: dict[str, Any]) -> None:
    # Switched on again before the news came that it was switched off.
    session = world.sign_in()

    world.reviewing.shut_out(world.context, event)

    assert world.is_open(session)


@pytest.mark.parametrize(
    "event",
    [
        told("bill_group_changed", customer="cust-1", access="on", changes=changed("language", "en", "de")),
        told("contact_changed", role="billing", changes=changed("phone", "", "+49 30 1234567")),
        told("merchant_changed", bill_group="", fields_changed=["accent"]),
    ],
)
def test_what_concerns_nobodys_access_is_not_even_looked_at(world: World, event: dict[str, Any]) -> None:
    session = world.sign_in()
    world.customers.ways["ada@example.com"] = []

    world.reviewing.shut_out(world.context, event)

    assert world.is_open(session)


def test_sessions_of_another_bill_group_stay_open(world: World) -> None:
    session = world.sign_in()
    world.customers.ways["ada@example.com"] = []

    changes = changed("access", "on", "off")
    world.reviewing.shut_out(
        world.context, told("bill_group_changed", bill_group="bg-another", access="off", changes=changes)
    )

    assert world.is_open(session)


def test_the_address_counts_and_not_another_way_into_the_same_customer(world: World) -> None:
    session = world.sign_in()
    elsewhere: SignIn = way_in(bill_group="bg-another")
    world.customers.ways["ada@example.com"] = [elsewhere]

    world.reviewing.shut_out(world.context, ACCESS[0])

    assert not world.is_open(session)


def move_ada(world: World) -> None:
    world.customers.ways["countess@example.com"] = [way_in(email="countess@example.com")]
    world.customers.ways["ada@example.com"] = []


def test_an_address_that_staff_changed_opens_nothing_any_more(world: World) -> None:
    session = world.sign_in()
    move_ada(world)

    world.reviewing.shut_out(world.context, moved())

    assert not world.is_open(session)


def test_an_address_that_its_owner_changed_keeps_the_session_in_which_they_did(world: World) -> None:
    here, there = world.sign_in(), world.sign_in(browser=PHONE)
    move_ada(world)

    for _ in range(2):
        world.reviewing.shut_out(world.context, moved(session=here["session"]))
    world.reviewing.shut_out(world.context, ACCESS[0])

    assert [world.is_open(session) for session in (here, there)] == [True, False]
    assert (
        world.open_sessions.get_session(world.context, token=here["token"])["email"] == "countess@example.com"
    )


def test_a_contact_that_was_removed_opens_nothing_any_more(world: World) -> None:
    session = world.sign_in()
    world.customers.ways["ada@example.com"] = []
    changes = changed("email", "ada@example.com", "")

    world.reviewing.shut_out(
        world.context,
        told("contact_removed", role="shipping", changes=changes, session=session["session"]),
    )

    assert not world.is_open(session)


STAFF = Context(principal=system("tests"))
KEY = IdempotencyKey("key-of-a-test", "", "")


def admit_firm(world: World) -> str:
    """Let everybody of firm.example into Ada's bill group; the rule."""
    world.customers.groups[GROUP] = way_in()
    granted = world.rules.grant_domain(STAFF, bill_group=GROUP, domain="firm.example", replaces=[], key=KEY)
    rule: str = granted["items"][0]["rule"]
    return rule


def remove(world: World, rule: str) -> dict[str, Any]:
    """Take the rule away; what is told of it."""
    world.rules.remove_access_rule(STAFF, bill_group=GROUP, rule=rule, key=KEY)
    happened = world.book.happened[-1]
    return told(happened.type, bill_group=happened.bill_group, **happened.data)


def test_a_rule_that_is_gone_shuts_its_guests_out_and_no_contact(world: World) -> None:
    rule = admit_firm(world)
    guest, contact = world.sign_in("max@firm.example"), world.sign_in()

    news = remove(world, rule)
    world.reviewing.shut_out(world.context, news)

    assert [world.is_open(session) for session in (guest, contact)] == [False, True]


def test_a_guest_whom_another_rule_admits_stays(world: World) -> None:
    rule = admit_firm(world)
    guest = world.sign_in("max@firm.example")
    news = remove(world, rule)
    world.rules.grant_address(STAFF, bill_group=GROUP, address="Max@Firm.example", key=KEY)

    world.reviewing.shut_out(world.context, news)

    assert world.is_open(guest)


def test_a_guest_is_shut_out_where_the_bill_group_is_switched_off(world: World) -> None:
    admit_firm(world)
    guest = world.sign_in("max@firm.example")
    world.customers.groups[GROUP] = way_in(is_on=False)

    world.reviewing.shut_out(world.context, ACCESS[1])

    assert not world.is_open(guest)


def test_who_is_no_contact_any_more_does_not_stay_as_one_because_of_a_rule(world: World) -> None:
    contact = world.sign_in()
    world.customers.groups[GROUP] = way_in()
    world.rules.grant_domain(STAFF, bill_group=GROUP, domain="example.com", replaces=[], key=KEY)
    move_ada(world)

    world.reviewing.shut_out(world.context, moved())

    assert not world.is_open(contact)
    again = world.sign_in(browser=PHONE)
    assert (again["contact_role"], again["email"]) == ("guest", "ada@example.com")

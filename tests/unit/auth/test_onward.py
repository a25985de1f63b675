"""Whether somebody may switch is as it stands now, and is asked for only when it may have changed."""

from typing import Any

import pytest

from shared.contracts.auth import contract
from shared.contracts.registry import CONTRACTS
from shared.kernel.context import Context, system
from tests.unit.auth.fakes import World, way_in

SYSTEM = Context(principal=system("tests"))
HERE = way_in("cust-1", customer_name="Here")
ELSEWHERE = way_in("cust-2", customer_name="Elsewhere")


def change(*fields: str) -> dict[str, Any]:
    return {"changes": [{"field": field, "old": "", "new": "x"} for field in fields]}


class Portal(World):
    """Ada is signed in."""

    def __init__(self) -> None:
        super().__init__()
        self.open_to_her(HERE)
        self.session = self.sign_in()

    def open_to_her(self, *ways: Any) -> None:
        self.customers.ways["ada@example.com"] = list(ways)

    def hear(self, event_type: str, data: dict[str, Any]) -> None:
        """An event comes, and the time passes after which each process knows of it."""
        self.onward.note(SYSTEM, {"type": event_type, "data": data})
        self.clock.forward(seconds=0.5)

    def page(self) -> bool:
        """Whether a page offers to switch."""
        session = self.open_sessions.get_session(self.context, token=self.session["token"])
        may_switch: bool = session["may_switch"]
        return may_switch


@pytest.fixture
def portal() -> Portal:
    return Portal()


def test_who_is_granted_a_second_bill_group_may_switch_without_signing_in_again(portal: Portal) -> None:
    assert not portal.page()
    portal.open_to_her(HERE, ELSEWHERE)
    portal.hear("access_rule_added", {})
    assert portal.page()
    portal.open_to_her(HERE)
    portal.hear("access_rule_removed", {})
    assert not portal.page()


def test_pages_ask_nobody_while_nothing_has_changed(portal: Portal) -> None:
    portal.page()
    asked = portal.customers.times_asked
    for _ in range(5):
        portal.clock.forward(seconds=1)
        portal.page()
    assert portal.customers.times_asked == asked
    portal.hear("customer_created", {})
    for _ in range(5):
        portal.page()
    assert portal.customers.times_asked == asked + 1


def test_each_auth_process_learns_of_it(portal: Portal) -> None:
    """The one that heard the event is another one than the one that is asked."""
    portal.page()
    portal.open_to_her(HERE, ELSEWHERE)
    portal.epochs.begin_next()
    assert not portal.page()
    portal.clock.forward(seconds=0.5)
    assert portal.page()


def test_what_changes_while_it_is_asked_for_is_asked_for_again(portal: Portal) -> None:
    portal.page()
    portal.hear("customer_created", {})
    answer = portal.customers.ways_in

    def change_meanwhile(*asked: Any) -> Any:
        found = answer(*asked)
        portal.open_to_her(HERE, ELSEWHERE)
        portal.epochs.begin_next()
        portal.customers.ways_in = answer  # type: ignore[method-assign]
        return found

    portal.customers.ways_in = change_meanwhile  # type: ignore[method-assign]
    assert not portal.page()
    portal.clock.forward(seconds=0.5)
    assert portal.page()


def test_while_nobody_can_say_it_stays_and_is_asked_for_again(portal: Portal) -> None:
    portal.page()
    portal.open_to_her(HERE, ELSEWHERE)
    portal.customers.away = True
    portal.hear("access_rule_added", {})
    assert not portal.page()
    portal.customers.away = False
    assert portal.page()


@pytest.mark.parametrize(
    "event_type, data, matters",
    [
        ("access_rule_added", {}, True),
        ("access_rule_removed", {}, True),
        ("customer_created", {}, True),
        ("bill_group_created", {}, True),
        ("customer_access_changed", {}, True),
        ("bill_group_changed", change("access"), True),
        ("bill_group_changed", change("po_number"), False),
        ("contact_changed", change("name", "email"), True),
        ("contact_changed", change("phone"), False),
        ("contact_removed", change("email"), True),
        ("merchant_changed", {"fields_changed": ["portal_without_contract"]}, True),
        ("merchant_changed", {"fields_changed": ["accent"]}, False),
        ("subscription_started", {}, False),
        ("subscription_expired", {}, False),
    ],
)
def test_what_may_let_somebody_in_or_out_begins_an_epoch(
    portal: Portal, event_type: str, data: dict[str, Any], matters: bool
) -> None:
    portal.hear(event_type, data)
    assert portal.epochs.number == int(matters)


@pytest.mark.parametrize("event_type", ["subscription_started", "subscription_expired"])
def test_contracts_matter_where_the_portal_is_closed_without(portal: Portal, event_type: str) -> None:
    portal.customers.closed_without_contract = True
    portal.hear(event_type, {})
    assert portal.epochs.number == 1


def test_all_that_is_heard_is_told_by_somebody() -> None:
    for event in contract.hears["begin_epoch"].events:
        service, _, event_type = event.partition(".")
        assert event_type in CONTRACTS[service].events

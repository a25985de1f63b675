from dataclasses import replace
from typing import Any

import pytest

from services.customers.domain.customers import Access, AskedFor, change_customer, new_customer, sign_ins
from services.customers.domain.default_access import DefaultAccess, Entered, Reach
from shared.contracts.customers import contract
from shared.kernel.errors import DomainError
from tests.unit.customers.examples import JANE, bill_group, customer


@pytest.mark.parametrize(
    "own, group_open, by_default, allowed",
    [
        (Access.ON, True, True, True),
        (Access.ON, True, False, True),
        (Access.ON, False, True, False),
        (Access.OFF, True, True, False),
        (Access.OFF, False, True, False),
        (Access.DEFAULT, True, True, True),
        (Access.DEFAULT, True, False, False),
        (Access.DEFAULT, False, True, False),
    ],
)
def test_both_switches_must_be_on(own: Access, group_open: bool, by_default: bool, allowed: bool) -> None:
    group = bill_group(open=group_open)
    [found] = sign_ins(
        AskedFor(JANE.email), [group], [customer(access=own)], DefaultAccess(for_older=by_default)
    )
    assert found.allowed is allowed


def test_the_customer_created_last_comes_first() -> None:
    groups = [bill_group("bg-old", of="old"), bill_group("bg-new", of="new"), bill_group("bg-mid", of="mid")]
    customers = [customer("old", year=2020), customer("new", year=2026), customer("mid", year=2023)]
    found = sign_ins(AskedFor("JANE@roe.example"), groups, customers, DefaultAccess())
    assert [each.customer.handle for each in found] == ["new", "mid", "old"]


def test_bill_groups_of_one_customer_come_by_handle() -> None:
    groups = [bill_group("bg-2"), bill_group("bg-1")]
    found = sign_ins(AskedFor(JANE.email), groups, [customer()], DefaultAccess())
    assert [each.bill_group.handle for each in found] == ["bg-1", "bg-2"]


def test_an_address_in_both_contacts_is_the_billing_contacts() -> None:
    depot = replace(JANE, name="Depot")
    [found] = sign_ins(AskedFor(JANE.email), [bill_group(shipping=depot)], [customer()], DefaultAccess())
    assert (found.role, found.contact) == ("billing", JANE)


def test_a_shipping_contact_may_sign_in() -> None:
    depot = replace(JANE, name="Depot", email="depot@roe.example")
    [found] = sign_ins(
        AskedFor("depot@roe.example"), [bill_group(shipping=depot)], [customer()], DefaultAccess()
    )
    assert (found.role, found.contact) == ("shipping", depot)


def test_who_is_admitted_by_rule_is_a_guest_with_their_own_address() -> None:
    asked = AskedFor("max@guest.example", admitted=frozenset({"bg-2"}))
    [found] = sign_ins(asked, [bill_group("bg-1"), bill_group("bg-2")], [customer()], DefaultAccess())
    assert (found.bill_group.handle, found.role, found.contact) == ("bg-2", None, None)
    assert (found.email, found.name, found.language) == ("max@guest.example", "", "de")


def test_a_contact_who_is_admitted_by_rule_too_comes_in_as_the_contact() -> None:
    asked = AskedFor(JANE.email, admitted=frozenset({"bg-1"}))
    [found] = sign_ins(asked, [bill_group(), bill_group()], [customer()], DefaultAccess())
    assert (found.role, found.contact) == ("billing", JANE)


@pytest.mark.parametrize(
    "asked, found",
    [
        (AskedFor(customer="cust-1"), ["bg-1", "bg-2"]),
        (AskedFor(admitted=frozenset({"bg-2", "bg-3"})), ["bg-3", "bg-2"]),
        (AskedFor(customer="cust-1", admitted=frozenset({"bg-3"})), ["bg-3", "bg-1", "bg-2"]),
    ],
)
def test_without_an_address_the_billing_contacts_are_meant(asked: AskedFor, found: list[str]) -> None:
    groups = [bill_group("bg-1"), bill_group("bg-2"), bill_group("bg-3", of="cust-2")]
    ways = sign_ins(asked, groups, [customer(), customer("cust-2", year=2026)], DefaultAccess())
    assert [way.bill_group.handle for way in ways] == found
    assert {(way.role, way.email) for way in ways} == {("billing", JANE.email)}


@pytest.mark.parametrize("own, group_open", [(Access.OFF, True), (Access.ON, False)])
def test_rules_open_nothing_that_is_switched_off(own: Access, group_open: bool) -> None:
    asked = AskedFor("max@guest.example", admitted=frozenset({"bg-1"}))
    group = bill_group(open=group_open)
    [found] = sign_ins(asked, [group], [customer(access=own)], DefaultAccess())
    assert not found.allowed


def test_a_new_customer_needs_a_name_and_bill_groups_of_different_handles() -> None:
    with pytest.raises(DomainError, match="invalid_customer") as refused:
        new_customer(replace(customer(), name=""), [bill_group(), bill_group()], imported=False)
    assert refused.value.params["fields"] == {"name": "required", "bill_groups": "doubled"}


def change(customer_: Any, **wanted: Any) -> Any:
    return change_customer(
        customer_, **{"name": None, "access": None, "told_to": "bg-1", "defaults": DefaultAccess(), **wanted}
    )


def test_a_changed_name_is_told_before_and_after() -> None:
    new, [told] = change(customer(), name="  Roe &  Sons ")
    assert new.name == "Roe & Sons"
    assert (told.type, told.subject, told.bill_group) == ("customer_changed", "cust-1", "bg-1")
    assert told.data["changes"] == [{"field": "name", "old": "Name of cust-1", "new": "Roe & Sons"}]
    assert contract.events[told.type].data().validate(told.data) == {}


@pytest.mark.parametrize(
    "old, new, by_default, told",
    [
        (Access.ON, Access.OFF, True, "off"),
        (Access.OFF, Access.ON, False, "on"),
        (Access.ON, Access.DEFAULT, False, "off"),
        (Access.OFF, Access.DEFAULT, True, "on"),
    ],
)
def test_changed_access_tells_what_holds_now(old: Access, new: Access, by_default: bool, told: str) -> None:
    defaults = DefaultAccess(for_new=by_default, for_older=not by_default)
    changed, [happening] = change(customer(access=old), access=new, defaults=defaults)
    assert changed.access is new
    assert happening.type == "customer_access_changed"
    assert happening.data["access"] == told
    assert happening.data["changes"] == [{"field": "access", "old": old, "new": new}]
    assert contract.events[happening.type].data().validate(happening.data) == {}


def test_what_is_not_named_stays_and_nothing_is_told_of_it() -> None:
    before = customer(access=Access.OFF)
    assert change(before) == (before, [])
    assert change(before, name=before.name, access=Access.OFF) == (before, [])


def test_a_customer_keeps_a_name() -> None:
    with pytest.raises(DomainError, match="invalid_customer") as refused:
        change(customer(), name=" ")
    assert refused.value.params["fields"] == {"name": "required"}


ON, OFF = True, False
OLD = Entered()


@pytest.mark.parametrize(
    "steps, of_old, of_first, of_later",
    [
        ([], ON, ON, ON),
        ([(OFF, Reach.FUTURE)], ON, ON, OFF),
        ([(OFF, Reach.ALL)], OFF, OFF, OFF),
        ([(OFF, Reach.FUTURE), (ON, Reach.FUTURE)], ON, ON, ON),
        ([(OFF, Reach.FUTURE), (ON, Reach.ALL)], ON, ON, ON),
        ([(OFF, Reach.ALL), (ON, Reach.FUTURE)], OFF, OFF, ON),
        ([(OFF, Reach.ALL), (ON, Reach.FUTURE), (OFF, Reach.FUTURE)], OFF, OFF, OFF),
        ([(OFF, Reach.FUTURE), (OFF, Reach.ALL), (ON, Reach.ALL)], ON, ON, ON),
    ],
)
def test_a_default_is_for_customers_to_come_or_for_all(
    steps: list[tuple[bool, Reach]], of_old: bool, of_first: bool, of_later: bool
) -> None:
    defaults = DefaultAccess()
    first = defaults.entering
    for on, reach in steps:
        defaults = defaults.set(on, reach)
    later = defaults.entering
    assert [defaults.lets_in(each) for each in (OLD, first, later)] == [of_old, of_first, of_later]


def test_who_is_set_to_the_default_anew_gets_that_of_today() -> None:
    defaults = DefaultAccess().set(OFF, Reach.FUTURE)
    before = customer(access=Access.ON)
    after, _ = change(before, access=Access.DEFAULT, defaults=defaults)
    assert not after.may_enter(defaults)
    assert replace(before, access=Access.DEFAULT).may_enter(defaults)

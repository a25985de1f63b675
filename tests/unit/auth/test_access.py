from dataclasses import replace
from datetime import timedelta

from services.auth.domain.access import Refusal, SignIn, decide
from tests.unit.auth.fakes import NOON, way_in

LATER = NOON + timedelta(days=1)


def test_an_address_that_nobody_has_is_unknown() -> None:
    assert decide([]) is Refusal.UNKNOWN_ADDRESS


def test_a_known_address_without_access_is_refused() -> None:
    assert decide([way_in(is_on=False)]) is Refusal.NO_ACCESS


def test_the_customer_created_last_wins_in_whatever_order_they_come() -> None:
    older, newer = way_in("cust-1"), way_in("cust-2", created_at=LATER)

    assert decide([older, newer]) == newer
    assert decide([newer, older]) == newer


def test_a_newer_customer_without_access_does_not_stand_in_the_way() -> None:
    older, newer = way_in("cust-1"), way_in("cust-2", created_at=LATER, is_on=False)

    assert decide([newer, older]) == older


def test_within_a_customer_the_billing_contact_comes_first_and_then_the_handle_decides() -> None:
    shipping = way_in(bill_group="bg-1", contact_role="shipping")
    second = way_in(bill_group="bg-2")
    third = way_in(bill_group="bg-3")

    assert decide([third, shipping, second]) == second


def test_a_guest_comes_behind_the_contacts_of_a_customer_but_before_older_customers() -> None:
    guest = way_in("cust-2", created_at=LATER, bill_group="bg-1", contact_role="guest")
    contact = way_in("cust-2", created_at=LATER, bill_group="bg-2", contact_role="shipping")
    older = way_in("cust-1")

    assert decide([guest, contact, older]) == contact
    assert decide([older, guest]) == guest


def test_whoever_may_enter_several_bill_groups_may_switch() -> None:
    here, there = way_in(bill_group="bg-1"), way_in(bill_group="bg-2")
    also_here = way_in(bill_group="bg-1", contact_role="shipping")

    for ways, may in [
        ([here], False),
        ([here, also_here], False),
        ([here, there], True),
        ([here, replace(there, is_on=False)], False),
    ]:
        chosen = decide(ways)
        assert isinstance(chosen, SignIn)
        assert chosen.may_switch is may

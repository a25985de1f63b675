"""A customer's new e-mail address, until it holds."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.customers.domain.bill_groups import BillGroup, Role, change_contact
from services.customers.domain.confirming import (
    Link,
    change_own_billing_contact,
    confirm_email,
    resend_email_change,
    withdraw_email_change,
)
from services.customers.domain.email_changes import MOST_MAILS, VALID_FOR, State
from shared.contracts.customers import contract
from shared.kernel.errors import DomainError, NotFound
from tests.unit.customers.examples import JANE, bill_group

GROUP = bill_group()
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
NEW = "new@roe.example"


def link(name: str = "first", *, at: datetime = NOW) -> Link:
    return Link(f"hash of {name}", f"sealed {name}", at, "192.0.2.7")


def asked(email: str = NEW, **more: str) -> BillGroup:
    group, _ = change_own_billing_contact(GROUP, replace(JANE, email=email, **more), link())
    return group


def test_all_but_the_address_holds_at_once() -> None:
    contact = replace(JANE, name="Jane Doe", email="New@ROE.example")
    group, happenings = change_own_billing_contact(GROUP, contact, link())
    assert group.billing == replace(JANE, name="Jane Doe")
    assert group.sign_in_emails == {JANE.email}
    assert [each.type for each in happenings] == ["contact_changed", "email_change_requested"]
    assert happenings[1].data == {
        "email": "New@roe.example",
        "former": JANE.email,
        "sealed": "sealed first",
        "asked_at": NOW,
        "expires_at": NOW + VALID_FOR,
        "asked_from": "192.0.2.7",
        "again": False,
    }
    assert all(
        not contract.events[each.type].data().validate(contract.events[each.type].data().dump(each.data))
        for each in happenings
    )


def test_an_address_that_stays_asks_nobody_and_leaves_what_waits() -> None:
    group, happenings = change_own_billing_contact(asked(), replace(JANE, phone="+49 30 1234567"), link("b"))
    assert [each.type for each in happenings] == ["contact_changed"]
    assert group.email_change == asked().email_change


def test_the_address_that_waits_is_not_written_to_again_before_its_link_is_over() -> None:
    contact = replace(JANE, email=NEW)
    assert change_own_billing_contact(asked(), contact, link("b")) == (asked(), [])
    later = link("b", at=NOW + VALID_FOR)
    group, [happening] = change_own_billing_contact(asked(), contact, later)
    assert happening.data["sealed"] == "sealed b"
    assert group.email_change
    assert group.email_change.token_hash == "hash of b"


def test_what_is_no_address_is_refused_as_ever() -> None:
    with pytest.raises(DomainError, match="invalid_contact") as refused:
        change_own_billing_contact(GROUP, replace(JANE, email="nobody"), link())
    assert refused.value.params["fields"] == {"email": "invalid_email"}


def test_confirmed_it_holds_and_opens_the_portal() -> None:
    group, [happening] = confirm_email(asked(), "hash of first", now=NOW, taken=False)
    assert group.billing == replace(JANE, email=NEW)
    assert group.sign_in_emails == {NEW}
    assert group.opens_for(NEW.upper())
    assert not group.opens_for(JANE.email)
    assert happening.type == "contact_changed"
    assert happening.data["changes"] == [{"field": "email", "old": JANE.email, "new": NEW}]


def test_confirmed_by_somebody_with_a_portal_of_their_own_it_opens_nothing() -> None:
    group, _ = confirm_email(asked(), "hash of first", now=NOW, taken=True)
    assert group.billing.email == NEW
    assert group.sign_in_emails == frozenset()


def test_a_link_works_once_in_time_and_only_the_last_one() -> None:
    confirmed, _ = confirm_email(asked(), "hash of first", now=NOW, taken=False)
    with pytest.raises(DomainError, match="link_used"):
        confirm_email(confirmed, "hash of first", now=NOW, taken=False)
    with pytest.raises(DomainError, match="link_expired"):
        confirm_email(asked(), "hash of first", now=NOW + VALID_FOR, taken=False)
    again, _ = resend_email_change(asked(), link("second"))
    with pytest.raises(NotFound):
        confirm_email(again, "hash of first", now=NOW, taken=False)
    withdrawn, _ = withdraw_email_change(asked())
    with pytest.raises(DomainError, match="link_expired"):
        confirm_email(withdrawn, "hash of first", now=NOW, taken=False)


def test_what_does_not_wait_is_neither_sent_again_nor_withdrawn() -> None:
    confirmed, _ = confirm_email(asked(), "hash of first", now=NOW, taken=False)
    for group in (GROUP, confirmed, withdraw_email_change(asked())[0]):
        with pytest.raises(DomainError, match="no_email_change"):
            resend_email_change(group, link())
        with pytest.raises(DomainError, match="no_email_change"):
            withdraw_email_change(group)


def test_a_few_mails_an_hour_and_no_way_around_by_withdrawing() -> None:
    group = asked()
    for minute in range(1, MOST_MAILS):
        group, _ = withdraw_email_change(group)
        contact = replace(JANE, email=f"{minute}@roe.example")
        group, _ = change_own_billing_contact(group, contact, link(at=NOW + timedelta(minutes=minute)))
    with pytest.raises(DomainError, match="too_many_requests") as refused:
        resend_email_change(group, link(at=NOW + timedelta(minutes=30)))
    assert refused.value.params["seconds"] == 1800
    group, _ = resend_email_change(group, link(at=NOW + timedelta(hours=1)))
    assert group.email_change
    assert len(group.email_change.mailed_at) == MOST_MAILS


def test_what_the_merchant_sets_outdoes_what_waits() -> None:
    contact = replace(JANE, email="third@roe.example")
    group, happenings = change_contact(asked(), Role.BILLING, contact, taken=False)
    assert [each.type for each in happenings] == ["contact_changed", "email_change_withdrawn"]
    assert group.email_change
    assert group.email_change.state is State.WITHDRAWN
    unchanged, _ = change_contact(asked(), Role.BILLING, replace(JANE, name="Jo"), taken=False)
    assert unchanged.email_change
    assert unchanged.email_change.is_waiting

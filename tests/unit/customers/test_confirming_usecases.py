"""Changing the address that one signs in with, from the form to its confirmation."""

from dataclasses import asdict, replace
from typing import Any

import pytest

from shared.contracts.customer_emails import EMAIL_CHANGE_PURPOSE
from shared.contracts.customers import contract
from shared.kernel.context import ANONYMOUS, Context
from shared.kernel.errors import DomainError, NotFound
from shared.sealing import unseal
from tests.unit.customers.examples import JANE
from tests.unit.customers.test_usecases import JANE_HERSELF, KEY, SYSTEM, Service

NEW = "new@roe.example"
NOBODY = Context(principal=ANONYMOUS)


def token_of(service: Service) -> str:
    """What is in the latest e-mail."""
    requested = [each for each in service.groups.aggregates.happenings if "sealed" in each.data]
    return unseal(b"s" * 32, EMAIL_CHANGE_PURPOSE, requested[-1].data["sealed"])


@pytest.fixture
def service() -> Service:
    service = Service()
    service.change_contact(email=NEW)
    return service


def test_until_it_is_confirmed_all_goes_to_the_old_address(service: Service) -> None:
    view = service.bill_groups.get_bill_group("bg-1")
    assert view["contacts"]["billing"]["email"] == JANE.email
    assert view["email_change"]["email"] == NEW
    assert (
        not contract.methods["get_bill_group"]
        .reply()
        .validate(contract.methods["get_bill_group"].reply().dump(view))
    )
    assert service.people.find_sign_ins(email=NEW)["items"] == []
    token = token_of(service)
    assert token not in str(service.groups.get("bg-1"))
    for _ in range(3):
        assert service.emails.get_email_change(token) == {"state": "open", "email": NEW}
    answer = service.emails.confirm_email(NOBODY, token=token, key=KEY)
    assert answer == {"email": NEW, "opens_portal": True}
    assert service.emails.get_email_change(token) == {"state": "used", "email": ""}
    assert service.bill_groups.get_bill_group("bg-1")["email_change"] is None
    [found] = service.people.find_sign_ins(email=NEW)["items"]
    assert found["bill_group"] == "bg-1"
    assert service.people.find_sign_ins(email=JANE.email)["items"] == []
    assert NEW in service.directory.listed["cust-1"]["words"]


def test_another_link_ends_the_one_before(service: Service) -> None:
    first = token_of(service)
    service.clock.pass_by(minutes=5)
    service.emails.resend_email_change(JANE_HERSELF, bill_group="bg-1", key=KEY)
    with pytest.raises(NotFound):
        service.emails.get_email_change(first)
    assert service.emails.get_email_change(token_of(service))["state"] == "open"


def test_withdrawn_or_too_late_it_does_not_hold(service: Service) -> None:
    token = token_of(service)
    service.clock.pass_by(hours=24)
    assert service.emails.get_email_change(token) == {"state": "expired", "email": ""}
    with pytest.raises(DomainError, match="link_expired"):
        service.emails.confirm_email(NOBODY, token=token, key=KEY)
    service.emails.withdraw_email_change(JANE_HERSELF, bill_group="bg-1", key=KEY)
    assert service.emails.get_email_change(token) == {"state": "withdrawn", "email": ""}
    assert service.told[-1] == "email_change_withdrawn"


def test_a_shared_address_opens_no_second_portal(service: Service) -> None:
    group = {"bill_group": "bg-2", "currency": "EUR"}
    contact = asdict(replace(JANE, email=NEW.upper()))
    service.import_customer(bill_groups=[{**group, "contacts": {"billing": contact}}])
    answer: Any = service.emails.confirm_email(NOBODY, token=token_of(service), key=KEY)
    assert answer == {"email": NEW, "opens_portal": False}
    [found] = service.people.find_sign_ins(email=NEW)["items"]
    assert found["bill_group"] == "bg-2"


def test_the_merchant_needs_no_confirmation() -> None:
    service = Service()
    view = service.change_contact(SYSTEM, email=NEW)
    assert view["contacts"]["billing"]["email"] == NEW
    assert view["email_change"] is None


def test_where_customers_may_not_edit_they_send_nothing_either(service: Service) -> None:
    service.set_merchant(customers_edit=False)
    for method in (service.emails.resend_email_change, service.emails.withdraw_email_change):
        with pytest.raises(DomainError, match="switched_off"):
            method(JANE_HERSELF, bill_group="bg-1", key=KEY)

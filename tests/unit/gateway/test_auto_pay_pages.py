"""The page of automatic payment, over services that answer what a test tells them to."""

from __future__ import annotations

from typing import Any

import pytest

from shared.kernel.errors import DomainError, Kind
from tests.unit.gateway import samples
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices
from tests.unit.gateway.section_samples import wallet

AWAY = DomainError("service_away", Kind.RETRY)
BANK = {"iban": "DE89370400440532013000", "bic": "COBADEFFXXX", "bank_name": ""}


def summary(**more: Any) -> dict[str, Any]:
    return samples.PAYMENTS | more


@pytest.fixture(autouse=True)
def merchant(services: FakeServices) -> None:
    """A merchant with an account for transfers."""
    company = samples.MERCHANT["company"] | {"bank": BANK}
    services.on("customers", "get_merchant", samples.MERCHANT | {"company": company})


def test_on_says_what_is_charged_and_what_turning_it_off_means(visitor: Browser) -> None:
    text = visitor.get("/auto-pay").text
    assert "charged when it is due" in text
    assert "€149.00 plus taxes on December 1, 2026" in text
    assert "no further attempt" in text
    assert "You pay your open invoices yourself, too: €355.81." in text
    assert "DE89 3704 0044 0532 0130 00" in text
    assert 'value="off"' in text
    assert 'value="on"' not in text


def test_off_says_how_to_pay_and_what_turning_it_on_means(visitor: Browser, services: FakeServices) -> None:
    services.on("payments", "payment_summary", summary(auto_pay=False, collects=False))
    text = visitor.get("/auto-pay").text
    assert "You pay each invoice yourself." in text
    assert "DE89 3704 0044 0532 0130 00" in text
    assert "to Visa •••• 4242 or to the payment method that a subscription has" in text
    assert 'value="on"' in text
    assert 'value="off"' not in text


@pytest.mark.parametrize("default", [None, samples.PAYMENTS["default"]])
def test_on_with_nothing_to_charge_says_so(
    visitor: Browser, services: FakeServices, default: dict[str, Any] | None
) -> None:
    services.on("payments", "payment_summary", summary(collects=False, default=default))
    text = visitor.get("/auto-pay").text
    assert "can't be charged" in text
    assert ("Add a payment method</a>" in text) == (default is None)


def test_what_is_coming_may_be_away(visitor: Browser, services: FakeServices) -> None:
    services.on("subscriptions", "billing_summary", AWAY)
    services.on("invoices", "invoice_summary", AWAY)
    response = visitor.get("/auto-pay")
    assert response.status_code == 200
    assert 'value="off"' in response.text


def test_it_stays_a_page_while_payments_are_away(visitor: Browser, services: FakeServices) -> None:
    services.on("payments", "payment_summary", AWAY)
    response = visitor.get("/auto-pay")
    assert response.status_code == 200
    assert "could not be loaded" in response.text


@pytest.mark.parametrize("chosen, auto_pay", [("on", True), ("off", False)])
def test_it_is_turned(visitor: Browser, services: FakeServices, chosen: str, auto_pay: bool) -> None:
    changed = wallet() | {"auto_pay": auto_pay}
    services.on("payments", "set_auto_pay", changed)
    response = visitor.post("/auto-pay", auto_pay=chosen)
    assert response.status_code == 303
    assert services.asked("set_auto_pay")[0].arguments["auto_pay"] is auto_pay
    assert f"Automatic payment is {chosen}" in visitor.get(response.location).text


def test_nothing_else_is_done(visitor: Browser, services: FakeServices) -> None:
    assert visitor.post("/auto-pay", auto_pay="perhaps").status_code == 400
    assert not services.asked("set_auto_pay")


def test_where_the_merchant_keeps_it_there_is_no_button(visitor: Browser, services: FakeServices) -> None:
    services.on("customers", "get_merchant", samples.MERCHANT | {"customers_auto_pay": False})
    text = visitor.get("/auto-pay").text
    assert "be changed here" in text
    assert 'name="auto_pay"' not in text
    # The switch was turned while the page stood open.
    services.on("payments", "set_auto_pay", DomainError("switched_off"))
    response = visitor.post("/auto-pay", seen="/auto-pay", auto_pay="off")
    assert "be done here" in visitor.get(response.location).text

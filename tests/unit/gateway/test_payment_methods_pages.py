"""The pages of payment methods, over services that answer what a test tells them to."""

from __future__ import annotations

import pytest

from shared.kernel.errors import DomainError, Kind, NotFound
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices
from tests.unit.gateway.section_samples import payment_method, running, wallet

AWAY = DomainError("service_away", Kind.RETRY)
VISA = payment_method("pm-0001", default=True)
DEBIT = payment_method(
    "pm-0002",
    kind="sepa_debit",
    brand="DE",
    last4="3000",
    expiry=None,
    mandate={"reference": "MD-7F3A", "signed_at": "2026-02-03T10:00:00+00:00"},
)
OLD = payment_method(
    "pm-0003",
    brand="Mastercard",
    last4="4444",
    expiry={"month": 1, "year": 2025},
    expiry_state="expired",
)


@pytest.fixture(autouse=True)
def known(services: FakeServices) -> None:
    """Three payment methods; one subscription has its own, another takes the default."""
    services.on("payments", "list_payment_methods", wallet(VISA, DEBIT, OLD))
    services.on(
        "subscriptions", "running_with_method", running(("Reflow Cloud", None), ("Backup Plus", "pm-0002"))
    )


def tile(text: str, last4: str) -> str:
    """What the list says about the payment method with these digits."""
    (found,) = [part for part in text.split('<li class="card">') if f" {last4}</span></h2>" in part]
    return found


def test_the_list_shows_each_with_state_and_use(visitor: Browser) -> None:
    text = visitor.get("/payment-methods").text
    visa, debit, old = tile(text, "4242"), tile(text, "3000"), tile(text, "4444")
    assert "Default" in visa
    assert "valid until 08/2029" in visa
    assert "Reflow Cloud" in visa
    assert "Backup Plus" not in visa
    assert "SEPA direct debit" in debit
    assert "MD-7F3A" in debit
    assert "Backup Plus" in debit
    assert "Expired" in old
    assert "no subscription at the moment" in old


def test_only_what_can_be_charged_may_become_the_default(visitor: Browser) -> None:
    text = visitor.get("/payment-methods").text
    assert "/pm-0002/default" in text
    assert "/pm-0001/default" not in text
    assert "/pm-0003/default" not in text


def test_an_empty_list_leads_to_adding_one(visitor: Browser, services: FakeServices) -> None:
    services.on("payments", "list_payment_methods", wallet())
    text = visitor.get("/payment-methods").text
    assert "No payment methods" in text
    assert 'href="/payment-methods/new"' in text


def test_the_list_can_do_without_subscriptions(visitor: Browser, services: FakeServices) -> None:
    services.on("subscriptions", "running_with_method", AWAY)
    response = visitor.get("/payment-methods")
    assert response.status_code == 200
    assert "could not be loaded" in response.text
    assert "Mastercard" in response.text


def test_the_list_stays_a_page_while_payments_are_away(visitor: Browser, services: FakeServices) -> None:
    services.on("payments", "list_payment_methods", AWAY)
    response = visitor.get("/payment-methods")
    assert response.status_code == 200
    assert "could not be loaded" in response.text


@pytest.mark.parametrize(
    "path, replaced", [("/payment-methods/new", None), ("/payment-methods/pm-0003/update", "pm-0003")]
)
def test_adding_leads_to_the_provider_and_back(
    visitor: Browser, services: FakeServices, path: str, replaced: str | None
) -> None:
    begun = {"setup": "setup-1", "url": "http://127.0.0.1:8030/setups/1"}
    services.on("payments", "begin_payment_method", begun)
    response = visitor.post(path)
    assert response.status_code == 303
    assert response.location == begun["url"]
    (call,) = services.asked("begin_payment_method")
    assert call.arguments["return_url"] == "http://localhost/payment-methods/return"
    assert call.arguments["replaces"] == replaced


@pytest.mark.parametrize(
    "state, said",
    [
        ("added", "The payment method is saved."),
        ("pending", "still checking"),
        ("cancelled", "Nothing was changed."),
        ("failed", "did not accept this"),
    ],
)
def test_coming_back_says_what_became_of_it(
    visitor: Browser, services: FakeServices, state: str, said: str
) -> None:
    finished = {"state": state, "payment_method": VISA if state == "added" else None, "reason": None}
    services.on("payments", "finish_payment_method", finished)
    response = visitor.get("/payment-methods/return?setup=setup-1")
    assert response.status_code == 303
    assert said in visitor.get(response.location).text


@pytest.mark.parametrize("query", ["", "?setup=", "?setup=no%20handle"])
def test_coming_back_with_nothing_is_not_found(visitor: Browser, services: FakeServices, query: str) -> None:
    assert visitor.get(f"/payment-methods/return{query}").status_code == 404
    assert not services.asked("finish_payment_method")


def test_the_default_is_set(visitor: Browser, services: FakeServices) -> None:
    services.on("payments", "make_default", wallet(VISA, DEBIT))
    response = visitor.post("/payment-methods/pm-0002/default", seen="/payment-methods")
    assert response.status_code == 303
    assert services.asked("make_default")[0].arguments["payment_method"] == "pm-0002"


def test_an_expired_one_does_not_become_the_default(visitor: Browser, services: FakeServices) -> None:
    services.on("payments", "make_default", DomainError("method_expired"))
    response = visitor.post("/payment-methods/pm-0003/default", seen="/payment-methods")
    assert "This payment method has expired" in visitor.get(response.location).text


def test_removing_says_first_what_it_pays(visitor: Browser, services: FakeServices) -> None:
    text = visitor.get("/payment-methods/pm-0002/remove").text
    assert "Backup Plus" in text
    assert "Reflow Cloud" not in text
    assert not services.asked("remove_payment_method")


def test_it_is_removed(visitor: Browser, services: FakeServices) -> None:
    services.on("payments", "remove_payment_method", wallet(VISA))
    response = visitor.post("/payment-methods/pm-0002/remove")
    assert response.status_code == 303
    assert "The payment method is removed." in visitor.get(response.location).text


def test_a_refused_removal_says_why_and_what_to_do(visitor: Browser, services: FakeServices) -> None:
    services.on("payments", "remove_payment_method", DomainError("method_needed", subscriptions=["sub-0001"]))
    response = visitor.post("/payment-methods/pm-0001/remove")
    assert response.status_code == 409
    assert "needs this payment method" in response.text
    assert 'href="/payment-methods/new"' in response.text


def test_another_customers_payment_method_is_not_found(visitor: Browser, services: FakeServices) -> None:
    for method in ("make_default", "remove_payment_method", "begin_payment_method", "finish_payment_method"):
        services.on("payments", method, NotFound())
    for path in ("update", "remove"):
        assert visitor.get(f"/payment-methods/pm-0999/{path}").status_code == 404
    for path in ("update", "remove", "default"):
        response = visitor.post(f"/payment-methods/pm-0999/{path}", seen="/payment-methods/new")
        assert response.status_code == 404
    assert visitor.get("/payment-methods/return?setup=setup-of-another").status_code == 404

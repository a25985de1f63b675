"""The pages of payment methods, over services that answer what a test tells them to."""

from __future__ import annotations

from typing import Any

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
    mandate={
        "reference": "MD-7F3A",
        "signed_at": "2026-02-03T10:00:00+00:00",
        "text": "You may debit <my> account.",
    },
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
    assert "You may debit &lt;my&gt; account." in debit
    assert "Backup Plus" in debit
    assert "Expired" in old
    assert "Please replace it" in old
    assert "Please replace it" not in visa
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


def finished(state: str = "added", **more: Any) -> dict[str, Any]:
    """What payments says of a visit to the provider."""
    method = VISA if state == "added" else None
    return {"state": state, "payment_method": method, "effect": None, "twin": None, "reason": None, **more}


@pytest.mark.parametrize(
    "answer, said",
    [
        (finished(effect="added"), "Visa •••• 4242 is saved. It pays for Reflow Cloud."),
        (finished(effect="updated"), "in the place of the former one. It pays for Reflow Cloud."),
        (finished(effect="known"), "in your list already. It is there once"),
        (finished(effect="updated", twin="pm-0002"), "a second time: you can remove the one"),
        (finished(effect="updated", payment_method=DEBIT), "SEPA direct debit DE •••• 3000"),
        (finished(effect="updated", payment_method=DEBIT), "It pays for Backup Plus."),
        (finished("cancelled"), "Nothing was changed."),
        (finished("failed"), "did not accept this"),
        (finished("failed", reason="expired"), "took too long"),
        (finished("failed", reason="authentication_failed"), "did not get your confirmation"),
        (finished("failed", reason="something_new"), "did not accept this"),
    ],
)
def test_coming_back_says_what_became_of_it(
    visitor: Browser, services: FakeServices, answer: dict[str, Any], said: str
) -> None:
    services.on("payments", "finish_payment_method", answer)
    response = visitor.get("/payment-methods/return?setup=setup-1")
    assert response.status_code == 303
    assert said in visitor.get(response.location).text


@pytest.mark.parametrize(
    "answer, said",
    [
        (finished("pending"), "still checking"),
        (AWAY, "does not answer"),
        (DomainError("provider_away", Kind.RETRY), "does not answer"),
        (DomainError("provider_not_known_yet", Kind.UNKNOWN), "does not answer"),
    ],
)
def test_what_is_not_known_yet_is_said_so_and_looked_at_again(
    visitor: Browser, services: FakeServices, answer: dict[str, Any] | DomainError, said: str
) -> None:
    services.on("payments", "finish_payment_method", answer)
    response = visitor.get("/payment-methods/return?setup=setup-1")
    assert response.status_code == 200
    assert said in response.text
    assert "data-look-again" in response.text
    assert 'href="/payment-methods/return?setup=setup-1">Look again' in response.text


@pytest.mark.parametrize("query", ["", "?setup=", "?setup=no%20handle"])
def test_coming_back_with_nothing_is_not_found(visitor: Browser, services: FakeServices, query: str) -> None:
    response = visitor.get(f"/payment-methods/return{query}")
    assert response.status_code == 404
    assert "no visit to the payment provider" in response.text
    assert not services.asked("finish_payment_method")


def test_what_the_update_is_followed_by_is_said_before(visitor: Browser) -> None:
    assert "Backup Plus" in visitor.get("/payment-methods/pm-0002/update").text
    assert "no subscription at the moment" in visitor.get("/payment-methods/pm-0003/update").text


def test_many_subscriptions_are_folded(visitor: Browser, services: FakeServices) -> None:
    products = [(f"Product {number}", None) for number in range(1, 6)]
    # One was paid with a method that is gone: it is paid with the default.
    services.on("subscriptions", "running_with_method", running(*products, ("Product 6", "pm-0999")))
    visa = tile(visitor.get("/payment-methods").text, "4242")
    assert visa.index("Product 3") < visa.index("and 3 others") < visa.index("Product 4")
    assert "Product 6" in visa
    services.on("payments", "finish_payment_method", finished(effect="added"))
    response = visitor.get("/payment-methods/return?setup=setup-1")
    assert "Product 1, Product 2, Product 3, and 2 others" in visitor.get(response.location).text


def test_what_is_urgent_stands_on_top(visitor: Browser, services: FakeServices) -> None:
    services.on("payments", "list_payment_methods", wallet(DEBIT, OLD, VISA))
    text = visitor.get("/payment-methods").text
    places = [text.index(f" {last4}</span></h2>") for last4 in ("4242", "4444", "3000")]
    assert places == sorted(places)


def test_fifty_methods_take_no_more_calls_than_one(visitor: Browser, services: FakeServices) -> None:
    methods = [payment_method(f"pm-{number:04}", default=number == 1) for number in range(1, 51)]
    services.on("payments", "list_payment_methods", wallet(*methods))
    text = visitor.get("/payment-methods").text
    assert text.count('<li class="card">') == 50
    assert len(services.asked("list_payment_methods") + services.asked("running_with_method")) == 2


def test_the_default_is_set(visitor: Browser, services: FakeServices) -> None:
    services.on("payments", "make_default", wallet(VISA | {"default": False}, DEBIT | {"default": True}))
    response = visitor.post("/payment-methods/pm-0002/default", seen="/payment-methods")
    assert response.status_code == 303
    assert services.asked("make_default")[0].arguments["payment_method"] == "pm-0002"
    said = "SEPA direct debit DE •••• 3000 is your default payment method now. It pays for"
    assert said in visitor.get(response.location).text


def test_an_expired_one_does_not_become_the_default(visitor: Browser, services: FakeServices) -> None:
    services.on("payments", "make_default", DomainError("method_expired"))
    response = visitor.post("/payment-methods/pm-0003/default", seen="/payment-methods")
    assert "This payment method has expired" in visitor.get(response.location).text


def removal(method: dict[str, Any], *products: str, **more: Any) -> dict[str, Any]:
    """What payments says of the removal of this method."""
    return {
        "payment_method": method,
        "possible": True,
        "needed_by": [],
        "subscriptions": [
            {"subscription": f"sub-{place:04}", "product_name": product}
            for place, product in enumerate(products, start=1)
        ],
        "default_after": VISA,
        **more,
    }


@pytest.mark.parametrize(
    "answer, said, unsaid",
    [
        (removal(DEBIT, "Backup Plus"), "paid with Visa •••• 4242 from then on", "becomes your default"),
        (removal(DEBIT, "Backup Plus"), "€149.00 plus taxes on December 1, 2026", "nothing to be paid with"),
        (removal(DEBIT), "No running subscription is paid with it.", "plus taxes"),
        (removal(DEBIT), "The mandate MD-7F3A is not used any more.", "Choose another"),
        (removal(OLD | {"default": True}), "Visa •••• 4242 becomes your default", "Why it has to stay"),
        (removal(OLD, "Backup Plus", default_after=None), "nothing to be paid with then", "from then on"),
    ],
)
def test_removing_says_first_what_it_means(
    visitor: Browser, services: FakeServices, answer: dict[str, Any], said: str, unsaid: str
) -> None:
    services.on("payments", "preview_removal", answer)
    text = visitor.get("/payment-methods/pm-0002/remove").text
    assert said in text
    assert unsaid not in text
    assert "Remove payment method</button>" in text
    assert not services.asked("remove_payment_method")


def test_what_must_stay_says_why_and_has_no_button(visitor: Browser, services: FakeServices) -> None:
    needed = removal(VISA, "Reflow Cloud", possible=False, needed_by=["sub-0001"], default_after=None)
    services.on("payments", "preview_removal", needed)
    text = visitor.get("/payment-methods/pm-0001/remove").text
    assert "needs this payment method" in text
    assert "Reflow Cloud" in text
    assert "Remove payment method</button>" not in text
    assert 'href="/payment-methods/new"' in text


def test_the_consequences_can_do_without_the_next_bill(visitor: Browser, services: FakeServices) -> None:
    services.on("payments", "preview_removal", removal(DEBIT, "Backup Plus"))
    services.on("subscriptions", "billing_summary", AWAY)
    services.on("payments", "payment_summary", AWAY)
    assert "from then on" in visitor.get("/payment-methods/pm-0002/remove").text


def test_it_is_removed(visitor: Browser, services: FakeServices) -> None:
    services.on("payments", "preview_removal", removal(DEBIT))
    services.on("payments", "remove_payment_method", wallet(VISA))
    response = visitor.post("/payment-methods/pm-0002/remove")
    assert response.status_code == 303
    assert "The payment method is removed." in visitor.get(response.location).text


def test_a_refused_removal_says_why_and_what_to_do(visitor: Browser, services: FakeServices) -> None:
    answers = iter((removal(VISA), removal(VISA, possible=False, needed_by=["sub-1"], default_after=None)))
    services.on("payments", "preview_removal", lambda **_: next(answers))
    services.on("payments", "remove_payment_method", DomainError("method_needed", subscriptions=["sub-0001"]))
    response = visitor.post("/payment-methods/pm-0001/remove")
    assert response.status_code == 409
    assert "needs this payment method" in response.text
    assert 'href="/payment-methods/new"' in response.text


def test_another_customers_payment_method_is_not_found(visitor: Browser, services: FakeServices) -> None:
    for method in ("make_default", "preview_removal", "remove_payment_method"):
        services.on("payments", method, NotFound())
    for method in ("begin_payment_method", "finish_payment_method"):
        services.on("payments", method, NotFound())
    for path in ("update", "remove"):
        assert visitor.get(f"/payment-methods/pm-0999/{path}").status_code == 404
    for path in ("update", "remove", "default"):
        response = visitor.post(f"/payment-methods/pm-0999/{path}", seen="/payment-methods/new")
        assert response.status_code == 404
    assert visitor.get("/payment-methods/return?setup=setup-of-another").status_code == 404


@pytest.mark.parametrize(
    "off, hidden",
    [
        ("may_add", ["/payment-methods/new", "/payment-methods/pm-0001/update"]),
        ("may_remove", ["/payment-methods/pm-0001/remove"]),
    ],
)
def test_what_is_not_left_to_customers_is_not_offered(
    visitor: Browser, services: FakeServices, off: str, hidden: list[str]
) -> None:
    everything = (
        "/payment-methods/new",
        "/payment-methods/pm-0001/update",
        "/payment-methods/pm-0001/remove",
    )
    services.on("payments", "list_payment_methods", wallet(VISA, DEBIT, OLD) | {off: False})
    text = visitor.get("/payment-methods").text
    assert [path for path in everything if f'href="{path}"' not in text] == hidden
    services.on("payments", "list_payment_methods", wallet() | {off: False})
    assert ('href="/payment-methods/new"' in visitor.get("/payment-methods").text) is (off == "may_remove")


@pytest.mark.parametrize("path", ["/payment-methods/new", "/payment-methods/pm-0001/update"])
def test_where_nothing_can_be_added_the_way_there_leads_back(
    visitor: Browser, services: FakeServices, path: str
) -> None:
    services.on("payments", "list_payment_methods", wallet(VISA, DEBIT, OLD) | {"may_add": False})
    response = visitor.get(path)
    assert (response.status_code, response.location) == (303, "/payment-methods")
    assert "No new payment methods can be added" in visitor.get("/payment-methods").text


@pytest.mark.parametrize("code, said", [("switched_off", "be done here"), ("no_provider", "can be added")])
def test_what_the_service_refuses_is_told(
    visitor: Browser, services: FakeServices, code: str, said: str
) -> None:
    for method in ("begin_payment_method", "preview_removal", "remove_payment_method"):
        services.on("payments", method, DomainError(code))
    for send in (
        lambda: visitor.post("/payment-methods/new"),
        lambda: visitor.get("/payment-methods/pm-0001/remove"),
        lambda: visitor.post("/payment-methods/pm-0001/remove", seen="/payment-methods/new"),
    ):
        response = send()
        assert (response.status_code, response.location) == (303, "/payment-methods")
        assert said in visitor.get("/payment-methods").text

"""A new e-mail address, from the form to the page that confirms it."""

from typing import Any

import pytest

from shared.kernel.errors import DomainError, Kind, NotFound
from tests.unit.gateway import samples
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices
from tests.unit.gateway.test_details import CONTACT

CHANGE = {
    "email": "anna@new.example",
    "asked_at": "2026-11-22T10:00:00+00:00",
    "expires_at": "2199-11-23T10:00:00+00:00",
}
GROUP: dict[str, Any] = samples.BILL_GROUP | {"email_change": CHANGE}
LINK = "/details/confirm/a-token"


def test_after_saving_it_says_that_the_new_address_waits(visitor: Browser, services: FakeServices) -> None:
    services.on("customers", "change_contact", GROUP)
    services.on("customers", "get_bill_group", GROUP)
    assert visitor.post("/details/billing", **CONTACT).location == "/details"
    page = visitor.get("/details").text
    assert "We have sent an e-mail to anna@new.example." in page
    assert "everything goes to anna@bergmann-apotheke.example" in page


def test_a_link_that_has_expired_is_said(visitor: Browser, services: FakeServices) -> None:
    over = CHANGE | {"expires_at": "2026-01-01T00:00:00+00:00"}
    services.on("customers", "get_bill_group", GROUP | {"email_change": over})
    assert "The link that we sent to anna@new.example has expired." in visitor.get("/details").text


@pytest.mark.parametrize(
    "step, method", [("resend", "resend_email_change"), ("withdraw", "withdraw_email_change")]
)
def test_it_can_be_sent_again_and_withdrawn(
    visitor: Browser, services: FakeServices, step: str, method: str
) -> None:
    services.on("customers", "get_bill_group", GROUP)
    services.on("customers", method, GROUP)
    assert visitor.post(f"/details/email/{step}", seen="/details").location == "/details"
    (call,) = services.asked(method)
    assert call.arguments["bill_group"] == "bg-0001"
    services.on("customers", method, DomainError("too_many_requests", Kind.RETRY, seconds=1800))
    assert visitor.post(f"/details/email/{step}", seen="/details").location == "/details"
    assert "Please try again in 30 minutes." in visitor.get("/details").text
    services.on("customers", method, DomainError("no_email_change"))
    visitor.post(f"/details/email/{step}", seen="/details")
    assert "No new e-mail address waits" in visitor.get("/details").text


def test_looking_at_the_link_confirms_nothing_and_its_button_signs_nobody_in(
    stranger: Browser, services: FakeServices
) -> None:
    services.on("customers", "get_email_change", {"state": "open", "email": "anna@new.example"})
    for _ in range(20):
        page = stranger.get(LINK)
        assert "anna@new.example" in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert stranger.client.head(LINK).status_code == 200
    assert not services.asked("confirm_email")
    services.on("customers", "confirm_email", {"email": "anna@new.example", "opens_portal": True})
    answer = stranger.post(LINK)
    assert answer.status_code == 200
    assert "Invoices and messages go to anna@new.example from now on." in answer.text
    assert "session" not in {cookie.key for cookie in stranger.client._cookies.values()}
    assert services.asked("confirm_email")[0].arguments["token"] == "a-token"


def test_an_address_of_another_portal_is_told_that_it_does_not_open_this_one(
    stranger: Browser, services: FakeServices
) -> None:
    services.on("customers", "get_email_change", {"state": "open", "email": "anna@new.example"})
    services.on("customers", "confirm_email", {"email": "anna@new.example", "opens_portal": False})
    assert "belongs to another customer" in stranger.post(LINK).text


@pytest.mark.parametrize(
    "state, text",
    [
        ("used", "was confirmed already"),
        ("withdrawn", "was withdrawn"),
        ("expired", "The link has expired"),
    ],
)
def test_a_link_that_is_over_says_why(
    stranger: Browser, services: FakeServices, state: str, text: str
) -> None:
    services.on("customers", "get_email_change", {"state": state, "email": ""})
    answer = stranger.get(LINK)
    assert answer.status_code == 410
    assert text in answer.text


def test_a_link_that_nobody_knows(stranger: Browser, services: FakeServices) -> None:
    services.on("customers", "get_email_change", NotFound())
    answer = stranger.get(LINK)
    assert answer.status_code == 404
    assert "We don't know this link." in answer.text


def test_a_link_that_ended_while_its_page_was_open(stranger: Browser, services: FakeServices) -> None:
    states = iter(["open", "withdrawn"])
    services.on("customers", "get_email_change", lambda **_: {"state": next(states), "email": "a@b.example"})
    services.on("customers", "confirm_email", DomainError("link_expired"))
    answer = stranger.post(LINK)
    assert answer.status_code == 410
    assert "was withdrawn" in answer.text

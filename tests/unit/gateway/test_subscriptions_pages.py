"""The pages of subscriptions, over services that answer what a test tells them to."""

from __future__ import annotations

import pytest

from services.gateway.portal.subscription_texts import CANCEL_REASON_TEXTS, CONSEQUENCE_TEXTS
from services.gateway.portal.timeline import TEXTS as TIMELINE_TEXTS
from shared.contracts.subscriptions import CANCEL_REASONS, CONSEQUENCES, contract
from shared.kernel.errors import DomainError, Kind, NotFound
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices
from tests.unit.gateway.section_samples import (
    event,
    invoice,
    page,
    payment_method,
    preview,
    subscription,
    subscription_view,
    wallet,
)

AWAY = DomainError("service_away", Kind.RETRY)


@pytest.fixture(autouse=True)
def known(services: FakeServices) -> None:
    """One subscription, paid by card, billed once."""
    services.on("subscriptions", "list_subscriptions", page(subscription()))
    services.on("subscriptions", "get_subscription", subscription_view())
    services.on("subscriptions", "preview_action", lambda *, action, **_asked: preview(action))
    services.on("payments", "list_payment_methods", wallet(payment_method(default=True)))
    services.on("invoices", "list_invoices", page(invoice()))
    services.on("customers", "list_timeline", page(event("subscription_renewed", "system:subscriptions",
        period={"start": "2026-11-01", "end": "2026-12-01"})))  # fmt: skip


def test_the_list_shows_what_is_owned_and_what_it_costs(visitor: Browser) -> None:
    text = visitor.get("/subscriptions").text
    for shown in ("Reflow Cloud", "Active", "€145.00", "monthly", "Dec 1, 2026"):
        assert shown in text


def test_an_empty_list_says_so(visitor: Browser, services: FakeServices) -> None:
    services.on("subscriptions", "list_subscriptions", page())
    assert "No subscriptions" in visitor.get("/subscriptions").text


def test_the_list_leads_to_the_next_page(visitor: Browser, services: FakeServices) -> None:
    services.on("subscriptions", "list_subscriptions", page(subscription(), next_cursor="a b"))
    assert 'href="/subscriptions?cursor=a+b"' in visitor.get("/subscriptions").text.replace("%20", "+")
    visitor.get("/subscriptions?cursor=a+b")
    assert services.asked("list_subscriptions")[-1].arguments["cursor"] == "a b"


def test_the_list_stays_a_page_while_subscriptions_are_away(visitor: Browser, services: FakeServices) -> None:
    services.on("subscriptions", "list_subscriptions", AWAY)
    response = visitor.get("/subscriptions")
    assert response.status_code == 200
    assert "could not be loaded" in response.text


def test_the_detail_shows_price_dates_invoices_and_history(visitor: Browser) -> None:
    text = visitor.get("/subscriptions/sub-0001").text
    for shown in ("February 1, 2025", "€29.00", "2026-0042", "New period: Nov 1", "automatically", "Visa"):
        assert shown in text
    assert "/subscriptions/sub-0001/pause" in text
    assert "/subscriptions/sub-0001/resume" not in text


def test_the_detail_asks_for_its_own_invoices_only(visitor: Browser, services: FakeServices) -> None:
    services.on("invoices", "list_invoices", page())
    text = visitor.get("/subscriptions/sub-0001").text
    assert services.asked("list_invoices")[0].arguments["subscription"] == "sub-0001"
    assert "Nothing was billed for it yet" in text


@pytest.mark.parametrize(
    "service, method, still_there",
    [
        ("invoices", "list_invoices", "Visa"),
        ("payments", "list_payment_methods", "2026-0042"),
        ("customers", "list_timeline", "2026-0042"),
    ],
)
def test_the_detail_can_do_without_each_other_service(
    visitor: Browser, services: FakeServices, service: str, method: str, still_there: str
) -> None:
    services.on(service, method, AWAY)
    response = visitor.get("/subscriptions/sub-0001")
    assert response.status_code == 200
    assert "could not be loaded" in response.text
    assert still_there in response.text


def test_the_pages_ask_all_they_need_before_they_wait(visitor: Browser, services: FakeServices) -> None:
    visitor.get("/subscriptions/sub-0001")
    asked = {call.method for call in services.calls}
    assert {"get_subscription", "list_payment_methods", "list_invoices", "list_timeline"} <= asked


def test_a_planned_pause_can_be_dropped(visitor: Browser, services: FakeServices) -> None:
    planned = {"kind": "pause", "on": "2026-12-01", "resume_on": "2027-02-01"}
    view = subscription_view(pending_change=planned, actions=["pause", "resume", "cancel"])
    services.on("subscriptions", "get_subscription", view)
    text = visitor.get("/subscriptions/sub-0001").text
    assert "paused from December 1, 2026 on and resume on February 1, 2027" in text
    assert 'href="/subscriptions/sub-0001/resume"' in text


@pytest.mark.parametrize(
    "view, said",
    [
        (
            {"status": "on_hold", "stage": "on_hold", "on_hold_reason": "dunning", "held_by": "merchant"},
            "until the open invoice is paid",
        ),
        (
            {"status": "on_hold", "stage": "on_hold", "on_hold_reason": "on_demand", "held_by": "merchant"},
            "Please contact us to resume it",
        ),
        ({"stage": "cancelled", "access_until": "2026-11-30"}, "up to and including November 30, 2026"),
        ({"stage": "trial", "status": "trial", "trial_end": "2026-12-05"}, "December 4, 2026"),
    ],
)
def test_the_detail_says_where_it_stands(
    visitor: Browser, services: FakeServices, view: dict[str, str], said: str
) -> None:
    services.on("subscriptions", "get_subscription", subscription_view(actions=[], **view))
    assert said in visitor.get("/subscriptions/sub-0001").text


@pytest.mark.parametrize("action", ["pause", "resume", "cancel", "uncancel"])
def test_an_action_is_shown_in_money_and_dates_first(
    visitor: Browser, services: FakeServices, action: str
) -> None:
    text = visitor.get(f"/subscriptions/sub-0001/{action}").text
    assert "The subscription goes on as before." in text
    assert "€145.00 plus taxes on December 1, 2026" in text
    assert 'value="the-fingerprint"' in text
    assert not services.asked(f"{action}_subscription")


@pytest.mark.parametrize(
    "action, view, said",
    [
        ("pause", {"stage": "on_hold", "status": "on_hold"}, "Reflow Cloud is paused."),
        (
            "pause",
            {"pending_change": {"kind": "pause", "on": "2026-12-01", "resume_on": None}},
            "Reflow Cloud will be paused from December 1, 2026 on.",
        ),
        ("resume", {}, "Reflow Cloud goes on. The next bill comes on December 1, 2026."),
        ("cancel", {"access_until": "2026-11-30"}, "up to and including November 30, 2026"),
        ("cancel", {"stage": "expired", "status": "expired"}, "Reflow Cloud is cancelled."),
        ("uncancel", {"next_billing_on": None, "upcoming": None}, "Reflow Cloud goes on."),
    ],
)
def test_what_was_shown_is_done_and_said(
    visitor: Browser, services: FakeServices, action: str, view: dict[str, object], said: str
) -> None:
    services.on("subscriptions", f"{action}_subscription", subscription_view(**view))
    response = visitor.post(f"/subscriptions/sub-0001/{action}", fingerprint="the-fingerprint")
    assert response.status_code == 303
    (call,) = services.asked(f"{action}_subscription")
    assert call.arguments["fingerprint"] == "the-fingerprint"
    assert call.arguments["bill_group"] == "bg-0001"
    assert said in visitor.get(response.location).text


def test_choices_are_previewed_before_they_are_confirmed(visitor: Browser, services: FakeServices) -> None:
    response = visitor.post("/subscriptions/sub-0001/pause", look="yes", at="now", resume_on="2027-01-01")
    assert response.status_code == 303
    assert not services.asked("pause_subscription")
    text = visitor.get(response.location).text
    assert services.asked("preview_action")[-1].arguments["at"] == "now"
    assert services.asked("preview_action")[-1].arguments["resume_on"] == "2027-01-01"
    assert 'value="2027-01-01"' in text


def test_an_outdated_preview_is_shown_anew(visitor: Browser, services: FakeServices) -> None:
    services.on("subscriptions", "cancel_subscription", DomainError("preview_outdated", Kind.CONFLICT))
    response = visitor.post("/subscriptions/sub-0001/cancel", fingerprint="old", comment="Too slow for us")
    assert response.status_code == 409
    assert "Something has changed since you saw this page" in response.text
    assert 'value="the-fingerprint"' in response.text
    assert "Too slow for us" in response.text


@pytest.mark.parametrize("typed", ["soon", "2026-01-01"])
def test_a_wrong_day_to_resume_is_told_next_to_its_field(
    visitor: Browser, services: FakeServices, typed: str
) -> None:
    def refuse(**asked: str) -> dict[str, object]:
        if asked.get("resume_on"):
            raise DomainError("invalid_resume_date", earliest="2026-12-02")
        return preview("pause")

    services.on("subscriptions", "preview_action", refuse)
    services.on("subscriptions", "pause_subscription", refuse)
    response = visitor.post("/subscriptions/sub-0001/pause", at="period_end", resume_on=typed)
    assert response.status_code == 422
    assert 'id="resume_on-error"' in response.text
    assert f'value="{typed}"' in response.text


def test_an_action_that_is_not_possible_is_refused_with_a_reason(
    visitor: Browser, services: FakeServices
) -> None:
    services.on("subscriptions", "preview_action", DomainError("held_for_payment"))
    response = visitor.get("/subscriptions/sub-0001/resume")
    assert response.status_code == 409
    assert "until the open invoice is paid" in response.text


def test_another_customers_subscription_is_not_found(visitor: Browser, services: FakeServices) -> None:
    services.on("subscriptions", "get_subscription", NotFound())
    services.on("subscriptions", "preview_action", NotFound())
    for path in ("", "/pause", "/resume", "/cancel", "/uncancel", "/payment-method"):
        assert visitor.get(f"/subscriptions/sub-0999{path}").status_code == 404


def test_the_payment_method_is_chosen(visitor: Browser, services: FakeServices) -> None:
    services.on("subscriptions", "choose_payment_method", subscription_view(payment_method="pm-0001"))
    response = visitor.post("/subscriptions/sub-0001/payment-method", payment_method="pm-0001")
    assert response.status_code == 303
    assert services.asked("choose_payment_method")[0].arguments["payment_method"] == "pm-0001"


def test_the_default_may_pay(visitor: Browser, services: FakeServices) -> None:
    services.on("subscriptions", "choose_payment_method", subscription_view())
    visitor.post("/subscriptions/sub-0001/payment-method", payment_method="")
    assert services.asked("choose_payment_method")[0].arguments["payment_method"] is None


def test_a_payment_method_that_is_gone_is_told(visitor: Browser, services: FakeServices) -> None:
    services.on("subscriptions", "choose_payment_method", DomainError("unknown_payment_method"))
    response = visitor.post("/subscriptions/sub-0001/payment-method", payment_method="pm-0009")
    assert response.status_code == 422
    assert "does not exist any more" in response.text


def test_each_consequence_and_reason_has_a_text() -> None:
    assert set(CONSEQUENCE_TEXTS) == set(CONSEQUENCES)
    assert set(CANCEL_REASON_TEXTS) == set(CANCEL_REASONS)


def test_each_event_of_a_subscription_has_a_text() -> None:
    told = {name for name in contract.events if name.startswith("subscription_")}
    assert told == set(TIMELINE_TEXTS)

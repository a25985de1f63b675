"""The pages of subscriptions, over services that answer what a test tells them to."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from services.gateway.portal.timeline import WORDS
from services.gateway.subscriptions.texts import CANCEL_REASON_TEXTS, CONSEQUENCE_TEXTS
from shared.contracts.subscriptions import CANCEL_REASONS, CONSEQUENCES, STAGES, contract
from shared.kernel.errors import DomainError, Kind, NotFound
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices
from tests.unit.gateway.section_samples import (
    UPCOMING,
    event,
    invoice,
    invoice_preview,
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
    services.on("invoices", "preview_invoice", invoice_preview())
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
    assert "December 1, 2026: €172.55 including €27.55 taxes" in text
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
    visitor: Browser, services: FakeServices, action: str, view: dict[str, Any], said: str
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


def test_of_an_outdated_preview_it_is_told_what_changed(visitor: Browser, services: FakeServices) -> None:
    seen = visitor.get("/subscriptions/sub-0001/cancel").text
    ((field, text),) = re.findall(r'name="(seen_next)" value="([^"]*)"', seen)
    services.on("subscriptions", "cancel_subscription", DomainError("preview_outdated", Kind.CONFLICT))
    same = visitor.post("/subscriptions/sub-0001/cancel", fingerprint="old", **{field: text})
    assert "before:" not in same.text
    dearer = invoice_preview(total=20000, tax_total=3193)
    services.on("invoices", "preview_invoice", dearer)
    changed = visitor.post("/subscriptions/sub-0001/cancel", fingerprint="old", **{field: text})
    assert f"before: {text}" in changed.text
    assert "€200.00 including €31.93 taxes" in changed.text


def test_amounts_are_net_and_say_so_while_invoices_is_away(visitor: Browser, services: FakeServices) -> None:
    services.on("invoices", "preview_invoice", AWAY)
    for path in ("pause", "resume", "cancel"):
        text = visitor.get(f"/subscriptions/sub-0001/{path}").text
        assert "December 1, 2026: €145.00 plus taxes" in text
    detail = visitor.get("/subscriptions/sub-0001").text
    assert "The taxes could not be reckoned at the moment" in detail


def test_what_is_billed_at_once_is_what_the_invoice_comes_to(
    visitor: Browser, services: FakeServices
) -> None:
    charge = {**UPCOMING["lines"][0], "amount": 14500}
    services.on("subscriptions", "preview_action", preview("resume", charges=[charge], next_bill=None))
    text = visitor.get("/subscriptions/sub-0001/resume").text
    assert "€172.55 including €27.55 taxes" in text
    (call,) = services.asked("preview_invoice")
    assert call.arguments["lines"] == [
        {
            "description": "Reflow Cloud, seats",
            "quantity": "5",
            "unit_amount": 2900,
            "discount": 0,
            "tax_code": "standard",
            "period": {"start": "2026-12-01", "end": "2026-12-31"},
            "subscription": "sub-0001",
        }
    ]


def test_nothing_is_hidden_about_taxes_where_none_are_due(visitor: Browser, services: FakeServices) -> None:
    untaxed = invoice_preview(
        total=14500,
        tax_total=0,
        taxes=[{"category": "AE", "rate": "0", "base": 14500, "amount": 0, "reason": "reverse_charge"}],
    )
    services.on("invoices", "preview_invoice", untaxed)
    assert "€145.00, no taxes are added" in visitor.get("/subscriptions/sub-0001/pause").text


def test_a_comment_that_is_too_long_is_told_and_kept(visitor: Browser, services: FakeServices) -> None:
    response = visitor.post("/subscriptions/sub-0001/cancel", fingerprint="f", comment="Long " * 500)
    assert response.status_code == 422
    assert 'id="comment-error"' in response.text
    assert "Long Long" in response.text
    assert not services.asked("cancel_subscription")


def test_what_nobody_can_type_is_left_out_of_a_comment(visitor: Browser, services: FakeServices) -> None:
    services.on("subscriptions", "cancel_subscription", subscription_view())
    visitor.post("/subscriptions/sub-0001/cancel", fingerprint="f", comment="Too\x00 slow\r\nand dear\x07")
    assert services.asked("cancel_subscription")[0].arguments["comment"] == "Too slow\nand dear"


@pytest.mark.parametrize(
    "typed, said",
    [
        ("soon", "This is not a date"),
        ("20270101", "This is not a date"),
        ("2026-02-30", "This is not a date"),
        ("2026-01-01", "The earliest day is December 2, 2026, the latest December 1, 2031."),
        ("9999-12-31", "The earliest day is December 2, 2026, the latest December 1, 2031."),
        ("0001-01-01", "The earliest day is December 2, 2026, the latest December 1, 2031."),
    ],
)
def test_a_wrong_day_to_resume_is_told_next_to_its_field(
    visitor: Browser, services: FakeServices, typed: str, said: str
) -> None:
    def refuse(**asked: str) -> dict[str, Any]:
        if asked.get("resume_on"):
            raise DomainError("invalid_resume_date", earliest="2026-12-02", latest="2031-12-01")
        return preview("pause")

    services.on("subscriptions", "preview_action", refuse)
    services.on("subscriptions", "pause_subscription", refuse)
    response = visitor.post("/subscriptions/sub-0001/pause", at="period_end", resume_on=typed)
    assert response.status_code == 422
    assert response.text.count(said) == 2, "in the summary and next to the field"
    assert 'href="#resume_on"' in response.text
    assert 'id="resume_on-error"' in response.text
    assert f'value="{typed}"' in response.text


def test_an_action_that_is_not_possible_is_refused_with_a_reason(
    visitor: Browser, services: FakeServices
) -> None:
    services.on("subscriptions", "preview_action", DomainError("held_for_payment"))
    held = {"status": "on_hold", "stage": "on_hold", "on_hold_reason": "dunning", "held_by": "merchant"}
    services.on("subscriptions", "get_subscription", subscription_view(actions=[], **held))
    response = visitor.get("/subscriptions/sub-0001/resume")
    assert response.status_code == 409
    assert response.text.count("until the open invoice is paid") == 1
    for way_on in ('href="/invoices?status=open"', 'href="/subscriptions/sub-0001"', 'href="mailto:'):
        assert way_on in response.text


def test_an_action_that_somebody_else_took_before_is_refused_with_a_way_on(
    visitor: Browser, services: FakeServices
) -> None:
    gone = DomainError("not_possible", action="cancel", status="cancelled")
    services.on("subscriptions", "cancel_subscription", gone)
    seen = visitor.get("/subscriptions/sub-0001/cancel").text
    services.on("subscriptions", "preview_action", gone)
    fields = dict(re.findall(r'name="(csrf_token|key)" value="([^"]*)"', seen[seen.index("<main") :]))
    response = visitor.client.post("/subscriptions/sub-0001/cancel", data={**fields, "fingerprint": "f"})
    assert response.status_code == 409
    assert "not possible in the subscription" in response.text
    assert 'href="/subscriptions/sub-0001"' in response.text


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
    assert "is paid with Visa •••• 4242 from now on" in visitor.get(response.location).text


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


def test_each_event_of_a_subscription_has_words() -> None:
    told = {name for name in contract.events if name.startswith("subscription_")}
    assert told == set(WORDS)


PERIOD = {"start": "2026-11-01", "end": "2026-12-01"}
HAPPENED = [
    ("subscription_created", {}, "Subscription created", "Abonnement angelegt"),
    ("subscription_started", {"trial_end": None}, "Started", "Beginn"),
    ("subscription_started", {"trial_end": "2026-12-05"}, "it ends on December 4, 2026", "4. Dezember 2026"),
    ("subscription_renewed", {"period": PERIOD, "currency": "EUR", "lines": [{"discount": 0}]},
     "New period, billed: Nov 1", "Neuer Zeitraum, berechnet: 1."),
    ("subscription_renewed", {"period": PERIOD, "currency": "EUR", "lines": [{"discount": 500}]},
     "discount of €5.00", "Rabatt von 5,00"),
    ("subscription_pause_scheduled", {"on": "2026-12-01", "resume_on": None},
     "Pause planned from December 1, 2026 on", "ab 1. Dezember 2026"),
    ("subscription_pause_scheduled", {"on": "2026-12-01", "resume_on": "2027-01-01"},
     "from December 1, 2026 to December 31, 2026", "bis 31. Dezember 2026"),
    ("subscription_pause_withdrawn", {}, "Planned pause dropped", "Geplante Pause"),
    ("subscription_paused", {"on": "2026-12-01", "resume_on": None}, "Paused", "Pausiert"),
    ("subscription_paused", {"on": "2026-12-01", "resume_on": "2027-01-01"},
     "Paused until December 31, 2026", "Pausiert bis 31. Dezember 2026"),
    ("subscription_resumed", {"on": "2026-11-02", "period": PERIOD}, "Resumed; current period: Nov 1", "1.–30. Nov"),
    ("subscription_cancelled", {"access_until": "2026-11-30", "reason": "not_used"},
     "the last day is November 30, 2026 – I don", "30. November 2026"),
    ("subscription_uncancelled", {"next_billing_on": "2026-12-01"},
     "the next bill comes on December 1, 2026", "1. Dezember 2026"),
    ("subscription_expired", {"reason": "cancelled"}, "Ended", "Beendet"),
    ("subscription_expired", {"reason": "dunning"}, "because it was not paid", "nicht bezahlt"),
    ("subscription_payment_method_chosen", {"payment_method": "pm-0001", "payment_method_before": None},
     "your default payment method → Visa •••• 4242", "→ Visa •••• 4242"),
    ("subscription_payment_method_chosen", {"payment_method": None, "payment_method_before": "pm-gone"},
     "another payment method → your default payment method", "eine andere Zahlungsmethode →"),
    ("subscription_payment_method_chosen", {"payment_method": "pm-0001"}, "now Visa •••• 4242", "Visa •••• 4242"),
]  # fmt: skip


@pytest.mark.parametrize("type_, data, english, german", HAPPENED)
def test_what_happened_is_told_in_both_languages(
    visitor: Browser, services: FakeServices, type_: str, data: dict[str, Any], english: str, german: str
) -> None:
    services.on("customers", "list_timeline", page(event(type_, **data)))
    for language, said in (("en", english), ("de", german)):
        text = visitor.get("/subscriptions/sub-0001", headers={"Accept-Language": language}).text
        assert said in unescape(text)


def test_every_kind_of_event_is_told_in_a_test() -> None:
    assert {type_ for type_, *_ in HAPPENED} == set(WORDS)


@pytest.mark.parametrize(
    "principal, by",
    [
        ("customer:cust-0001", "by you"),
        ("staff:jane", "by us"),
        ("api_key:erp", "by us"),
        ("system:subscriptions", "automatically"),
    ],
)
def test_it_is_told_who_did_it(visitor: Browser, services: FakeServices, principal: str, by: str) -> None:
    services.on("customers", "list_timeline", page(event("subscription_created", principal)))
    assert f">{by}<" in visitor.get("/subscriptions/sub-0001").text


def test_the_history_goes_on(visitor: Browser, services: FakeServices) -> None:
    services.on("customers", "list_timeline", page(event("subscription_created"), next_cursor="older"))
    assert (
        'href="/subscriptions/sub-0001?history=older#history"' in visitor.get("/subscriptions/sub-0001").text
    )
    text = visitor.get("/subscriptions/sub-0001?history=older").text
    assert services.asked("list_timeline")[-1].arguments["cursor"] == "older"
    assert "Latest events" in text


def test_the_next_invoice_is_shown_with_its_taxes(visitor: Browser) -> None:
    text = visitor.get("/subscriptions/sub-0001").text
    for shown in ("Next invoice", "December 1, 2026", "Tax 19% on €145.00", "€27.55", "€172.55"):
        assert shown in text


def test_nothing_to_come_is_said(visitor: Browser, services: FakeServices) -> None:
    services.on("subscriptions", "get_subscription", subscription_view(upcoming=None))
    assert "Nothing more is billed" in visitor.get("/subscriptions/sub-0001").text
    assert not services.asked("preview_invoice")


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_has_a_badge_and_a_filter(visitor: Browser, services: FakeServices, stage: str) -> None:
    shown = subscription(stage=stage, access_until="2026-11-30" if stage == "cancelled" else None)
    services.on("subscriptions", "list_subscriptions", page(shown, next_cursor="more"))
    text = visitor.get(f"/subscriptions?stage={stage}").text
    assert services.asked("list_subscriptions")[0].arguments["stage"] == stage
    assert re.search(r'class="badge \w+">[A-Z]', text)
    assert f'href="/subscriptions?stage={stage}" aria-current="page"' in text
    assert f'href="/subscriptions?stage={stage}&amp;cursor=more"' in text
    assert ("Cancelled, until Nov 30, 2026" in text) == (stage == "cancelled")


def test_few_subscriptions_need_no_filter(visitor: Browser) -> None:
    assert "Filter by status" not in visitor.get("/subscriptions").text


def test_a_stage_that_there_is_not_filters_nothing(visitor: Browser, services: FakeServices) -> None:
    assert visitor.get("/subscriptions?stage=strange").status_code == 200
    assert services.asked("list_subscriptions")[0].arguments["stage"] is None


def test_a_filter_that_finds_nothing_leads_back(visitor: Browser, services: FakeServices) -> None:
    services.on("subscriptions", "list_subscriptions", page())
    text = visitor.get("/subscriptions?stage=trial").text
    assert "None of your subscriptions has this status" in text
    assert 'href="/subscriptions"' in text


def test_ended_subscriptions_stand_apart(visitor: Browser, services: FakeServices) -> None:
    ended = subscription("sub-0002", status="expired", stage="expired", product_name="Backup Plus")
    services.on("subscriptions", "list_subscriptions", page(subscription(), ended))
    text = visitor.get("/subscriptions").text
    assert text.index("Reflow Cloud") < text.index('id="ended"') < text.index("Backup Plus")


def test_a_page_of_many_asks_once(visitor: Browser, services: FakeServices) -> None:
    many = page(*(subscription(f"sub-{place:04}") for place in range(25)), next_cursor="more")
    services.on("subscriptions", "list_subscriptions", many)
    visitor.get("/subscriptions")
    assert len(services.asked("list_subscriptions")) == 1
    assert {call.method for call in services.calls} <= {"list_subscriptions", "get_session", "get_merchant"}

"""The overview says how the customer stands, also when not everybody answers."""

import pytest

from shared.kernel.errors import DomainError, Kind
from tests.unit.gateway import samples
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices

AWAY = DomainError("service_away", Kind.RETRY)
NOTHING = {"code": "none", "attention": []}


def test_the_summary_in_english(visitor: Browser) -> None:
    page = visitor.get("/overview").text
    for text in (
        "€149.00",
        "plus taxes, on Dec 1, 2026",
        "€355.81",
        "€177.31 overdue",
        "Monthly",
        "Yearly",
        "Visa •••• 4242",
        "3 active subscriptions",
        "1 more is in trial, paused or about to begin",
        "2026-0042",
        "An invoice is overdue: please pay €177.31.",
        "The trial of Backup Plus ends on December 5, 2026.",
        "Visa •••• 4242 expires soon. Please replace it in time.",
    ):
        assert text in page


def test_the_most_urgent_comes_first(visitor: Browser) -> None:
    page = visitor.get("/overview").text
    places = [page.index(text) for text in ("is overdue", "expires soon", "The trial of")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "service, method",
    [
        ("subscriptions", "billing_summary"),
        ("invoices", "invoice_summary"),
        ("payments", "payment_summary"),
        ("customers", "get_bill_group"),
    ],
)
def test_one_service_away_costs_its_part_only(
    visitor: Browser, services: FakeServices, service: str, method: str
) -> None:
    services.on(service, method, AWAY)
    answer = visitor.get("/overview")
    assert answer.status_code == 200
    assert "ould not be loaded" in answer.text
    assert "My details" in answer.text


def test_a_customer_without_anything(visitor: Browser, services: FakeServices) -> None:
    services.on(
        "subscriptions",
        "billing_summary",
        samples.BILLING
        | {
            "active_count": 0,
            "running_count": 0,
            "next_billing_on": None,
            "next_amount": None,
            "currency": None,
            "frequencies": [],
            "attention": [],
            "attention_count": 0,
        },
    )
    services.on(
        "invoices",
        "invoice_summary",
        {
            "currency": None,
            "outstanding": 0,
            "overdue": 0,
            "open_count": 0,
            "overdue_count": 0,
            "failing_count": 0,
            "failing": [],
            "latest": [],
        },
    )
    services.on(
        "payments",
        "payment_summary",
        {"auto_pay": False, "collects": False, "default": None, "attention": [], "may_add": True},
    )
    page = visitor.get("/overview").text
    for text in ("None planned", "All invoices are paid", "There are no invoices yet.", "Off"):
        assert text in page
    assert "Needs your attention" not in page


@pytest.mark.parametrize(
    "item, text, link",
    [
        ({"code": "held_for_payment", "on": None}, "is paused because an invoice", "/invoices?status=open"),
        (
            {"code": "pause_planned", "on": "2026-12-05"},
            "will be paused from December 5",
            "/subscriptions/sub-7",
        ),
        ({"code": "ends", "on": "2026-12-05"}, "Team &amp; more ends on December 5", "/subscriptions/sub-7"),
    ],
)
def test_each_thing_leads_to_the_page_that_helps(
    visitor: Browser, services: FakeServices, item: dict[str, str], text: str, link: str
) -> None:
    named = {"subscription": "sub-7", "product_name": "Team & more", **item}
    services.on("subscriptions", "billing_summary", samples.BILLING | {"attention": [named]})
    notes = visitor.get("/overview").text.split('class="things notes"')[1].split("</ul>")[0]
    [note] = [each for each in notes.split("<li") if text in each]
    assert f'href="{link}"' in note


def test_a_payment_that_failed_is_told_once(visitor: Browser, services: FakeServices) -> None:
    failed = samples.invoice("2026-0050", "failed", 5000, 5000)
    late = samples.invoice("2026-0031", "failed", 17731, 17731, overdue=True)
    summary = samples.INVOICES | {"latest": [failed, late], "failing": [failed], "failing_count": 3}
    services.on("invoices", "invoice_summary", summary)
    page = visitor.get("/overview").text
    assert "The payment of invoice 2026-0050 has failed." in page
    assert 'href="/invoices/inv-2026-0050">See the invoice' in page
    assert "The payment of invoice 2026-0031" not in page
    assert "An invoice is overdue" in page
    assert "The payments of 2 more invoices have failed." in page


def test_what_can_not_be_charged_leads_to_its_replacement(visitor: Browser, services: FakeServices) -> None:
    failed = {
        "code": "method_failed",
        "payment_method": "pm-0009",
        "method": {"kind": "sepa_debit", "brand": "DE", "last4": "3000"},
    }
    services.on("payments", "payment_summary", samples.PAYMENTS | {"attention": [failed]})
    page = visitor.get("/overview").text
    assert "SEPA direct debit DE •••• 3000 was declined by your bank. Please replace it." in page
    assert 'href="/payment-methods/pm-0009/update">Replace it' in page


def test_many_notes_are_folded_away_and_counted(visitor: Browser, services: FakeServices) -> None:
    ending = [
        {"code": "ends", "subscription": f"sub-{place}", "product_name": f"Plan {place}", "on": "2026-12-05"}
        for place in range(10)
    ]
    services.on(
        "subscriptions", "billing_summary", samples.BILLING | {"attention": ending, "attention_count": 41}
    )
    page = visitor.get("/overview").text
    assert "31 more subscriptions are paused, on trial or ending." in page
    assert "<summary>7 more notes</summary>" in page


def test_nobody_is_asked_twice(visitor: Browser, services: FakeServices) -> None:
    visitor.get("/overview")
    asked = [(call.service, call.method) for call in services.calls if call.service != "auth"]
    # Four for the page; the merchant and their texts are asked for once a second, whoever looks.
    assert len(asked) == len(set(asked)) <= 6


def test_every_code_of_attention_has_a_sentence(visitor: Browser, services: FakeServices) -> None:
    from services.gateway.portal.attention import PAYMENT_TEXTS, SUBSCRIPTION_TEXTS
    from shared.contracts import payment_views, subscriptions

    assert set(PAYMENT_TEXTS) == set(payment_views.ATTENTION)
    assert set(SUBSCRIPTION_TEXTS) == set(subscriptions.ATTENTION)

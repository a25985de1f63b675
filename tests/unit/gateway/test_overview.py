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
        "2026-0042",
        "An invoice is overdue: please pay €177.31.",
        "The trial of Backup Plus ends on December 5, 2026.",
        "A payment method expires soon.",
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
            "latest": [],
        },
    )
    services.on(
        "payments",
        "payment_summary",
        {"auto_pay": False, "collects": False, "default": None, "attention": []},
    )
    page = visitor.get("/overview").text
    for text in ("None planned", "All invoices are paid", "There are no invoices yet.", "Off"):
        assert text in page
    assert "Needs your attention" not in page


def test_every_code_of_attention_has_a_sentence(visitor: Browser, services: FakeServices) -> None:
    from services.gateway.portal.attention import PAYMENT_TEXTS, SUBSCRIPTION_TEXTS
    from shared.contracts import payment_views, subscriptions

    assert set(PAYMENT_TEXTS) == set(payment_views.ATTENTION)
    assert set(SUBSCRIPTION_TEXTS) == set(subscriptions.ATTENTION)

"""The payment history, over services that answer what a test tells them to."""

from __future__ import annotations

import pytest

from shared.kernel.errors import DomainError, Kind
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices
from tests.unit.gateway.section_samples import page, transaction


@pytest.mark.parametrize(
    "query, asked",
    [
        ("", {}),
        ("?kind=refund&stage=done", {"kind": "refund", "stage": "done"}),
        ("?kind=nonsense&stage=nonsense", {}),
        # Anna's bill group is in Berlin.
        (
            "?from=2026-10-25&to=2026-10-25",
            {"at_from": "2026-10-24T22:00:00+00:00", "at_to": "2026-10-25T23:00:00+00:00"},
        ),
        ("?from=&to=", {}),
        ("?cursor=abc&stage=failed", {"cursor": "abc", "stage": "failed"}),
    ],
)
def test_the_address_says_what_is_listed(
    visitor: Browser, services: FakeServices, query: str, asked: dict[str, str]
) -> None:
    services.on("payments", "list_transactions", page())
    assert visitor.get(f"/payments{query}").status_code == 200
    (call,) = services.asked("list_transactions")
    given = {name: value for name, value in call.arguments.items() if value is not None}
    assert given == {"bill_group": "bg-0001", **asked}


@pytest.mark.parametrize(
    "query, said",
    [
        ("?from=yesterday", "Please enter a day."),
        ("?to=2026-02-30", "Please enter a day."),
        ("?from=0001-01-01", "Please enter a day."),
        ("?to=9999-12-31", "Please enter a day."),
        ("?from=2026-02-02&to=2026-02-01", "This day is before the first one."),
    ],
)
def test_days_that_are_none_are_said_so(
    visitor: Browser, services: FakeServices, query: str, said: str
) -> None:
    services.on("payments", "list_transactions", page())
    response = visitor.get(f"/payments{query}")
    assert response.status_code == 200
    assert said in response.text


def test_the_next_page_keeps_the_filters(visitor: Browser, services: FakeServices) -> None:
    services.on("payments", "list_transactions", page(transaction(), next_cursor="next"))
    text = visitor.get("/payments?kind=settle&from=2026-01-01").text
    assert "/payments?kind=settle&amp;from=2026-01-01&amp;cursor=next" in text


@pytest.mark.parametrize(
    "more, said",
    [
        ({}, ["Payment", "Done", "€50.00"]),
        ({"kind": "refund", "state": "refunded"}, ["Refund", "Done", "−€50.00"]),
        ({"kind": "chargeback"}, ["Charged back", "−€50.00", "the invoice is open again"]),
        ({"state": "failed"}, ["Failed", "Please pay the invoice, or replace your payment method."]),
        ({"state": "failed", "invoice": None}, ["Nothing was paid. Please replace"]),
        ({"kind": "refund", "state": "failed"}, ["Please contact us."]),
        ({"state": "unknown"}, ["Being checked", "pay it a second time"]),
        ({"state": "pending"}, ["Waiting", "at work on it"]),
        ({"kind": "authorization", "state": "authorized"}, ["Reservation", "Reserved"]),
        ({"reference": "<b>Statement 7</b>"}, ["&lt;b&gt;Statement 7"]),
        ({"method": None, "invoice": None}, ["–"]),
    ],
)
def test_each_says_what_it_is_and_what_to_do(
    visitor: Browser, services: FakeServices, more: dict[str, str], said: list[str]
) -> None:
    services.on("payments", "list_transactions", page(transaction(**more)))
    text = visitor.get("/payments").text
    row = text[text.index("<tbody>") : text.index("</tbody>")]
    for each in said:
        assert each in row


@pytest.mark.parametrize("query, said", [("", "No payments yet"), ("?stage=failed", "Nothing found")])
def test_an_empty_list_says_why(visitor: Browser, services: FakeServices, query: str, said: str) -> None:
    services.on("payments", "list_transactions", page())
    assert said in visitor.get(f"/payments{query}").text


def test_it_stays_a_page_while_payments_are_away(visitor: Browser, services: FakeServices) -> None:
    services.on("payments", "list_transactions", DomainError("service_away", Kind.RETRY))
    response = visitor.get("/payments")
    assert response.status_code == 200
    assert "could not be loaded" in response.text

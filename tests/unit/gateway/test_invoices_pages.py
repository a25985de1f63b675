"""The pages of invoices, over services that answer what a test tells them to."""

from __future__ import annotations

from base64 import b64encode

import pytest

from shared.kernel.errors import DomainError, Kind, NotFound
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices
from tests.unit.gateway.section_samples import invoice, invoice_view, page, transaction

AWAY = DomainError("service_away", Kind.RETRY)


@pytest.fixture(autouse=True)
def known(services: FakeServices) -> None:
    """An open invoice on which a payment was made."""
    services.on("invoices", "list_invoices", page(invoice()))
    services.on("invoices", "get_invoice", invoice_view())
    services.on("payments", "list_transactions", page(transaction()))


def test_the_list_shows_status_amount_and_days(visitor: Browser) -> None:
    text = visitor.get("/invoices").text
    for shown in ("2026-0042", "Open", "€172.55", "Nov 1, 2026", "Nov 15, 2026"):
        assert shown in text


def test_what_is_still_to_pay_stands_beside_the_amount(visitor: Browser, services: FakeServices) -> None:
    services.on("invoices", "list_invoices", page(invoice(paid=5000, due=12255)))
    assert "€122.55 to pay" in visitor.get("/invoices").text


def test_a_credit_note_counts_the_other_way(visitor: Browser, services: FakeServices) -> None:
    services.on("invoices", "list_invoices", page(invoice(kind="credit_note", due=0)))
    text = visitor.get("/invoices").text
    assert "−€172.55" in text
    assert "Credit note" in text


def test_the_list_is_filtered_searched_and_sorted_by_the_service(
    visitor: Browser, services: FakeServices
) -> None:
    visitor.get("/invoices?status=open&search=+2026+&sort=due&cursor=c")
    arguments = services.asked("list_invoices")[-1].arguments
    assert arguments == {
        "bill_group": "bg-0001",
        "status": "open",
        "search": "2026",
        "sort": "due",
        "cursor": "c",
    }


def test_choices_that_do_not_exist_are_left_out(visitor: Browser, services: FakeServices) -> None:
    assert visitor.get("/invoices?status=lost&sort=colour").status_code == 200
    arguments = services.asked("list_invoices")[-1].arguments
    assert arguments["status"] is None
    assert arguments["sort"] == "-created"


def test_the_next_page_keeps_the_choices(visitor: Browser, services: FakeServices) -> None:
    services.on("invoices", "list_invoices", page(invoice(), next_cursor="next"))
    text = visitor.get("/invoices?status=open&cursor=here").text
    assert 'href="/invoices?status=open&amp;cursor=next"' in text
    assert 'href="/invoices?status=open"' in text


def test_a_strange_address_is_no_fault(visitor: Browser, services: FakeServices) -> None:
    services.on("invoices", "list_invoices", page(invoice(), next_cursor="next"))
    assert visitor.get("/invoices?endpoint=x&_external=1&_anchor=y&values=z&cursor=c").status_code == 200


@pytest.mark.parametrize(
    "address, said",
    [("/invoices", "No invoices yet"), ("/invoices?search=9999", "Nothing found")],
)
def test_an_empty_list_says_what_that_means(
    visitor: Browser, services: FakeServices, address: str, said: str
) -> None:
    services.on("invoices", "list_invoices", page())
    assert said in visitor.get(address).text


def test_the_list_stays_a_page_while_invoices_are_away(visitor: Browser, services: FakeServices) -> None:
    services.on("invoices", "list_invoices", AWAY)
    response = visitor.get("/invoices")
    assert response.status_code == 200
    assert "could not be loaded" in response.text


def test_the_document_shows_lines_taxes_and_totals(visitor: Browser) -> None:
    text = visitor.get("/invoices/inv-2026-0042").text
    for shown in (
        "Invoice 2026-0042",
        "Reflow Cloud, seats",
        "€145.00",
        "Tax 19% on €145.00",
        "€27.55",
        "€172.55",
        "PO-4711",
        "Bergmann Apotheke e. K.",
        "Nordlicht Software GmbH",
    ):
        assert shown in text


def test_discounts_and_credits_stand_in_the_document(visitor: Browser, services: FakeServices) -> None:
    view = invoice_view(
        discounts=[{"description": "Goodwill", "amount": 500}],
        credited=2000,
        due=15255,
        credit_notes=[
            {"credit_note": "inv-2026-0043", "number": "2026-0043", "amount": 2000, "on": "2026-11-05"}
        ],
    )
    services.on("invoices", "get_invoice", view)
    text = visitor.get("/invoices/inv-2026-0042").text
    for shown in ("Goodwill", "−€5.00", "−€20.00", "€152.55", 'href="/invoices/inv-2026-0043"'):
        assert shown in text


def test_payments_stand_beside_the_document(visitor: Browser, services: FakeServices) -> None:
    services.on(
        "payments",
        "list_transactions",
        page(
            transaction(),
            transaction(kind="refund", state="refunded", method=None),
            transaction(state="failed"),
        ),
    )
    text = visitor.get("/invoices/inv-2026-0042").text
    for shown in ("€50.00", "Visa", "Refund", "−€50.00", "Failed"):
        assert shown in text


def test_the_document_can_do_without_payments(visitor: Browser, services: FakeServices) -> None:
    services.on("payments", "list_transactions", AWAY)
    response = visitor.get("/invoices/inv-2026-0042")
    assert response.status_code == 200
    assert "could not be loaded" in response.text
    assert "€172.55" in response.text


def test_what_is_due_can_be_paid_by_transfer(visitor: Browser, services: FakeServices) -> None:
    assert "DE89 3704 0044 0532 0130 00" in visitor.get("/invoices/inv-2026-0042").text
    services.on("invoices", "get_invoice", invoice_view(status="settled", due=0, paid=17255))
    assert "DE89 3704 0044 0532 0130 00" not in visitor.get("/invoices/inv-2026-0042").text


@pytest.mark.parametrize("query, disposition", [("", "inline"), ("?download=yes", "attachment")])
def test_the_pdf_comes_with_its_name_and_is_kept_nowhere(
    visitor: Browser, services: FakeServices, query: str, disposition: str
) -> None:
    file = {"filename": "Rechnung 2026-0042.pdf", "pdf": b64encode(b"%PDF-1.7").decode()}
    services.on("invoices", "get_invoice_pdf", file)
    response = visitor.get(f"/invoices/inv-2026-0042.pdf{query}")
    assert response.data == b"%PDF-1.7"
    assert response.mimetype == "application/pdf"
    assert response.headers["Content-Disposition"] == f'{disposition}; filename="Rechnung 2026-0042.pdf"'
    assert "no-store" in response.headers["Cache-Control"]
    assert services.asked("get_invoice_pdf")[0].arguments["invoice"] == "inv-2026-0042"


def test_the_payment_history_shows_what_moved(visitor: Browser, services: FakeServices) -> None:
    services.on(
        "payments",
        "list_transactions",
        page(transaction(), transaction(kind="refund", invoice=None, method=None), next_cursor="more"),
    )
    text = visitor.get("/payments?cursor=here").text
    for shown in ("Payment", "€50.00", "−€50.00", "Visa", 'href="/invoices/inv-2026-0042"', "cursor=more"):
        assert shown in text
    assert services.asked("list_transactions")[-1].arguments == {"bill_group": "bg-0001", "cursor": "here"}


@pytest.mark.parametrize("answer, said", [(page(), "No payments yet"), (AWAY, "could not be loaded")])
def test_the_payment_history_may_be_empty_or_away(
    visitor: Browser, services: FakeServices, answer: dict[str, object] | DomainError, said: str
) -> None:
    services.on("payments", "list_transactions", answer)
    response = visitor.get("/payments")
    assert response.status_code == 200
    assert said in response.text


@pytest.mark.parametrize(
    "path", ["/invoices/no%20handle", "/subscriptions/a.b", "/payment-methods/%E2%82%AC/remove"]
)
def test_what_can_be_no_handle_is_not_found_without_asking(
    visitor: Browser, services: FakeServices, path: str
) -> None:
    assert visitor.get(path).status_code == 404
    assert {call.service for call in services.calls} <= {"auth", "customers"}


def test_another_customers_invoice_is_not_found(visitor: Browser, services: FakeServices) -> None:
    services.on("invoices", "get_invoice", NotFound())
    services.on("invoices", "get_invoice_pdf", NotFound())
    assert visitor.get("/invoices/inv-2026-0999").status_code == 404
    assert visitor.get("/invoices/inv-2026-0999.pdf").status_code == 404

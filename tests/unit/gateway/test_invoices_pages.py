"""The pages of invoices, over services that answer what a test tells them to."""

from __future__ import annotations

from base64 import b64encode

import pytest

from shared.kernel.errors import DomainError, Kind, NotFound
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices
from tests.unit.gateway.section_samples import (
    invoice,
    invoice_view,
    page,
    payment_method,
    subscription,
    transaction,
)

AWAY = DomainError("service_away", Kind.RETRY)
TOTALS = {
    "count": 12,
    "complete": True,
    "sums": [{"currency": "EUR", "total": 123456, "due": 17255}],
}
SUMMARY = {
    "auto_pay": True,
    "collects": False,
    "default": payment_method(default=True),
    "attention": [],
    "may_add": True,
}


@pytest.fixture(autouse=True)
def known(services: FakeServices) -> None:
    """An open invoice on which a payment was made."""
    services.on("invoices", "list_invoices", page(invoice()))
    services.on("invoices", "invoice_totals", TOTALS)
    services.on("invoices", "get_invoice", invoice_view())
    services.on("subscriptions", "list_subscriptions", page(subscription()))
    services.on("payments", "list_transactions", page(transaction()))
    services.on("payments", "payment_summary", SUMMARY)


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
    visitor.get(
        "/invoices?status=overdue&search=+2026+&sort=due&from=2026-01-01&to=2026-06-30&kind=invoice"
        "&subscription=sub-0001&cursor=c"
    )
    narrowed = {
        "bill_group": "bg-0001",
        "status": "overdue",
        "search": "2026",
        "kind": "invoice",
        "created_from": "2026-01-01",
        "created_to": "2026-06-30",
        "subscription": "sub-0001",
    }
    assert services.asked("list_invoices")[-1].arguments == {**narrowed, "sort": "due", "cursor": "c"}
    assert services.asked("invoice_totals")[-1].arguments == narrowed


def test_what_a_filter_finds_is_summed_up(visitor: Browser, services: FakeServices) -> None:
    text = visitor.get("/invoices?status=open").text
    for shown in ("12 documents", "together €1,234.56", "€172.55 to pay", "Reset filters"):
        assert shown in text
    services.on("invoices", "invoice_totals", {"count": 200, "complete": False, "sums": []})
    assert "More than 200 documents" in visitor.get("/invoices?status=open").text


def test_the_whole_list_costs_no_sum(visitor: Browser, services: FakeServices) -> None:
    assert "Reset filters" not in visitor.get("/invoices?sort=due").text
    assert services.asked("invoice_totals") == []


def test_the_list_can_do_without_sums_and_subscriptions(visitor: Browser, services: FakeServices) -> None:
    services.on("invoices", "invoice_totals", AWAY)
    services.on("subscriptions", "list_subscriptions", AWAY)
    response = visitor.get("/invoices?status=open&subscription=sub-0009")
    assert response.status_code == 200
    assert "2026-0042" in response.text
    assert '<option value="sub-0009" selected>' in response.text


def test_filters_in_use_are_not_folded_away(visitor: Browser) -> None:
    assert '<details class="filter-more">' in visitor.get("/invoices?status=open").text
    text = visitor.get("/invoices?from=2026-01-01&kind=invoice").text
    assert '<details class="filter-more" open>' in text
    assert 'value="2026-01-01"' in text


@pytest.mark.parametrize(
    "query, field, said",
    [
        ("status=lost", "status", "Please choose one of these."),
        ("status=draft", "status", "Please choose one of these."),
        ("sort=colour", "sort", "Please choose one of these."),
        ("kind=%3Cb%3E", "kind", "Please choose one of these."),
        ("subscription=a%20b", "subscription", "Please choose one of these."),
        (f"subscription={'s' * 300}", "subscription", "Please choose one of these."),
        (f"search={'9' * 51}", "search", "Please type at most 50 characters"),
        ("search=%00", "search", "Please type at most 50 characters"),
        ("from=yesterday", "from", "Please enter a day"),
        ("from=2026-02-30", "from", "Please enter a day"),
        ("to=99999-01-01", "to", "Please enter a day"),
        ("to=0001-01-01", "to", "Please enter a day"),
        ("from=2026-02-02&to=2026-02-01", "to", "The last day is before the first."),
        ("from=%22%3E%3Cscript%3E", "from", "Please enter a day"),
    ],
)
def test_what_can_be_no_filter_is_said_beside_its_field(
    visitor: Browser, services: FakeServices, query: str, field: str, said: str
) -> None:
    response = visitor.get(f"/invoices?{query}")
    assert response.status_code == 400
    assert f'id="{field}-error">{said}' in response.text
    assert f'href="#{field}"' in response.text
    assert "<script>" not in response.text
    assert services.asked("list_invoices") == []


@pytest.mark.parametrize("query", ["search=&status=&from=&to=&kind=&subscription=&sort=", "more=1"])
def test_empty_and_strange_filters_are_no_fault(visitor: Browser, query: str) -> None:
    assert visitor.get(f"/invoices?{query}").status_code == 200


@pytest.mark.parametrize("cursor", ["", "nonsense", "x" * 600, "%00", "%3Cb%3E"])
def test_a_page_that_is_no_more_leads_to_the_first(
    visitor: Browser, services: FakeServices, cursor: str
) -> None:
    def answer(cursor: str | None, **asked: object) -> dict[str, object]:
        if cursor is not None:
            raise DomainError("invalid_cursor")
        return page(invoice())

    services.on("invoices", "list_invoices", answer)
    response = visitor.get(f"/invoices?status=open&cursor={cursor}")
    assert response.status_code == 400
    assert "Here is the first one." in response.text
    assert "2026-0042" in response.text


def test_subscriptions_of_one_name_are_told_apart(visitor: Browser, services: FakeServices) -> None:
    services.on(
        "subscriptions",
        "list_subscriptions",
        page(subscription("sub-1"), subscription("sub-2"), subscription("sub-3", product_name="Backup")),
    )
    text = visitor.get("/invoices").text
    for shown in ("(sub-1)</option>", "(sub-2)</option>", '<option value="sub-3">Backup, '):
        assert shown in text
    assert "(sub-3)" not in text


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
    [("/invoices", "No invoices yet"), ("/invoices?search=9999", "No invoices match")],
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


def test_a_credit_note_leads_to_what_it_credits(visitor: Browser, services: FakeServices) -> None:
    view = invoice_view(kind="credit_note", corrects="inv-2026-0042", corrects_number="2026-0042", due=0)
    services.on("invoices", "get_invoice", view)
    assert '<a href="/invoices/inv-2026-0042">invoice 2026-0042</a>' in visitor.get("/invoices/inv-cn").text


def test_many_lines_can_be_skipped(visitor: Browser, services: FakeServices) -> None:
    assert "#totals" not in visitor.get("/invoices/inv-2026-0042").text
    line = invoice_view()["lines"][0]
    services.on("invoices", "get_invoice", invoice_view(lines=[line] * 1000))
    text = visitor.get("/invoices/inv-2026-0042").text
    assert '<a href="#totals">Skip 1,000 lines, to the total</a>' in text
    assert text.count("Reflow Cloud, seats") == 1000


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


def test_a_banking_app_can_read_what_is_due(visitor: Browser, services: FakeServices) -> None:
    assert 'class="code"' in visitor.get("/invoices/inv-2026-0042").text
    for other in ({"currency": "CHF"}, {"status": "settled", "due": 0, "paid": 17255}):
        services.on("invoices", "get_invoice", invoice_view(**other))
        assert 'class="code"' not in visitor.get("/invoices/inv-2026-0042").text


def test_what_will_be_charged_by_itself_is_said(visitor: Browser, services: FakeServices) -> None:
    services.on("payments", "payment_summary", {**SUMMARY, "collects": True})
    text = visitor.get("/invoices/inv-2026-0042").text
    assert "We charge this invoice on November 15, 2026: to Visa •••• 4242" in text
    assert "<summary>Pay by transfer instead</summary>" in text


@pytest.mark.parametrize(
    "summary, state",
    [
        ({"collects": False}, {}),
        ({"collects": True}, {"overdue": True}),
        ({"collects": True}, {"status": "failed"}),
        ({"collects": True}, {"status": "dunning"}),
        (AWAY, {}),
    ],
)
def test_nobody_is_told_to_wait_for_a_charge_that_may_not_come(
    visitor: Browser, services: FakeServices, summary: dict[str, bool] | DomainError, state: dict[str, object]
) -> None:
    answer = summary if isinstance(summary, DomainError) else {**SUMMARY, **summary}
    services.on("payments", "payment_summary", answer)
    services.on("invoices", "get_invoice", invoice_view(**state))
    text = visitor.get("/invoices/inv-2026-0042").text
    assert "We charge" not in text
    assert '<h2 id="paying">Pay by transfer</h2>' in text


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
    arguments = services.asked("list_transactions")[-1].arguments
    assert (arguments["bill_group"], arguments["cursor"]) == ("bg-0001", "here")


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


def test_the_merchant_s_own_texts_stand_around_the_lines(visitor: Browser, services: FakeServices) -> None:
    link = "https://portal.example/invoices/inv-1"
    services.on("invoices", "get_invoice", invoice_view(intro="Dear <Anna>,", closing=f"See {link}."))
    shown = visitor.get("/invoices/inv-2026-0042").text
    places = [shown.index(each) for each in ("<p>Dear &lt;Anna&gt;,</p>", "<table", f'href="{link}"')]
    assert places == sorted(places)

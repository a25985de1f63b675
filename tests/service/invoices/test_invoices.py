"""The invoices service as a process, with customers beside it, over a real broker and store."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor

import pytest

from deploy.local.waiting import wait_until
from shared.kernel.context import Context, Principal, PrincipalKind
from shared.kernel.errors import DomainError
from shared.kernel.ids import new_id
from shared.messaging.client import RpcClient
from shared.messaging.publisher import ConfirmingPublisher
from tests.support.billing import LINE, Group, View
from tests.support.suite import Suite

CUSTOMER = Context(principal=Principal(PrincipalKind.CUSTOMER, "cust-1"))


def test_a_draft_is_issued_once_with_its_number_and_its_parties(group: Group) -> None:
    draft = group.call("create_invoice", lines=[LINE])
    assert (draft["status"], draft["number"], draft["total"]) == ("draft", None, 3570)

    issued = group.call("issue_invoice", invoice=draft["invoice"])

    assert issued["status"] == "pending"
    assert issued["invoice"] == f"inv-{issued['number']}"
    assert issued["taxes"] == [{"category": "S", "rate": "19", "base": 3000, "amount": 570, "reason": None}]
    assert issued["seller"]["legal_name"] == "Nordlicht GmbH"
    assert issued["buyer"]["name"] == "Jana Lindqvist"
    assert group.call("get_invoice", CUSTOMER, invoice=issued["invoice"]) == issued
    assert group.call("get_invoice", CUSTOMER, invoice=draft["invoice"]) == issued
    with pytest.raises(DomainError, match="document_issued"):
        group.call("issue_invoice", invoice=draft["invoice"])
    with pytest.raises(DomainError, match="document_issued"):
        group.call("change_invoice", invoice=issued["invoice"], lines=[LINE], version=1)


def test_issuing_with_one_key_gives_one_number(group: Group) -> None:
    draft = group.call("create_invoice", lines=[LINE])
    key = new_id()
    with ThreadPoolExecutor(8) as pool:
        asked = [
            pool.submit(group.call, "issue_invoice", invoice=draft["invoice"], key=key) for _ in range(16)
        ]
    answers = [each.result() for each in asked]
    assert all(answer == answers[0] for answer in answers)
    following = group.issued()
    assert int(following["number"][-5:]) == int(answers[0]["number"][-5:]) + 1


def test_a_draft_changes_and_customers_do_not_see_it(group: Group) -> None:
    draft = group.call("create_invoice", lines=[LINE])
    changed = group.call(
        "change_invoice",
        invoice=draft["invoice"],
        lines=[{**LINE, "quantity": "1"}],
        discounts=[{"description": "Welcome", "percent": "10"}],
        version=draft["version"],
    )
    assert (changed["net_total"], changed["total"], changed["version"]) == (900, 1071, 2)
    with pytest.raises(DomainError, match="changed_meanwhile"):
        group.call("change_invoice", invoice=draft["invoice"], lines=[LINE], version=1)
    with pytest.raises(DomainError, match="not_found"):
        group.call("get_invoice", CUSTOMER, invoice=draft["invoice"])
    assert group.items(context=CUSTOMER) == []
    assert [item["status"] for item in group.items()] == ["draft"]
    with pytest.raises(DomainError, match="not_allowed"):
        group.call("create_invoice", CUSTOMER, lines=[LINE])


def test_nothing_is_seen_from_another_bill_group(
    group: Group, client: RpcClient, publisher: ConfirmingPublisher
) -> None:
    invoice = group.issued()["invoice"]
    other = Group(client, publisher)
    for method in ("get_invoice", "get_invoice_pdf", "issue_invoice", "credit_invoice"):
        with pytest.raises(DomainError, match="not_found"):
            other.call(method, invoice=invoice)
    assert other.items() == []


def test_a_renewed_subscription_is_billed_once(group: Group) -> None:
    event = group.renewed()
    for _ in range(5):
        group.publish(event)
    wait_until(group.items, timeout=20, what="the bill")
    group.publish(event)
    last = group.renewed()
    group.publish(last)
    wait_until(lambda: len(group.items(context=CUSTOMER)) == 2, timeout=20, what="the next bill")

    (_, first) = group.items()
    bill = group.call("get_invoice", CUSTOMER, invoice=first["invoice"])
    assert bill["status"] == "pending"
    assert bill["subscriptions"] == ["sub-1"]
    assert len(group.items(context=CUSTOMER, subscription="sub-1")) == 2
    assert group.items(context=CUSTOMER, subscription="sub-2") == []
    assert bill["lines"][0]["description"] == "Team-Tarif"
    assert bill["lines"][0]["period"] == {"start": "2026-11-01", "end": "2026-11-30"}
    assert bill["total"] == 3570


def test_payments_count_once_and_in_any_order(group: Group) -> None:
    invoice = group.issued()["invoice"]
    events = [
        group.settled(invoice, 500, f"{group.handle}-back", "refund"),
        group.settled(invoice, 3000, f"{group.handle}-1"),
        group.settled(invoice, 1070, f"{group.handle}-2"),
    ]
    for event in [*events, *reversed(events)]:
        group.publish(event)

    def paid() -> View | None:
        view = group.call("get_invoice", CUSTOMER, invoice=invoice)
        return view if len(view["payments"]) == 3 else None

    view = wait_until(paid, timeout=20, what="three payments")
    assert view is not None
    assert (view["paid"], view["due"], view["status"]) == (3570, 0, "settled")
    assert view["payments"][0]["method"]["last4"] == "4242"


def test_credits_add_up_to_the_invoice(group: Group) -> None:
    invoice = group.issued(lines=[{**LINE, "quantity": "1", "unit_amount": 333}, LINE])
    part = group.call("credit_invoice", invoice=invoice["invoice"], lines=[{"line": 1, "net": 111}])
    assert part["credited"] == 132
    rest = group.call("credit_invoice", invoice=invoice["invoice"])
    assert (rest["credited"], rest["due"], rest["status"]) == (invoice["total"], 0, "cancelled")
    with pytest.raises(DomainError, match="credit_too_large"):
        group.call("credit_invoice", invoice=invoice["invoice"])

    notes = group.call("get_invoice", CUSTOMER, invoice=invoice["invoice"])["credit_notes"]
    assert sum(note["amount"] for note in notes) == invoice["total"]
    for note in notes:
        document = group.call("get_invoice", CUSTOMER, invoice=note["credit_note"])
        assert document["number"] == note["number"]
        assert document["number"].startswith("CN-")
        assert (document["kind"], document["status"]) == ("credit_note", "settled")
        assert document["corrects"] == invoice["invoice"]


def test_lists_are_paged_filtered_searched_and_sorted(group: Group) -> None:
    numbers = [f"L{group.handle[-6:]}-{place:03d}" for place in range(30)]
    for place, number in enumerate(numbers):
        group.call(
            "import_invoice",
            number=number,
            created_on=f"2025-{place % 12 + 1:02d}-15",
            due_on=f"2025-{place % 12 + 1:02d}-28",
            lines=[{**LINE, "unit_amount": 1000 + place}],
            status="failed" if place % 3 else None,
        )
    seen, cursor = [], None
    while True:
        page = group.call("list_invoices", CUSTOMER, limit=7, cursor=cursor)
        seen += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len({item["number"] for item in seen}) == len(seen) == 30
    days = [item["created_on"] for item in seen]
    assert days == sorted(days, reverse=True)
    assert {item["status"] for item in group.items(status="failed", limit=100)} == {"failed"}
    assert len(group.items(status="open", limit=100)) == 30
    assert [item["number"] for item in group.items(search=numbers[17][-3:])] == [numbers[17]]
    assert len(group.items(search=numbers[0][:7].lower(), limit=100)) == 30
    totals = [item["total"] for item in group.items(sort="total", limit=100)]
    assert totals == sorted(totals)
    with pytest.raises(DomainError, match="invalid_cursor"):
        group.call("list_invoices", cursor="nonsense")

    summary = group.call("invoice_summary", CUSTOMER)
    assert (summary["open_count"], summary["overdue_count"]) == (30, 30)
    assert summary["outstanding"] == summary["overdue"] == sum(totals)
    assert len(summary["latest"]) == 3
    assert (summary["failing_count"], summary["failing"]) == (0, [])


def test_payments_that_failed_are_told_before_anything_is_overdue(group: Group) -> None:
    for place, status in enumerate(("failed", "dunning", None, "failed", "dunning")):
        days = {"created_on": "2026-01-01", "due_on": "2199-01-01"}
        group.call("import_invoice", number=f"{group.handle}-{place}", lines=[LINE], status=status, **days)
    summary = group.call("invoice_summary", CUSTOMER)
    assert (summary["failing_count"], summary["overdue_count"]) == (4, 0)
    assert len(summary["failing"]) == 3
    assert {each["status"] for each in summary["failing"]} == {"failed", "dunning"}


def test_an_import_keeps_its_number_and_new_ones_go_on_behind(group: Group) -> None:
    year = group.issued()["created_on"][:4]
    last = int(group.issued()["number"][-5:]) + 1000
    number = f"{year}-{last:05d}"
    asked = {"number": number, "created_on": f"{year}-01-31", "due_on": f"{year}-02-14", "lines": [LINE]}
    kept = group.call("import_invoice", total=3570, **asked)

    assert (kept["number"], kept["created_on"], kept["imported"]) == (number, f"{year}-01-31", True)
    assert group.call("import_invoice", **asked)["invoice"] == kept["invoice"]
    with pytest.raises(DomainError, match="already_exists"):
        group.call("import_invoice", **{**asked, "lines": [{**LINE, "unit_amount": 1}]})
    with pytest.raises(DomainError, match="amounts_do_not_fit"):
        group.call("import_invoice", **{**asked, "number": f"{year}-99999"}, total=1)
    assert group.issued()["number"] == f"{year}-{last + 1:05d}"

    payment = {"transaction": "txn-1", "amount": 3570, "at": f"{year}-02-01T10:00:00Z"}
    paid = group.call("import_invoice", **{**asked, "number": f"X-{group.handle}"}, payments=[payment])
    assert (paid["status"], paid["due"]) == ("settled", 0)
    note = {**asked, "number": f"Y-{group.handle}", "kind": "credit_note", "corrects": paid["invoice"]}
    assert group.call("import_invoice", **note)["corrects_number"] == paid["number"]
    assert group.call("get_invoice", invoice=paid["invoice"])["overpaid"] == 3570


def test_a_pdf_is_made_once_and_survives_its_renderer(group: Group, running: Suite) -> None:
    invoice = group.issued(lines=[{**LINE, "description": f"Line {place}"} for place in range(20)])["invoice"]
    made = group.call("get_invoice_pdf", CUSTOMER, invoice=invoice)
    assert base64.b64decode(made["pdf"]).startswith(b"%PDF-")
    assert made["filename"].endswith(".pdf")
    assert group.call("get_invoice_pdf", CUSTOMER, invoice=invoice) == made

    running.kill("invoices")
    running.start("invoices")
    assert group.call("get_invoice_pdf", CUSTOMER, invoice=invoice) == made
    draft = group.call("create_invoice", lines=[LINE])["invoice"]
    with pytest.raises(DomainError, match="not_issued"):
        group.call("get_invoice_pdf", invoice=draft)

"""What only the merchant's side does with documents: finding them in all bill groups, deleting and cancelling."""

from __future__ import annotations

from typing import Any

import pytest

from deploy.local.waiting import wait_until
from shared.kernel.context import Context, Principal, PrincipalKind
from shared.kernel.errors import DomainError
from shared.kernel.ids import new_id
from shared.messaging.client import RpcClient
from shared.messaging.publisher import ConfirmingPublisher
from tests.support.billing import LINE, SYSTEM, Group, View

CUSTOMER = Context(principal=Principal(PrincipalKind.CUSTOMER, "cust-1"))


@pytest.fixture(scope="module")
def two_groups(client: RpcClient, publisher: ConfirmingPublisher) -> tuple[Group, Group]:
    """Two bill groups with 20 documents each, of 2023 and 2024."""
    groups = Group(client, publisher), Group(client, publisher)
    for which, group in enumerate(groups):
        for place in range(20):
            note = place == 19
            group.call(
                "import_invoice",
                number=f"F{which}-{place:03d}",
                kind="credit_note" if note else "invoice",
                corrects=f"inv-F{which}-000" if note else None,
                created_on=f"202{3 + place % 2}-{place % 12 + 1:02d}-15",
                due_on=f"202{3 + place % 2}-{place % 12 + 1:02d}-28",
                lines=[{**LINE, "unit_amount": 1000 if note else 1000 + place}],
                status="failed" if place % 5 == 1 else None,
            )
    return groups


def found(client: RpcClient, **asked: Any) -> list[View]:
    """All pages of what is found, in their order."""
    items: list[View] = []
    cursor = None
    while True:
        page = client.invoices.find_invoices(SYSTEM, limit=7, cursor=cursor, **asked)
        items += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return items


@pytest.mark.usefixtures("two_groups")
def test_documents_of_all_bill_groups_are_found_in_each_order(client: RpcClient) -> None:
    for sort, field in (("created", "created_on"), ("due", "due_on"), ("total", "total")):
        items = found(client, sort=sort, created_to="2024-12-31")
        assert len({item["invoice"] for item in items}) == len(items) == 40
        places = [item[field] for item in items]
        assert places == sorted(places)
        downwards = found(client, sort=f"-{sort}", created_to="2024-12-31")
        assert [item["invoice"] for item in downwards] == [item["invoice"] for item in reversed(items)]


def test_filters_hold_at_once(client: RpcClient, two_groups: tuple[Group, Group]) -> None:
    first, _second = two_groups
    everything = found(client, created_to="2024-12-31")

    def numbers(items: list[View]) -> list[str]:
        return [item["number"] for item in items]

    def those(**wanted: Any) -> list[str]:
        return numbers([item for item in everything if item.items() >= wanted.items()])

    assert numbers(found(client, bill_group=first.handle)) == those(bill_group=first.handle)
    assert numbers(found(client, kind="credit_note", created_to="2024-12-31")) == those(kind="credit_note")
    assert numbers(found(client, status="failed", bill_group=first.handle)) == those(
        status="failed", bill_group=first.handle
    )
    customer = everything[0]["customer"]
    assert numbers(found(client, customer=customer, status="failed")) == those(
        customer=customer, status="failed"
    )
    assert numbers(found(client, search="f1-00", kind="invoice")) == [
        item["number"] for item in everything if item["number"].startswith("F1-00")
    ]
    spring = found(client, created_from="2024-02-15", created_to="2024-04-15")
    assert {item["created_on"] for item in spring} == {"2024-02-15", "2024-04-15"}
    assert numbers(spring) == [
        item["number"] for item in everything if "2024-02-15" <= item["created_on"] <= "2024-04-15"
    ]
    for sort in ("-due", "total"):
        due = found(client, due_from="2023-03-01", due_to="2023-05-28", sort=sort, customer=customer)
        assert {item["due_on"] for item in due} == {"2023-03-28", "2023-05-28"}
        assert {item["customer"] for item in due} == {customer}
    listed = first.items(created_from="2024-02-15", created_to="2024-04-15", context=CUSTOMER)
    assert numbers(listed) == [item["number"] for item in spring if item["bill_group"] == first.handle]
    assert first.items(kind="credit_note", due_to="2023-01-01") == []


def test_customers_find_only_what_is_theirs(client: RpcClient) -> None:
    with pytest.raises(DomainError, match="not_allowed"):
        client.invoices.find_invoices(CUSTOMER)


def test_a_deleted_draft_is_gone_for_everybody(group: Group, client: RpcClient) -> None:
    draft = group.call("create_invoice", lines=[LINE])
    kept = group.call("create_invoice", lines=[LINE])["invoice"]
    key = new_id()
    with pytest.raises(DomainError, match="not_allowed"):
        group.call("delete_draft", CUSTOMER, invoice=draft["invoice"])

    assert group.call("delete_draft", invoice=draft["invoice"], key=key) == {}
    assert group.call("delete_draft", invoice=draft["invoice"], key=key) == {}

    for method, asked in (
        ("delete_draft", {}),
        ("get_invoice", {}),
        ("issue_invoice", {}),
        ("change_invoice", {"lines": [LINE], "version": 1}),
    ):
        with pytest.raises(DomainError, match="not_found"):
            group.call(method, invoice=draft["invoice"], **asked)
    assert [item["invoice"] for item in group.items()] == [kept]
    assert [item["invoice"] for item in found(client, bill_group=group.handle)] == [kept]
    issued = group.issued()["invoice"]
    with pytest.raises(DomainError, match="document_issued"):
        group.call("delete_draft", invoice=issued)


def test_an_issued_invoice_is_cancelled_by_its_credit_note(group: Group, client: RpcClient) -> None:
    invoice = group.issued()
    key = new_id()
    cancelled = group.call("cancel_invoice", invoice=invoice["invoice"], reason="Sent twice", key=key)
    assert group.call("cancel_invoice", invoice=invoice["invoice"], reason="Sent twice", key=key) == cancelled
    assert (cancelled["status"], cancelled["number"], cancelled["due"]) == ("cancelled", invoice["number"], 0)

    view = group.call("get_invoice", CUSTOMER, invoice=invoice["invoice"])
    (note,) = view["credit_notes"]
    document = group.call("get_invoice", CUSTOMER, invoice=note["credit_note"])
    assert (document["total"], document["note"]) == (invoice["total"], "Sent twice")
    assert [item["kind"] for item in found(client, bill_group=group.handle, status="cancelled")] == [
        "invoice"
    ]

    def told() -> set[str]:
        timeline = client.customers.list_timeline(SYSTEM, bill_group=group.handle, limit=100)
        return {item["type"] for item in timeline["items"]}

    wait_until(lambda: "invoice_cancelled" in told(), timeout=20, what="the timeline")

    paid = group.issued()["invoice"]
    group.publish(group.settled(paid, 100, f"{group.handle}-1"))
    wait_until(lambda: group.call("get_invoice", invoice=paid)["paid"], timeout=20, what="the payment")
    with pytest.raises(DomainError, match="already_paid"):
        group.call("cancel_invoice", invoice=paid)


def test_amounts_that_nobody_can_write_down_are_refused(group: Group) -> None:
    huge = {"description": "x", "quantity": "99999999999", "unit_amount": 2**53}
    for lines in ([huge], [huge, {**huge, "unit_amount": -(2**53)}]):
        with pytest.raises(DomainError, match="amounts_do_not_fit"):
            group.call("create_invoice", lines=lines)
    with pytest.raises(DomainError, match="invalid_request"):
        group.call("create_invoice", lines=[{**huge, "quantity": "1e999999"}])

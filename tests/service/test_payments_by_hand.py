"""Money recorded by hand, and the transactions of all bill groups: payments with invoices beside it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from deploy.local.waiting import wait_until
from shared.contracts.registry import CONTRACTS
from shared.kernel.context import Context, Principal, PrincipalKind
from shared.kernel.errors import DomainError
from shared.kernel.ids import new_handle, new_id
from shared.messaging.client import RpcClient
from shared.messaging.publisher import ConfirmingPublisher
from tests.support.billing import COMPANY, SYSTEM, Group, View
from tests.support.fixtures import SuiteFactory
from tests.support.suite import Suite

CUSTOMER = Context(principal=Principal(PrincipalKind.CUSTOMER, "cust-1"))


@pytest.fixture(scope="module")
def running(suite: SuiteFactory) -> Suite:
    return suite("customers", "invoices", "payments")


@pytest.fixture(scope="module")
def client(client: RpcClient) -> RpcClient:
    """Where the merchant has a company."""
    client.customers.set_merchant(SYSTEM, company=COMPANY, key=new_id())
    return client


class Payer(Group):
    """A bill group whose payments are recorded by hand."""

    def pay(self, method: str, context: Context = SYSTEM, **asked: Any) -> View:
        """A call of the payments service about this bill group."""
        if CONTRACTS["payments"].methods[method].changes:
            asked.setdefault("key", new_id())
        answer: View = getattr(self._client.payments, method)(context, bill_group=self.handle, **asked)
        return answer

    def until(self, invoice: str, **wanted: Any) -> View:
        """The invoice, as soon as it has heard of what moved."""

        def heard() -> View | None:
            view = self.call("get_invoice", CUSTOMER, invoice=invoice)
            return view if view.items() >= wanted.items() else None

        view = wait_until(heard, timeout=20, what=f"an invoice with {wanted}")
        assert view is not None
        return view


@pytest.fixture
def payer(client: RpcClient, running: Suite) -> Iterator[Payer]:
    publisher = ConfirmingPublisher(running.settings["AMQP_URI"])
    yield Payer(client, publisher)
    publisher.close()


def test_a_transfer_settles_its_invoice_once(payer: Payer) -> None:
    invoice = payer.issued()["invoice"]
    key = new_id()
    with ThreadPoolExecutor(8) as threads:
        asked = [
            threads.submit(payer.pay, "record_payment", invoice=invoice, reference="Statement 7", key=key)
            for _ in range(16)
        ]
    first, *others = [each.result() for each in asked]

    assert all(other == first for other in others)
    assert (first["amount"], first["currency"], first["reference"]) == (3570, "EUR", "Statement 7")
    view = payer.until(invoice, status="settled", due=0, overpaid=0)
    assert view["payments"][0]["method"] == {"kind": "transfer", "brand": "", "last4": ""}
    assert payer.pay("record_payment", invoice=invoice, reference="Statement 7", key=key) == first
    assert payer.pay("get_transaction", CUSTOMER, transaction=first["transaction"]) == first
    with pytest.raises(DomainError, match="nothing_due"):
        payer.pay("record_payment", invoice=invoice)
    with pytest.raises(DomainError, match="key_used_for_something_else"):
        payer.pay("record_payment", invoice=invoice, reference="Another", key=key)


def test_parts_are_counted_before_the_invoice_has_heard_of_them(payer: Payer) -> None:
    invoice = payer.issued()["invoice"]
    for _ in range(3):
        payer.pay("record_payment", invoice=invoice, amount=1000)
    with pytest.raises(DomainError, match="more_than_due") as refused:
        payer.pay("record_payment", invoice=invoice, amount=571)
    assert refused.value.params == {"due": 570, "currency": "EUR"}
    with pytest.raises(DomainError, match="currency_differs"):
        payer.pay("record_payment", invoice=invoice, amount=570, currency="CHF")

    payer.pay("record_payment", invoice=invoice, amount=1000, overpay=True)
    payer.until(invoice, status="settled", overpaid=430)


def at_once(payer: Payer, method: str, **asked: Any) -> list[View | DomainError]:
    """What came of twelve requests of the same kind, each of its own, sent at the same time."""

    def ask(_number: int) -> View | DomainError:
        try:
            return payer.pay(method, **asked)
        except DomainError as error:
            return error

    with ThreadPoolExecutor(12) as threads:
        return list(threads.map(ask, range(12)))


def test_payments_and_refunds_at_once_never_come_to_more_than_there_is(payer: Payer) -> None:
    invoice = payer.issued()["invoice"]
    paid = at_once(payer, "record_payment", invoice=invoice, amount=1000)
    assert sum(one["amount"] for one in paid if isinstance(one, dict)) == 3000
    assert {one.code for one in paid if isinstance(one, DomainError)} == {"more_than_due"}
    payer.until(invoice, due=570, overpaid=0)

    (payment, *_) = [one["transaction"] for one in paid if isinstance(one, dict)]
    back = at_once(payer, "record_refund", transaction=payment, amount=300)
    assert sum(one["amount"] for one in back if isinstance(one, dict)) == 900
    assert {one.code for one in back if isinstance(one, DomainError)} == {"more_than_paid"}
    payer.until(invoice, due=1470)


def test_a_payment_recorded_by_mistake_is_taken_back(payer: Payer) -> None:
    invoice = payer.issued()["invoice"]
    payment = payer.pay("record_payment", invoice=invoice)["transaction"]
    payer.until(invoice, status="settled")

    refund = payer.pay("record_refund", transaction=payment)

    assert (refund["kind"], refund["state"], refund["refunds"]) == ("refund", "refunded", payment)
    payer.until(invoice, status="pending", due=3570)
    with pytest.raises(DomainError, match="not_refundable"):
        payer.pay("record_refund", transaction=payment)
    cancelled = payer.call("cancel_invoice", invoice=invoice)
    assert (cancelled["status"], cancelled["due"]) == ("cancelled", 0)


def test_nothing_is_settled_that_was_not_issued_or_is_not_ours(
    payer: Payer, client: RpcClient, running: Suite
) -> None:
    draft = payer.call("create_invoice", lines=[{"description": "Work", "unit_amount": 100}])["invoice"]
    with pytest.raises(DomainError, match="not_issued"):
        payer.pay("record_payment", invoice=draft)
    invoice = payer.issued()["invoice"]
    with pytest.raises(DomainError, match="not_allowed"):
        payer.pay("record_payment", CUSTOMER, invoice=invoice)
    payment = payer.pay("record_payment", invoice=invoice)["transaction"]
    other = Payer(client, payer._publisher)
    for method, asked in (
        ("record_payment", {"invoice": invoice}),
        ("record_refund", {"transaction": payment}),
        ("get_transaction", {"transaction": payment}),
    ):
        with pytest.raises(DomainError, match="not_found"):
            other.pay(method, **asked)


def imported(payer: Payer, number: int, **more: Any) -> View:
    return payer.pay(
        "import_transaction",
        transaction=f"txn-{payer.handle}-{number:03}",
        kind="settle",
        amount=1000 + number,
        currency="EUR",
        # Over two years, so that pages go through all spans.
        at=f"202{4 + number % 2}-{1 + number % 12:02}-03T12:00:00+00:00",
        **{"state": "settled", **more},
    )


def test_transactions_of_all_bill_groups_are_found(payer: Payer, client: RpcClient) -> None:
    other = Payer(client, payer._publisher)
    invoice = new_handle("inv")
    kept = [
        imported(whose, number, invoice=invoice, state="settled" if number % 3 else "failed")
        for number in range(15)
        for whose in (payer, other)
    ]
    newest_first = sorted(kept, key=lambda one: (one["at"], one["transaction"]), reverse=True)

    def found(**asked: Any) -> list[View]:
        items, cursor = [], None
        while True:
            page = client.payments.find_transactions(SYSTEM, limit=4, cursor=cursor, **asked)
            items += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return items

    ours = {payer.handle, other.handle}
    assert [one for one in found() if one["bill_group"] in ours] == newest_first
    assert found(invoice=invoice, sort="at") == newest_first[::-1]
    assert found(bill_group=other.handle, state="failed") == [
        one for one in newest_first if one["bill_group"] == other.handle and one["state"] == "failed"
    ]
    year = {"at_from": "2025-01-01T00:00:00Z", "at_to": newest_first[2]["at"]}
    assert found(invoice=invoice, **year) == [
        one for one in newest_first if "2025" <= one["at"] < newest_first[2]["at"]
    ]
    assert found(invoice=invoice, kind="refund") == []
    with pytest.raises(DomainError, match="not_allowed"):
        client.payments.find_transactions(CUSTOMER)

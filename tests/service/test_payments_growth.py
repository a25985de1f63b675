"""What the payment history costs: which index each query is answered from, and how many documents come back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient, monitoring

from services.payments.customers import CustomersService
from services.payments.documents import from_transaction
from services.payments.domain.transactions import Transaction, TransactionKind, TransactionState
from services.payments.repository import StoredTransactions
from services.payments.usecases.transactions import TransactionUseCases
from shared.contracts.payment_transactions import ListTransactions
from shared.contracts.payments import contract
from shared.kernel.context import Context, Principal, PrincipalKind
from shared.kernel.ids import new_handle
from shared.kernel.money import Money
from shared.storage import Store
from tests.support.fixtures import SharedStore

FEW, MANY, PAGE = 10, 1000, 25
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
CUSTOMER = Context(principal=Principal(PrincipalKind.CUSTOMER, "cust-1"), chosen_now=NOW)


class Watched(monitoring.CommandListener):
    """A bill group with ten payments, a month apart, and one with a thousand, a day apart. All queries are seen."""

    def __init__(self, uri: str) -> None:
        self._finds: list[dict[str, Any]] = []
        self._documents = 0
        self.client: MongoClient[dict[str, Any]] = MongoClient(uri, tz_aware=True, event_listeners=[self])
        store = Store(self.client[new_handle("t")], contract)
        transactions = StoredTransactions(store)
        self.collection = store.database["transactions"]
        for group, many, apart in (("bg-few", FEW, timedelta(days=30)), ("bg-many", MANY, timedelta(days=1))):
            made = [payment(group, place, NOW - place * apart) for place in range(many)]
            self.collection.insert_many(
                {**from_transaction(each), "_id": each.handle, "bill_group": group, "version": 1}
                for each in made
            )
        self.history = TransactionUseCases(transactions, CustomersService(None))

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.command_name == "find":
            self._finds.append(dict(event.command))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        self._documents += len(event.reply.get("cursor", {}).get("firstBatch", []))

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        raise AssertionError(event.failure)

    def cost(self) -> tuple[int, int, int]:
        """Since the last time: how many queries, how many entries of indexes looked at, how many documents."""
        finds, self._finds = self._finds, []
        documents, self._documents = self._documents, 0
        looked_at = 0
        for find in finds:
            looked_at += self.collection.find(find["filter"]).explain()["executionStats"]["totalKeysExamined"]
        self._documents = 0
        return len(finds), looked_at, documents


def payment(group: str, place: int, at: datetime) -> Transaction:
    return Transaction(
        f"txn-{group}-{place:04}",
        group,
        TransactionKind.SETTLE,
        TransactionState.SETTLED,
        Money(1900, "EUR"),
        at,
        invoice=f"inv-{group}-{place:04}",
    )


@pytest.fixture(scope="module")
def watched(store: SharedStore) -> Iterator[Watched]:
    watched = Watched(store.uri)
    yield watched
    watched.client.close()


def listed(watched: Watched, group: str, **asked: Any) -> dict[str, Any]:
    loaded = ListTransactions().load({"bill_group": group, "limit": PAGE, **asked})
    return watched.history.list_transactions(CUSTOMER, **loaded)


def test_pages_of_a_thousand_are_short_ranges_of_an_index(watched: Watched) -> None:
    watched.cost()
    cursor, seen = None, []
    for _ in range(3):
        page = listed(watched, "bg-many", cursor=cursor)
        seen += [each["transaction"] for each in page["items"]]
        queries, looked_at, documents = watched.cost()
        assert queries == 1
        assert looked_at <= 4 * PAGE
        assert documents == PAGE + 1
        cursor = page["next_cursor"]
    assert seen == [f"txn-bg-many-{place:04}" for place in range(3 * PAGE)]


def test_whoever_pays_seldom_sees_all_of_it_after_a_few_queries(watched: Watched) -> None:
    watched.cost()
    assert len(listed(watched, "bg-few")["items"]) == FEW
    queries, looked_at, documents = watched.cost()
    assert (queries, documents) == (3, FEW)
    assert looked_at <= FEW + queries


def test_the_payments_of_one_invoice_are_looked_up_among_a_thousand_as_among_ten(watched: Watched) -> None:
    for group in ("bg-few", "bg-many"):
        watched.cost()
        assert len(listed(watched, group, invoice=f"inv-{group}-0005")["items"]) == 1
        assert watched.cost() == (1, 1, 1)

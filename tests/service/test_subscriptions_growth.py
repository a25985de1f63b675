"""What lists and summaries cost: which index each query is answered from, and how many documents come back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from pymongo import MongoClient, monitoring

from services.subscriptions.documents import from_subscription
from services.subscriptions.outside import OtherServices, Owners
from services.subscriptions.repository import Subscriptions
from services.subscriptions.usecases.reading import Reading
from shared.contracts.subscriptions import contract
from shared.kernel.context import Context, Principal, PrincipalKind
from shared.kernel.ids import new_handle
from shared.storage import Store
from tests.support.fixtures import SharedStore
from tests.unit.subscriptions import make

API_KEY = Context(principal=Principal(PrincipalKind.API_KEY, "key-1"))
OF_EACH = 500
PAGE = 25
FIRST_DAY = date(2025, 1, 1)


class OneCustomer(OtherServices):
    """Others that find one customer by the handle of their bill group."""

    def find_customers(self, context: Context, text: str, *, most: int) -> Owners:
        return Owners((f"cust-{text}",), more=False)


class Watched(monitoring.CommandListener):
    """Subscriptions in a store of their own: 500 in each of two bill groups. All queries for them are seen."""

    def __init__(self, uri: str) -> None:
        self._finds: list[dict[str, Any]] = []
        self._documents = 0
        self.client: MongoClient[dict[str, Any]] = MongoClient(uri, event_listeners=[self])
        subscriptions = Subscriptions(Store(self.client[new_handle("t")], contract))
        self.collection = subscriptions.aggregates.collection
        self.collection.insert_many(
            document(group, number) for group in ("bg-1", "bg-2") for number in range(OF_EACH)
        )
        self.reading = Reading(subscriptions, OneCustomer(None))

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        # What is asked for by its handle is one document.
        if event.command_name == "find" and not isinstance(event.command["filter"].get("_id"), str):
            self._finds.append(dict(event.command))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        cursor = event.reply.get("cursor", {})
        self._documents += len(cursor.get("firstBatch", cursor.get("nextBatch", [])))

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        raise AssertionError(event.failure)

    def cost(self) -> tuple[list[str], int]:
        """The index that each query since the last time was answered from, and how many documents came back."""
        finds, self._finds = self._finds, []
        documents, self._documents = self._documents, 0
        return [self._index(find) for find in finds], documents

    def _index(self, find: dict[str, Any]) -> str:
        cursor = self.collection.find(find["filter"]).limit(find.get("limit", 0))
        if "hint" in find:
            cursor = cursor.hint(list(find["hint"].items()))
        if "sort" in find:
            cursor = cursor.sort(list(find["sort"].items()))
        stage = cursor.explain()["queryPlanner"]["winningPlan"]
        while "indexName" not in stage:
            assert "inputStage" in stage, f"the whole collection is read: {find['filter']}"
            stage = stage["inputStage"]
        return str(stage["indexName"])


def document(group: str, number: int) -> dict[str, Any]:
    """A subscription as it is stored. Each day ten of a bill group begin; half of them are cancelled."""
    subscription = make.subscription(
        handle=f"sub-{group}-{number:03d}",
        bill_group=group,
        customer=f"cust-{group}",
        starts_on=FIRST_DAY + timedelta(days=number // 10),
        cancellation=make.cancellation() if number % 2 else None,
        terms=make.terms(plan=f"plan-{group}", product=f"prod-{group}"),
    )
    kept = {"_id": subscription.handle, "bill_group": group, "version": 1, "outbox": [], "answers": []}
    return {**kept, **from_subscription(subscription)}


@pytest.fixture(scope="module")
def watched(store: SharedStore) -> Iterator[Watched]:
    watched = Watched(store.uri)
    yield watched
    watched.client.close()


@pytest.mark.parametrize(
    "status, stage, index",
    [
        (None, None, "bill_group_1_place_1"),
        ("active", None, "bill_group_1_status_1_place_1"),
        (None, "active", "bill_group_1_stage_1_place_1"),
        (None, "cancelled", "bill_group_1_stage_1_place_1"),
        ("active", "cancelled", "bill_group_1_stage_1_place_1"),
    ],
)
def test_a_page_of_a_large_bill_group_is_a_range_of_an_index(watched, status, stage, index):
    cursor = None
    for _ in range(3):
        page = watched.reading.list_subscriptions(
            API_KEY, bill_group="bg-1", status=status, stage=stage, limit=PAGE, cursor=cursor
        )
        assert len(page["items"]) == PAGE
        assert watched.cost() == ([index], PAGE + 1)
        cursor = page["next_cursor"]


def test_a_summary_reads_each_running_subscription_of_its_bill_group_once(watched):
    summary = watched.reading.billing_summary(API_KEY, bill_group="bg-1")
    assert (summary["running_count"], summary["next_amount"]) == (OF_EACH, OF_EACH // 2 * 2000)
    assert watched.cost() == (["bill_group_1_place_1"], OF_EACH)


@pytest.mark.parametrize(
    "filters, first_field",
    [
        ({}, "starts_on"),
        ({"bill_group": "bg-1"}, "bill_group"),
        ({"customer": "cust-bg-1"}, "customer"),
        ({"status": "active"}, "status"),
        ({"plan": "plan-bg-1"}, "terms.plan"),
        ({"product": "prod-bg-1"}, "terms.product"),
        ({"stage": "cancelled"}, "stage"),
        ({"plan": "plan-bg-1", "stage": "cancelled"}, "terms.plan_1_stage"),
        ({"q": "bg-1"}, "customer"),
        ({"q": "bg-1", "stage": "active"}, "customer"),
        ({"bill_group": "bg-1", "status": "active", "plan": "plan-bg-1"}, "bill_group"),
    ],
)
@pytest.mark.parametrize("sort", ["starts_on", "-starts_on"])
def test_what_is_found_in_all_bill_groups_comes_from_ranges_of_an_index(watched, filters, first_field, sort):
    cursor = None
    for _ in range(3):
        page = watched.reading.find_subscriptions(
            API_KEY, sort=sort, limit=PAGE, cursor=cursor, **{"q": "", "bill_group": None, **filters}
        )
        assert len(page["items"]) == PAGE
        indexes, documents = watched.cost()
        assert all(index.startswith(f"{first_field}_1") for index in indexes)
        # Beside the one that tells whether there are more.
        assert (len(indexes), documents) == (1 if cursor is None else 2, PAGE + 1)
        cursor = page["next_cursor"]


def test_what_is_due_is_found_by_when_it_is_due(watched):
    subscriptions = Subscriptions(Store(watched.collection.database, contract))
    watched.cost()
    assert subscriptions.due(make.NOW, limit=PAGE) == []
    assert watched.cost() == (["wake_at_1"], 0)

"""What lists and sums cost: which index each query is answered from, and how many documents come back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient, monitoring

from services.invoices.documents import to_document
from services.invoices.domain.document import Document, Status
from services.invoices.repository import Documents, Pdfs
from services.invoices.usecases.reading import Reading
from shared.contracts.invoice_reading import MOST_SUMMED, ListInvoices, SumUpInvoices
from shared.contracts.invoices import contract
from shared.kernel.context import Context, Principal, PrincipalKind
from shared.kernel.ids import new_handle
from shared.kernel.numbering import Numbering
from shared.storage import Store
from tests.support.fixtures import SharedStore
from tests.unit.invoices.examples import PARTIES, draft, line
from tests.unit.invoices.fakes import FakeCustomers, FakePortalKeys, FakeRenderer

FEW, MANY, PAGE = 10, 1000, 25
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
CUSTOMER = Context(principal=Principal(PrincipalKind.CUSTOMER, "cust-1"), chosen_now=NOW)
# A page of a list may look at some more days than it needs.
MOST_FOR_A_PAGE = 3 * PAGE


class Watched(monitoring.CommandListener):
    """A bill group with ten invoices and one with a thousand, two days apart each. All queries are seen."""

    def __init__(self, uri: str) -> None:
        self._finds: list[dict[str, Any]] = []
        self._documents = 0
        self.client: MongoClient[dict[str, Any]] = MongoClient(uri, tz_aware=True, event_listeners=[self])
        self.store = Store(self.client[new_handle("t")], contract)
        documents = Documents(self.store)
        self.collection = self.store.database["documents"]
        for group, many in (("bg-few", FEW), ("bg-many", MANY)):
            made = [invoice(group, place) for place in range(many)]
            self.collection.insert_many(
                {**to_document(each), "_id": each.id, "bill_group": group, "version": 1} for each in made
            )
            days = [each.issue.created_on.isoformat() for each in made if each.issue]
            density = {"_id": group, "count": many, "first": min(days), "last": max(days)}
            self.store.database["groups"].insert_one(density)
        self.reading = Reading(
            documents, Pdfs(self.store), FakeRenderer(), FakeCustomers(PARTIES), FakePortalKeys()
        )

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.command_name == "find" and event.command["find"] == "documents":
            self._finds.append(dict(event.command))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        self._documents += len(event.reply.get("cursor", {}).get("firstBatch", []))
        self._documents += len(event.reply.get("cursor", {}).get("nextBatch", []))

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        raise AssertionError(event.failure)

    def cost(self) -> tuple[set[str], int, int]:
        """Since the last time: the indexes used, how many entries of them were looked at, how many documents came."""
        finds, self._finds = self._finds, []
        documents, self._documents = self._documents, 0
        indexes, looked_at = set(), 0
        for find in finds:
            plan = self.collection.find(find["filter"]).explain()
            looked_at += plan["executionStats"]["totalKeysExamined"]
            stage = plan["queryPlanner"]["winningPlan"]
            while "indexName" not in stage:
                assert "inputStage" in stage, f"the whole collection is read: {find['filter']}"
                stage = stage["inputStage"]
            indexes.add(stage["indexName"])
        self._documents = 0
        return indexes, looked_at, documents


def invoice(group: str, place: int) -> Document:
    """The invoice ``place`` of a bill group, counted backwards from yesterday: the last three are open, one overdue."""
    day = NOW.date() - timedelta(days=1 + 2 * place)
    number = Numbering(f"{group.upper()}-{{number:5}}").number_on(day, place + 1)
    made = replace(
        draft(line(1000 + place)), id=f"draft-{group}-{place}", bill_group=group, due_days=3
    ).issued(number, day, PARTIES)
    return made if place < 3 else replace(made, status=Status.SETTLED)


@pytest.fixture(scope="module")
def watched(store: SharedStore) -> Iterator[Watched]:
    watched = Watched(store.uri)
    yield watched
    watched.client.close()


def listed(watched: Watched, group: str, **asked: Any) -> dict[str, Any]:
    return watched.reading.list_invoices(CUSTOMER, **ListInvoices().load({"bill_group": group, **asked}))


def summed(watched: Watched, group: str, **asked: Any) -> dict[str, Any]:
    return watched.reading.invoice_totals(CUSTOMER, **SumUpInvoices().load({"bill_group": group, **asked}))


@pytest.mark.parametrize("sort", ["-created", "created", "-due", "due"])
def test_a_page_of_a_thousand_is_a_short_range_of_an_index(watched: Watched, sort: str) -> None:
    watched.cost()
    cursor = None
    for _ in range(3):
        page = listed(watched, "bg-many", sort=sort, cursor=cursor)
        assert len(page["items"]) == PAGE
        indexes, looked_at, documents = watched.cost()
        assert indexes == {f"bill_group_1_listed.as_1_listed.by.{sort.removeprefix('-')}_-1"}
        assert looked_at <= MOST_FOR_A_PAGE
        assert documents <= MOST_FOR_A_PAGE
        cursor = page["next_cursor"]


@pytest.mark.parametrize(
    "asked, count",
    [
        ({"status": "open"}, 3),
        ({"status": "overdue"}, 1),
        ({"search": "1000"}, 1),
        ({"created_from": "2026-10-01", "created_to": "2026-10-31"}, 16),
        ({"created_from": "2026-10-01", "status": "settled"}, 23),
    ],
)
def test_what_a_filter_finds_is_summed_up_from_a_range_of_an_index(
    watched: Watched, asked: dict[str, str], count: int
) -> None:
    totals = summed(watched, "bg-many", **asked)
    items = listed(watched, "bg-many", **asked)["items"]
    assert (totals["count"], totals["complete"]) == (len(items), True) == (count, True)
    assert totals["sums"] == [
        {
            "currency": "EUR",
            "total": sum(item["total"] for item in items),
            "due": sum(item["due"] for item in items),
        }
    ]
    watched.cost()
    summed(watched, "bg-many", **asked)
    _, looked_at, _ = watched.cost()
    assert looked_at <= MOST_FOR_A_PAGE


def test_more_than_can_be_summed_up_quickly_is_only_said_to_be_more(watched: Watched) -> None:
    assert summed(watched, "bg-few")["count"] == FEW
    watched.cost()
    assert summed(watched, "bg-many") == {"count": MOST_SUMMED, "complete": False, "sums": []}
    indexes, looked_at, documents = watched.cost()
    assert indexes == {"bill_group_1_listed.as_1_listed.by.created_-1"}
    assert max(looked_at, documents) <= 2 * MOST_SUMMED


def test_one_of_a_thousand_is_looked_up_as_one_of_ten_is(watched: Watched) -> None:
    for group in ("bg-few", "bg-many"):
        (newest, *_) = listed(watched, group)["items"]
        watched.cost()
        watched.reading.get_invoice(CUSTOMER, bill_group=group, invoice=newest["invoice"])
        assert watched.cost() == ({"bill_group_1_handle_1"}, 1, 1)


def test_what_is_overdue_is_so_by_the_day_of_the_bill_group(watched: Watched) -> None:
    (late,) = listed(watched, "bg-few", status="overdue")["items"]
    assert (late["overdue"], late["due_on"]) == (True, date(2026, 11, 19))
    # In Hamburg, where the bill group is, the 19th ends at 23:00 UTC. Elsewhere it is over before.
    for now, count in (
        (datetime(2026, 11, 19, 22, 59, tzinfo=UTC), 0),
        (datetime(2026, 11, 19, 23, tzinfo=UTC), 1),
    ):
        then = replace(CUSTOMER, chosen_now=now)
        asked = ListInvoices().load({"bill_group": "bg-many", "status": "overdue"})
        assert len(watched.reading.list_invoices(then, **asked)["items"]) == count

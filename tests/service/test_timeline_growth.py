"""What a long timeline costs: which index each page is answered from, and how many documents come back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient, monitoring

from services.customers import repository
from services.customers.documents import in_order
from services.customers.usecases.timeline import History
from shared.contracts.customers import contract
from shared.kernel.clock import utc_now
from shared.kernel.context import Context, Principal, PrincipalKind
from shared.kernel.ids import new_handle
from shared.storage import Store
from tests.support.fixtures import SharedStore
from tests.unit.customers.examples import bill_group, customer
from tests.unit.customers.fakes import FakeBillGroups, FakeCustomers

STAFF = Context(principal=Principal(PrincipalKind.STAFF, "jane"))
OF_EACH = 400
PAGE = 25
LAST = utc_now() - timedelta(hours=1)
# A page may look at some more days than it needs.
MOST_FOR_A_PAGE = 4 * PAGE
# Bill group and customer of 400 events each; the last ones concern no customer.
BELONGING = (("bg-1", "cust-1"), ("bg-2", "cust-1"), ("bg-3", "cust-2"), ("", ""))


class Watched(monitoring.CommandListener):
    """A timeline in a store of its own. All queries for it are seen."""

    def __init__(self, uri: str) -> None:
        self._finds: list[dict[str, Any]] = []
        self._documents = 0
        self.client: MongoClient[dict[str, Any]] = MongoClient(uri, event_listeners=[self])
        store = Store(self.client[new_handle("t")], contract)
        customers, groups = FakeCustomers(), FakeBillGroups()
        for handle in ("cust-1", "cust-2"):
            customers.aggregates.add(customer(handle), handle=handle)
        for handle, owner in BELONGING[:-1]:
            groups.aggregates.add(bill_group(handle, of=owner), handle=handle)
        self.timeline = repository.Timeline(store)
        self.collection = store.database["timeline"]
        self.history = History(customers, groups, self.timeline, repository.Notes(store))  # type: ignore[arg-type]
        self.collection.insert_many(
            document(number, *belonging) for number in range(OF_EACH) for belonging in BELONGING
        )

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.command_name == "find" and event.command["find"] == "timeline":
            self._finds.append(dict(event.command))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        cursor = event.reply.get("cursor", {})
        self._documents += len(cursor.get("firstBatch", cursor.get("nextBatch", [])))

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        raise AssertionError(event.failure)

    def cost(self) -> tuple[set[str], int, int]:
        """Since the last time: the indexes used, how many entries of them were looked at, how many documents came."""
        finds, self._finds = self._finds, []
        documents, self._documents = self._documents, 0
        indexes, looked_at = set(), 0
        for find in finds:
            plan = self.collection.find(find["filter"]).hint(list(find["hint"].items())).explain()
            looked_at += plan["executionStats"]["totalKeysExamined"]
            stage = plan["queryPlanner"]["winningPlan"]
            while "indexName" not in stage:
                assert "inputStage" in stage, f"the whole collection is read: {find['filter']}"
                stage = stage["inputStage"]
            indexes.add(stage["indexName"])
            # What comes before the place is asked for by value, so that the index has the order of the page.
            assert find.get("sort", {"place": -1}) == {"place": -1}
            *before, last = find["hint"]
            assert last == "place"
            assert all(isinstance(find["filter"][name], str) for name in before)
        self._documents = 0
        return indexes, looked_at, documents


def document(number: int, bill_group: str, customer: str) -> dict[str, Any]:
    """An event as it is stored. Every other one was told by payments, of one subject, and done by staff."""
    at, odd = LAST - timedelta(days=number), number % 2 == 1
    event_id = f"{bill_group}-{number:04d}"
    return {
        "_id": event_id,
        "customer": customer,
        "bill_group": bill_group,
        "place": f"{in_order(at)} {event_id}",
        "source": "payments" if odd else "customers",
        "type": "payment_settled" if odd else "contact_changed",
        "subject": "tx-1" if odd else bill_group or "merchant",
        "principal": "staff:jane" if odd else "api_key:key-1",
        "occurred_at": at.isoformat(),
        "recorded_at": at.isoformat(),
        "request_id": "",
        "address": "",
        "user_agent": "",
        "data": {},
    }


@pytest.fixture(scope="module")
def timeline(store: SharedStore) -> Iterator[Watched]:
    watched = Watched(store.uri)
    yield watched
    watched.client.close()


@pytest.fixture
def watched(timeline: Watched) -> Watched:
    """The timeline, with nothing seen of it yet."""
    timeline.cost()
    return timeline


@pytest.mark.parametrize(
    "filters, narrowed_by",
    [
        ({}, None),
        ({"subject": "tx-1"}, "subject"),
        ({"source": "payments"}, "source"),
        ({"type": "payment_settled"}, "type"),
        ({"principal": "staff:jane"}, "principal"),
        ({"subject": "tx-1", "source": "payments", "type": "payment_settled"}, "subject"),
    ],
)
@pytest.mark.parametrize("whose", ["bill_group", "customer", "installation"])
def test_a_page_of_a_long_timeline_is_a_range_of_an_index(watched, whose, filters, narrowed_by):
    ask = {
        "bill_group": lambda **page: watched.history.list_timeline(STAFF, bill_group="bg-1", **page),
        "customer": lambda **page: watched.history.list_customer_timeline(STAFF, customer="cust-1", **page),
        "installation": lambda **page: watched.history.list_installation_timeline(STAFF, **page),
    }[whose]
    first_field = "bill_group_1" if whose == "bill_group" else "customer_1"
    index = f"{first_field}_{narrowed_by}_1_place_-1" if narrowed_by else f"{first_field}_place_-1"
    cursor, places = None, []
    for _ in range(3):
        page = ask(limit=PAGE, cursor=cursor, **filters)
        assert len(page["items"]) == PAGE
        indexes, looked_at, documents = watched.cost()
        assert indexes == {index}
        assert looked_at <= MOST_FOR_A_PAGE
        assert documents == PAGE + 1
        places += [(event["recorded_at"], event["event_id"]) for event in page["items"]]
        cursor = page["next_cursor"]
    assert len(set(places)) == 3 * PAGE
    assert places == sorted(places, reverse=True)


def test_a_walk_through_a_timeline_meets_each_event_once(watched):
    met, cursor = [], None
    while True:
        page = watched.history.list_timeline(STAFF, bill_group="bg-3", limit=30, cursor=cursor)
        met += [event["event_id"] for event in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert met == [f"bg-3-{number:04d}" for number in range(OF_EACH)]


def test_a_span_of_time_narrows_the_range(watched):
    page = watched.history.list_customer_timeline(
        STAFF,
        customer="cust-1",
        limit=PAGE,
        cursor=None,
        recorded_from=LAST - timedelta(days=204),
        recorded_to=LAST - timedelta(days=199),
    )
    assert len(page["items"]) == 10
    assert watched.cost() == ({"customer_1_place_-1"}, 10, 10)


def test_a_customers_timeline_has_all_their_bill_groups_and_nobody_elses(watched):
    found, cursor = set(), None
    while True:
        page = watched.history.list_customer_timeline(STAFF, customer="cust-1", limit=100, cursor=cursor)
        found |= {(event["customer"], event["bill_group"]) for event in page["items"]}
        if (cursor := page["next_cursor"]) is None:
            break
    assert found == {("cust-1", "bg-1"), ("cust-1", "bg-2")}


def test_whose_something_is_comes_from_an_index(watched):
    assert watched.history.find_subject(STAFF, subject="bg-2") == {
        "items": [{"subject": "bg-2", "source": "customers", "customer": "cust-1", "bill_group": "bg-2"}]
    }
    assert watched.history.find_subject(STAFF, subject="bg-9") == {"items": []}
    indexes, _, documents = watched.cost()
    assert indexes == {"subject_1_place_-1"}
    assert documents <= 20


def test_events_from_before_get_their_customers_once(watched):
    watched.collection.update_many({"bill_group": {"$in": ["bg-3", ""]}}, {"$unset": {"customer": ""}})
    assert not watched.timeline.is_complete()
    watched.history.complete()
    assert watched.timeline.is_complete()
    assert watched.collection.count_documents({"customer": "cust-2"}) == OF_EACH
    assert watched.collection.count_documents({"customer": ""}) == OF_EACH
    assert watched.collection.count_documents({"customer": "cust-1"}) == 2 * OF_EACH

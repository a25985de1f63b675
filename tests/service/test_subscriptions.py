"""The subscriptions service as processes, over a real broker and store."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from bson.codec_options import CodecOptions
from kombu import Connection
from pymongo import MongoClient
from pymongo.collection import Collection

from deploy.local.waiting import wait_until
from shared.contracts.registry import CONTRACTS
from shared.kernel.context import Context, Principal, PrincipalKind, system
from shared.kernel.errors import DomainError
from shared.kernel.ids import new_handle, new_id
from shared.messaging.client import RpcClient
from tests.support.billing import ADDRESS, add_bill_group
from tests.support.fixtures import SuiteFactory
from tests.support.suite import Suite

SYSTEM = Context(principal=system("tests"))
STAFF = Context(principal=Principal(PrincipalKind.STAFF, "staff-1"))
CUSTOMER = Context(principal=Principal(PrincipalKind.CUSTOMER, "cust-1"), language="de-AT")


@pytest.fixture(scope="module")
def client(suite: SuiteFactory) -> Iterator[RpcClient]:
    client = RpcClient(suite("customers", "payments", "subscriptions").settings["AMQP_URI"], CONTRACTS)
    import_plan(client)
    yield client
    client.close()


def import_plan(client: RpcClient, **changes: Any) -> dict[str, Any]:
    """A plan ``plan-1`` of 10 EUR a month."""
    names = {"en": "Workshop", "de": "Werkstatt"}
    client.subscriptions.import_product(SYSTEM, product="prod-1", names=names, key=new_id())
    plan = {
        "plan": "plan-1",
        "product": "prod-1",
        "names": {"en": "Monthly", "de": "Monatlich"},
        "interval": {"unit": "month", "count": 1},
        "prices": [{"currency": "EUR", "unit_amount": 1000}],
        **changes,
    }
    answer: dict[str, Any] = client.subscriptions.import_plan(SYSTEM, key=new_id(), **plan)
    return answer


class Subscribed:
    """A subscription of the test's own: 2 × 10 EUR a month, paid for about 20 days more."""

    def __init__(self, client: RpcClient, context: Context = SYSTEM, **changes: Any) -> None:
        self.client = client
        paid_until = datetime.now(UTC).date() + timedelta(days=20)
        started_on = paid_until.replace(year=paid_until.year - 1, day=min(paid_until.day, 28))
        request: dict[str, Any] = {
            "bill_group": new_handle("bg"),
            "subscription": new_handle("sub"),
            "customer": "cust-1",
            "plan": "plan-1",
            "currency": "EUR",
            "time_zone": "Europe/Berlin",
            "quantity": 2,
            "starts_on": started_on.isoformat(),
            "paid_until": paid_until.replace(day=started_on.day).isoformat(),
            **changes,
        }
        add_bill_group(client, request["bill_group"])
        self.request = request
        self.mine = {"bill_group": request["bill_group"], "subscription": request["subscription"]}
        self.imported = client.subscriptions.import_subscription(context, key=new_id(), **request)

    def get(self, context: Context = CUSTOMER) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.subscriptions.get_subscription(context, **self.mine)
        return answer

    def preview(self, action: str, context: Context = CUSTOMER, **more: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.subscriptions.preview_action(
            context, **self.mine, action=action, **more
        )
        return answer

    def act(
        self, action: str, context: Context = CUSTOMER, key: str | None = None, **more: Any
    ) -> dict[str, Any]:
        """Preview and do."""
        fingerprint = self.preview(action, context, **more)["fingerprint"]
        answer: dict[str, Any] = self.client.call(
            "subscriptions",
            f"{action}_subscription",
            context,
            **self.mine,
            **more,
            fingerprint=fingerprint,
            key=key or new_id(),
        )
        return answer


def switch_pausing(client: RpcClient, *, on: bool) -> None:
    """Let customers pause, or not."""
    merchant = client.customers.get_merchant(SYSTEM)
    company = {**merchant["company"], "name": "Werkstatt", "address": ADDRESS}
    client.customers.set_merchant(
        SYSTEM, **{**merchant, "company": company, "customers_pause": on}, key=new_id()
    )


def test_a_customer_cancels_and_takes_it_back(client):
    subscribed = Subscribed(client)
    assert subscribed.get()["actions"] == ["pause", "cancel"]
    preview = subscribed.preview("cancel")
    cancelled = subscribed.act("cancel", reason="too_expensive", comment="Sorry")
    assert cancelled["stage"] == "cancelled"
    assert cancelled["status"] == "active"
    assert cancelled["access_until"] == preview["access_until"]
    assert cancelled["next_billing_on"] is None
    assert subscribed.get() == cancelled
    back = subscribed.act("uncancel")
    assert back["stage"] == "active"
    assert back["next_billing_on"] == preview["next_billing_on_before"]


def test_names_come_in_the_language_of_the_asker(client):
    subscribed = Subscribed(client)
    assert subscribed.get()["product_name"] == "Werkstatt"
    assert subscribed.get(STAFF)["product_name"] == "Workshop"


def test_a_change_asked_for_again_is_answered_again(client):
    subscribed = Subscribed(client)
    fingerprint = subscribed.preview("pause", at="now")["fingerprint"]
    key = new_id()

    def pause(_: int) -> dict[str, Any]:
        answer: dict[str, Any] = client.subscriptions.pause_subscription(
            CUSTOMER, **subscribed.mine, at="now", fingerprint=fingerprint, key=key
        )
        return answer

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(pause, range(16)))
    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["status"] == "on_hold"


def test_another_result_than_the_one_shown_is_not_done(client):
    subscribed = Subscribed(client)
    fingerprint = subscribed.preview("cancel")["fingerprint"]
    subscribed.act("pause", at="now")
    with pytest.raises(DomainError, match="preview_outdated"):
        client.subscriptions.cancel_subscription(
            CUSTOMER, **subscribed.mine, fingerprint=fingerprint, key=new_id()
        )
    assert subscribed.get()["stage"] == "on_hold"


def test_customers_resume_only_their_own_pause(client):
    subscribed = Subscribed(client)
    subscribed.act("pause", STAFF, at="now")
    with pytest.raises(DomainError, match="held_by_merchant"):
        subscribed.preview("resume")
    assert subscribed.get()["actions"] == ["cancel"]
    assert subscribed.act("resume", STAFF)["status"] == "active"


def test_what_the_merchant_switched_off_is_refused_here(client):
    subscribed = Subscribed(client)
    switch_pausing(client, on=False)
    try:
        wait_until(lambda: subscribed.get()["actions"] == ["cancel"], timeout=30, what="the switch to hold")
        with pytest.raises(DomainError, match="switched_off"):
            subscribed.preview("pause")
        assert subscribed.preview("pause", STAFF)["status_after"] == "active"
    finally:
        switch_pausing(client, on=True)
        wait_until(lambda: "pause" in subscribed.get()["actions"], timeout=30, what="the switch to hold")


def test_a_payment_method_is_chosen_and_forgotten_when_it_is_removed(client):
    subscribed = Subscribed(client)
    bill_group = subscribed.mine["bill_group"]
    items = [
        {
            "payment_method": handle,
            "kind": "card",
            "brand": "Visa",
            "last4": "1111",
            "status": status,
            "created_at": "2025-03-01T10:00:00+00:00",
        }
        for handle, status in (("pm-1", "active"), ("pm-2", "active"), ("pm-3", "failed"))
    ]
    client.payments.import_payment_methods(SYSTEM, bill_group=bill_group, items=items, key=new_id())

    def choose(payment_method: str | None, key: str = "") -> dict[str, Any]:
        answer: dict[str, Any] = client.subscriptions.choose_payment_method(
            CUSTOMER, **subscribed.mine, payment_method=payment_method, key=key or new_id()
        )
        return answer

    for unusable in ("pm-3", "pm-4"):
        with pytest.raises(DomainError, match="unknown_payment_method"):
            choose(unusable)
    key = new_id()
    chosen = choose("pm-2", key)
    assert chosen["payment_method"] == "pm-2"
    client.payments.remove_payment_method(
        CUSTOMER, bill_group=bill_group, payment_method="pm-2", key=new_id()
    )
    wait_until(lambda: subscribed.get()["payment_method"] is None, timeout=60, what="the default to be used")
    assert choose("pm-2", key) == chosen
    with pytest.raises(DomainError, match="unknown_payment_method"):
        choose("pm-2")


def test_other_bill_groups_see_nothing(client):
    subscribed = Subscribed(client)
    foreign = {**subscribed.mine, "bill_group": new_handle("bg")}
    fingerprint = subscribed.preview("cancel")["fingerprint"]
    with pytest.raises(DomainError, match="not_found"):
        client.subscriptions.get_subscription(CUSTOMER, **foreign)
    with pytest.raises(DomainError, match="not_found"):
        client.subscriptions.preview_action(CUSTOMER, **foreign, action="cancel")
    with pytest.raises(DomainError, match="not_found"):
        client.subscriptions.cancel_subscription(CUSTOMER, **foreign, fingerprint=fingerprint, key=new_id())
    assert subscribed.get()["stage"] == "active"


def test_customers_and_strangers_import_nothing(client):
    for context in (CUSTOMER, Context()):
        with pytest.raises(DomainError, match="not_allowed"):
            Subscribed(client, context)


def test_an_import_is_repeated_without_effect(client):
    subscribed = Subscribed(client)
    again = client.subscriptions.import_subscription(SYSTEM, key=new_id(), **subscribed.request)
    assert again == subscribed.imported
    with pytest.raises(DomainError, match="already_exists"):
        client.subscriptions.import_subscription(
            SYSTEM, key=new_id(), **{**subscribed.request, "quantity": 3}
        )


def test_a_bill_group_has_one_currency(client):
    bill_group = new_handle("bg")
    with pytest.raises(DomainError, match="invalid_subscription") as refused:
        Subscribed(client, bill_group=bill_group, currency="USD")
    assert refused.value.params["fields"] == {"currency": "not_the_bill_groups"}
    Subscribed(client, bill_group=bill_group)


def test_an_import_is_for_a_bill_group_that_is_there_and_for_its_customer(client):
    with pytest.raises(DomainError, match="invalid_subscription") as refused:
        Subscribed(client, customer="cust-2")
    assert refused.value.params["fields"] == {"customer": "not_the_bill_groups"}
    nobody = {**Subscribed(client).request, "bill_group": "bg-nobody", "subscription": new_handle("sub")}
    with pytest.raises(DomainError, match="not_found"):
        client.subscriptions.import_subscription(SYSTEM, key=new_id(), **nobody)


def test_a_changed_plan_is_a_new_version_and_leaves_subscriptions_alone(client):
    before = Subscribed(client)
    assert import_plan(client) == import_plan(client)
    version = import_plan(client)["plan_version"]
    changed = import_plan(client, prices=[{"currency": "EUR", "unit_amount": 1200}])
    try:
        assert changed["plan_version"] == version + 1
        assert Subscribed(client).imported["unit_amount"] == 1200
        assert before.get()["unit_amount"] == 1000
    finally:
        import_plan(client)


def test_pages_show_running_ones_first_and_each_one_once(client):
    bill_group = new_handle("bg")
    made = [
        Subscribed(client, bill_group=bill_group, starts_on=f"2025-0{month}-15", paid_until="2030-01-15")
        for month in range(1, 8)
    ]
    made[6].act("cancel", STAFF, at="now")
    seen: list[str] = []
    cursor = None
    while True:
        page = client.subscriptions.list_subscriptions(
            CUSTOMER, bill_group=bill_group, limit=3, cursor=cursor
        )
        seen += [item["subscription"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    handles = [each.mine["subscription"] for each in made]
    assert seen == [*reversed(handles[:6]), handles[6]]
    expired = client.subscriptions.list_subscriptions(CUSTOMER, bill_group=bill_group, status="expired")
    assert [item["subscription"] for item in expired["items"]] == handles[6:]


@pytest.mark.parametrize("page", [1, 100])
def test_the_list_is_narrowed_to_a_stage(client, page):
    bill_group = new_handle("bg")
    by_stage = {
        "active": [Subscribed(client, bill_group=bill_group) for _ in range(3)],
        "on_hold": [Subscribed(client, bill_group=bill_group) for _ in range(2)],
        "cancelled": [Subscribed(client, bill_group=bill_group) for _ in range(3)],
        "expired": [Subscribed(client, bill_group=bill_group)],
        "trial": [],
    }
    for held in (*by_stage["on_hold"], by_stage["cancelled"][0]):
        held.act("pause", at="now")
    for cancelled in by_stage["cancelled"]:
        cancelled.act("cancel")
    by_stage["expired"][0].act("cancel", STAFF, at="now")
    by_stage["active"][0].act("cancel")
    by_stage["active"][0].act("uncancel")
    for stage, these in by_stage.items():
        found = pages(client, page, bill_group=bill_group, stage=stage)
        assert sorted(item["subscription"] for item in found) == sorted(
            each.mine["subscription"] for each in these
        )
        assert {item["stage"] for item in found} <= {stage}
    both = pages(client, page, bill_group=bill_group, stage="cancelled", status="on_hold")
    assert [item["subscription"] for item in both] == [by_stage["cancelled"][0].mine["subscription"]]
    assert pages(client, page, bill_group=bill_group, stage="active", status="on_hold") == []


def pages(client: RpcClient, limit: int, **asked: Any) -> list[dict[str, Any]]:
    """All items of a list, asked for in pages."""
    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = client.subscriptions.list_subscriptions(CUSTOMER, limit=limit, cursor=cursor, **asked)
        found += page["items"]
        if (cursor := page["next_cursor"]) is None:
            return found


def test_the_summary_adds_up_what_comes_next(client):
    bill_group = new_handle("bg")
    empty = client.subscriptions.billing_summary(CUSTOMER, bill_group=bill_group)
    assert (empty["running_count"], empty["next_billing_on"], empty["currency"]) == (0, None, None)
    first = Subscribed(client, bill_group=bill_group)
    Subscribed(client, bill_group=bill_group, quantity=1)
    held = Subscribed(client, bill_group=bill_group)
    held.act("pause", at="now")
    summary = client.subscriptions.billing_summary(CUSTOMER, bill_group=bill_group)
    assert summary["next_amount"] == 3000
    assert summary["next_billing_on"] == first.get()["next_billing_on"]
    assert (summary["active_count"], summary["running_count"]) == (2, 3)
    assert [(note["code"], note["subscription"]) for note in summary["attention"]] == [
        ("paused", held.mine["subscription"])
    ]
    running = client.subscriptions.running_with_method(SYSTEM, bill_group=bill_group)
    assert len(running["items"]) == 3


def test_what_is_due_happens_by_itself(client):
    then = datetime.now(UTC) - timedelta(days=200)
    long_ago = Context(principal=system("tests"), chosen_now=then)
    subscribed = Subscribed(client, long_ago, starts_on=then.date().isoformat(), paid_until=None)
    assert subscribed.imported["status"] == "active"
    wait_until(lambda: is_caught_up(subscribed.get()), timeout=60, what="the billing run")


def test_one_that_cannot_be_read_does_not_hold_up_the_others(suite):
    running = suite("customers", "subscriptions")
    client = RpcClient(running.settings["AMQP_URI"], CONTRACTS)
    try:
        import_plan(client)
        broken = Subscribed(client)
        overdue = datetime.now(UTC) - timedelta(days=1)
        with billing_store(running) as documents:
            documents.update_one(
                {"_id": broken.mine["subscription"]}, {"$set": {"wake_at": overdue}, "$unset": {"terms": ""}}
            )
            then = datetime.now(UTC) - timedelta(days=200)
            long_ago = Context(principal=system("tests"), chosen_now=then)
            late = Subscribed(client, long_ago, starts_on=then.date().isoformat(), paid_until=None)
            wait_until(lambda: is_caught_up(late.get(STAFF)), timeout=60, what="the billing run")
            put_off = documents.find_one({"_id": broken.mine["subscription"]})
        assert put_off is not None
        assert put_off["wake_at"] > overdue + timedelta(days=1)
        assert put_off["version"] == 1
    finally:
        client.close()


def is_caught_up(subscription: dict[str, Any]) -> bool:
    return date.fromisoformat(subscription["current_period"]["end"]) > datetime.now(UTC).date()


def test_each_period_is_billed_once_however_often_the_run_is_killed(suite):
    """Many weeks are made up by two copies of the service; one is killed, the other too, then both at once."""
    copies = ("subscriptions", "subscriptions:2")
    running = suite("customers", *copies)
    starts_on = datetime.now(UTC).date() - timedelta(weeks=20, days=3)
    noon = datetime(starts_on.year, starts_on.month, starts_on.day, 12, tzinfo=UTC)
    client = RpcClient(running.settings["AMQP_URI"], CONTRACTS)
    try:
        import_plan(client, interval={"unit": "week", "count": 1})
        first_day = Context(principal=system("tests"), chosen_now=noon)
        subscribed = [
            Subscribed(client, first_day, starts_on=starts_on.isoformat(), paid_until=None) for _ in range(50)
        ]
    finally:
        client.close()
    with billing_store(running) as documents:
        for killed in copies:
            wait_until(some_more_steps(documents, 100), timeout=60, what="some steps")
            running.kill(killed)
        running.start(*copies)
        wait_until(some_more_steps(documents, 100), timeout=60, what="some steps")
        running.kill(*copies)
        assert documents.count_documents({"wake_at": {"$lte": datetime.now(UTC)}}), "killed too late"
        running.start(*copies)
        wait_until(lambda: all_is_done(documents), timeout=120, what="the billing run")
    weeks = [starts_on + timedelta(weeks=n) for n in range(21)]
    expected = {(each.mine["subscription"], week.isoformat()) for each in subscribed for week in weeks}
    billed = renewals(running.settings["AMQP_URI"])
    assert sorted(billed.values()) == sorted(expected)


@contextmanager
def billing_store(running: Suite) -> Iterator[Collection[dict[str, Any]]]:
    """The documents of a suite's subscriptions service."""
    with MongoClient[dict[str, Any]](running.settings["MONGO_URI"]) as mongo:
        database = mongo[f"{running.settings['DATABASE_PREFIX']}subscriptions"]
        yield database.get_collection("subscriptions", CodecOptions(tz_aware=True))


def some_more_steps(documents: Collection[dict[str, Any]], number: int) -> Callable[[], bool]:
    """Tells whether so many more steps were taken than now."""

    def taken() -> int:
        return sum(document["version"] for document in documents.find({}, {"version": 1}))

    enough = taken() + number
    return lambda: taken() >= enough


def all_is_done(documents: Collection[dict[str, Any]]) -> bool:
    """Whether nothing is due and every event has been published."""
    due = documents.count_documents({"wake_at": {"$lte": datetime.now(UTC)}})
    return not due and not documents.count_documents({"outbox_at": {"$exists": True}})


def renewals(amqp_uri: str) -> dict[str, tuple[str, str]]:
    """What waits for the invoices service: by event id, which subscription and which period are to be billed.

    An event may be delivered twice, then with the same id: that is what the invoices service tells them by.
    """
    found = {}
    with Connection(amqp_uri) as connection, connection.channel() as channel:
        while message := channel.basic_get("invoices.bill_subscription", no_ack=True):
            event = json.loads(message.body)
            assert event["type"] == "subscription_renewed"
            found[event["event_id"]] = (event["subject"], event["data"]["period"]["start"])
    return found

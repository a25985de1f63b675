"""The payments service as a process, over a real broker and store, with the sandbox provider beside it."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from pymongo import MongoClient

from deploy.local.waiting import wait_until
from shared.kernel.context import Context, Principal, PrincipalKind, system
from shared.kernel.errors import DomainError, Kind
from shared.kernel.ids import new_handle, new_id
from shared.messaging.client import RpcClient
from tests.support.billing import COMPANY, add_bill_group
from tests.support.faults import frozen_service
from tests.support.fixtures import SuiteFactory
from tests.support.suite import Suite

SYSTEM = Context(principal=system("tests"))
CUSTOMER = Context(principal=Principal(PrincipalKind.CUSTOMER, "cust-1"), language="de")
CARD = {"number": "4242 4242 4242 4242", "expiry": "12/34", "cvc": "123"}
OTHER_CARD = {**CARD, "number": "5555 5555 5555 4444"}
ACCOUNT = {"kind": "sepa_debit", "iban": "DE89 3704 0044 0532 0130 00"}


@pytest.fixture(scope="module")
def running(suite: SuiteFactory) -> Suite:
    return suite("payments", "subscriptions", "customers", "sandbox")


class Payer:
    """A bill group of the test's own, and the browser of its customer."""

    def __init__(self, client: RpcClient, running: Suite) -> None:
        self.payments, self.client, self.running = client.payments, client, running
        self.bill_group = new_handle("bg")
        add_bill_group(client, self.bill_group)

    def begin(self, *, key: str | None = None, replaces: str | None = None) -> dict[str, Any]:
        answer: dict[str, Any] = self.payments.begin_payment_method(
            CUSTOMER,
            bill_group=self.bill_group,
            return_url=f"{self.running.url}/payment-methods/return",
            replaces=replaces,
            key=key or new_id(),
        )
        return answer

    def finish(self, setup: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.payments.finish_payment_method(
            CUSTOMER, bill_group=self.bill_group, setup=setup, key=new_id()
        )
        return answer

    def add(self, form: dict[str, str], *, replaces: str | None = None) -> str:
        """The handle of a method that was entered at the provider."""
        begun = self.begin(replaces=replaces)
        assert enter(begun["url"], form) == (
            f"{self.running.url}/payment-methods/return?setup={begun['setup']}"
        )
        handle: str = self.finish(begun["setup"])["payment_method"]["payment_method"]
        return handle

    def wallet(self) -> dict[str, Any]:
        answer: dict[str, Any] = self.payments.list_payment_methods(CUSTOMER, bill_group=self.bill_group)
        return answer

    @property
    def handles(self) -> list[str]:
        return [item["payment_method"] for item in self.wallet()["items"]]

    def change(self, method: str, payment_method: str, *, key: str | None = None) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.call(
            "payments",
            method,
            CUSTOMER,
            bill_group=self.bill_group,
            payment_method=payment_method,
            key=key or new_id(),
        )
        return answer

    def timeline(self) -> list[str]:
        """What happened to the bill group since it was made."""
        found = self.client.customers.list_timeline(CUSTOMER, bill_group=self.bill_group, limit=100)
        return [item["type"] for item in found["items"] if item["type"] != "bill_group_created"]

    def subscribe(self) -> str:
        """A running subscription, which pays by the default method."""
        subscriptions, names = self.client.subscriptions, {"en": "Workshop", "de": "Werkstatt"}
        subscriptions.import_product(SYSTEM, product="prod-1", names=names, key=new_id())
        subscriptions.import_plan(
            SYSTEM,
            plan="plan-1",
            product="prod-1",
            names=names,
            interval={"unit": "month", "count": 1},
            prices=[{"currency": "EUR", "unit_amount": 1000}],
            key=new_id(),
        )
        handle = new_handle("sub")
        subscriptions.import_subscription(
            SYSTEM,
            bill_group=self.bill_group,
            subscription=handle,
            customer="cust-1",
            plan="plan-1",
            currency="EUR",
            time_zone="Europe/Berlin",
            starts_on=(datetime.now(UTC).date() + timedelta(days=5)).isoformat(),
            key=new_id(),
        )
        return handle


@pytest.fixture
def payer(client: RpcClient, running: Suite) -> Payer:
    return Payer(client, running)


def enter(url: str, form: dict[str, str]) -> str:
    """Enter a card or an account on the provider's page; where the browser is sent then."""
    answer = requests.post(url, data=form, allow_redirects=False, timeout=10)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_card_becomes_the_default_and_the_timeline_tells(payer: Payer) -> None:
    handle = payer.add(CARD)

    (item,) = payer.wallet()["items"]
    assert item["payment_method"] == handle
    assert (item["kind"], item["brand"], item["last4"]) == ("card", "Visa", "4242")
    assert item["expiry"] == {"month": 12, "year": 2034}
    assert (item["status"], item["default"], item["expiry_state"]) == ("active", True, "ok")
    told = {"payment_method_added", "default_payment_method_changed"}
    wait_until(lambda: set(payer.timeline()) == told, timeout=20, what="the timeline")


def test_account_comes_with_its_mandate(payer: Payer) -> None:
    payer.add(ACCOUNT)

    (item,) = payer.wallet()["items"]
    assert (item["kind"], item["brand"], item["last4"]) == ("sepa_debit", "DE", "3000")
    assert item["mandate"]["reference"].startswith("SANDBOX-")


def test_double_clicks_and_repeated_returns_add_one_method(payer: Payer) -> None:
    key = new_id()
    with ThreadPoolExecutor(8) as threads:
        begun = list(threads.map(lambda _: payer.begin(key=key), range(8)))
        assert all(answer == begun[0] for answer in begun)
        enter(begun[0]["url"], CARD)
        finished = list(threads.map(lambda _: payer.finish(begun[0]["setup"]), range(20)))

    assert all(answer == finished[0] for answer in finished)
    assert payer.handles == [finished[0]["payment_method"]["payment_method"]]
    wait_until(lambda: len(payer.timeline()) >= 2, timeout=20, what="the timeline")
    assert sorted(payer.timeline()) == ["default_payment_method_changed", "payment_method_added"]


def test_same_key_for_something_else_is_refused(payer: Payer) -> None:
    key = new_id()
    payer.begin(key=key)

    with pytest.raises(DomainError, match="key_used_for_something_else"):
        payer.payments.begin_payment_method(
            CUSTOMER, bill_group=payer.bill_group, return_url=f"{payer.running.url}/other", key=key
        )


def test_foreign_setups_and_methods_are_not_found(payer: Payer, client: RpcClient, running: Suite) -> None:
    stranger = Payer(client, running)
    begun = payer.begin()
    enter(begun["url"], CARD)

    with pytest.raises(DomainError, match="not_found"):
        stranger.finish(begun["setup"])
    handle = payer.finish(begun["setup"])["payment_method"]["payment_method"]
    for method in ("make_default", "remove_payment_method"):
        with pytest.raises(DomainError, match="not_found"):
            stranger.change(method, handle)
    with pytest.raises(DomainError, match="not_found"):
        stranger.begin(replaces=handle)
    assert payer.handles == [handle]


def test_way_back_to_another_site_is_refused(payer: Payer) -> None:
    with pytest.raises(DomainError, match="invalid_return_url"):
        payer.payments.begin_payment_method(
            CUSTOMER, bill_group=payer.bill_group, return_url="https://evil.test/", key=new_id()
        )


def test_customer_who_turned_back_has_nothing_added(payer: Payer) -> None:
    begun = payer.begin()
    assert payer.finish(begun["setup"])["state"] == "pending"
    requests.post(begun["url"].replace("?", "/cancel?"), allow_redirects=False, timeout=10)

    assert payer.finish(begun["setup"])["state"] == "cancelled"
    assert payer.finish(begun["setup"])["state"] == "cancelled"
    assert payer.handles == []


def test_updated_method_keeps_its_handle(payer: Payer) -> None:
    handle = payer.add(CARD)

    assert payer.add(OTHER_CARD, replaces=handle) == handle
    (item,) = payer.wallet()["items"]
    assert (item["brand"], item["last4"], item["default"]) == ("Mastercard", "4444", True)


def test_the_same_card_is_there_once_however_often_it_is_added(payer: Payer) -> None:
    handle = payer.add(CARD)
    other = payer.add(OTHER_CARD)
    begun = [payer.begin() for _ in range(4)]
    for each in begun:
        enter(each["url"], {**CARD, "expiry": "11/35"})
    with ThreadPoolExecutor(4) as threads:
        finished = list(threads.map(payer.finish, [each["setup"] for each in begun]))

    assert [one["effect"] for one in finished] == ["known"] * 4
    assert payer.handles == [handle, other]
    assert payer.wallet()["items"][0]["expiry"] == {"month": 11, "year": 2035}
    begun_update = payer.begin(replaces=other)
    enter(begun_update["url"], CARD)
    updated = payer.finish(begun_update["setup"])
    assert (updated["effect"], updated["twin"]) == ("updated", handle)


def test_default_is_changed_and_moves_on_when_it_is_removed(payer: Payer) -> None:
    first, second = payer.add(CARD), payer.add(ACCOUNT)

    assert payer.change("make_default", second)["default"] == second
    key = new_id()
    removed = payer.change("remove_payment_method", second, key=key)
    assert removed["default"] == first
    assert payer.change("remove_payment_method", second, key=key) == removed


def test_only_method_stays_while_a_subscription_runs(payer: Payer) -> None:
    handle, subscription = payer.add(CARD), payer.subscribe()

    planned = payer.payments.preview_removal(CUSTOMER, bill_group=payer.bill_group, payment_method=handle)
    assert (planned["possible"], planned["needed_by"]) == (False, [subscription])
    with pytest.raises(DomainError) as refused:
        payer.change("remove_payment_method", handle)
    assert refused.value.code == "method_needed"
    assert refused.value.params == {"subscriptions": [subscription]}

    payer.add(OTHER_CARD)
    assert handle not in [
        item["payment_method"] for item in payer.change("remove_payment_method", handle)["items"]
    ]


def test_auto_pay_is_turned_off(payer: Payer) -> None:
    payer.payments.set_auto_pay(CUSTOMER, bill_group=payer.bill_group, auto_pay=False, key=new_id())

    summary = payer.payments.payment_summary(CUSTOMER, bill_group=payer.bill_group)
    assert summary == {
        "auto_pay": False,
        "collects": False,
        "default": None,
        # Whoever pays each invoice by hand needs no method.
        "attention": [],
        "may_add": True,
    }


def test_automatic_payment_is_the_merchants_to_leave_to_customers(payer: Payer, client: RpcClient) -> None:
    def turn(context: Context) -> bool:
        answer = payer.payments.set_auto_pay(
            context, bill_group=payer.bill_group, auto_pay=False, key=new_id()
        )
        return bool(answer["auto_pay"])

    def refused() -> bool:
        try:
            return turn(CUSTOMER)
        except DomainError as error:
            return error.code == "switched_off"

    client.customers.set_merchant(SYSTEM, company=COMPANY, customers_auto_pay=False, key=new_id())
    wait_until(refused, timeout=10, what="the switch")
    assert turn(SYSTEM) is False
    client.customers.set_merchant(SYSTEM, company=COMPANY, customers_auto_pay=True, key=new_id())
    wait_until(lambda: not refused(), timeout=10, what="the switch")


def test_fifty_methods_are_one_document(payer: Payer, running: Suite) -> None:
    items = [imported_method(f"pm-{number:02}", last4=f"{number:04}") for number in range(50)]
    payer.payments.import_payment_methods(SYSTEM, bill_group=payer.bill_group, items=items, key=new_id())

    assert len(payer.handles) == 50
    with MongoClient(running.settings["MONGO_URI"]) as store:
        wallets = store[f"{running.settings['DATABASE_PREFIX']}payments"]["wallets"]
        assert wallets.count_documents({"bill_group": payer.bill_group}) == 1


def imported_method(handle: str, **changes: Any) -> dict[str, Any]:
    return {
        "payment_method": handle,
        "kind": "card",
        "brand": "Visa",
        "last4": "1111",
        "expiry": {"month": 1, "year": 2035},
        "created_at": "2025-03-01T10:00:00+00:00",
        **changes,
    }


def test_methods_are_imported_once(payer: Payer) -> None:
    items = [imported_method("pm-1", status="failed"), imported_method("pm-2")]

    answers = [
        payer.payments.import_payment_methods(SYSTEM, bill_group=payer.bill_group, items=items, key=new_id())
        for _ in range(2)
    ]

    assert answers[0] == answers[1]
    assert answers[0]["default"] == "pm-2"
    assert [item["status"] for item in answers[0]["items"]] == ["failed", "active"]
    with pytest.raises(DomainError, match="not_allowed"):
        payer.payments.import_payment_methods(CUSTOMER, bill_group=payer.bill_group, items=[], key=new_id())


def test_what_is_nobodys_is_not_brought_in(payer: Payer, running: Suite) -> None:
    nobody = new_handle("bg")
    items = [imported_method("pm-1")]
    with pytest.raises(DomainError, match="not_found"):
        payer.payments.import_payment_methods(SYSTEM, bill_group=nobody, items=items, key=new_id())
    with pytest.raises(DomainError, match="not_found"):
        TestTransactions().imported(payer, 1, bill_group=nobody, transaction=f"txn-{nobody}")
    with MongoClient(running.settings["MONGO_URI"]) as store:
        kept = store[f"{running.settings['DATABASE_PREFIX']}payments"]
        for collection in ("wallets", "transactions"):
            assert kept[collection].count_documents({"bill_group": nobody}) == 0


class TestTransactions:
    """The payment history."""

    def imported(self, payer: Payer, number: int, **changes: Any) -> dict[str, Any]:
        answer: dict[str, Any] = payer.payments.import_transaction(
            SYSTEM,
            **{
                "bill_group": payer.bill_group,
                "transaction": f"txn-{payer.bill_group}-{number}",
                "kind": "settle",
                "state": "settled",
                "amount": 1900 + number,
                "currency": "EUR",
                "invoice": f"inv-{number % 2}",
                "method": {"kind": "card", "brand": "Visa", "last4": "4242"},
                # Three at a time have the same moment, so that pages end within one.
                "at": f"2026-01-{1 + number // 3:02}T12:00:00+00:00",
                "key": new_id(),
                **changes,
            },
        )
        return answer

    def pages(self, payer: Payer, **filters: Any) -> list[list[dict[str, Any]]]:
        pages, cursor = [], None
        while True:
            page = payer.payments.list_transactions(
                CUSTOMER, bill_group=payer.bill_group, limit=4, cursor=cursor, **filters
            )
            pages.append(page["items"])
            cursor = page["next_cursor"]
            if cursor is None:
                return pages

    def test_are_listed_in_pages_newest_first(self, payer: Payer) -> None:
        imported = [self.imported(payer, number) for number in range(10)]
        newest_first = sorted(imported, key=lambda one: (one["at"], one["transaction"]), reverse=True)

        pages = self.pages(payer)
        of_invoice = self.pages(payer, invoice="inv-1")

        assert [len(page) for page in pages] == [4, 4, 2]
        assert list(chain(*pages)) == newest_first
        assert list(chain(*of_invoice)) == [one for one in newest_first if one["invoice"] == "inv-1"]

    def test_are_told_apart_by_stage(self, payer: Payer) -> None:
        states = ("settled", "pending", "processing", "unknown", "failed", "cancelled")
        made = {state: self.imported(payer, number, state=state) for number, state in enumerate(states)}

        def listed(**filters: Any) -> set[str]:
            return {one["state"] for one in chain(*self.pages(payer, **filters))}

        assert listed(stage="done") == {"settled"}
        assert listed(stage="open") == {"pending", "processing", "unknown"}
        assert listed(stage="open", state="unknown") == {"unknown"}
        assert listed(stage="failed", state="unknown") == set()
        assert listed(stage="failed", at_from=made["failed"]["at"]) == {"failed"}
        assert listed(stage="cancelled", kind="refund") == set()

    def test_of_others_are_not_listed(self, payer: Payer, client: RpcClient, running: Suite) -> None:
        self.imported(payer, 1)

        assert self.pages(Payer(client, running)) == [[]]

    def test_are_imported_once(self, payer: Payer) -> None:
        assert self.imported(payer, 1) == self.imported(payer, 1)
        with pytest.raises(DomainError, match="already_exists"):
            self.imported(payer, 1, amount=5)
        with pytest.raises(DomainError, match="invalid_transaction"):
            self.imported(payer, 2, state="refunded")
        wait_until(payer.timeline, timeout=20, what="the timeline")
        assert payer.timeline() == ["payment_settled"]

    def test_cursor_that_is_none_of_ours_is_refused(self, payer: Payer) -> None:
        for cursor in ("x", "2026-01-01~txn-1", "2026-01-01T00:00:00+00:00~"):
            with pytest.raises(DomainError, match="invalid_cursor"):
                payer.payments.list_transactions(CUSTOMER, bill_group=payer.bill_group, cursor=cursor)


# What the provider or a process may do wrong.


def listens(url: str) -> bool:
    """Whether connections are taken there."""
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", urlsplit(url).port)) == 0


def test_provider_that_does_not_answer_is_asked_again(payer: Payer, running: Suite) -> None:
    key = new_id()
    with frozen_service(running, "sandbox"), pytest.raises(DomainError) as unknown:
        payer.begin(key=key)
    assert (unknown.value.code, unknown.value.kind) == ("provider_not_known_yet", Kind.UNKNOWN)

    begun = payer.begin(key=key)
    enter(begun["url"], CARD)
    assert payer.finish(begun["setup"])["state"] == "added"
    assert len(payer.handles) == 1


def test_provider_that_is_away(payer: Payer, running: Suite) -> None:
    key = new_id()
    running.kill("sandbox")
    wait_until(lambda: not listens(running.sandbox_url), timeout=10, what="the end of the sandbox")
    try:
        with pytest.raises(DomainError) as away:
            payer.begin(key=key)
    finally:
        running.start("sandbox")
    assert (away.value.code, away.value.kind) == ("provider_away", Kind.RETRY)
    assert payer.begin(key=key)["url"]


def test_method_of_a_customer_who_never_came_back_is_added(payer: Payer, running: Suite) -> None:
    begun = payer.begin()
    enter(begun["url"], CARD)
    running.kill("payments")
    with MongoClient(running.settings["MONGO_URI"]) as store:
        setups = store[f"{running.settings['DATABASE_PREFIX']}payments"]["setups"]
        assert setups.update_one(
            {"_id": begun["setup"]}, {"$set": {"ask_at": datetime(2026, 1, 1, tzinfo=UTC)}}
        ).matched_count
    running.start("payments")

    wait_until(lambda: payer.handles, timeout=30, what="the method")
    assert payer.finish(begun["setup"])["state"] == "added"
    assert len(payer.handles) == 1

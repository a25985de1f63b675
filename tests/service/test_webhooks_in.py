"""Webhooks of the sandbox provider, through the gateway: believed or refused, and each with one effect."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import requests
from pymongo import MongoClient

from deploy.local.waiting import wait_until
from shared.contracts.registry import CONTRACTS
from shared.kernel.clock import utc_now
from shared.kernel.context import Context, Principal, PrincipalKind, system
from shared.kernel.ids import new_handle, new_id
from shared.messaging.client import RpcClient
from shared.webhooks import ID, SIGNATURE, TIMESTAMP, Secret
from tests.support.fixtures import SuiteFactory
from tests.support.suite import Suite

SYSTEM = Context(principal=system("tests"))
CUSTOMER = Context(principal=Principal(PrincipalKind.CUSTOMER, "cust-1"), address="192.0.2.9")
CARD = {"number": "4242 4242 4242 4242", "expiry": "12/34", "cvc": "123"}
ACCOUNT = {"kind": "sepa_debit", "iban": "DE89 3704 0044 0532 0130 00"}


@pytest.fixture(scope="module")
def running(suite: SuiteFactory) -> Suite:
    return suite(
        "auth", "subscriptions", "invoices", "notifications", "payments", "customers", "sandbox", "gateway"
    )


@pytest.fixture(scope="module")
def client(running: Suite) -> Iterator[RpcClient]:
    client = RpcClient(running.settings["AMQP_URI"], CONTRACTS)
    yield client
    client.close()


class Payer:
    """A bill group of the test's own, whose customer never comes back from the provider's page."""

    def __init__(self, client: RpcClient, running: Suite) -> None:
        self.client, self.running = client, running
        self.bill_group = new_handle("bg")
        self.setup = ""

    def enter(self, form: dict[str, str] = CARD) -> None:
        begun = self.client.payments.begin_payment_method(
            CUSTOMER,
            bill_group=self.bill_group,
            return_url=f"{self.running.url}/payment-methods/return",
            replaces=None,
            key=new_id(),
        )
        self.setup = begun["setup"]
        answer = requests.post(begun["url"], data=form, allow_redirects=False, timeout=10)
        assert answer.status_code == 303

    @property
    def methods(self) -> list[dict[str, Any]]:
        found = self.client.payments.list_payment_methods(CUSTOMER, bill_group=self.bill_group)
        return list(found["items"])

    def timeline(self) -> list[dict[str, Any]]:
        found = self.client.customers.list_timeline(CUSTOMER, bill_group=self.bill_group, limit=100)
        return list(found["items"])

    def happened(self, *awaited: str) -> list[dict[str, Any]]:
        """The events of the timeline, oldest first, once it has those that are awaited and no others."""
        wait_until(
            lambda: sorted(event["type"] for event in self.timeline()) == sorted(awaited),
            timeout=30,
            what=f"the events {awaited}",
        )
        return self.timeline()[::-1]

    @property
    def token(self) -> str:
        """How the provider knows the one method."""
        settings = self.running.settings
        with MongoClient(settings["MONGO_URI"]) as mongo:
            kept = mongo[f"{settings['DATABASE_PREFIX']}payments"]["wallets"].find_one(
                {"_id": self.bill_group}
            )
        assert kept is not None
        token: str = kept["methods"][0]["instrument"]["token"]
        return token

    def at_the_provider(self, action: str, **asked: Any) -> requests.Response:
        """What a tester lets the made-up bank do."""
        return requests.post(
            f"{self.running.sandbox_url}/v1/methods/{self.token}/{action}",
            json=asked,
            headers={"Authorization": f"Bearer {self.running.settings['SANDBOX_KEY']}"},
            timeout=10,
        )

    def added(self, form: dict[str, str] = CARD) -> None:
        self.enter(form)
        wait_until(lambda: len(self.methods) == 1, timeout=20, what="the payment method")


@pytest.fixture
def payer(client: RpcClient, running: Suite) -> Payer:
    return Payer(client, running)


@pytest.fixture
def stopping(running: Suite) -> Iterator[Suite]:
    """The suite, for a test that stops a part of it."""
    yield running
    running.start("sandbox", "gateway")


class Sender:
    """Sends webhooks as the sandbox does, and as others would."""

    def __init__(self, running: Suite) -> None:
        self.url = f"{running.url}/webhooks/sandbox"
        self.secret = Secret.read(running.settings["SANDBOX_WEBHOOK_SECRET"])

    def message(self, type_: str, payer: Payer, **data: Any) -> bytes:
        told = {"reference": payer.setup, **data}
        return json.dumps({"type": type_, "timestamp": utc_now().isoformat(), "data": told}).encode()

    def post(self, headers: dict[str, str], body: bytes) -> int:
        return requests.post(self.url, data=body, headers=headers, timeout=15).status_code

    def send(self, event: str, body: bytes) -> int:
        return self.post(self.secret.sign(event, body, utc_now()), body)


def webhooks(client: RpcClient) -> dict[str, Any]:
    [provider] = client.payments.list_providers(SYSTEM)["items"]
    found: dict[str, Any] = provider["webhooks"]
    return found


def test_a_setup_is_finished_at_once_though_nobody_came_back(
    payer: Payer, client: RpcClient, running: Suite
) -> None:
    payer.added()
    events = payer.happened("payment_method_added", "default_payment_method_changed")
    # It was the customer who added it, whoever told of it.
    assert {(event["principal"], event["address"]) for event in events} == {("customer:cust-1", "192.0.2.9")}
    state = webhooks(client)
    assert state["url"] == f"{running.url}/webhooks/sandbox"
    assert state["secret"]["source"] == "environment"
    assert state["last_received"]["type"] == "setup.succeeded"
    assert state["last_day"]["received"] >= 1


def test_a_setup_that_was_cancelled_is_over_at_once(payer: Payer, client: RpcClient, running: Suite) -> None:
    begun = client.payments.begin_payment_method(
        CUSTOMER, bill_group=payer.bill_group, return_url=f"{running.url}/x", replaces=None, key=new_id()
    )
    address, _, query = begun["url"].partition("?")
    requests.post(f"{address}/cancel?{query}", allow_redirects=False, timeout=10)
    payer.happened("payment_method_setup_cancelled")


def test_a_renewed_card_and_a_closed_one_are_followed(payer: Payer) -> None:
    payer.added()
    assert payer.at_the_provider("renew", year=2036, month=2, last4="9876").status_code == 200
    wait_until(lambda: payer.methods[0]["last4"] == "9876", timeout=20, what="the new card")
    assert payer.methods[0]["expiry"] == {"month": 2, "year": 2036}
    assert payer.at_the_provider("renew", year=2036, month=2, last4="9876").status_code == 200
    assert payer.at_the_provider("revoke").json()["revoked"] == "card_closed"
    wait_until(lambda: payer.methods[0]["status"] == "inactivated", timeout=20, what="the end of the card")
    for again in (payer.at_the_provider("revoke"), payer.at_the_provider("renew", year=2037, month=1)):
        assert again.status_code == 409
    *_, updated, inactivated = payer.happened(
        "payment_method_added",
        "default_payment_method_changed",
        "payment_method_updated",
        "payment_method_inactivated",
    )
    assert {updated["principal"], inactivated["principal"]} == {"system:sandbox"}


def test_a_revoked_mandate_is_followed(payer: Payer) -> None:
    payer.added(ACCOUNT)
    assert payer.at_the_provider("renew", year=2036, month=2).status_code == 409
    assert payer.at_the_provider("revoke").json()["revoked"] == "mandate_revoked"
    wait_until(lambda: payer.methods[0]["status"] == "inactivated", timeout=20, what="the end of the mandate")


def test_three_times_each_and_shuffled_they_have_one_effect_each(
    payer: Payer, client: RpcClient, stopping: Suite
) -> None:
    payer.added()
    # What the sandbox has to tell by itself comes in between, later.
    stopping.kill("gateway")
    assert payer.at_the_provider("renew", year=2035, month=1).status_code == 200
    assert payer.at_the_provider("renew", year=2036, month=2).status_code == 200
    assert payer.at_the_provider("revoke").status_code == 200
    sender, token = Sender(stopping), payer.token
    stopping.start("gateway")
    messages = [
        ("evt_test_1", sender.message("setup.succeeded", payer, id="ss_1")),
        ("evt_test_2", sender.message("method.updated", payer, id=token)),
        ("evt_test_3", sender.message("method.updated", payer, id=token)),
        ("evt_test_4", sender.message("method.revoked", payer, id=token)),
    ] * 3
    random.shuffle(messages)
    with ThreadPoolExecutor(4) as threads:
        statuses = list(threads.map(lambda message: sender.send(*message), messages))
    assert set(statuses) == {204}
    wait_until(lambda: payer.methods[0]["status"] == "inactivated", timeout=20, what="the end of the card")
    assert payer.methods[0]["expiry"] == {"month": 2, "year": 2036}
    payer.happened(
        "payment_method_added",
        "default_payment_method_changed",
        "payment_method_updated",
        "payment_method_inactivated",
    )


def test_what_was_not_told_before_a_restart_is_told_after_it(payer: Payer, stopping: Suite) -> None:
    payer.added()
    stopping.kill("gateway")
    assert payer.at_the_provider("renew", year=2036, month=2).status_code == 200
    stopping.kill("sandbox")
    assert payer.methods[0]["expiry"] == {"month": 12, "year": 2034}
    stopping.start("gateway", "sandbox")
    wait_until(
        lambda: payer.methods[0]["expiry"] == {"month": 2, "year": 2036}, timeout=90, what="the new card"
    )


def test_what_has_to_do_with_nothing_here_is_acknowledged(
    payer: Payer, client: RpcClient, running: Suite
) -> None:
    payer.setup, sender, before = "setup-other", Sender(running), webhooks(client)["last_day"]["unrelated"]
    assert sender.send("evt_other_1", sender.message("balance.changed", payer)) == 204
    assert sender.send("evt_other_2", sender.message("method.updated", payer, id="sm_other")) == 204
    assert webhooks(client)["last_day"]["unrelated"] == before + 2


def test_all_that_is_forged_altered_or_old_is_refused(
    payer: Payer, client: RpcClient, running: Suite
) -> None:
    """The last of this file: whoever sends so much of it is soon listened to no more."""
    payer.added()
    sender, before = Sender(running), webhooks(client)["last_day"]["refused"]
    body = sender.message("method.revoked", payer, id=payer.token)
    right = sender.secret.sign("evt_1", body, utc_now())
    forged = [Secret.read(Secret.new()).sign("evt_1", body, utc_now()) for _ in range(10)]
    old = [
        sender.secret.sign("evt_1", body, utc_now() + timedelta(seconds=seconds))
        for seconds in (-305, -1_000, -86_400, 305, 1_000, 86_400)
    ]
    altered = [
        right | {ID: "evt_2"},
        right | {TIMESTAMP: str(int(right[TIMESTAMP]) + 1)},
        right | {SIGNATURE: "v1,"},
    ]
    sent = [
        *(sender.post(headers, body) for headers in (*forged, *old, *altered)),
        *(sender.post({name: right[name] for name in right if name != missing}, body) for missing in right),
        *(sender.post(right, body[:place] + b"x" + body[place + 1 :]) for place in range(0, len(body), 5)),
        sender.post({}, b""),
    ]
    assert set(sent) == {400}
    assert webhooks(client)["last_day"]["refused"] == before + len(sent)
    assert payer.methods[0]["status"] == "active"
    assert running.settings["SANDBOX_WEBHOOK_SECRET"] not in running.log("payments") + running.log("gateway")

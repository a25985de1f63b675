"""The invoices service is killed while it bills: each period is billed once, and numbers have no gap."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from deploy.local.waiting import wait_until
from shared.contracts.registry import CONTRACTS
from shared.kernel.ids import new_id
from shared.messaging.client import RpcClient
from shared.messaging.publisher import ConfirmingPublisher
from shared.storage import connect
from tests.support.billing import COMPANY, SYSTEM, Group
from tests.support.fixtures import SuiteFactory
from tests.support.suite import Suite

pytestmark = pytest.mark.chaos

BILLS, KILLS = (1_000, 50) if os.environ.get("PORTICO_CHAOS") == "long" else (40, 4)


@pytest.fixture(scope="module")
def running(suite: SuiteFactory) -> Suite:
    return suite("customers", "invoices", env={"RETRY_WAITS": "[0.1, 0.2, 0.5, 1, 2]"})


@pytest.fixture
def group(running: Suite) -> Iterator[Group]:
    client = RpcClient(running.settings["AMQP_URI"], CONTRACTS)
    publisher = ConfirmingPublisher(running.settings["AMQP_URI"])
    client.customers.set_merchant(SYSTEM, company=COMPANY, key=new_id())
    yield Group(client, publisher)
    publisher.close()
    client.close()


def test_a_killed_service_bills_each_period_once(group: Group, running: Suite) -> None:
    store = connect(running.settings["MONGO_URI"])
    documents = store[f"{running.settings['DATABASE_PREFIX']}invoices"]["documents"]

    def issued() -> int:
        return documents.count_documents({"sequence": {"$exists": True}})

    for killed in range(1, KILLS + 1):
        before = issued()
        for _ in range(BILLS // KILLS):
            event = group.renewed()
            group.publish(event)
            group.publish(event)
        # In the middle of its work, wherever that is.
        wait_until(lambda: issued() > before, timeout=60, what=f"a bill before kill {killed}")  # noqa: B023
        running.kill("invoices")
        running.start("invoices")
    wait_until(lambda: issued() >= BILLS, timeout=120, what=f"{BILLS} bills")
    wait_until(
        lambda: documents.count_documents({"outbox_at": {"$exists": True}}) == 0, timeout=60, what="events"
    )

    sequences = sorted(each["sequence"] for each in documents.find({"sequence": {"$exists": True}}))
    drafts = documents.count_documents({"status": "draft"})
    store.close()
    assert sequences == list(range(1, BILLS + 1))
    assert drafts == 0

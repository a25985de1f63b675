"""Invoices and customers as processes, and a bill group whose invoices a test makes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared.kernel.ids import new_id
from shared.messaging.client import RpcClient
from shared.messaging.publisher import ConfirmingPublisher
from tests.support.billing import COMPANY, SYSTEM, Group
from tests.support.fixtures import SuiteFactory
from tests.support.suite import Suite


@pytest.fixture(scope="module")
def running(suite: SuiteFactory) -> Suite:
    return suite("customers", "invoices")


@pytest.fixture(scope="module")
def client(client: RpcClient) -> RpcClient:
    """Where the merchant has a company."""
    client.customers.set_merchant(SYSTEM, company=COMPANY, key=new_id())
    return client


@pytest.fixture(scope="module")
def publisher(running: Suite) -> Iterator[ConfirmingPublisher]:
    publisher = ConfirmingPublisher(running.settings["AMQP_URI"])
    yield publisher
    publisher.close()


@pytest.fixture
def group(client: RpcClient, publisher: ConfirmingPublisher) -> Group:
    return Group(client, publisher)

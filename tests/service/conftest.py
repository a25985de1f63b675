"""What the tests of running services share: each module has its own suite under the name ``running``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from shared.contracts.registry import CONTRACTS
from shared.messaging.client import RpcClient
from tests.support.door import Mailman
from tests.support.suite import Suite


@pytest.fixture(scope="module")
def client(running: Suite) -> Iterator[RpcClient]:
    """A way to the services, as patient as it takes on a busy machine."""
    with closing(RpcClient(running.settings["AMQP_URI"], CONTRACTS, timeout=30)) as client:
        yield client


@pytest.fixture(scope="module")
def mailman(running: Suite) -> Iterator[Mailman]:
    """Hears what is sent to whoever wants to sign in."""
    with closing(Mailman(running)) as mailman:
        yield mailman

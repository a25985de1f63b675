"""What a service tells those who run it, over a real broker and store, while these are there and while they are not."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

import pytest

from deploy.local.broker import Broker
from deploy.local.programs import ROOT
from deploy.local.store import Store
from deploy.local.waiting import free_port, wait_until
from shared.kernel.context import Context
from shared.kernel.ids import new_id
from shared.messaging.client import RpcClient
from tests.support.faults import frozen, unbind_queues
from tests.support.ledger.contract import CONTRACTS
from tests.support.suite import Suite

LEDGER = "tests.support.ledger"
BOOKS = "tests.support.bookkeeper"


class Operations:
    """The ledger's operations server, as Prometheus and a supervisor see it."""

    def __init__(self, port: int) -> None:
        self.port = port

    def ask(self, path: str) -> tuple[int, str]:
        try:
            with build_opener(ProxyHandler({})).open(
                f"http://127.0.0.1:{self.port}{path}", timeout=8
            ) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def metrics(self) -> dict[str, float]:
        """The samples by name and labels as Prometheus writes them, without the service's own label."""
        _, text = self.ask("/metrics")
        samples = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
        return {
            name.replace('service="ledger"', "").replace("{}", ""): float(value) for name, value in samples
        }

    def check(self, what: str) -> int:
        command = [sys.executable, "-m", "shared.telemetry.check", what, str(self.port)]
        return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode


@pytest.fixture(scope="module")
def operations() -> Operations:
    return Operations(free_port())


@pytest.fixture
def ledger(suite, own_broker: Broker, own_store: Store, operations: Operations) -> Suite:
    running = suite(broker=own_broker, store=own_store)
    running.env["OPERATIONS_PORT"] = str(operations.port)
    running.start(LEDGER)
    del running.env["OPERATIONS_PORT"]
    return running.start(BOOKS)


@pytest.fixture
def client(ledger: Suite) -> Iterator[RpcClient]:
    client = RpcClient(ledger.settings["AMQP_URI"], CONTRACTS, timeout=2)
    yield client
    ledger.kill()
    client.close()


def test_a_service_tells_what_it_does_and_what_waits(own_broker, ledger, client, operations):
    account = f"acc-{new_id()}"
    client.ledger.open_account(Context(), account=account, bill_group="bg-1", key=new_id())
    client.ledger.echo(Context(), text="jana@example.com")
    unbind_queues(own_broker, ledger)
    for _ in range(3):
        client.ledger.deposit(Context(), account=account, amount=1, key=new_id())

    def waiting() -> bool:
        return operations.metrics().get("portico_outbox_events") == 3

    wait_until(waiting, timeout=20, what="three events in the outbox")
    metrics = operations.metrics()
    assert metrics['portico_answered_seconds_count{method="deposit",outcome="ok",}'] == 3
    assert metrics['portico_answered_seconds_count{method="echo",outcome="ok",}'] == 1
    assert metrics['portico_events_published_total{event="opened",}'] == 1
    assert metrics["portico_outbox_oldest_seconds"] > 0
    assert metrics['portico_queue_messages{queue="rpc-ledger",}'] == 0
    assert metrics["portico_dead_letters"] == 0
    assert metrics["portico_ready"] == metrics["portico_broker_up"] == metrics["portico_store_up"] == 1
    _, text = operations.ask("/metrics")
    assert account not in text
    assert "jana" not in text


def test_alive_and_ready(ledger, client, operations):
    assert operations.ask("/healthz") == (200, '{"status": "ok"}')
    status, body = operations.ask("/readyz")
    assert (status, json.loads(body)["status"]) == (200, "ok")
    assert operations.ask("/")[0] == 404
    assert operations.check("alive") == operations.check("ready") == 0
    ledger.kill(LEDGER)
    assert operations.check("alive") == operations.check("ready") == 1


@pytest.mark.parametrize("part", ["broker", "store"])
def test_what_hangs_is_seen_as_away_and_nothing_hangs_with_it(
    own_broker, own_store, ledger, client, operations, part
):
    hanging = own_broker.pid if part == "broker" else own_store.pid
    with frozen(hanging):
        wait_until(lambda: operations.check("ready") == 1, timeout=30, what="not ready")
        began = time.monotonic()
        metrics = operations.metrics()
        assert time.monotonic() - began < 4
        assert metrics[f"portico_{part}_up"] == 0
        assert metrics["portico_broker_up" if part == "store" else "portico_store_up"] == 1
        assert ("portico_dead_letters" in metrics) == (part == "store")
        assert operations.check("alive") == 0
    wait_until(lambda: operations.check("ready") == 0, timeout=30, what="ready again")


def test_a_service_waits_for_its_store_says_so_and_can_be_stopped(own_store, ledger, client, operations):
    ledger.kill(LEDGER)
    own_store.stop()
    ledger.programs[LEDGER].start()
    wait_until(lambda: operations.check("alive") == 0, timeout=30, what="alive")
    assert operations.check("ready") == 1
    ledger.programs[LEDGER].process.terminate()
    wait_until(lambda: not ledger.running(LEDGER), timeout=10, what="the end of a service that was waiting")
    ledger.programs[LEDGER].start()
    own_store.start()
    wait_until(lambda: operations.check("ready") == 0, timeout=30, what="ready")

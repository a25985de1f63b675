"""Services and the gateway are restarted under load, and nobody who uses them notices."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import kombu
import pytest
import requests

from deploy.local.programs import ROOT
from deploy.local.waiting import wait_until
from shared.contracts.registry import CONTRACTS
from shared.kernel.context import Context
from shared.messaging.client import RpcClient
from shared.messaging.wire import rpc_queue
from tests.support.ledger.contract import CONTRACTS as WITH_LEDGER
from tests.support.mailbox import Mailbox
from tests.support.suite import Suite
from tests.support.visitor import Visitor, new_customer

LEDGER = "tests.support.ledger"
VISITORS = 6


class Load:
    """Visitors who look and change until told to stop; what went wrong, and how much was done."""

    def __init__(self, visitors: list[Visitor]) -> None:
        self.wrong: list[str] = []
        self.pages = 0
        self.changes = 0
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._use, args=(visitor,)) for visitor in visitors]

    def _use(self, visitor: Visitor) -> None:
        number = 0
        while not self._stop.is_set():
            number += 1
            try:
                self._visit(visitor, f"{number:03}")
            except (AssertionError, requests.RequestException) as error:
                self.wrong.append(f"{type(error).__name__}: {error}")

    def _visit(self, visitor: Visitor, number: str) -> None:
        page = visitor.get("/overview")
        assert page.status_code == 200, f"/overview: {page.status_code}"
        assert "try again" not in page.text
        self.pages += 1
        changed = visitor.submit("/details/billing", line2=number)
        assert changed.status_code == 302, f"/details/billing: {changed.status_code}"
        page = visitor.get("/details")
        assert number in page.text
        self.pages += 1
        self.changes += 1

    @contextmanager
    def under_way(self) -> Iterator["Load"]:
        for thread in self._threads:
            thread.start()
        try:
            wait_until(lambda: self.changes > len(self._threads), timeout=60, what="the load")
            yield self
        finally:
            self._stop.set()
            for thread in self._threads:
                thread.join(60)


@pytest.fixture(scope="module")
def twice(suite) -> Suite:
    """Two copies of each service, and one gateway."""
    running = suite().start_everything()
    return running.start(*(f"{name}:2" for name in ("auth", "customers")))


@pytest.fixture
def visitors(twice: Suite, mailbox: Mailbox) -> list[Visitor]:
    client = RpcClient(twice.settings["AMQP_URI"], CONTRACTS, timeout=30)
    visitors = [Visitor(twice.url, new_customer(client)) for _ in range(VISITORS)]
    client.close()
    for visitor in visitors:
        visitor.sign_in(mailbox)
    return visitors


def test_two_copies_restarted_in_turn_lose_nothing(twice, visitors):
    with Load(visitors).under_way() as load:
        for _ in range(3):
            for names in (("customers", "auth:2"), ("customers:2", "auth")):
                twice.stop(*names)
                twice.start(*names)
                before = load.changes
                wait_until(lambda before=before: load.changes > before, timeout=30, what="more changes")
    assert load.wrong == []
    assert load.changes > 20


def test_a_gateway_restarted_behind_its_socket_loses_nothing(twice, visitors):
    with gateway_behind_a_socket(twice) as (url, restart):
        for visitor in visitors:
            visitor.url = url
            # A proxy in front keeps connections to itself; here each request comes over one of its own.
            visitor.http.headers["Connection"] = "close"
        with Load(visitors).under_way() as load:
            for _ in range(5):
                restart()
                before = load.changes
                wait_until(lambda before=before: load.changes > before + 3, timeout=30, what="more changes")
    assert load.wrong == []


@contextmanager
def gateway_behind_a_socket(suite: Suite) -> Iterator[tuple[str, Callable[[], None]]]:
    """A gateway that gets its listening socket from us, as from systemd: its address, and what restarts it."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    number = listener.fileno()
    command = [
        *(sys.executable, "-m", "gunicorn", "services.gateway.app:create_app()"),
        *(
            "--config",
            "services/gateway/gunicorn.conf.py",
            "--bind",
            f"fd://{number}",
            "--log-level",
            "warning",
        ),
    ]

    def start() -> subprocess.Popen[bytes]:
        with (suite.directory / "socket-gateway.log").open("ab") as log:
            return subprocess.Popen(
                command, cwd=ROOT, env=suite.env, pass_fds=[number], stdout=log, stderr=log
            )

    running = [start()]

    def stop() -> None:
        gateway = running.pop()
        gateway.terminate()
        assert gateway.wait(20) == 0

    def restart() -> None:
        stop()
        running.append(start())

    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", restart
        stop()
    finally:
        for gateway in running:
            gateway.kill()
            gateway.wait()
        listener.close()


def test_calls_wait_for_the_next_copy_of_a_service_that_is_restarted(suite):
    """One copy only: what is asked in the moment without any is answered by the next."""
    ledger = suite(LEDGER)
    client = RpcClient(ledger.settings["AMQP_URI"], WITH_LEDGER, timeout=20)
    client.ledger.echo(Context(), text="")
    ledger.programs[LEDGER].process.terminate()
    wait_until(lambda: not ledger.running(LEDGER), timeout=10, what="the end of the only copy")
    pending = [client.ledger.echo.begin(Context(), text=str(number)) for number in range(40)]
    with kept_alive(ledger, rpc_queue("ledger")):
        ledger.start(LEDGER)
    assert [each.result()["text"] for each in pending] == [str(number) for number in range(40)]
    client.close()


@contextmanager
def kept_alive(suite: Suite, queue: str) -> Iterator[None]:
    """Inside, this queue does not expire: a start may take its time on a busy machine."""
    over = threading.Event()

    def touch() -> None:
        with kombu.Connection(suite.settings["AMQP_URI"]) as connection:
            while not over.wait(0.5):
                connection.default_channel.queue_declare(queue, passive=True)

    thread = threading.Thread(target=touch)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_a_stopped_service_finishes_what_it_has_begun_and_leaves_the_rest_to_others(suite):
    ledger = suite(LEDGER, env={"WORKERS": "2"})
    client = RpcClient(ledger.settings["AMQP_URI"], WITH_LEDGER, timeout=60)
    client.ledger.echo(Context(), text="")
    pending = [client.ledger.sleep.begin(Context(), seconds=2.0) for _ in range(8)]
    time.sleep(0.5)
    began = time.monotonic()
    with kept_alive(ledger, rpc_queue("ledger")):
        ledger.stop(LEDGER)
        assert time.monotonic() - began < 5
        ledger.start(LEDGER)
    assert [each.result() for each in pending] == [{"seconds": 2.0}] * 8
    client.close()

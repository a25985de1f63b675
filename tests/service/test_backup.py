"""A back-up of everything that stands still, with events under way in outbox and queue, started at another place."""

from pathlib import Path

import pytest

from deploy.local import backup
from deploy.local.broker import Broker
from deploy.local.store import Store
from deploy.local.waiting import wait_until
from shared.kernel.context import Context
from shared.kernel.ids import new_id
from shared.messaging.client import RpcClient
from tests.support.faults import unbind_queues
from tests.support.ledger.contract import CONTRACTS
from tests.support.suite import Suite

LEDGER = "tests.support.ledger"
BOOKS = "tests.support.bookkeeper"
ACCOUNT = "acc-1"


class Machine:
    """Broker and store below a state folder, as `make run` has them, and the services of these tests on them."""

    def __init__(self, state: Path, mailbox_uri: str, told: dict[str, str]) -> None:
        self.broker, self.store = Broker(state / "broker"), Store(state / "store")
        self.broker.start()
        self.store.start()
        self.suite = Suite(
            state / "logs",
            amqp_uri=self.broker.uri,
            mongo_uri=self.store.uri,
            smtp_uri=mailbox_uri,
            env={"RETRY_WAITS": "[0.1, 0.2, 0.5]", **told},
        )

    def deposit(self, times: int) -> None:
        """Deposits of 1, each with an event that tells of it."""
        client = self.client()
        for _ in range(times):
            client.ledger.deposit(Context(), account=ACCOUNT, amount=1, key=new_id())
        client.close()

    def client(self) -> RpcClient:
        return RpcClient(self.suite.settings["AMQP_URI"], CONTRACTS, timeout=5)

    def shut_down(self) -> None:
        self.suite.stop()
        self.broker.stop()
        self.store.stop()

    def kill(self) -> None:
        self.suite.close()
        self.broker.kill()
        self.store.kill()


@pytest.fixture
def machine(mailbox):
    """Makes machines; all of them end with the test."""
    made: list[Machine] = []

    def make(state: Path, **told: str) -> Machine:
        made.append(Machine(state, mailbox.smtp_uri, told))
        return made[-1]

    yield make
    for each in made:
        each.kill()


def test_nothing_is_lost_and_nothing_doubled(machine, tmp_path):
    state = tmp_path / "first"
    first = machine(state)
    told = {name: first.suite.settings[name] for name in ("DATABASE_PREFIX", "PORTICO_SECRET")}
    (state / "secret").write_text(told["PORTICO_SECRET"])
    first.suite.start(LEDGER, BOOKS)
    client = first.client()
    client.ledger.open_account(Context(), account=ACCOUNT, bill_group=f"bg-{ACCOUNT}", key=new_id())
    client.close()
    first.deposit(3)
    booked(first, 3)
    first.suite.stop(BOOKS)
    first.deposit(4)  # Their events wait in the queue of whoever is away …
    wait_until(lambda: waiting(first) == 4, timeout=20, what="events in the queue")
    unbind_queues(first.broker, first.suite)
    first.deposit(5)  # … and these find no queue, and stay in the outbox.
    first.shut_down()

    backup.save(state, tmp_path / "b.tar.gz")
    state.rename(tmp_path / "gone")
    backup.restore(tmp_path / "b.tar.gz", tmp_path / "second")
    second = machine(tmp_path / "second", **told)
    wait_until(lambda: waiting(second) == 4, timeout=20, what="the same events in the queue")
    second.suite.start(LEDGER, BOOKS)

    booked(second, 12)
    # What comes later is counted after all of that: had anything been doubled, it would be more.
    second.deposit(1)
    booked(second, 13)
    wait_until(lambda: waiting(second) == 0, timeout=20, what="an empty queue")
    assert balance(second, "ledger", "get_account") == 13


def booked(machine: Machine, amount: int) -> None:
    wait_until(
        lambda: balance(machine, "bookkeeper", "get_booked") >= amount, timeout=30, what=f"{amount} booked"
    )
    assert balance(machine, "bookkeeper", "get_booked") == amount


def balance(machine: Machine, service: str, method: str) -> int:
    client = machine.client()
    try:
        return int(client.call(service, method, Context(), account=ACCOUNT)["balance"])
    finally:
        client.close()


def waiting(machine: Machine) -> int:
    """How many events wait in the bookkeeper's queue, or are with it. The broker counts every five seconds."""
    answer = machine.broker.evaluate(
        '{ok, Q} = rabbit_amqqueue:lookup(rabbit_misc:r(<<"/">>, queue, <<"bookkeeper.book">>)),'
        "[{_, N}] = rabbit_amqqueue:info(Q, [messages]), N"
    )
    return int(answer)

"""Processes killed between write and publish, or delivery and acknowledgement; a broker that is away.

Nothing is patched: queues are made to refuse, the store is stopped in its tracks, and processes get kill -9.
"""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from deploy.local.broker import Broker
from deploy.local.store import Store
from deploy.local.waiting import wait_until
from shared.kernel.context import Context
from shared.kernel.errors import DomainError, Kind
from shared.kernel.happening import Happening
from shared.kernel.ids import new_id
from shared.messaging.client import RpcClient
from shared.messaging.publisher import ConfirmingPublisher
from shared.messaging.wire import encode
from shared.storage.envelopes import wrap
from tests.support.faults import frozen, unacknowledged, unbind_queues
from tests.support.ledger.contract import CONTRACTS
from tests.support.suite import Suite

LEDGER = "tests.support.ledger"
BOOKS = "tests.support.bookkeeper"
VICTIMS = (LEDGER, BOOKS, f"{LEDGER}:2", f"{BOOKS}:2")


@pytest.fixture
def ledger(suite, own_broker: Broker, own_store: Store) -> Suite:
    return suite(
        LEDGER, BOOKS, broker=own_broker, store=own_store, env={"RETRY_WAITS": "[0.1, 0.2, 0.5, 1, 1]"}
    )


@pytest.fixture
def client(ledger: Suite) -> Iterator[RpcClient]:
    client = RpcClient(ledger.settings["AMQP_URI"], CONTRACTS, timeout=2)
    yield client
    client.close()


@pytest.fixture
def account(client: RpcClient) -> str:
    account = f"acc-{new_id()}"
    client.ledger.open_account(Context(), account=account, bill_group=f"bg-{account}", key=new_id())
    return account


def balance(client: RpcClient, account: str, method: str = "bookkeeper.get_booked") -> int | None:
    service, _, verb = method.partition(".")
    try:
        return int(client.call(service, verb, Context(), account=account)["balance"])
    except DomainError as error:
        if error.kind is Kind.REFUSED:
            raise
        return None


def test_killed_between_write_and_publish(own_broker, ledger, client, account):
    unbind_queues(own_broker, ledger)
    for _ in range(5):
        client.ledger.deposit(Context(), account=account, amount=1, key=new_id())
    assert balance(client, account, "ledger.get_account") == 5
    assert balance(client, account) == 0
    ledger.kill(LEDGER)
    ledger.start(LEDGER)

    wait_until(lambda: balance(client, account) == 5, timeout=30, what="the bookings")


def test_killed_between_delivery_and_acknowledgement(own_broker, own_store, ledger, client, account):
    client.ledger.deposit(Context(), account=account, amount=1, key=new_id())
    wait_until(lambda: balance(client, account) == 1, timeout=30, what="the first booking")
    event = published(ledger, account, amount=1)
    with frozen(own_store.pid):
        event()
        wait_until(
            lambda: unacknowledged(own_broker, ledger, "bookkeeper.book") == 1, timeout=30, what="a delivery"
        )
        ledger.kill(BOOKS)
    ledger.start(BOOKS)
    wait_until(lambda: balance(client, account) == 2, timeout=30, what="the second booking")

    # Delivered once more, as after a death between effect and acknowledgement, it has no second effect.
    event()
    client.ledger.deposit(Context(), account=account, amount=1, key=new_id())
    wait_until(lambda: balance(client, account) == 3, timeout=30, what="the third booking")
    wait_until(
        lambda: unacknowledged(own_broker, ledger, "bookkeeper.book") == 0, timeout=30, what="an idle queue"
    )
    assert balance(client, account) == 3


def published(ledger: Suite, account: str, amount: int) -> Callable[[], None]:
    """Publishes one and the same event each time it is called."""
    contract = CONTRACTS["ledger"]
    happening = Happening("deposited", account, "", {"amount": amount, "poison": ""})
    envelope = wrap(contract, happening, Context(), version=99)

    def publish() -> None:
        publisher = ConfirmingPublisher(ledger.settings["AMQP_URI"])
        publisher.publish(
            encode(envelope),
            exchange="ledger.events",
            routing_key="deposited",
            message_id=envelope["event_id"],
            headers={},
        )
        publisher.close()

    return publish


def test_killed_at_any_moment_under_load(ledger, client, account):
    """Two copies of each, 200 deposits by four threads, a kill -9 after each 15: all count, and count once."""
    ledger.start(*VICTIMS)
    done: list[int] = []

    def deposit(numbers: range) -> None:
        for number in numbers:
            while True:
                try:
                    client.ledger.deposit(Context(), account=account, amount=1, key=f"deposit-{number:04}")
                except DomainError as error:
                    if error.kind is Kind.REFUSED:
                        raise
                    continue
                done.append(number)
                break

    threads = [threading.Thread(target=deposit, args=(range(start, 200, 4),)) for start in range(4)]
    for thread in threads:
        thread.start()
    for round_ in range(12):
        wait_until(lambda goal=round_ * 15: len(done) >= goal, timeout=180, what=f"round {round_}")
        victim = VICTIMS[round_ % 4]
        ledger.kill(victim)
        ledger.start(victim)
    for thread in threads:
        thread.join(120)

    assert sorted(done) == list(range(200))
    assert balance(client, account, "ledger.get_account") == 200
    wait_until(lambda: balance(client, account) == 200, timeout=60, what="200 bookings")


def test_store_killed_under_load(own_store, ledger, client, account):
    """No acknowledged change is lost, none is half applied: the event follows each."""
    acknowledged = 0
    for number in range(60):
        key = f"deposit-{number:04}"
        if number % 10 == 5:
            own_store.kill()
            own_store.start()
        wait_until(lambda key=key: deposited(client, account, key), timeout=60, what=f"deposit {number}")
        acknowledged += 1

    assert balance(client, account, "ledger.get_account") == acknowledged
    wait_until(lambda: balance(client, account) == acknowledged, timeout=60, what="the bookings")


def test_broker_away_and_back(own_broker, ledger, client, account):
    """Every call is answered in time with what is true, and all heals by itself."""
    own_broker.kill()
    for _ in range(3):
        started = time.monotonic()
        with pytest.raises(DomainError) as away:
            client.ledger.deposit(Context(), account=account, amount=1, key="deposit-away")
        assert away.value.kind in (Kind.RETRY, Kind.UNKNOWN)
        assert time.monotonic() - started < 4
    own_broker.start()

    wait_until(lambda: deposited(client, account, "deposit-away"), timeout=60, what="the deposit")
    wait_until(lambda: balance(client, account) == 1, timeout=60, what="the booking")
    assert ledger.running(LEDGER)


def deposited(client: RpcClient, account: str, key: str) -> bool:
    try:
        client.ledger.deposit(Context(), account=account, amount=1, key=key)
    except DomainError as error:
        if error.kind is Kind.REFUSED:
            raise
        return False
    return True

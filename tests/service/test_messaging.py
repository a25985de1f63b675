"""Calls and events over a real broker, and a service that dies, hangs and meets messages it can't handle."""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from deploy.local.waiting import wait_until
from shared.kernel.context import Context
from shared.kernel.errors import DomainError, Kind
from shared.kernel.ids import new_id
from shared.messaging import deadlines
from shared.messaging.client import RpcClient
from shared.messaging.deadletters import DeadLetters
from tests.support.ledger.contract import CONTRACTS
from tests.support.suite import Suite

LEDGER = "tests.support.ledger"
BOOKS = "tests.support.bookkeeper"
CONTEXT = Context(request_id="r" * 32)


@pytest.fixture(scope="module")
def ledger(suite) -> Suite:
    return suite(LEDGER, BOOKS, env={"RETRY_WAITS": "[0.05, 0.1, 0.1, 0.2, 0.2]"})


@pytest.fixture
def client(ledger: Suite) -> Iterator[RpcClient]:
    client = RpcClient(ledger.settings["AMQP_URI"], CONTRACTS)
    yield client
    client.close()


@pytest.fixture
def account(client: RpcClient) -> str:
    account = f"acc-{new_id()}"
    client.ledger.open_account(CONTEXT, account=account, bill_group=f"bg-{account}", key=new_id())
    return account


def booked(client: RpcClient, account: str) -> int:
    return client.bookkeeper.get_booked(CONTEXT, account=account)["balance"]


def test_a_call_is_answered(client):
    assert client.ledger.echo(CONTEXT, text="ä漢") == {"text": "ä漢"}


def test_a_change_asked_for_again_with_its_key_is_answered_and_not_done_again(client, account):
    key = new_id()
    first = client.ledger.deposit(CONTEXT, account=account, amount=5, key=key)
    again = client.ledger.deposit(CONTEXT, account=account, amount=5, key=key)

    assert first == again == {"account": account, "balance": 5}
    assert client.ledger.get_account(CONTEXT, account=account)["balance"] == 5


def test_a_key_can_not_be_used_for_something_else(client, account):
    key = new_id()
    client.ledger.deposit(CONTEXT, account=account, amount=5, key=key)

    with pytest.raises(DomainError) as refused:
        client.ledger.deposit(CONTEXT, account=account, amount=6, key=key)
    assert refused.value.code == "key_used_for_something_else"


def test_a_creation_asked_for_again_creates_once(client):
    account, key = f"acc-{new_id()}", new_id()
    answers = [
        client.ledger.open_account(CONTEXT, account=account, bill_group="bg-1", key=key) for _ in range(3)
    ]
    assert answers == [{"account": account, "balance": 0}] * 3


def test_one_key_from_many_threads_has_one_effect(client, account):
    key, answers = new_id(), []

    def post():
        answers.append(client.ledger.deposit(CONTEXT, account=account, amount=1, key=key))

    threads = [threading.Thread(target=post) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [{"account": account, "balance": 1}] * 40


def test_whoever_may_change_nothing_is_refused_what_changes_something(client, account):
    looking = replace(CONTEXT, read_only=True)
    for change in (
        lambda: client.ledger.deposit(looking, account=account, amount=5, key=new_id()),
        lambda: client.ledger.draw_lots(looking),
        lambda: client.ledger.forget(looking),
        # Refused before anything else is looked at.
        lambda: client.ledger.deposit(looking, account=account, amount="much", key="short"),
    ):
        with pytest.raises(DomainError) as refused:
            change()
        assert (refused.value.code, refused.value.kind) == ("read_only", Kind.REFUSED)
    assert client.ledger.get_account(looking, account=account)["balance"] == 0
    assert client.ledger.draw_lots(CONTEXT) == {"text": "drawn"}


def test_an_event_is_handled(client, account):
    client.ledger.deposit(CONTEXT, account=account, amount=7, key=new_id())

    wait_until(lambda: booked(client, account) == 7, timeout=10, what="the booking")


def test_a_refused_request_names_its_fields(client):
    with pytest.raises(DomainError) as refused:
        client.ledger.deposit(CONTEXT, account="acc", amount="much", key="short")
    assert refused.value.code == "invalid_request"
    assert set(refused.value.params["fields"]) == {"amount", "key"}


def test_a_fault_shows_no_more_than_the_request_id(client, ledger):
    with pytest.raises(DomainError) as failed:
        client.ledger.fail(CONTEXT)
    assert failed.value.code == "internal"
    assert failed.value.params == {"request_id": CONTEXT.request_id}
    wait_until(lambda: '"fault"' in ledger.log(LEDGER), timeout=5, what="the fault in the log")
    assert "secret" not in ledger.log(LEDGER)


def test_threads_get_their_own_answers(client):
    """32 threads, 1,000 calls each: no answer is crossed, none is stuck."""
    wrong = []

    def ask(number):
        for i in range(1_000):
            text = f"{number}-{i}"
            if client.ledger.echo(CONTEXT, text=text)["text"] != text:
                wrong.append(text)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(240)
    assert not any(thread.is_alive() for thread in threads)
    assert wrong == []


def outcomes_of(calls):
    """What came of each of ``calls``, each in a thread of its own: an answer, or the code of an error."""
    outcomes = [None] * len(calls)

    def run(number, call):
        try:
            outcomes[number] = call()
        except DomainError as error:
            outcomes[number] = error.code

    threads = [threading.Thread(target=run, args=each) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
        # The first one reads for all.
        time.sleep(0.02)
    for thread in threads:
        thread.join(30)
    return outcomes


def test_whoever_reads_for_all_and_gives_up_lets_the_others_go_on(client):
    def impatient():
        with deadlines.within(0.3):
            return client.ledger.sleep(CONTEXT, seconds=1)

    def patient():
        return client.ledger.sleep(CONTEXT, seconds=0.6)

    assert outcomes_of([impatient, impatient, patient, patient]) == [
        *["no_answer"] * 2,
        *[{"seconds": 0.6}] * 2,
    ]


def test_a_connection_that_breaks_while_callers_wait_costs_no_answer(client):
    """One of them sees it; all ask again over the next connection, but for what may be asked only once."""

    def breaking():
        # The others wait for answers of this one.
        broken = client._link._raw
        broken.sock.shutdown(socket.SHUT_RDWR)
        wait_until(lambda: client._link._raw is not broken, timeout=10, what="another connection")
        return client.ledger.echo(CONTEXT, text="after")

    def waiting():
        return client.ledger.sleep(CONTEXT, seconds=0.7)

    assert outcomes_of([*[waiting] * 6, breaking]) == [*[{"seconds": 0.7}] * 6, {"text": "after"}]


def test_a_connection_that_breaks_while_nobody_waits_is_made_again(client):
    client.ledger.echo(CONTEXT, text="before")
    broken = client._link._raw
    broken.sock.shutdown(socket.SHUT_RDWR)
    wait_until(lambda: client._link._raw is not broken, timeout=10, what="another connection")
    assert client.ledger.draw_lots(CONTEXT) == {"text": "drawn"}


def test_answers_that_nobody_has_asked_for_yet_are_kept(client):
    begun = [client.ledger.echo.begin(CONTEXT, text=str(number)) for number in range(500)]
    assert client.ledger.echo(CONTEXT, text="between") == {"text": "between"}
    assert [each.result() for each in reversed(begun)] == [
        {"text": str(number)} for number in range(499, -1, -1)
    ]


def test_a_large_answer_comes_in_one_piece(client):
    text = "ä" * 300_000
    assert client.ledger.echo(CONTEXT, text=text) == {"text": text}


def test_a_call_that_takes_too_long_is_not_waited_for(ledger):
    client = RpcClient(ledger.settings["AMQP_URI"], CONTRACTS, timeout=0.3)
    started = time.monotonic()
    with pytest.raises(DomainError) as late:
        client.ledger.sleep(CONTEXT, seconds=2)
    client.close()
    assert late.value.code == "no_answer"
    assert late.value.kind is Kind.RETRY
    assert time.monotonic() - started < 1.5


def test_a_service_that_stays_away_is_noticed_at_once(suite):
    ledger = suite(LEDGER)
    client = RpcClient(ledger.settings["AMQP_URI"], CONTRACTS, timeout=1)
    client.ledger.echo(CONTEXT, text="")
    ledger.stop(LEDGER)

    def outcome() -> str:
        with pytest.raises(DomainError) as away:
            client.ledger.echo(CONTEXT, text="")
        return away.value.code

    assert outcome() == "no_answer"
    wait_until(lambda: outcome() == "service_away", timeout=10, what="a queue that is gone")
    started = time.monotonic()
    assert outcome() == "service_away"
    assert time.monotonic() - started < 0.5
    ledger.start(LEDGER)
    assert client.ledger.echo(CONTEXT, text="back") == {"text": "back"}
    client.close()


def test_a_change_that_hangs_is_answered_as_not_known_yet(suite):
    """The service is stopped in the middle; once it goes on, the key tells what became of the change."""
    ledger = suite(LEDGER)
    client = RpcClient(ledger.settings["AMQP_URI"], CONTRACTS, timeout=1)
    account, key = f"acc-{new_id()}", new_id()
    client.ledger.open_account(CONTEXT, account=account, bill_group="bg-9", key=new_id())
    os.kill(ledger.pid(LEDGER), signal.SIGSTOP)
    try:
        with pytest.raises(DomainError) as unknown:
            client.ledger.deposit(CONTEXT, account=account, amount=3, key=key)
        assert unknown.value.code == "not_known_yet"
        assert unknown.value.kind is Kind.UNKNOWN
    finally:
        os.kill(ledger.pid(LEDGER), signal.SIGCONT)

    assert client.ledger.deposit(CONTEXT, account=account, amount=3, key=key)["balance"] == 3
    client.close()


class TestMessagesThatCanNotBeHandled:
    def test_one_that_always_raises_becomes_a_dead_letter_after_six_attempts(self, client, account, ledger):
        client.ledger.deposit(CONTEXT, account=account, amount=1, poison="raise", key=new_id())
        letters = dead_letters(ledger)
        wait_until(lambda: letters.list(), timeout=20, what="the dead letter")

        (letter,) = [letter for letter in letters.list() if letter.subject == account]
        assert (letter.queue, letter.type, letter.attempts) == ("bookkeeper.book", "deposited", 6)
        assert letter.reason == "RuntimeError"
        assert letters.replay(letter.id) == 1
        wait_until(lambda: letters.list(), timeout=20, what="the dead letter again")
        assert letters.drop(letters.list()[0].id) == 1
        assert letters.list() == []

    def test_one_that_kills_the_process_takes_no_other_with_it(self, suite):
        """The 30 events that wait beside the deadly one are all booked, each once."""
        services = suite(LEDGER, BOOKS, env={"RETRY_WAITS": "[0.05]"})
        client = RpcClient(services.settings["AMQP_URI"], CONTRACTS, timeout=1)
        account = f"acc-{new_id()}"
        client.ledger.open_account(CONTEXT, account=account, bill_group="bg-k", key=new_id())
        for number in range(31):
            poison = "kill" if number == 10 else ""
            client.ledger.deposit(
                CONTEXT, account=account, amount=1, poison=poison, key=f"deposit-{number:03}"
            )
        letters = dead_letters(services)

        def buried_and_booked() -> bool:
            """A supervisor starts the service again whenever it has died."""
            if not services.running(BOOKS):
                services.programs[BOOKS].start()
            try:
                return bool(letters.list()) and booked(client, account) == 30
            except DomainError:
                return False

        wait_until(buried_and_booked, timeout=120, what="one dead letter and 30 bookings")
        (letter,) = letters.list()
        assert (letter.reason, letter.attempts) == ("deadly", 5)
        client.close()


def dead_letters(ledger: Suite) -> DeadLetters:
    return DeadLetters(ledger.settings["AMQP_URI"], (0.05,))

"""Calls that wait for their answers, and one of them reads for all."""

import itertools
import queue
import random
import threading
import time

import pytest

from shared.kernel.errors import DomainError
from shared.messaging import wire
from shared.messaging.client import Pending
from shared.messaging.link import LinkLost
from shared.messaging.turns import Turns
from tests.support.ledger.contract import contract


class Line:
    """Stands for client and connection: what was sent comes back as its own answer, once somebody reads."""

    def __init__(self):
        self.turns = Turns()
        self.sent = queue.Queue()
        self.waiting = {}
        self.wrong = []
        self.fails_once_so_many_have_entered = None
        self._ids = map(str, itertools.count())
        self._reading = threading.Lock()

    def ask(self, seconds, method="get_account"):
        pending = Pending(self, "ledger", contract.methods[method], {}, time.monotonic() + seconds, None)
        self.send(pending, {}, 0)
        return pending

    def send(self, pending, message, until):
        pending.id = next(self._ids)
        self.waiting[pending.id] = pending
        self.sent.put(pending.id)

    def forget(self, pending):
        self.waiting.pop(pending.id, None)

    def read(self, seconds):
        if not self._reading.acquire(blocking=False):
            self.wrong.append("two read at once")
        try:
            if self.fails_once_so_many_have_entered is not None:
                many, self.fails_once_so_many_have_entered = self.fails_once_so_many_have_entered, None
                wait_for(self.turns.entered, many)
                raise ZeroDivisionError
            asked = self.sent.get(timeout=seconds)
            if asked in self.waiting:
                self.waiting.pop(asked).answer(wire.encode({"result": asked, "error": None}))
        except queue.Empty:
            pass
        finally:
            self._reading.release()

    def breaks(self):
        """The connection, with all that was sent."""
        while not self.sent.empty():
            self.sent.get()
        while self.waiting:
            self.waiting.popitem()[1].connection_lost()


@pytest.fixture
def line():
    line = Line()
    yield line
    assert line.wrong == []
    assert line.turns.enter(object()), "somebody who has gone is still to read"


def in_thread(ask):
    """Begin ``ask`` in a thread; waits for it and gives what came of it."""
    outcome = []

    def run():
        try:
            outcome.append(ask())
        except (DomainError, ArithmeticError) as error:
            outcome.append(error)

    thread = threading.Thread(target=run)
    thread.start()

    def join():
        thread.join(20)
        return outcome[0]

    return join


def test_who_waits_reads_its_own_answer_and_those_before_it(line):
    first, second = line.ask(5), line.ask(5)
    assert second.result() == second.id
    assert line.sent.empty()
    assert first.result() == first.id


def test_a_reader_whose_deadline_passes_lets_the_next_one_read(line):
    late, other = line.ask(0.1), line.ask(10)
    line.sent.get()
    line.sent.get()
    reader = in_thread(late.result)
    wait_for(line.turns.entered, 1)
    waiter = in_thread(other.result)
    wait_for(line.turns.entered, 2)
    assert reader().code == "no_answer"
    line.sent.put(other.id)
    assert waiter() == other.id
    assert late.id not in line.waiting


def test_a_reader_that_dies_lets_the_next_one_read(line):
    """What the reading raises is the reader's own end only."""
    dies, other = line.ask(10), line.ask(10)
    line.fails_once_so_many_have_entered = 2
    reader = in_thread(dies.result)
    wait_for(line.turns.entered, 1)
    waiter = in_thread(other.result)
    assert isinstance(reader(), ZeroDivisionError)
    assert waiter() == other.id


def test_what_is_lost_with_the_connection_is_asked_again_by_all_who_wait(line):
    calls = [line.ask(10) for _ in range(8)]
    line.breaks()
    joins = [in_thread(call.result) for call in calls]
    assert sorted(join() for join in joins) == sorted(call.id for call in calls)
    assert {call.id for call in calls}.isdisjoint(map(str, range(8)))


def test_what_may_be_asked_once_only_is_not_asked_again(line):
    call = line.ask(10, "draw_lots")
    line.breaks()
    with pytest.raises(DomainError) as unknown:
        call.result()
    assert unknown.value.code == "not_known_yet"
    assert line.sent.empty()


def test_where_there_is_no_new_connection_it_is_said_so(line):
    call = line.ask(10)
    line.breaks()

    def refuse(*message):
        raise LinkLost("not connected")

    line.send = refuse
    with pytest.raises(DomainError) as away:
        call.result()
    assert away.value.code == "no_answer"


def test_answers_reach_all_though_readers_give_up_and_die_and_the_connection_breaks(line):
    """16 threads ask 200 times each: nobody who goes on waiting is left alone, and nobody gets another's answer."""

    def ask_often(seed):
        dice = random.Random(seed)
        for _ in range(200):
            kind = dice.random()
            if kind < 0.01:
                line.breaks()
            elif kind < 0.05:
                line.fails_once_so_many_have_entered = 0
            impatient = kind > 0.9
            call = line.ask(0.0005 if impatient else 20)
            try:
                if call.result() != call.id:
                    line.wrong.append("crossed")
            except ZeroDivisionError:
                line.forget(call)
            except DomainError:
                if not impatient:
                    raise

    joins = [in_thread(lambda seed=seed: ask_often(seed)) for seed in range(16)]
    assert [join() for join in joins] == [None] * 16


def wait_for(number, least):
    until = time.monotonic() + 10
    while number() < least:
        assert time.monotonic() < until
        time.sleep(0.001)

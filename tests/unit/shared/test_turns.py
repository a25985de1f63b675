"""One reads for all, and whoever goes lets the next one read."""

import pytest

from shared.messaging.turns import Turns


class Caller:
    def __init__(self):
        self.has_it = False
        self.called = 0

    def has_its_answer(self):
        return self.has_it

    def your_turn(self):
        self.called += 1


@pytest.fixture
def turns():
    return Turns()


@pytest.fixture
def callers(turns):
    """Three who have entered one after the other."""
    callers = [Caller() for _ in range(3)]
    assert [turns.enter(caller) for caller in callers] == [True, False, False]
    return callers


def test_the_next_one_reads_when_the_reader_goes(turns, callers):
    first, second, third = callers
    turns.leave(first)
    assert (second.called, third.called) == (1, 0)
    assert not turns.enter(first)
    turns.leave(second)
    assert (second.called, third.called, first.called) == (1, 1, 0)


def test_whoever_has_an_answer_is_not_called(turns, callers):
    first, second, third = callers
    second.has_it = True
    turns.leave(first)
    assert (second.called, third.called) == (0, 1)


def test_whoever_has_gone_is_not_called(turns, callers):
    first, second, third = callers
    turns.leave(second)
    turns.leave(first)
    assert (second.called, third.called) == (0, 1)


def test_whoever_was_called_and_goes_calls_the_next_one(turns, callers):
    """Its deadline passed in the moment in which it was called."""
    first, second, third = callers
    turns.leave(first)
    turns.leave(second)
    assert (second.called, third.called) == (1, 1)


def test_when_all_have_gone_the_next_that_comes_reads(turns, callers):
    for caller in callers:
        turns.leave(caller)
    assert turns.enter(callers[0])


def test_who_reads_when_it_is_quiet_gives_way(turns):
    keeper, caller = Caller(), Caller()
    seen = turns.entered()
    assert turns.enter_if_quiet(keeper, seen)
    assert not turns.enter(caller)
    turns.leave(keeper)
    assert caller.called == 1
    assert not turns.enter_if_quiet(keeper, turns.entered())
    turns.leave(caller)
    assert not turns.enter_if_quiet(keeper, seen), "somebody was there meanwhile"
    assert turns.enter_if_quiet(keeper, turns.entered())

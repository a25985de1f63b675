import pytest

from shared.kernel.errors import DomainError, Kind
from shared.messaging import deadlines
from shared.messaging.rpc import rpc
from tests.support.ledger.contract import contract


class Service:
    done = 0

    @rpc(contract)
    def echo(self, *, text):
        return {"text": text}

    @rpc(contract)
    def deposit(self, **asked):
        self.done += 1
        return {"account": asked["account"], "balance": 1}


def test_what_is_in_time_is_done():
    assert Service().echo(text="a") == {"text": "a"}


def test_what_waited_too_long_for_a_worker_is_not_done():
    service = Service()
    with deadlines.within(0):
        with pytest.raises(DomainError) as reading:
            service.echo(text="a")
        with pytest.raises(DomainError) as changing:
            service.deposit(account="acc-1", amount=1, key=None)
    assert (reading.value.code, reading.value.kind) == ("no_answer", Kind.RETRY)
    assert (changing.value.code, changing.value.kind) == ("not_known_yet", Kind.UNKNOWN)
    assert service.done == 0

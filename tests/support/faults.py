"""Bad days for services, without a line in their code: queues that refuse, processes frozen in their tracks."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

from deploy.local.broker import Broker
from tests.support.suite import Suite


def vhost(suite: Suite) -> str:
    return unquote(urlsplit(suite.settings["AMQP_URI"]).path[1:])


def unbind_queues(broker: Broker, suite: Suite) -> None:
    """From now on, until a service starts and declares what it needs, no event finds a queue; calls go on."""
    broker.evaluate(
        f"Events = fun({{binding, {{resource, _, exchange, Name}}, _, _, _}}) ->"
        ' lists:suffix(".events", binary_to_list(Name)) end,'
        f'Bindings = lists:filter(Events, rabbit_binding:list(<<"{vhost(suite)}">>)),'
        '[rabbit_binding:remove(Binding, <<"portico">>) || Binding <- Bindings]'
    )


@contextmanager
def frozen(pid: int | None) -> Iterator[None]:
    """Inside, the process does not run, but its connections stand."""
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@contextmanager
def frozen_service(suite: Suite, name: str) -> Iterator[None]:
    """Inside, none of the service's processes runs: it takes connections and answers none."""
    group = suite.pid(name)
    assert group is not None
    os.killpg(group, signal.SIGSTOP)
    try:
        yield
    finally:
        os.killpg(group, signal.SIGCONT)


def unacknowledged(broker: Broker, suite: Suite, queue: str) -> int:
    """How many messages of the queue are with a consumer and not yet acknowledged."""
    answer = broker.evaluate(
        f'{{ok, Q}} = rabbit_amqqueue:lookup(rabbit_misc:r(<<"{vhost(suite)}">>, queue, <<"{queue}">>)),'
        "[{_, N}] = rabbit_amqqueue:info(Q, [messages_unacknowledged]), N"
    )
    return int(answer)

"""What can be seen of a running service: whether broker and store answer, and what waits where.

Looking costs a connection and a few queries, so it is done at most every few seconds, however often somebody asks,
and whoever asks waits for two seconds at most: a broker or store that hangs is seen as away.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import amqp
import eventlet
from kombu import Connection

from shared.contracts.base import Contract
from shared.messaging import topology, wire
from shared.messaging.consumers import Consumers
from shared.messaging.providers import UseCases
from shared.messaging.publisher import BROKER_ERRORS
from shared.storage.errors import STORE_AWAY
from shared.storage.outbox import Backlog

_FRESH_SECONDS = 4.0
_STALE_SECONDS = 10.0
_PATIENCE_SECONDS = 2.0
_GIVE_UP_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen: ``queues`` has the messages that wait by queue; None and missing is what could not be seen."""

    queues: dict[str, int] | None = None
    backlog: Backlog | None = None
    at: float = field(default_factory=time.monotonic)


class Vitals:
    """Looks at the service in ``container`` from its own process."""

    def __init__(self, container: Any, contract: Contract) -> None:
        self.stopping = False
        self.service = contract.name
        self._container = container
        self._queues = list(_queues(contract))
        self._seen: Look | None = None
        self._looking: Any = None

    @property
    def workers_in_use(self) -> int:
        """Calls and events that are being worked on."""
        running: int = self._container._worker_pool.running()
        return running

    @property
    def workers(self) -> int:
        """How many can be worked on at once."""
        most: int = self._container.max_workers
        return most

    def takes_messages(self) -> bool:
        """Whether all queues are consumed, and the process is not about to stop."""
        consumers = [
            extension
            for extension in self._container.subextensions
            if isinstance(extension, Consumers) and extension.has_work
        ]
        return not self.stopping and bool(consumers) and all(each.consuming for each in consumers)

    def look(self) -> Look:
        """What was seen in the last seconds."""
        if self._seen is None or time.monotonic() - self._seen.at > _FRESH_SECONDS:
            if self._looking is None:
                self._looking = eventlet.spawn(self._look)
            with eventlet.Timeout(_PATIENCE_SECONDS, False):
                self._looking.wait()
        if self._seen is None or time.monotonic() - self._seen.at > _STALE_SECONDS:
            return Look()
        return self._seen

    def _look(self) -> None:
        queues, backlog = eventlet.spawn(self._look_at_broker), eventlet.spawn(self._look_at_store)
        try:
            self._seen = Look(queues.wait(), backlog.wait())
        finally:
            self._looking = None

    def _look_at_broker(self) -> dict[str, int] | None:
        connection = Connection(self._container.config["AMQP_URI"], connect_timeout=_PATIENCE_SECONDS)
        try:
            with eventlet.Timeout(_GIVE_UP_SECONDS):
                connection.connect()
                return {name: depth for name, depth in _depths(connection, self._queues) if depth is not None}
        except (*BROKER_ERRORS, eventlet.Timeout):
            return None
        finally:
            connection.collect()

    def _look_at_store(self) -> Backlog | None:
        stores = [each.store for each in self._container.dependencies if isinstance(each, UseCases)]
        try:
            return stores[0].backlog(_GIVE_UP_SECONDS) if stores and stores[0] else None
        except STORE_AWAY:
            return None


def _queues(contract: Contract) -> Iterator[str]:
    yield wire.rpc_queue(contract.name)
    yield topology.DEAD_LETTERS
    for handler in contract.hears:
        yield topology.queue_name(contract.name, handler)
        yield topology.suspect_name(contract.name, handler)


def _depths(connection: Connection, queues: Sequence[str]) -> Iterator[tuple[str, int | None]]:
    """The messages that wait in each queue, None for one that is not there."""
    channel = connection.connection.channel()
    for queue in queues:
        try:
            yield queue, channel.queue_declare(queue, passive=True).message_count
        except amqp.exceptions.NotFound:
            # The broker has closed the channel.
            yield queue, None
            channel = connection.connection.channel()

"""The event entrypoint: at least once, in any order, and a message that can't be handled harms no other.

A handler that raises sends its message to a wait queue and tries again later. A message that was delivered before,
which may have killed the process, is tried alone in the suspect lane. After six attempts, or when it came back from
that lane four times, it is a dead letter.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import cached_property, partial
from typing import Any

from marshmallow import ValidationError
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint, SharedExtension

from shared.contracts.base import Contract, Envelope
from shared.contracts.registry import CONTRACTS
from shared.kernel.clock import utc_now
from shared.kernel.context import Context, system
from shared.kernel.errors import DomainError
from shared.messaging import topology, wire
from shared.messaging.consumers import Consumers, SuspectConsumers
from shared.messaging.publisher import BROKER_ERRORS, NOT_PUBLISHED, ConfirmingPublisher
from shared.messaging.reporting import report_event, report_fault
from shared.storage.errors import STORE_AWAY
from shared.telemetry import traces
from shared.telemetry.metrics import EVENT_SECONDS

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 6
# A message that came back so often when it was alone is hardly innocent: each time the process died, or, seldom, the
# connection broke.
MOST_DEATHS = 4
_AWAY = ("service_away", "no_answer", "not_known_yet")
ATTEMPTS_HEADER = "x-portico-attempts"
_envelope = Envelope()


class Republisher(SharedExtension):
    """Sends messages on to wait queues, suspect lanes and the dead letters."""

    @cached_property
    def publisher(self) -> ConfirmingPublisher:
        """The container's confirming publisher; it declares the whole topology whenever it connects."""
        declared = topology.everything(list(CONTRACTS.values()), self._waits)
        return ConfirmingPublisher(self.container.config["AMQP_URI"], declared)

    def start(self) -> None:
        """Declare everything; wait for the broker where it is away."""
        while True:
            try:
                self.publisher.connect()
            except BROKER_ERRORS as error:
                log.warning("waiting for the broker: %s", type(error).__name__)
                time.sleep(1)
            else:
                return

    def stop(self) -> None:
        self.publisher.close()

    def suspect(self, queue: str, message: Any, attempts: int) -> None:
        """To the lane where it is tried alone."""
        self._send(message, exchange="", routing_key=queue, headers={ATTEMPTS_HEADER: attempts})

    def wait(self, queue: str, message: Any, attempts: int) -> None:
        """To the wait queue for its next attempt, longer each time."""
        seconds = self._waits[min(max(attempts, 1), len(self._waits)) - 1]
        exchange = topology.wait_name(seconds)
        self._send(message, exchange=exchange, routing_key=queue, headers={ATTEMPTS_HEADER: attempts})

    def dead(self, queue: str, message: Any, attempts: int, reason: str) -> None:
        """To the dead letters."""
        about = {
            ATTEMPTS_HEADER: attempts,
            "x-portico-queue": queue,
            "x-portico-reason": reason,
            "x-portico-died-at": utc_now().isoformat(),
        }
        self._send(message, exchange="", routing_key=topology.DEAD_LETTERS, headers=about)

    @property
    def _waits(self) -> tuple[float, ...]:
        waits: tuple[float, ...] = self.container.config["retry_waits"]
        return waits

    def _send(self, message: Any, *, exchange: str, routing_key: str, headers: dict[str, Any]) -> None:
        body = message.body if isinstance(message.body, bytes) else message.body.encode()
        message_id = message.properties.get("message_id", "")
        self.publisher.publish(
            body, exchange=exchange, routing_key=routing_key, message_id=message_id, headers=headers
        )


class _SuspectLane:
    """What the suspect consumers know of a handler."""

    never_waits = False

    def __init__(self, handler: OnEvent, queue: Any) -> None:
        self.queue = queue
        self._handler = handler

    def handle_message(self, body: bytes | str, message: Any) -> None:
        deaths = _deliveries(message)
        attempts = int(message.headers.get(ATTEMPTS_HEADER, 0)) + deaths
        if deaths >= MOST_DEATHS:
            self._handler.bury(message, attempts, "deadly", self._handler.suspects)
        else:
            self._handler.attempt(body, message, attempts, self._handler.suspects)


class OnEvent(Entrypoint):
    """One handler of a contract's ``hears``."""

    consumers = Consumers()
    suspects = SuspectConsumers()
    republisher = Republisher()
    # It waits for the broker where it passes a message on.
    never_waits = False

    def __init__(self, contract: Contract, **options: Any) -> None:
        super().__init__(expected_exceptions=(Exception,), **options)
        self._contract = contract

    def setup(self) -> None:
        hears = self._contract.hears[self.method_name]
        self.queue = topology.event_queue(self._contract.name, hears, list(CONTRACTS.values()))
        self._lane = _SuspectLane(self, topology.suspect_queue(self._contract.name, hears))
        self.consumers.register_provider(self)
        self.suspects.register_provider(self._lane)

    def stop(self) -> None:
        self.consumers.unregister_provider(self)
        self.suspects.unregister_provider(self._lane)

    def handle_message(self, body: bytes | str, message: Any) -> None:
        """Called for each message of the main queue, in a green thread of its own."""
        attempts = int(message.headers.get(ATTEMPTS_HEADER, 0))
        if _deliveries(message):
            # A process died with it, or with one that had been delivered along with it: which, the lane finds out.
            lane = self._lane.queue.name
            report_event(self._contract.name, self.method_name, "", "suspect", attempts + 1)
            send = partial(self.republisher.suspect, lane, message, attempts + 1)
            self._pass_on(message, send, self.consumers)
            return
        self.attempt(body, message, attempts, self.consumers)

    def attempt(self, body: bytes | str, message: Any, attempts: int, source: Consumers) -> None:
        """Handle ``message`` of ``source`` once more; ``attempts`` were made before."""
        if attempts >= MOST_ATTEMPTS:
            self.bury(message, attempts, "too_many_attempts", source)
            return
        try:
            event = self._load(body)
        except (ValidationError, ValueError, KeyError, TypeError):
            self.bury(message, attempts + 1, "unreadable", source)
            return
        circumstances = event["circumstances"]
        context = Context(
            principal=system(self._contract.name),
            language=circumstances.get("language") or "en",
            request_id=event["request_id"],
        )
        cause = traces.parent_of(message.headers) or traces.parent_of(event)
        span = traces.start(f"{self._contract.name}.{self.method_name}", "consumer", cause)
        started = time.monotonic()

        def handle_result(worker: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            del worker
            EVENT_SECONDS.labels(self._contract.name, self.method_name).observe(time.monotonic() - started)
            outcome = "ok" if exc_info is None else type(exc_info[1]).__name__
            traces.end(span, outcome, failed=exc_info is not None)
            self._handled(message, attempts + 1, source, context, exc_info)
            return result, exc_info

        try:
            self.container.spawn_worker(
                self,
                (event,),
                {},
                context_data={"context": context, "span": span},
                handle_result=handle_result,
            )
        except ContainerBeingKilled:
            source.requeue_message(message)

    def _handled(
        self,
        message: Any,
        attempts: int,
        source: Consumers,
        context: Context,
        exc_info: Any,
    ) -> None:
        if exc_info is None:
            source.ack_message(message)
            report_event(self._contract.name, self.method_name, context.request_id, "done", attempts)
            return
        error = exc_info[1]
        if not isinstance(error, DomainError):
            report_fault(self._contract.name, self.method_name, context, error)
        if _is_outage(error):
            # The message is not to blame: it waits until what it needs is back, however long that takes.
            attempts -= 1
        if attempts >= MOST_ATTEMPTS:
            reason = error.code if isinstance(error, DomainError) else type(error).__name__
            self.bury(message, attempts, reason, source)
        else:
            report_event(self._contract.name, self.method_name, context.request_id, "waits", attempts)
            send = partial(self.republisher.wait, self.queue.name, message, attempts)
            self._pass_on(message, send, source)

    def bury(self, message: Any, attempts: int, reason: str, source: Consumers) -> None:
        """Make a dead letter of ``message``."""
        report_event(self._contract.name, self.method_name, "", "dead_letter", attempts)
        send = partial(self.republisher.dead, self.queue.name, message, attempts, reason)
        self._pass_on(message, send, source)

    def _pass_on(self, message: Any, send: Callable[[], None], source: Consumers) -> None:
        """Send the message on and acknowledge it, trying until the broker takes it.

        It is not given back meanwhile: each return counts as a delivery, and would make it a suspect.
        """
        while message.channel.connection:
            try:
                send()
            except NOT_PUBLISHED as error:
                log.warning("a message could not be passed on: %s", type(error).__name__)
                time.sleep(1)
            else:
                source.ack_message(message)
                return
        # Its connection is gone, and the broker delivers it again.
        source.requeue_message(message)

    def _load(self, body: bytes | str) -> dict[str, Any]:
        event: dict[str, Any] = _envelope.load(wire.decode(body))
        declared = CONTRACTS[event["source"]].events[event["type"]]
        event["data"] = declared.data().load(event["data"])
        return event


on_event = OnEvent.decorator


def _is_outage(error: BaseException) -> bool:
    """Whether the store, or a service that the handler asked, was away."""
    return isinstance(error, STORE_AWAY) or (isinstance(error, DomainError) and error.code in _AWAY)


def _deliveries(message: Any) -> int:
    """How often the message was delivered before from its present queue (quorum queues count)."""
    return int(message.headers.get("x-delivery-count", 0))

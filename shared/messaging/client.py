"""The RPC client: one connection for all threads of a process.

Replies come over RabbitMQ's direct reply-to and find their caller by correlation id; one of those who wait reads them
for all. Requests are mandatory, so that
a service that is away is known at once, and expire with their deadline.
"""

from __future__ import annotations

import itertools
import queue
import time
from collections.abc import Mapping
from functools import partial
from typing import Any

import amqp

from shared.contracts.base import Contract, Method, Nothing, Request
from shared.kernel.context import Context
from shared.kernel.errors import DomainError, Kind
from shared.messaging import deadlines, frames, headers, wire
from shared.messaging.link import Link, LinkLost
from shared.telemetry import traces
from shared.telemetry.metrics import asked

PING = Method("ping", Request, Nothing)
DEFAULT_TIMEOUT = 4.0
_SHORTEST_TRY = 0.05
_AWAY, _LOST, _TURN = "away", "lost", "turn"
_UNANSWERED = ("service_away", "no_answer", "not_known_yet", "internal")


class Pending:
    """A call that was sent: ``result()`` waits for its answer."""

    def __init__(
        self,
        client: RpcClient,
        service: str,
        method: Method,
        message: dict[str, Any],
        until: float,
        span: Any,
    ):
        self.id = ""
        self._client = client
        self._service = service
        self._method = method
        self._message = message
        self._until = until
        self.span = span
        self._began = time.monotonic()
        self._ended: float | None = None
        # What became of it: the body of the reply, or one of the words above.
        self._fates: queue.SimpleQueue[bytes | str] = queue.SimpleQueue()

    def result(self) -> Any:
        """The reply, as plain JSON values.

        Raises the DomainError that the service raised, ``service_away`` when nobody takes the call, and when the
        deadline passes ``no_answer`` for what only reads, ``not_known_yet`` for what changes something.
        """
        try:
            reply = self._wait()
        except DomainError as error:
            self.report(error.code)
            raise
        self.report("ok")
        return reply

    def _wait(self) -> Any:
        while True:
            fate = self._fate()
            if fate is None:
                self._client.forget(self)
                raise self._unanswered()
            if fate == _AWAY:
                raise DomainError("service_away", Kind.RETRY, service=self._service)
            if isinstance(fate, bytes):
                return wire.read_reply(fate)
            if self._method.once:
                raise self._unanswered()
            # The connection broke with the call in flight. Reads may be asked twice, and changes are safe by their key.
            self._fates = queue.SimpleQueue()
            try:
                self._client.send(self, self._message, self._until)
            except LinkLost as error:
                raise self._unanswered() from error

    def _fate(self) -> bytes | str | None:
        """Wait for it, reading what comes for all where nobody else does. None when the deadline has passed."""
        if self.has_its_answer():
            return self._fates.get()
        turns, read = self._client.turns, self._client.read
        my_turn = turns.enter(self)
        try:
            while True:
                left = self._until - time.monotonic()
                if not my_turn:
                    fate = self._fates.get(timeout=max(0.0, left))
                    if fate != _TURN:
                        return fate
                    my_turn = True
                elif self.has_its_answer():
                    return self._fates.get()
                elif left > 0:
                    read(left)
                else:
                    return None
        except queue.Empty:
            return None
        finally:
            turns.leave(self)

    def has_its_answer(self) -> bool:
        """Whether it is known what became of the call."""
        return not self._fates.empty()

    def your_turn(self) -> None:
        """Whoever waits for this answer is to read from now on."""
        self._fates.put(_TURN)

    def answer(self, body: bytes) -> None:
        """The reply has come."""
        self._ended = time.monotonic()
        self._fates.put(body)

    def service_away(self) -> None:
        """The broker had no queue for the request."""
        self._fates.put(_AWAY)

    def connection_lost(self) -> None:
        """The answer can't come any more over this connection."""
        self._fates.put(_LOST)

    def report(self, outcome: str) -> None:
        """Count the call, and end its span."""
        took = (self._ended or time.monotonic()) - self._began
        asked(self._service, self._method.name, outcome).observe(took)
        traces.end(self.span, outcome, failed=outcome in _UNANSWERED)

    def is_over(self) -> bool:
        """Whether nobody can be waiting for the answer any more."""
        return time.monotonic() > self._until

    def _unanswered(self) -> DomainError:
        if self._method.changes or self._method.once:
            return DomainError("not_known_yet", Kind.UNKNOWN, service=self._service)
        return DomainError("no_answer", Kind.RETRY, service=self._service)


class RpcClient:
    """Calls the methods of all services; safe to share among threads.

    ``client.customers.get_bill_group(context, bill_group=…)`` waits for the answer;
    ``client.customers.get_bill_group.begin(context, …)`` sends only and gives a Pending, for calls side by side.
    ``timeout`` is in seconds; an earlier deadline of the work at hand wins.
    """

    def __init__(
        self, uri: str, contracts: Mapping[str, Contract], *, timeout: float = DEFAULT_TIMEOUT
    ) -> None:
        self._contracts = contracts
        self._timeout = timeout
        self._pending: dict[str, Pending] = {}
        # Replies come to this connection only, so that nobody else's ids can meet ours.
        self._ids = map(str, itertools.count())
        self._link = Link(
            uri,
            on_reply=self._on_reply,
            on_return=self._on_return,
            on_lost=self._on_lost,
            on_tick=self._sweep,
        )
        self.turns = self._link.turns
        self.read = self._link.read

    def __getattr__(self, service: str) -> _ServiceProxy:
        if service not in self._contracts:
            raise AttributeError(f"no service {service!r}")
        # Kept, so that it is asked for once only.
        proxy = self.__dict__[service] = _ServiceProxy(self, self._contracts[service])
        return proxy

    def call(self, service: str, method: str, context: Context, /, **arguments: Any) -> Any:
        """Call and wait for the answer; see Pending.result for the errors."""
        return self.begin(service, method, context, **arguments).result()

    def begin(self, service: str, method: str, context: Context, /, **arguments: Any) -> Pending:
        """Send a call. Raises DomainError ``service_away`` where the broker can't be reached."""
        declared = PING if method == PING.name else self._contracts[service].methods[method]
        seconds = deadlines.remaining(self._timeout)
        span = traces.start(f"{service}.{method}", "client")
        message = {
            "routing_key": f"{service}.{method}",
            "body": wire.encode({"args": [], "kwargs": arguments}),
            "headers": headers.dump_context(context) | traces.headers(span),
            "deadline": time.time() + seconds,
        }
        until = time.monotonic() + seconds
        pending = Pending(self, service, declared, message, until, span)
        try:
            self.send(pending, message, until)
        except LinkLost as error:
            pending.report("service_away")
            raise DomainError("service_away", Kind.RETRY, service=service) from error
        return pending

    def send(self, pending: Pending, message: Mapping[str, Any], until: float) -> None:
        """Put the request on the wire under a new correlation id. Raises LinkLost."""
        seconds = until - time.monotonic()
        if seconds < _SHORTEST_TRY:
            raise LinkLost("no time left")
        pending.id = next(self._ids)
        self._pending[pending.id] = pending
        about = frames.properties(
            content_type=wire.CONTENT_TYPE,
            headers={**message["headers"], headers.DEADLINE: repr(message["deadline"])},
            correlation_id=pending.id,
            reply_to="amq.rabbitmq.reply-to",
            expiration=str(max(1, int(seconds * 1000))),
        )
        try:
            self._link.publish(wire.RPC_EXCHANGE, message["routing_key"], about, message["body"], seconds)
        except LinkLost:
            self.forget(pending)
            raise

    def forget(self, pending: Pending) -> None:
        """Nobody waits for this call any more."""
        self._pending.pop(pending.id, None)

    def connected(self) -> bool:
        """Whether the broker is reached at the moment."""
        return self._link.connected()

    def close(self) -> None:
        """Close the connection; calls that wait are answered as unanswered."""
        self._link.close()

    def _on_reply(self, message: amqp.Message) -> None:
        pending = self._pending.pop(message.properties.get("correlation_id", ""), None)
        if pending is not None:
            pending.answer(message.body)

    def _on_return(self, message: amqp.Message) -> None:
        pending = self._pending.pop(message.properties.get("correlation_id", ""), None)
        if pending is not None:
            pending.service_away()

    def _sweep(self) -> None:
        """Forget calls that were begun and whose results nobody took."""
        for pending in list(self._pending.values()):
            if pending.is_over():
                self.forget(pending)
                traces.end(pending.span, "not_asked_for")

    def _on_lost(self) -> None:
        while self._pending:
            _, pending = self._pending.popitem()
            pending.connection_lost()


class _ServiceProxy:
    def __init__(self, client: RpcClient, contract: Contract) -> None:
        self._client = client
        self._contract = contract

    def __getattr__(self, method: str) -> _MethodProxy:
        if method not in self._contract.methods:
            raise AttributeError(f"{self._contract.name} has no method {method!r}")
        proxy = self.__dict__[method] = _MethodProxy(self._client, self._contract.name, method)
        return proxy


class _MethodProxy:
    def __init__(self, client: RpcClient, service: str, method: str) -> None:
        self.begin = partial(client.begin, service, method)
        self._call = partial(client.call, service, method)

    def __call__(self, context: Context, /, **arguments: Any) -> Any:
        return self._call(context, **arguments)

"""The RPC entrypoint: loads the request by its schema, keeps the deadline, dumps the reply, answers errors as such."""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable
from typing import Any

from kombu import Exchange, Queue
from marshmallow import ValidationError
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint, ProviderCollector, SharedExtension

from shared.contracts.base import Contract, Method
from shared.kernel.errors import DomainError, Kind
from shared.kernel.happening import IdempotencyKey, hash_of
from shared.messaging import deadlines, headers, wire
from shared.messaging.consumers import Consumers
from shared.messaging.replies import reply
from shared.messaging.reporting import report_call, report_fault
from shared.storage.answers import KeptAnswer
from shared.storage.errors import STORE_AWAY
from shared.telemetry import traces

log = logging.getLogger(__name__)

# Longer than a restart takes; shorter than callers wait, so that a call that waited can still be answered.
_KEPT_SECONDS = 3.0
_FAULTS = ("internal", "store_away")


class RpcQueue(SharedExtension, ProviderCollector):
    """The queue of one service and its methods.

    The queue outlives its last consumer by a moment: when the only copy of a service is restarted, calls wait for the
    next one. After that calls of a service that is away come back at once.
    """

    consumers = Consumers()
    # Given room for a worker, a call is started without waiting for anything.
    never_waits = True

    def __init__(self) -> None:
        super().__init__()
        self._methods: dict[str, Rpc] = {}
        self._stopping = False
        self._stopped = False
        self._to_give_back: list[Any] = []

    def setup(self) -> None:
        service = self.container.service_name
        self.queue = Queue(
            wire.rpc_queue(service),
            exchange=Exchange(wire.RPC_EXCHANGE, durable=True, type="topic"),
            routing_key=f"{service}.*",
            durable=True,
            expires=_KEPT_SECONDS,
        )
        self.consumers.register_provider(self)

    def stop(self) -> None:
        """For a service without methods, which answers pings only."""
        self.close()

    def register_provider(self, provider: Rpc) -> None:
        """A method of the service."""
        super().register_provider(provider)
        self._methods[f"{self.container.service_name}.{provider.method_name}"] = provider

    def close(self) -> None:
        """Take no more calls. Those being worked on are still answered; those that come meanwhile go back."""
        if not self._stopping:
            self._stopping = True
            self.consumers.unregister_provider(self)
            self._stopped = True
            for message in self._to_give_back:
                self.give_back(message)

    def handle_message(self, body: bytes | str, message: Any) -> None:
        """Called for each message."""
        if self._stopped:
            self.give_back(message)
            return
        if self._stopping:
            # Given back now, it would come again: the broker doesn't know yet that we take no more.
            self._to_give_back.append(message)
            return
        routing_key = message.delivery_info["routing_key"]
        if routing_key.endswith(".ping"):
            self.answer(message, {"result": {}, "error": None})
            return
        provider = self._methods.get(routing_key)
        if provider is None:
            log.warning("no such method: %s", routing_key)
            self.answer(message, _failed(DomainError("internal", Kind.RETRY)))
            return
        provider.handle_message(body, message)

    def answer(self, message: Any, body: dict[str, Any]) -> None:
        """Send the reply, then tell the broker that the request is done with."""
        reply(message, body)
        self.consumers.ack_message(message)

    def give_back(self, message: Any) -> None:
        """Let another copy of the service have the request."""
        self.consumers.requeue_message(message)


class Rpc(Entrypoint):
    """One method of a contract."""

    queue = RpcQueue()

    def __init__(self, contract: Contract, **options: Any) -> None:
        # nameko logs a traceback for what is not expected: reporting is done here, without personal data.
        super().__init__(expected_exceptions=(Exception,), **options)
        self._contract = contract

    def setup(self) -> None:
        self._method: Method = self._contract.methods[self.method_name]
        self._request = self._method.request()
        self._reply = self._method.reply()
        self.queue.register_provider(self)

    def stop(self) -> None:
        self.queue.close()

    def handle_message(self, body: bytes | str, message: Any) -> None:
        """Load the request and start a worker for it."""
        started = time.monotonic()
        try:
            context = headers.load_context(message.headers)
            deadline = float(message.headers.get(headers.DEADLINE, "inf"))
            if time.time() >= deadline:
                self.queue.answer(message, _failed(too_late(self._method)))
                return
            if context.read_only and not self._method.only_reads:
                # Before anything else is looked at: there is one place where a preview could change something.
                self._refuse(message, context, DomainError("read_only"), started)
                return
            arguments = self._load(wire.decode(body)["kwargs"])
        except ValidationError as error:
            self.queue.answer(message, _failed(DomainError("invalid_request", fields=error.messages)))
            return
        except (ValueError, KeyError, TypeError):
            log.warning("unreadable request for %s", self.method_name)
            self.queue.answer(message, _failed(DomainError("invalid_request")))
            return

        span = traces.start(
            f"{self._contract.name}.{self.method_name}", "server", traces.parent_of(message.headers)
        )

        def handle_result(worker: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            del worker
            body, outcome = self._reply_to(result, exc_info, context)
            self.queue.answer(message, body)
            traces.end(span, outcome, failed=outcome in _FAULTS)
            report_call(self.queue.container.service_name, self._method, context, outcome, started)
            return result, exc_info

        try:
            self.container.spawn_worker(
                self,
                (),
                arguments,
                context_data={"context": context, "deadline": deadline, "span": span},
                handle_result=handle_result,
            )
        except ContainerBeingKilled:
            self.queue.give_back(message)

    def _refuse(self, message: Any, context: Any, error: DomainError, started: float) -> None:
        self.queue.answer(message, _failed(error))
        report_call(self.queue.container.service_name, self._method, context, error.code, started)

    def _load(self, arguments: dict[str, Any]) -> dict[str, Any]:
        loaded: dict[str, Any] = self._request.load(arguments)
        if self._method.changes:
            asked = {name: value for name, value in arguments.items() if name != "key"}
            loaded["key"] = IdempotencyKey(loaded["key"], hash_of(asked), self._method.name)
        return loaded

    def _reply_to(self, result: Any, exc_info: Any, context: Any) -> tuple[dict[str, Any], str]:
        if exc_info is None:
            if isinstance(result, KeptAnswer):
                return {"result": result, "error": None}, "ok_again"
            try:
                return {"result": self._reply.dump({} if result is None else result), "error": None}, "ok"
            except (ValueError, TypeError, AttributeError) as undumpable:
                report_fault(self.container.service_name, self.method_name, context, undumpable)
                return _failed(DomainError("internal", Kind.RETRY)), "internal"
        error = exc_info[1]
        if isinstance(error, DomainError):
            return _failed(error), error.code
        if isinstance(error, STORE_AWAY):
            report_fault(self.container.service_name, self.method_name, context, error)
            return _failed(too_late(self._method)), "store_away"
        report_fault(self.container.service_name, self.method_name, context, error)
        return _failed(DomainError("internal", Kind.RETRY, request_id=context.request_id)), "internal"


def rpc(contract: Contract) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a method of a service class serve the method of that name in ``contract``."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def in_time(service: Any, **arguments: Any) -> Any:
            # It was in time when it was taken from the queue, but may have waited for a worker since.
            if deadlines.remaining(1.0) <= 0:
                raise too_late(contract.methods[function.__name__])
            return function(service, **arguments)

        decorated: Callable[..., Any] = Rpc.decorator(contract)(in_time)
        return decorated

    return decorate


def too_late(method: Method) -> DomainError:
    """What is answered when the asker has stopped waiting."""
    if method.changes:
        return DomainError("not_known_yet", Kind.UNKNOWN)
    return DomainError("no_answer", Kind.RETRY)


def _failed(error: DomainError) -> dict[str, Any]:
    return {"result": None, "error": wire.dump_error(error)}

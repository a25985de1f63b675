"""What a service class is given: the context of the call, and its use cases with all that they work on."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nameko.extensions import DependencyProvider

from shared.contracts.registry import CONTRACTS
from shared.kernel.clock import Clock, SystemClock
from shared.kernel.context import Context, system
from shared.logging import bind
from shared.messaging import deadlines
from shared.messaging.client import RpcClient
from shared.messaging.events import Republisher
from shared.messaging.relay import Relay
from shared.messaging.rpc import RpcQueue
from shared.settings import Settings
from shared.storage import Store, connect
from shared.storage.errors import STORE_AWAY
from shared.telemetry import traces

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Resources:
    """What use cases are built from: settings, the service's own database, calls to other services, the clock."""

    settings: Settings
    store: Store
    calls: RpcClient
    clock: Clock


class CallContext(DependencyProvider):
    """The Context of the call or event at hand; for work that nobody asked for, the system's."""

    def get_dependency(self, worker_ctx: Any) -> Context:
        context = worker_ctx.data.get("context")
        return context or Context(principal=system(self.container.service_name))


class UseCases(DependencyProvider):
    """The service's use cases, built once a process by ``build``, and the relay of the events that they leave."""

    republisher = Republisher()
    # A service without methods answers pings, too.
    calls_queue = RpcQueue()

    def __init__(self, build: Callable[[Resources], Any]) -> None:
        super().__init__()
        self._build = build
        self.store: Store | None = None

    def setup(self) -> None:
        settings: Settings = self.container.config["settings"]
        name = self.container.service_name
        client = connect(settings.mongo_uri.get_secret_value())
        self._calls = RpcClient(settings.amqp_uri.get_secret_value(), CONTRACTS)
        while True:
            store = Store(client[f"{settings.database_prefix}{name}"], CONTRACTS[name])
            try:
                store.ping()
                # This makes indexes, too, which takes long where much is stored or the store is busy.
                self._use = self._build(Resources(settings, store, self._calls, SystemClock()))
            except STORE_AWAY as error:
                log.warning("waiting for the store: %s", type(error).__name__)
                time.sleep(1)
            else:
                break
        self._relay = Relay(store.outboxes, self.republisher.publisher)
        store.wake_relay = self._relay.wake
        self.store = store

    def start(self) -> None:
        self._running = self.container.spawn_managed_thread(self._relay.run, identifier="relay")

    def stop(self) -> None:
        self._relay.stop()
        self._running.wait()
        self._calls.close()

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self._use

    def worker_setup(self, worker_ctx: Any) -> None:
        """What this work calls inherits its deadline and its trace, and what it logs bears its request id."""
        deadlines.set_deadline(worker_ctx.data.get("deadline"))
        traces.enter(worker_ctx.data.get("span"))
        context = worker_ctx.data.get("context")
        if context is not None:
            bind(request_id=context.request_id)

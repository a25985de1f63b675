"""The gateway and all services in one process, without a bus: what the pages cost by themselves.

The same templates, the same use cases, the same data; calls are plain function calls. Made for the bench only: nothing
publishes the events, so nobody should change anything through it.
``gunicorn -c services/gateway/gunicorn.conf.py 'tests.bench.without_bus:create_app()'``
"""

from __future__ import annotations

import importlib
import threading
from typing import Any

from flask import Flask, Response
from pymongo import monitoring

from services.gateway.app import create_app as create_gateway
from shared.contracts.base import Method
from shared.contracts.registry import CONTRACTS
from shared.kernel.clock import SystemClock
from shared.kernel.context import Context
from shared.kernel.errors import DomainError
from shared.messaging.client import RpcClient
from shared.messaging.providers import CallContext, Resources, UseCases
from shared.settings import Settings, load_settings
from shared.storage import Store
from shared.storage import store as storage

STORE_HEADER = "X-Store-Milliseconds"
_time = threading.local()


class StoreTime(monitoring.CommandListener):
    """Adds up how long this thread waited for the store."""

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        del event

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        _time.milliseconds = getattr(_time, "milliseconds", 0.0) + event.duration_micros / 1000

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        del event


class Answered:
    """What a call gave."""

    def __init__(self, reply: Any = None, error: DomainError | None = None) -> None:
        self._reply = reply
        self._error = error

    def result(self) -> Any:
        if self._error:
            raise self._error
        return self._reply


class WithoutBus(RpcClient):
    """Calls the methods of the services in this thread, at once."""

    def __init__(self) -> None:
        self._contracts = CONTRACTS
        self._made: dict[str, Any] = {}

    def host(self, settings: Settings) -> None:
        """Make all services."""
        for name in CONTRACTS:
            module = importlib.import_module(f"services.{name}.service")
            classes = [each for each in vars(module).values() if isinstance(each, type)]
            service = next(each for each in classes if getattr(each, "name", None) == name)
            client = storage.connect(settings.mongo_uri.get_secret_value())
            store = Store(client[f"{settings.database_prefix}{name}"], CONTRACTS[name])
            self._made[name] = (service, Resources(settings, store, self, SystemClock()), {})

    def begin(self, service: str, method: str, context: Context, /, **arguments: Any) -> Any:
        """Done when it returns."""
        if method == "ping":
            return Answered({})
        declared: Method = CONTRACTS[service].methods[method]
        try:
            reply = getattr(self._instance(service, context), method)(**declared.request().load(arguments))
        except DomainError as error:
            return Answered(error=error)
        return Answered(declared.reply().dump({} if reply is None else reply))

    def _instance(self, name: str, context: Context) -> Any:
        """The service as a worker sees it: with its context and its use cases."""
        service, resources, built = self._made[name]
        instance = service()
        for attribute, provider in vars(service).items():
            if isinstance(provider, CallContext):
                setattr(instance, attribute, context)
            elif isinstance(provider, UseCases):
                if attribute not in built:
                    built[attribute] = provider._build(resources)
                setattr(instance, attribute, built[attribute])
        return instance


def create_app() -> Flask:
    """The gateway, which tells with each answer how long the store took."""
    monitoring.register(StoreTime())
    settings = load_settings()
    client = WithoutBus()
    client.host(settings)
    app = create_gateway(settings, client)

    def begin() -> None:
        _time.milliseconds = 0.0

    def tell(response: Response) -> Response:
        response.headers[STORE_HEADER] = f"{_time.milliseconds:.2f}"
        return response

    app.before_request(begin)
    app.after_request(tell)
    return app

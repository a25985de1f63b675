"""A service's small HTTP server for those who run it: /healthz, /readyz and /metrics.

It listens on OPERATIONS_HOST and OPERATIONS_PORT, for the machine or the cluster's own network, never for customers.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import eventlet
from eventlet import wsgi
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from prometheus_client.core import GaugeMetricFamily

from shared.kernel.clock import utc_now
from shared.messaging import topology
from shared.messaging.vitals import Vitals

_REQUESTS_AT_ONCE = 8
_IDLE_SECONDS = 10
_JSON = "application/json"
_PLAIN = "text/plain; charset=utf-8"

Answer = tuple[str, str, bytes]


class OperationsServer:
    """Answers from green threads of the service's own process: if it hangs, so do the answers."""

    def __init__(self, vitals: Vitals, host: str, port: int) -> None:
        """Listens at once. OSError where the port is taken."""
        self._vitals = vitals
        self._metrics = _VitalsCollector(vitals)
        REGISTRY.register(self._metrics)
        self._answers: dict[str, Callable[[], Answer]] = {
            "/healthz": self._alive,
            "/readyz": self._ready,
            "/metrics": self._measured,
        }
        self._server = eventlet.spawn(
            wsgi.server,
            eventlet.listen((host, port)),
            self._answer,
            log_output=False,
            keepalive=False,
            max_size=_REQUESTS_AT_ONCE,
            socket_timeout=_IDLE_SECONDS,
        )

    def close(self) -> None:
        """Stop listening."""
        REGISTRY.unregister(self._metrics)
        self._server.kill()

    def _answer(self, request: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        answer = self._answers.get(request["PATH_INFO"])
        if answer is None or request["REQUEST_METHOD"] not in ("GET", "HEAD"):
            start("404 Not Found", [("Content-Type", _PLAIN)])
            return [b"There are /healthz, /readyz and /metrics.\n"]
        status, content_type, body = answer()
        start(status, [("Content-Type", content_type), ("Content-Length", str(len(body)))])
        return [body]

    def _alive(self) -> Answer:
        return "200 OK", _JSON, b'{"status": "ok"}'

    def _ready(self) -> Answer:
        look = self._vitals.look()
        parts = {
            "queues": self._vitals.takes_messages(),
            "broker": look.queues is not None,
            "store": look.backlog is not None,
        }
        ready = all(parts.values())
        body = {"status": "ok" if ready else "waiting"} | {
            name: "ok" if well else "away" for name, well in parts.items()
        }
        return "200 OK" if ready else "503 Service Unavailable", _JSON, json.dumps(body).encode()

    def _measured(self) -> Answer:
        return "200 OK", CONTENT_TYPE_LATEST, generate_latest(REGISTRY)


class _VitalsCollector:
    """The service's vitals as metrics. What could not be seen is left out."""

    def __init__(self, vitals: Vitals) -> None:
        self._vitals = vitals

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing: else the registry would look at broker and store just to learn the names."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        vitals, service = self._vitals, self._vitals.service
        look = vitals.look()
        yield _gauge("portico_ready", "Whether all queues are consumed", service, vitals.takes_messages())
        yield _gauge("portico_broker_up", "Whether the broker answers", service, look.queues is not None)
        yield _gauge("portico_store_up", "Whether the store answers", service, look.backlog is not None)
        yield _gauge("portico_workers_in_use", "Work under way", service, vitals.workers_in_use)
        yield _gauge("portico_workers", "Work that can be under way at once", service, vitals.workers)
        if look.queues is not None:
            depths = GaugeMetricFamily(
                "portico_queue_messages", "Messages that wait in a queue", labels=("service", "queue")
            )
            for queue, depth in look.queues.items():
                if queue != topology.DEAD_LETTERS:
                    depths.add_metric((service, queue), depth)
            yield depths
            if topology.DEAD_LETTERS in look.queues:
                dead = look.queues[topology.DEAD_LETTERS]
                yield _gauge("portico_dead_letters", "Dead letters of the whole suite", service, dead)
        if look.backlog is not None:
            oldest = look.backlog.oldest
            age = max(0.0, (utc_now() - oldest).total_seconds()) if oldest else 0.0
            yield _gauge(
                "portico_outbox_events",
                "Events that wait to be published, counted up to a thousand documents",
                service,
                look.backlog.events,
            )
            yield _gauge("portico_outbox_oldest_seconds", "Age of the oldest of them", service, age)
        yield _gauge("portico_seen_seconds", "Age of what was seen", service, time.monotonic() - look.at)


def _gauge(name: str, text: str, service: str, value: float) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=("service",))
    family.add_metric((service,), float(value))
    return family

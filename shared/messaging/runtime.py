"""Starts one service. To be imported before anything else: it makes the standard library's waiting cooperative."""

# ruff: noqa: E402
from __future__ import annotations

import warnings

with warnings.catch_warnings():
    # nameko 2 stands on eventlet, which asks new projects to choose something else.
    warnings.simplefilter("ignore")
    import eventlet

eventlet.monkey_patch()

import os
import signal
from typing import Any

from shared import logging as logs
from shared.contracts.registry import CONTRACTS
from shared.messaging.container import Container
from shared.messaging.operations import OperationsServer
from shared.messaging.vitals import Vitals
from shared.settings import load_settings
from shared.telemetry import traces


def run(service: type) -> None:
    """Serve ``service`` until SIGTERM or SIGINT, then finish what is under way and return.

    The file named by READY_FILE is written when all queues are declared and consumed. A fault that ends the
    container is raised.
    """
    settings = load_settings()
    logs.configure(settings.log_level, service.name)  # type: ignore[attr-defined]
    traces.configure(settings.otel_exporter_otlp_endpoint, service.name)  # type: ignore[attr-defined]
    log = logs.get_logger("portico")
    container = Container(
        service,
        {
            "AMQP_URI": settings.amqp_uri.get_secret_value(),
            "HEARTBEAT": 10,
            "max_workers": settings.workers,
            "settings": settings,
            "retry_waits": settings.retry_waits,
        },
    )

    vitals = Vitals(container, CONTRACTS[container.service_name])
    server = None
    if settings.operations_port:
        server = OperationsServer(vitals, settings.operations_host, settings.operations_port)

    started = False

    def stop(number: int, frame: Any) -> None:
        del number, frame
        # Whoever is impatient must not disturb the stop that is under way.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if not started:
            # It may be waiting for broker or store for hours, and nothing is under way that could be finished.
            log.info("stopped before it was ready")
            os._exit(0)
        vitals.stopping = True
        eventlet.spawn_n(container.stop)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    container.start()
    started = True
    if settings.ready_file:
        settings.ready_file.write_text("ready\n", encoding="utf-8")
    log.info("ready")
    container.wait()
    if settings.ready_file:
        settings.ready_file.unlink(missing_ok=True)
    if server:
        server.close()
    traces.finish()
    log.info("stopped")

"""Structured logs: one JSON object a line on standard output."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.typing import Processor

from shared.telemetry import traces


def configure(level: str, service: str) -> None:
    """Log everything of this process, Python's own loggers included, from ``level`` on; each line names ``service``."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        _naming(service),
        _tracing,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, _without_trace],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # These log each message or the whole exception with its text.
    for noisy in ("amqp", "kombu", "nameko", "pymongo", "urllib3"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    logging.getLogger("nameko.containers").setLevel(logging.CRITICAL)


def get_logger(name: str) -> Any:
    """A logger that takes an event's name and key-value pairs."""
    return structlog.get_logger(name)


def bind(**names: str) -> None:
    """What this thread logs from now on bears these, too."""
    structlog.contextvars.bind_contextvars(**names)


def _tracing(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Names the trace where there is one."""
    del logger, method
    trace_id = traces.trace_id()
    if trace_id:
        event["trace_id"] = trace_id
    return event


def _naming(service: str) -> Processor:
    """Names the service on each line. Not by a context variable, which other threads would not see."""

    def name(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        del logger, method
        event.setdefault("service", service)
        return event

    return name


def _without_trace(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep only the type of an exception that a library logged: its text may hold personal data."""
    del logger, method
    exc_info = event.pop("exc_info", None)
    if isinstance(exc_info, tuple) and exc_info[0] is not None:
        event["error"] = exc_info[0].__name__
    return event

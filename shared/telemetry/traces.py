"""Traces of what a request sets off, through gateway, calls, events and stores. Off unless an endpoint is named.

While they are off nothing of OpenTelemetry is imported, and all of this does nothing. A span is None then, and may be
handed to every function here. Attributes hold names out of the code only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Literal

Kind = Literal["server", "client", "producer", "consumer"]
TRACEPARENT = "traceparent"

_spans: ModuleType | None = None


def configure(endpoint: str, service: str) -> None:
    """Send traces of this process to ``endpoint`` from now on; nothing where it is empty. To be called after a fork.

    The rest of OpenTelemetry's settings (headers, sampling, batches) are its own OTEL_… variables.
    """
    global _spans
    if endpoint:
        from shared.telemetry import spans

        spans.begin(endpoint, service)
        _spans = spans


def finish() -> None:
    """Send what has not been sent yet, for a few seconds at most."""
    global _spans
    if _spans is not None:
        _spans.finish()
        _spans = None


def are_on() -> bool:
    """Whether traces are made."""
    return _spans is not None


def start(name: str, kind: Kind, parent: str | None = None, **attributes: str | int) -> Any:
    """A span that lasts until ``end``.

    It belongs to the span whose ``traceparent`` is ``parent``, else to the one at hand in this thread.
    """
    return None if _spans is None else _spans.start(name, kind, parent, attributes)


def end(span: Any, outcome: str = "ok", *, failed: bool = False) -> None:
    """The span is over."""
    if span is not None and _spans is not None:
        _spans.end(span, outcome, failed)


def enter(span: Any) -> Any:
    """What this thread does from now on belongs to ``span``, until ``leave`` gets what is returned."""
    return None if span is None or _spans is None else _spans.enter(span)


def leave(entered: Any) -> None:
    """What this thread does from now on belongs where it did before."""
    if entered is not None and _spans is not None:
        _spans.leave(entered)


@contextmanager
def inside(name: str, kind: Kind, parent: str | None = None, **attributes: str | int) -> Iterator[Any]:
    """A span around a block."""
    span = start(name, kind, parent, **attributes)
    entered = enter(span)
    outcome = "ok"
    try:
        yield span
    except BaseException as error:
        outcome = type(error).__name__
        raise
    finally:
        leave(entered)
        end(span, outcome, failed=outcome != "ok")


def headers(span: Any = None) -> dict[str, str]:
    """The message headers that let another process go on with ``span``, or with the one at hand."""
    return {} if _spans is None else _spans.headers(span)


def parent_of(message_headers: Mapping[str, Any]) -> str | None:
    """What ``headers`` gave in the process that sent the message."""
    return message_headers.get(TRACEPARENT)


def trace_id() -> str | None:
    """The trace that this thread works for, 32 hexadecimal digits."""
    return None if _spans is None else _spans.trace_id()

"""OpenTelemetry behind ``shared.telemetry.traces``, which alone imports this, where traces are on."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from opentelemetry import context, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_EXPORT_SECONDS = 5.0
_FINISH_MILLISECONDS = 3_000
_KINDS = {
    "server": SpanKind.SERVER,
    "client": SpanKind.CLIENT,
    "producer": SpanKind.PRODUCER,
    "consumer": SpanKind.CONSUMER,
}
_w3c = TraceContextTextMapPropagator()
_provider: TracerProvider
_tracer: trace.Tracer


def begin(endpoint: str, service: str) -> None:
    """Make spans, and send them to ``endpoint`` in batches, from a thread that keeps nobody waiting."""
    global _provider, _tracer
    # It logs addresses and answers of the collector with each batch that is not taken.
    logging.getLogger("opentelemetry").setLevel(logging.ERROR)
    exporter = OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces", timeout=_EXPORT_SECONDS)
    resource = Resource.create({"service.name": service, "service.namespace": "portico"})
    _provider = TracerProvider(resource=resource)
    _provider.add_span_processor(BatchSpanProcessor(exporter))
    _tracer = _provider.get_tracer("portico")


def finish() -> None:
    """Send what is left."""
    _provider.force_flush(_FINISH_MILLISECONDS)
    _provider.shutdown()


def start(name: str, kind: str, parent: str | None, attributes: Mapping[str, str | int]) -> Span:
    """A span below ``parent``, or below the one at hand."""
    around = _w3c.extract({"traceparent": parent}, context.Context()) if parent else None
    return _tracer.start_span(name, around, _KINDS[kind], attributes)


def end(span: Span, outcome: str, failed: bool) -> None:
    """The span is over; ``outcome`` is a code, never a text."""
    span.set_attribute("portico.outcome", outcome)
    if failed:
        span.set_status(Status(StatusCode.ERROR, outcome))
    span.end()


def enter(span: Span) -> object:
    """Make it the one at hand in this thread."""
    return context.attach(trace.set_span_in_context(span))


def leave(entered: object) -> None:
    """Make the one before it the one at hand."""
    context.detach(entered)  # type: ignore[arg-type]


def headers(span: Span | None) -> dict[str, str]:
    """The W3C headers of ``span``, or of the one at hand."""
    carrier: dict[str, str] = {}
    _w3c.inject(carrier, trace.set_span_in_context(span) if span is not None else None)
    return carrier


def trace_id() -> str | None:
    """The trace of the span at hand."""
    at_hand = trace.get_current_span().get_span_context()
    return f"{at_hand.trace_id:032x}" if at_hand.is_valid else None

"""One request followed through gateway, services, stores and events; and nothing of it where nobody asked."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.waiting import wait_until
from shared.contracts.registry import CONTRACTS
from shared.messaging.client import RpcClient
from tests.support.collector import Collector, Span, collecting
from tests.support.suite import Suite
from tests.support.visitor import Visitor, new_customer

# OpenTelemetry itself is pure Python, which leaves no mark; its exporter loads this.
PROTOBUF = "/google/_upb/"


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@pytest.fixture(scope="module")
def traced(suite, collector: Collector) -> Suite:
    quickly = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        "OTEL_BSP_SCHEDULE_DELAY": "200",
        "LOG_LEVEL": "DEBUG",
    }
    return suite(env=quickly).start_everything()


def test_one_trace_goes_through_gateway_service_store_and_the_events_of_another_service(traced, collector):
    client = RpcClient(traced.settings["AMQP_URI"], CONTRACTS, timeout=30)
    email = new_customer(client)
    client.close()
    Visitor(traced.url, email).ask_for_code()

    def whole() -> dict[str, Span] | None:
        roots = [span for span in collector.spans if span.name == "POST /login"]
        spans = {span.id: span for span in collector.spans if roots and span.trace == roots[0].trace}
        return spans if any(span.service == "notifications" for span in spans.values()) else None

    wait_until(whole, timeout=30, what="a trace with all its services")
    # What notifications does goes on: the trace may still grow, but it hangs together.
    spans = wait_until(lambda: complete(whole()), timeout=15, what="all parents") or {}

    def path(span: Span) -> list[str]:
        """From the root down."""
        above = spans.get(span.parent)
        return [*(path(above) if above else []), f"{span.service}: {span.name}"]

    (asked,) = [span for span in spans.values() if (span.service, span.name) == ("auth", "auth.request_code")]
    assert path(asked) == ["gateway: POST /login", "gateway: auth.request_code", "auth: auth.request_code"]
    stored = [path(span) for span in spans.values() if "db.operation.name" in span.attributes]
    assert [*path(asked), "auth: insert challenges"] in stored
    published = [*path(asked), "auth: publish code_requested"]
    (heard,) = [
        span for span in spans.values() if span.service == "notifications" and path(span)[:-1] == published
    ]
    assert heard.name.startswith("notifications.")
    assert any(line[: len(published) + 1] == path(heard) and "insert" in line[-1] for line in stored)

    everything = json.dumps([[span.name, span.attributes] for span in collector.spans])
    assert email not in everything
    assert email.partition("@")[0] not in everything

    assert asked.trace in traces_in(traced.log("auth"))
    assert asked.trace in traces_in(traced.log("gateway"))


def complete(spans: dict[str, Span] | None) -> dict[str, Span] | None:
    """The spans once no parent is missing."""
    return (
        spans if spans and all(span.parent in spans or not span.parent for span in spans.values()) else None
    )


def traces_in(log: str) -> set[str]:
    """The traces that a process's log lines name."""
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert all({"service", "level", "timestamp"} <= line.keys() for line in lines)
    return {line["trace_id"] for line in lines if "trace_id" in line and "request_id" in line}


def test_without_a_collector_nothing_of_opentelemetry_is_loaded(traced, suite):
    untraced = suite("customers")
    assert PROTOBUF in maps(traced)
    assert PROTOBUF not in maps(untraced)


def maps(running: Suite) -> str:
    """The libraries that the customers service has loaded."""
    return Path(f"/proc/{running.pid('customers')}/maps").read_text()

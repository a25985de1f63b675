"""What is counted and timed in a process, for Prometheus.

Labels hold names out of the code and of contracts only: no handles, no addresses, nothing that a visitor typed.
"""

from __future__ import annotations

from functools import cache

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

# It would double the number of series, and tell when a process first saw a label.
disable_created_metrics()

_SECONDS = (0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

REQUESTS = Histogram(
    "portico_request_seconds",
    "HTTP requests that the gateway answered",
    ("route", "method", "status"),
    buckets=_SECONDS,
)
REQUESTS_IN_FLIGHT = Gauge("portico_requests_in_flight", "HTTP requests that the gateway works on")
ASKED = Histogram(
    "portico_asked_seconds",
    "Calls of services, as the asking process saw them",
    ("service", "method", "outcome"),
    buckets=_SECONDS,
)
ANSWERED = Histogram(
    "portico_answered_seconds",
    "Calls, as the answering service saw them",
    ("service", "method", "outcome"),
    buckets=_SECONDS,
)
EVENTS = Counter(
    "portico_events_handled",
    "Events by what became of them, and the attempts it had taken so far",
    ("service", "handler", "outcome", "attempts"),
)
EVENT_SECONDS = Histogram(
    "portico_event_seconds", "Time that handlers took", ("service", "handler"), buckets=_SECONDS
)
PUBLISHED = Counter("portico_events_published", "Events that the broker has confirmed", ("service", "event"))


@cache
def asked(service: str, method: str, outcome: str) -> Histogram:
    """The series of ASKED with these labels: each call needs one, and looking it up costs more than counting."""
    return ASKED.labels(service, method, outcome)


@cache
def answered(service: str, method: str, outcome: str) -> Histogram:
    """The series of ANSWERED with these labels."""
    return ANSWERED.labels(service, method, outcome)

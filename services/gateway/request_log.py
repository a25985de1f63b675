"""One log line a request, its measures, its trace, and the request id that ties it to the services' lines.

All of these name the route and not the address that was asked for: addresses may hold secrets.
"""

from __future__ import annotations

import time

import structlog
from flask import Flask, Response, g, request

from shared.kernel.ids import new_id
from shared.logging import get_logger
from shared.telemetry import traces
from shared.telemetry.metrics import REQUESTS, REQUESTS_IN_FLIGHT

log = get_logger("portico")

# Whoever makes up methods of their own must not make up labels.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def set_up(app: Flask) -> None:
    """Has to come first, so that everything that is logged later bears the request id."""
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_leave)


def _begin() -> None:
    g.request_id = new_id()
    g.request_began = time.monotonic()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)
    REQUESTS_IN_FLIGHT.inc()
    # A trace begins here, whatever the request says: strangers must not choose what is traced.
    g.span = traces.start(
        f"{_method()} {_route()}", "server", **{"http.request.method": _method(), "http.route": _route()}
    )
    g.entered = traces.enter(g.span)


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.request_id
    took = time.monotonic() - g.request_began
    status = response.status_code
    REQUESTS.labels(_route(), _method(), str(status)).observe(took)
    log.info(
        "request",
        method=request.method,
        route=request.url_rule.rule if request.url_rule else None,
        status=status,
        milliseconds=round(took * 1000, 1),
    )
    traces.end(g.span, str(status), failed=status >= 500)
    return response


def _leave(error: BaseException | None) -> None:
    del error
    if "request_began" in g:
        REQUESTS_IN_FLIGHT.dec()
        traces.leave(g.entered)


def _route() -> str:
    return request.url_rule.rule if request.url_rule else "none"


def _method() -> str:
    return request.method if request.method in _METHODS else "other"

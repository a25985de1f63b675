"""One log line a request, and the request id that ties it to the services' lines.

A line names the route and not the address that was asked for: addresses may hold secrets.
"""

from __future__ import annotations

import time

import structlog
from flask import Flask, Response, g, request

from shared.kernel.ids import new_id
from shared.logging import get_logger

log = get_logger("portico")


def set_up(app: Flask) -> None:
    """Has to come first, so that everything that is logged later bears the request id."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.request_id = new_id()
    g.request_began = time.monotonic()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.request_id
    log.info(
        "request",
        method=request.method,
        route=request.url_rule.rule if request.url_rule else None,
        status=response.status_code,
        milliseconds=round((time.monotonic() - g.request_began) * 1000, 1),
    )
    return response

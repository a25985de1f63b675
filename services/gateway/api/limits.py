"""How much an API key may ask for, and how often an address may send one that is none."""

from __future__ import annotations

from flask import Flask, Response, current_app, g

from services.gateway import process_memory
from services.gateway.limits import Limits, Standing
from shared.settings import Settings

_FAILURES_PER_MINUTE = 20


def current_limits() -> Limits:
    """The counters of this process."""
    limits: Limits = current_app.extensions["portico_api_limits"]
    return limits


def set_up(app: Flask, settings: Settings) -> None:
    """Begin to count."""
    process_memory.keep(
        app, "portico_api_limits", lambda: Limits(settings.api_requests_per_minute, _FAILURES_PER_MINUTE)
    )


def tell_standing(response: Response) -> Response:
    """Tell a client how much it may still ask for."""
    standing: Standing | None = g.get("rate_standing")
    if standing:
        response.headers["RateLimit-Limit"] = str(standing.limit)
        response.headers["RateLimit-Remaining"] = str(standing.remaining)
        response.headers["RateLimit-Reset"] = str(standing.reset)
    return response

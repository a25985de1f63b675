"""In which time zone moments are shown: the bill group's, which billing follows, too."""

from __future__ import annotations

from flask import Flask, current_app, g, has_request_context

from services.gateway.asking import call
from services.gateway.brief import Brief
from shared.kernel.errors import DomainError, Kind

_SECONDS = 300.0


def select_time_zone() -> str:
    """Flask-Babel's selector. UTC, which is named wherever a moment is shown, while nobody can say."""
    session = g.get("session") if has_request_context() else None
    if session is None:
        return "UTC"
    bill_group = session["bill_group"]
    kept: Brief[str] = current_app.extensions["portico_time_zones"]
    try:
        return kept.get(
            bill_group, lambda: call("customers", "get_bill_group", bill_group=bill_group)["time_zone"]
        )
    except DomainError as error:
        if error.kind not in (Kind.RETRY, Kind.UNKNOWN):
            raise
        return "UTC"


def set_up(app: Flask) -> None:
    """Keep what was asked."""
    app.extensions["portico_time_zones"] = Brief(_SECONDS)

"""In which time zone moments are shown: the contact's choice, else the bill group's, which billing follows."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, g, has_request_context

from services.gateway import process_memory
from services.gateway.asking import call
from services.gateway.brief import Brief
from shared.kernel.errors import DomainError, Kind

_SECONDS = 300.0


def select_time_zone() -> str:
    """Flask-Babel's selector. UTC, which is named wherever a moment is shown, while nobody can say."""
    session = g.get("session") if has_request_context() else None
    if session is None:
        return "UTC"
    bill_group, role = session["bill_group"], session["contact_role"]
    try:
        return _kept().get(
            _key(session),
            lambda: _chosen(call("customers", "get_bill_group", bill_group=bill_group), role),
        )
    except DomainError as error:
        if error.kind not in (Kind.RETRY, Kind.UNKNOWN):
            raise
        return "UTC"


def forget_time_zone(session: dict[str, Any]) -> None:
    """Ask anew next time: the contact has just chosen another one."""
    _kept().forget(_key(session))


def _kept() -> Brief[str]:
    kept: Brief[str] = current_app.extensions["portico_time_zones"]
    return kept


def _key(session: dict[str, Any]) -> str:
    return f"{session['bill_group']} {session['contact_role']}"


def _chosen(group: dict[str, Any], role: str) -> str:
    # A contact that is gone meanwhile has no preferences, and a customers service of before knows of none.
    preferences = group.get("preferences", {}).get(role) or {}
    time_zone: str = preferences.get("time_zone") or group["time_zone"]
    return time_zone


def set_up(app: Flask) -> None:
    """Keep what was asked."""
    process_memory.keep(app, "portico_time_zones", lambda: Brief(_SECONDS))

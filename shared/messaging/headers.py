"""The context of a call as message headers, named as nameko names its context data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.kernel.clock import as_utc
from shared.kernel.context import Context, Principal
from shared.kernel.ids import new_id

_PREFIX = "nameko."
DEADLINE = _PREFIX + "deadline"
_PRINCIPAL = _PREFIX + "principal"
_SESSION = _PREFIX + "session"
_ADDRESS = _PREFIX + "address"
_USER_AGENT = _PREFIX + "user_agent"
_LANGUAGE = _PREFIX + "language"
_REQUEST_ID = _PREFIX + "request_id"
_NOW = _PREFIX + "now"
_READ_ONLY = _PREFIX + "read_only"


def dump_context(context: Context) -> dict[str, str]:
    """The headers that carry ``context``."""
    headers = {
        _PRINCIPAL: str(context.principal),
        _SESSION: context.session,
        _ADDRESS: context.address,
        _USER_AGENT: context.user_agent,
        _LANGUAGE: context.language,
        _REQUEST_ID: context.request_id,
        _NOW: context.chosen_now.isoformat() if context.chosen_now else "",
        _READ_ONLY: "1" if context.read_only else "",
    }
    return {name: value for name, value in headers.items() if value}


def load_context(headers: Mapping[str, Any]) -> Context:
    """The context that ``headers`` carry. ValueError where they don't make sense."""

    def read(name: str) -> str:
        return str(headers.get(name, ""))

    now = read(_NOW)
    return Context(
        principal=Principal.parse(read(_PRINCIPAL) or "anonymous:"),
        session=read(_SESSION),
        address=read(_ADDRESS),
        user_agent=read(_USER_AGENT),
        language=read(_LANGUAGE) or "en",
        request_id=read(_REQUEST_ID) or new_id(),
        chosen_now=as_utc(datetime.fromisoformat(now)) if now else None,
        read_only=bool(read(_READ_ONLY)),
    )

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


def dump_context(context: Context) -> dict[str, str]:
    """The headers that carry ``context``."""
    headers = {
        "principal": str(context.principal),
        "session": context.session,
        "address": context.address,
        "user_agent": context.user_agent,
        "language": context.language,
        "request_id": context.request_id,
    }
    if context.chosen_now:
        headers["now"] = context.chosen_now.isoformat()
    if context.read_only:
        headers["read_only"] = "1"
    return {_PREFIX + name: value for name, value in headers.items() if value}


def load_context(headers: Mapping[str, Any]) -> Context:
    """The context that ``headers`` carry. ValueError where they don't make sense."""

    def read(name: str) -> str:
        return str(headers.get(_PREFIX + name, ""))

    now = read("now")
    return Context(
        principal=Principal.parse(read("principal") or "anonymous:"),
        session=read("session"),
        address=read("address"),
        user_agent=read("user_agent"),
        language=read("language") or "en",
        request_id=read("request_id") or new_id(),
        chosen_now=as_utc(datetime.fromisoformat(now)) if now else None,
        read_only=bool(read("read_only")),
    )

"""How requests, replies and errors look as messages. The bodies are nameko's, so that nameko's own tools can call."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from shared.kernel.errors import DomainError, Kind

CONTENT_TYPE = "application/json"
RPC_EXCHANGE = "nameko-rpc"


def rpc_queue(service: str) -> str:
    """The queue from which all copies of ``service`` take their calls."""
    return f"rpc-{service}"


def encode(body: Any) -> bytes:
    """``body`` as JSON; days and moments as ISO 8601, exact decimals as strings."""
    return _encoder.encode(body).encode()


def decode(body: bytes | str) -> Any:
    """What ``encode`` was given. ValueError for anything that is not JSON."""
    return json.loads(body)


def read_reply(body: bytes | str) -> Any:
    """The result that a reply brings. Raises the DomainError that it brings instead."""
    try:
        reply = decode(body)
    except ValueError:
        raise DomainError("internal", Kind.RETRY) from None
    if reply.get("error"):
        raise load_error(reply["error"])
    return reply.get("result")


def dump_error(error: DomainError) -> dict[str, Any]:
    """An error as it crosses the wire; the ``exc_`` fields are what nameko's own clients read."""
    return {
        "code": error.code,
        "kind": error.kind.value,
        "params": error.params,
        "exc_type": "DomainError",
        "exc_path": "shared.kernel.errors.DomainError",
        "exc_args": [error.code],
        "value": error.code,
    }


def load_error(error: Mapping[str, Any]) -> DomainError:
    """The error that the other side raised. One that is none of ours is an internal error."""
    if "code" not in error:
        return DomainError("internal", Kind.RETRY)
    return DomainError(error["code"], Kind(error["kind"]), **error.get("params", {}))


def _plain(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form on the wire")


_encoder = json.JSONEncoder(default=_plain, ensure_ascii=False, separators=(",", ":"))

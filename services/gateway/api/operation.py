"""What the API is made of: operations, each a row that ties an address to the RPC method that does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response

from shared.contracts.base import Method
from shared.contracts.registry import CONTRACTS


@dataclass(frozen=True, slots=True)
class File:
    """An answer that is no JSON: its media type, and how it is made from the method's reply."""

    media_type: str
    make: Callable[[dict[str, Any]], Response]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the API.

    ``path`` lies below ``/api/v1``; what stands in ``<…>`` are fields of the method's request. The other fields come
    in the query of a GET and in the JSON body of anything else; a change's key comes as ``Idempotency-Key``.
    ``rpc`` is ``service.method``, ``scope`` what an API key needs for it, ``summary`` an imperative sentence, and
    ``description`` what its contract does not say yet.
    """

    verb: str
    path: str
    rpc: str
    scope: str
    summary: str
    description: str = ""
    status: int = 200
    file: File | None = None

    @property
    def service(self) -> str:
        """The service that does it."""
        return self.rpc.partition(".")[0]

    @property
    def method(self) -> Method:
        """What it does, by its contract."""
        service, _, name = self.rpc.partition(".")
        return CONTRACTS[service].methods[name]

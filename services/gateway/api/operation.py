"""What the API is made of: operations, each a row that ties an address to the RPC method that does it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response

from shared.contracts.base import Method
from shared.contracts.registry import CONTRACTS

MOST_BYTES = 256 * 1024
MOST_BYTES_OF_MUCH = 2 * 1024 * 1024
_PLACEHOLDER = re.compile(r"<(\w+)>")


@dataclass(frozen=True, slots=True)
class File:
    """An answer that is no JSON: its media type, and how it is made from the method's reply."""

    media_type: str
    make: Callable[[dict[str, Any]], Response]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the API.

    ``path`` lies below ``/api/v1``; what stands in ``<…>`` are fields of the method's request. The other fields come
    in the query of a GET or DELETE, for which HTTP knows no body, and else in a JSON body; a change's key comes as
    ``Idempotency-Key``.
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
    # How large a body may be.
    most_bytes: int = MOST_BYTES

    @property
    def service(self) -> str:
        """The service that does it."""
        return self.rpc.partition(".")[0]

    @property
    def method(self) -> Method:
        """What it does, by its contract."""
        service, _, name = self.rpc.partition(".")
        return CONTRACTS[service].methods[name]

    @property
    def name(self) -> str:
        """What it is called in the description: the method's name, but for imports, which several rows may do."""
        if self.path.startswith("/imports/"):
            return "import_" + self.path.removeprefix("/imports/").replace("-", "_")
        return self.method.name

    @property
    def placeholders(self) -> tuple[str, ...]:
        """The fields of the request that stand in the path."""
        return tuple(_PLACEHOLDER.findall(self.path))

    @property
    def has_body(self) -> bool:
        """Whether the other fields come in a body; else they come in the query."""
        return self.verb not in ("GET", "DELETE")

    def path_with(self, form: str) -> str:
        """The path with each placeholder in another form: ``{}`` in it stands for the field's name."""
        return _PLACEHOLDER.sub(lambda found: form.replace("{}", found[1]), self.path)

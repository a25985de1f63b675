"""The errors that a use case answers with. They cross the wire as they are; anything else is a fault."""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What the asker should make of an error."""

    REFUSED = "refused"  # It is not allowed or not possible; asking again changes nothing.
    CONFLICT = "conflict"  # Something else was changed meanwhile; look again, then decide.
    RETRY = "retry"  # Nothing was done; ask again later.
    UNKNOWN = "unknown"  # It may or may not have been done; ask again with the same key.


class DomainError(Exception):
    """An answer other than the one hoped for.

    ``code`` stands in the contract of the service that raises it; ``params`` are plain JSON values that its text
    needs; ``kind`` tells what to do.
    """

    def __init__(self, code: str, kind: Kind = Kind.REFUSED, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.kind = kind
        self.params = params

    def __repr__(self) -> str:
        return f"DomainError({self.code!r}, {self.kind.value})"


class NotFound(DomainError):
    """The object does not exist, or not in this bill group: the two can't be told apart."""

    def __init__(self, code: str = "not_found", **params: Any) -> None:
        super().__init__(code, Kind.REFUSED, **params)


class Stale(DomainError):
    """The asker's view is older than what is stored now."""

    def __init__(self, code: str = "changed_meanwhile", **params: Any) -> None:
        super().__init__(code, Kind.CONFLICT, **params)

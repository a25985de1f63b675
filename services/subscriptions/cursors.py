"""Cursors of pages: where a list goes on. They are opaque to those who hand them back."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence

from shared.kernel.errors import DomainError


def write(order: str, place: Sequence[str]) -> str:
    """The cursor of a page, sorted by ``order``, that goes on behind ``place``."""
    return base64.urlsafe_b64encode(json.dumps([order, *place]).encode()).decode().rstrip("=")


def read(order: str, parts: int, cursor: str) -> list[str]:
    """The place, of so many ``parts``, behind which the page goes on.

    Raises DomainError ``invalid_cursor`` for what is no cursor, or one of a list that is sorted otherwise.
    """
    try:
        found = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError) as error:
        raise DomainError("invalid_cursor") from error
    if not isinstance(found, list) or len(found) != parts + 1 or found[0] != order:
        raise DomainError("invalid_cursor")
    place = found[1:]
    if not all(isinstance(part, str) and part.isascii() for part in place):
        raise DomainError("invalid_cursor")
    return place

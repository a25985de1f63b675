"""Cursors of pages: where a list goes on. They are opaque to those who hand them back."""

from __future__ import annotations

import base64
import binascii
import json

from shared.kernel.errors import DomainError


def write(order: str, place: str | None) -> str | None:
    """The cursor of the page of a list in ``order`` that goes on behind ``place``; None behind its end."""
    if place is None:
        return None
    return base64.urlsafe_b64encode(json.dumps([order, place]).encode()).decode().rstrip("=")


def read(order: str, cursor: str | None) -> str | None:
    """The place behind which the page goes on, None for the first page.

    Raises DomainError ``invalid_cursor`` for what is no cursor, or one of a list in another order.
    """
    if cursor is None:
        return None
    try:
        found = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        written_in, place = found
        place.encode()  # A lone surrogate can't be looked for.
    except (binascii.Error, ValueError, TypeError, AttributeError) as error:
        raise DomainError("invalid_cursor") from error
    if written_in != order:
        raise DomainError("invalid_cursor")
    return str(place)

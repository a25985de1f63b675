"""What people, customers and products are called, where only their handles stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from services.gateway.admin.desk import Desk
from services.gateway.asking import Pending, section
from services.gateway.timeline import Names, has_name
from shared.kernel.errors import DomainError


def names_of(desk: Desk, principals: Iterable[str]) -> Names:
    """The names of those of ``principals`` whom auth knows by one; while it is away, their handles will do."""
    named = sorted({each for each in principals if has_name(each)})
    found = section(desk.begin("auth", "name_principals", principals=named)) if named else None
    return Names(found["items"] if found else ())


def names_among(asked: Mapping[str, Pending], name_of: Callable[[Mapping[str, Any]], str]) -> dict[str, str]:
    """The names, by handle, of what was ``asked`` for; what can't be had goes by its handle."""
    names = {}
    for handle, pending in asked.items():
        try:
            found = section(pending)
        except DomainError:
            found = None
        names[handle] = name_of(found) if found else handle
    return names

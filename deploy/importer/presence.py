"""Tells what is there already, so that people can be told: an import answers the same for what it knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from deploy.importer.api import Api, RefusedError

# Whether this row was there before; made once for the rows of a stage, before the first of them is sent.
IsThere = Callable[[dict[str, Any]], bool]
Presence = Callable[[Api], IsThere]


def listed(path: str, handle: str) -> Presence:
    """What the list at ``path`` knows by its field ``handle``."""

    def look(api: Api) -> IsThere:
        known = {item[handle] for item in api.items(path)}
        return lambda row: row.get(handle) in known

    return look


def wallet(api: Api) -> IsThere:
    """A bill group's payment methods are there when each of them is: they have no list over all bill groups."""

    def is_there(row: dict[str, Any]) -> bool:
        try:
            wanted = {each["payment_method"] for each in row["items"]}
            kept = api.get(f"/bill-groups/{row['bill_group']}/payment-methods")
            return bool(wanted) and wanted <= {each["payment_method"] for each in kept["items"]}
        except (RefusedError, LookupError, TypeError):
            # The row itself is at fault, or names nobody: its import will say so.
            return False

    return is_there


def first_set_up(api: Api) -> IsThere:
    """The merchant is there when somebody has set it up: that makes version 2."""
    set_up = api.get("/settings")["version"] > 1
    return lambda _row: set_up


def logo(api: Api) -> IsThere:
    """The merchant's logo is there when there is one: it may be another since."""
    is_set = api.get("/settings")["logo"] is not None
    return lambda _row: is_set


def texts(api: Api) -> IsThere:
    """The merchant's own texts are there where somebody has written something."""
    written = {(text["kind"], text["language"]) for text in api.get("/texts")["items"] if text["text"]}
    return lambda row: (row.get("kind"), row.get("language")) in written

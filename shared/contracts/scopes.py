"""What programs and staff may do: scopes, and which of them each role of the staff has. All of it is decided here."""

from __future__ import annotations

from collections.abc import Iterable

# To read or write an area (``write`` includes ``read``), or to bring in data. ``portal`` is how customers get into it,
# ``keys`` are those of programs, ``staff`` the merchant's own people.
AREAS = (
    "customers",
    "catalogue",
    "subscriptions",
    "invoices",
    "payments",
    "timeline",
    "portal",
    "settings",
    "keys",
    "staff",
)
IMPORT = "import"
SCOPES = (*(f"{area}:{right}" for area in AREAS for right in ("read", "write")), IMPORT)
_WRITE = ":write"


def included(scopes: Iterable[str]) -> frozenset[str]:
    """All that ``scopes`` allow: to write includes to read."""
    given = frozenset(scopes)
    return given | {f"{scope.removesuffix(_WRITE)}:read" for scope in given if scope.endswith(_WRITE)}


# What somebody of the staff may do, by role. The owner may do everything.
ROLES: dict[str, frozenset[str]] = {
    "owner": included(SCOPES),
    "billing": included(
        (
            "customers:write",
            "catalogue:write",
            "subscriptions:write",
            "invoices:write",
            "payments:write",
            "timeline:write",
            "portal:write",
            "settings:read",
            IMPORT,
        )
    ),
    "support": included(
        (
            "customers:write",
            "catalogue:read",
            "subscriptions:write",
            "invoices:read",
            "payments:read",
            "timeline:write",
            "portal:write",
            "settings:read",
        )
    ),
    "read_only": included(f"{area}:read" for area in AREAS if area not in ("keys", "staff")),
}

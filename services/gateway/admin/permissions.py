"""Which scope of the staff's roles each RPC method needs: the API's table says it, and this one for what has no row."""

from __future__ import annotations

from collections.abc import Collection

from services.gateway.api.table import OPERATIONS
from shared.contracts.scopes import IMPORT

# What everybody of the staff may do: it is about themselves.
ANYBODY = ""

# Methods without a row in the API that admin pages ask for.
WITHOUT_ROW: dict[str, str] = {
    # Who may look at customers may look at what they see.
    "auth.start_preview": "customers:read",
    "auth.get_staff_account": ANYBODY,
    "auth.change_staff_password": ANYBODY,
    "auth.list_staff_sessions": ANYBODY,
    "auth.revoke_staff_session": ANYBODY,
    "auth.revoke_other_staff_sessions": ANYBODY,
    "auth.begin_second_factor": ANYBODY,
    "auth.get_second_factor_to_come": ANYBODY,
    "auth.confirm_second_factor": ANYBODY,
    "auth.drop_second_factor": ANYBODY,
}


def _of_the_api() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for row in OPERATIONS:
        # What can be done by hand and be brought in needs the right to do it by hand.
        if row.scope != IMPORT or row.rpc not in found:
            found[row.rpc] = frozenset({row.scope}) | found.get(row.rpc, frozenset()) - {IMPORT}
    return found


SCOPES_OF = _of_the_api() | {rpc: frozenset({scope}) for rpc, scope in WITHOUT_ROW.items()}


def may(scopes: Collection[str], service: str, method: str) -> bool:
    """Whether somebody with ``scopes`` may have ``method`` of ``service`` done.

    Raises LookupError for a method that no table has: an admin page must not ask for it.
    """
    rpc = f"{service}.{method}"
    if rpc not in SCOPES_OF:
        raise LookupError(f"{rpc} stands in no table of scopes")
    needed = SCOPES_OF[rpc]
    return ANYBODY in needed or not needed.isdisjoint(scopes)

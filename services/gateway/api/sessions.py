"""Who is signed in to the portal, and signing them out."""

from __future__ import annotations

from services.gateway.api.operation import Operation

_ALL = "/bill-groups/<bill_group>/sessions"

OPERATIONS: tuple[Operation, ...] = (
    Operation("GET", _ALL, "auth.list_sessions", "customers:read", "List who is signed in"),
    Operation("DELETE", f"{_ALL}/<session>", "auth.revoke_session", "customers:write", "End a session"),
    Operation(
        "DELETE",
        "/customers/<customer>/sessions",
        "auth.revoke_customer_sessions",
        "customers:write",
        "End all sessions of a customer",
    ),
)

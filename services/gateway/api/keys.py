"""API keys: which there are, new ones, and withdrawing them."""

from __future__ import annotations

from services.gateway.api.operation import Operation

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "GET",
        "/api-keys",
        "auth.list_api_keys",
        "keys:read",
        "List the API keys",
        "Keys that have expired or were withdrawn are listed, too.",
    ),
    Operation(
        "POST",
        "/api-keys",
        "auth.create_api_key",
        "keys:write",
        "Create an API key",
        "A key can only make keys whose scopes it has itself. A request that is sent again with the same "
        "`Idempotency-Key` is answered with the same secret for 24 hours.",
        status=201,
    ),
    Operation(
        "DELETE",
        "/api-keys/<api_key>",
        "auth.withdraw_api_key",
        "keys:write",
        "Withdraw an API key",
        "It opens nothing from that moment on, and stays in the list. A key can withdraw itself, and keys whose "
        "scopes it has itself.",
    ),
)

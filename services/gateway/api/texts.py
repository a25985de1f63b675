"""The merchant's own texts, in the portal, on documents and in e-mails."""

from __future__ import annotations

from services.gateway.api.operation import Operation

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "GET",
        "/texts",
        "customers.list_texts",
        "settings:read",
        "List the merchant's own texts",
        "Each kind in each language, with the placeholders that may stand in it.",
    ),
    Operation(
        "PUT",
        "/texts/<kind>/<language>",
        "customers.set_text",
        "settings:write",
        "Set one of the merchant's own texts",
        "It holds for later documents and e-mails; what is issued stays as it is.",
    ),
    Operation(
        "POST",
        "/imports/texts",
        "customers.import_text",
        "import",
        "Bring in one of the merchant's own texts",
    ),
    Operation(
        "POST",
        "/bill-groups/<bill_group>/text-preview",
        "customers.preview_text",
        "customers:read",
        "Fill a text for a bill group",
        "Nothing is kept.",
    ),
)

"""Customers: their bill groups, contacts and timeline, and the merchant's own settings."""

from __future__ import annotations

from services.gateway.api.operation import Operation

_GROUP = "/bill-groups/<bill_group>"

OPERATIONS: tuple[Operation, ...] = (
    Operation("GET", _GROUP, "customers.get_bill_group", "customers:read", "Read a bill group"),
    Operation(
        "PUT",
        f"{_GROUP}/contacts/<role>",
        "customers.change_contact",
        "customers:write",
        "Change a contact",
    ),
    Operation(
        "DELETE",
        f"{_GROUP}/contacts/shipping",
        "customers.remove_shipping_contact",
        "customers:write",
        "Remove the shipping contact",
    ),
    Operation(
        "PUT",
        f"{_GROUP}/numbers",
        "customers.change_numbers",
        "customers:write",
        "Change references and tax numbers",
    ),
    Operation("GET", f"{_GROUP}/timeline", "customers.list_timeline", "timeline:read", "List what happened"),
    Operation(
        "GET", "/settings", "customers.get_merchant", "settings:read", "Read the merchant and its settings"
    ),
    Operation(
        "PUT", "/settings", "customers.set_merchant", "settings:write", "Set the merchant and its settings"
    ),
    Operation(
        "POST",
        "/imports/customers",
        "customers.import_customer",
        "import",
        "Bring in a customer with its bill groups",
        status=201,
    ),
)

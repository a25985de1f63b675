"""Customers: who they are, their bill groups, contacts and timeline, and the merchant's own settings."""

from __future__ import annotations

from services.gateway.api.operation import MOST_BYTES_OF_MUCH, Operation

_READ, _WRITE = "customers:read", "customers:write"
_CUSTOMER = "/customers/<customer>"
_GROUP = "/bill-groups/<bill_group>"

OPERATIONS: tuple[Operation, ...] = (
    Operation("GET", "/customers", "customers.find_customers", _READ, "Find customers"),
    Operation(
        "POST",
        "/customers",
        "customers.create_customer",
        _WRITE,
        "Create a customer",
        "With their bill groups, or with none yet: those can be added one by one.",
        status=201,
    ),
    Operation("GET", _CUSTOMER, "customers.get_customer", _READ, "Read a customer"),
    Operation(
        "PATCH",
        _CUSTOMER,
        "customers.change_customer",
        _WRITE,
        "Change a customer's name or access",
        "Whoever may not enter the portal any more is signed out.",
    ),
    Operation("GET", "/bill-groups", "customers.find_bill_groups", _READ, "Find bill groups"),
    Operation(
        "POST",
        f"{_CUSTOMER}/bill-groups",
        "customers.create_bill_group",
        _WRITE,
        "Create a bill group of a customer",
        "Its currency stays for good.",
        status=201,
    ),
    Operation("GET", _GROUP, "customers.get_bill_group", _READ, "Read a bill group"),
    Operation(
        "PATCH",
        _GROUP,
        "customers.change_bill_group",
        _WRITE,
        "Change a bill group's language, time zone or access",
        "New subscriptions and documents follow the time zone; running subscriptions keep the one they began with. "
        "With access off, those who are signed in to it are signed out.",
    ),
    Operation(
        "PUT",
        f"{_GROUP}/contacts/<role>",
        "customers.change_contact",
        _WRITE,
        "Change a contact",
        "It holds for later documents and e-mails; what is issued stays as it is.",
    ),
    Operation(
        "DELETE",
        f"{_GROUP}/contacts/shipping",
        "customers.remove_shipping_contact",
        _WRITE,
        "Remove the shipping contact",
    ),
    Operation(
        "PUT",
        f"{_GROUP}/contacts/<role>/preferences",
        "customers.change_preferences",
        _WRITE,
        "Set a contact's language, time zone and wanted e-mails",
        "They are set whole: what is left out gets its default.",
    ),
    Operation(
        "PUT",
        f"{_GROUP}/numbers",
        "customers.change_numbers",
        _WRITE,
        "Change references and tax numbers",
    ),
    Operation(
        "POST",
        f"{_GROUP}/email-change/resend",
        "customers.resend_email_change",
        _WRITE,
        "Send another link to a new address that waits for confirmation",
    ),
    Operation(
        "DELETE",
        f"{_GROUP}/email-change",
        "customers.withdraw_email_change",
        _WRITE,
        "Withdraw a new address that waits for confirmation",
    ),
    Operation(
        "GET",
        f"{_CUSTOMER}/timeline",
        "customers.list_customer_timeline",
        "timeline:read",
        "List what happened to a customer",
        "Of all their bill groups together.",
    ),
    Operation(
        "GET",
        "/timeline",
        "customers.list_installation_timeline",
        "timeline:read",
        "List what happened that concerns no customer",
    ),
    Operation("GET", f"{_GROUP}/timeline", "customers.list_timeline", "timeline:read", "List what happened"),
    Operation(
        "POST",
        f"{_GROUP}/timeline",
        "customers.add_note",
        "timeline:write",
        "Add a note to the timeline",
        status=201,
    ),
    Operation(
        "GET", "/settings", "customers.get_merchant", "settings:read", "Read the merchant and its settings"
    ),
    Operation(
        "PUT",
        "/settings",
        "customers.set_merchant",
        "settings:write",
        "Set the merchant and its settings",
        "They are set whole: what is left out gets its default. The logo is set by itself, and stays.",
    ),
    Operation("GET", "/settings/logo", "customers.get_logo", "settings:read", "Read the merchant's logo"),
    Operation(
        "PUT",
        "/settings/logo",
        "customers.set_logo",
        "settings:write",
        "Set the merchant's logo",
        "Pages and e-mails show it from then on, at most 200 by 40 CSS pixels large.",
        most_bytes=MOST_BYTES_OF_MUCH,
    ),
    Operation(
        "DELETE",
        "/settings/logo",
        "customers.remove_logo",
        "settings:write",
        "Remove the merchant's logo",
    ),
    Operation(
        "POST",
        "/imports/merchant",
        "customers.set_merchant",
        "import",
        "Bring in the merchant and its settings",
        "They are set whole: what is left out gets its default.",
    ),
    Operation("POST", "/imports/logo", "customers.set_logo", "import", "Bring in the merchant's logo"),
    Operation(
        "POST",
        "/imports/customers",
        "customers.import_customer",
        "import",
        "Bring in a customer with its bill groups",
        "The same customer again gets the same answer; another one under a handle that is taken is refused.",
        status=201,
    ),
)

"""Subscriptions of a bill group and what can be done with them."""

from __future__ import annotations

from services.gateway.api.operation import Operation

_ALL = "/bill-groups/<bill_group>/subscriptions"
_ONE = f"{_ALL}/<subscription>"

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "GET",
        "/subscriptions",
        "subscriptions.find_subscriptions",
        "subscriptions:read",
        "Find subscriptions of all bill groups",
    ),
    Operation(
        "GET",
        _ALL,
        "subscriptions.list_subscriptions",
        "subscriptions:read",
        "List a bill group's subscriptions",
    ),
    Operation(
        "POST",
        _ALL,
        "subscriptions.create_subscription",
        "subscriptions:write",
        "Begin a subscription",
        "The billing run bills it, in advance, from its first day or from the end of its trial on.",
        status=201,
    ),
    Operation(
        "POST",
        f"{_ALL}/preview",
        "subscriptions.preview_subscription",
        "subscriptions:read",
        "See what a new subscription would come to",
    ),
    Operation("GET", _ONE, "subscriptions.get_subscription", "subscriptions:read", "Read a subscription"),
    Operation(
        "GET",
        f"{_ONE}/preview",
        "subscriptions.preview_action",
        "subscriptions:read",
        "See what an action would do",
    ),
    Operation(
        "POST",
        f"{_ONE}/pause",
        "subscriptions.pause_subscription",
        "subscriptions:write",
        "Pause a subscription",
    ),
    Operation(
        "POST",
        f"{_ONE}/resume",
        "subscriptions.resume_subscription",
        "subscriptions:write",
        "Resume a subscription",
    ),
    Operation(
        "POST",
        f"{_ONE}/cancel",
        "subscriptions.cancel_subscription",
        "subscriptions:write",
        "Cancel a subscription",
    ),
    Operation(
        "POST",
        f"{_ONE}/uncancel",
        "subscriptions.uncancel_subscription",
        "subscriptions:write",
        "Take a cancellation back",
    ),
    Operation(
        "PUT",
        f"{_ONE}/payment-method",
        "subscriptions.choose_payment_method",
        "subscriptions:write",
        "Choose what a subscription is paid with",
    ),
    Operation(
        "GET",
        "/bill-groups/<bill_group>/billing-summary",
        "subscriptions.billing_summary",
        "subscriptions:read",
        "Sum up what will be billed",
    ),
    Operation(
        "POST",
        "/imports/subscriptions",
        "subscriptions.import_subscription",
        "import",
        "Bring in a subscription",
        status=201,
    ),
)

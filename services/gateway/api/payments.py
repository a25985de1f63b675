"""How a bill group pays: payment methods, automatic payment and transactions."""

from __future__ import annotations

from services.gateway.api.operation import Operation

_GROUP = "/bill-groups/<bill_group>"
_METHODS = f"{_GROUP}/payment-methods"
_METHOD = f"{_METHODS}/<payment_method>"

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "GET",
        f"{_GROUP}/transactions",
        "payments.list_transactions",
        "payments:read",
        "List a bill group's transactions",
    ),
    Operation("GET", _METHODS, "payments.list_payment_methods", "payments:read", "List the payment methods"),
    Operation(
        "POST",
        _METHODS,
        "payments.begin_payment_method",
        "payments:write",
        "Begin to add a payment method",
        status=201,
    ),
    Operation(
        "POST",
        f"{_METHODS}/finish",
        "payments.finish_payment_method",
        "payments:write",
        "Ask what became of an addition",
    ),
    Operation("POST", f"{_METHOD}/default", "payments.make_default", "payments:write", "Make it the default"),
    Operation(
        "DELETE", _METHOD, "payments.remove_payment_method", "payments:write", "Remove a payment method"
    ),
    Operation(
        "PUT",
        f"{_GROUP}/auto-pay",
        "payments.set_auto_pay",
        "payments:write",
        "Turn automatic payment on or off",
    ),
    Operation(
        "GET",
        f"{_GROUP}/payment-summary",
        "payments.payment_summary",
        "payments:read",
        "Sum up how a bill group pays",
    ),
    Operation(
        "POST",
        "/imports/payment-methods",
        "payments.import_payment_methods",
        "import",
        "Bring in a bill group's payment methods",
        status=201,
    ),
    Operation(
        "POST",
        "/imports/transactions",
        "payments.import_transaction",
        "import",
        "Bring in a transaction",
        status=201,
    ),
)

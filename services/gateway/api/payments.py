"""How a bill group pays: payment methods, automatic payment and transactions."""

from __future__ import annotations

from services.gateway.api.operation import Operation

_GROUP = "/bill-groups/<bill_group>"
_METHODS = f"{_GROUP}/payment-methods"
_METHOD = f"{_METHODS}/<payment_method>"
_TRANSACTIONS = f"{_GROUP}/transactions"

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "GET",
        "/transactions",
        "payments.find_transactions",
        "payments:read",
        "Find transactions of all bill groups",
    ),
    Operation(
        "GET",
        _TRANSACTIONS,
        "payments.list_transactions",
        "payments:read",
        "List a bill group's transactions",
    ),
    Operation(
        "GET",
        f"{_TRANSACTIONS}/<transaction>",
        "payments.get_transaction",
        "payments:read",
        "Read a transaction",
    ),
    Operation(
        "POST",
        f"{_GROUP}/invoices/<invoice>/settle",
        "payments.record_payment",
        "payments:write",
        "Settle an invoice by hand",
        "The invoice follows within moments: read it to see what is still due.",
        status=201,
    ),
    Operation(
        "POST",
        f"{_TRANSACTIONS}/<transaction>/refund",
        "payments.record_refund",
        "payments:write",
        "Record that a payment went back",
        "No provider is asked: it is for money that was sent back otherwise, and for what was recorded by mistake.",
        status=201,
    ),
    Operation("GET", _METHODS, "payments.list_payment_methods", "payments:read", "List the payment methods"),
    Operation(
        "POST",
        _METHODS,
        "payments.begin_payment_method",
        "payments:write",
        "Begin to add a payment method",
        "Send the browser to `url`. It comes back to `return_url` with `setup` in the query: then finish it.",
        status=201,
    ),
    Operation(
        "POST",
        f"{_METHODS}/finish",
        "payments.finish_payment_method",
        "payments:write",
        "Ask what became of an addition",
    ),
    Operation(
        "GET",
        f"{_METHOD}/removal",
        "payments.preview_removal",
        "payments:read",
        "Preview the removal of a payment method",
        "By the rules of the removal itself: who pays what then, or why it would be refused.",
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
    Operation(
        "GET",
        "/payment-providers",
        "payments.list_providers",
        "settings:read",
        "List payment providers",
        "Payment methods can be added while one of them is offered.",
    ),
    Operation(
        "PATCH",
        "/payment-providers/<provider>",
        "payments.switch_provider",
        "settings:write",
        "Turn a payment provider on or off",
        "What has begun there is seen through.",
    ),
    Operation(
        "PUT",
        "/payment-providers/<provider>/key",
        "payments.set_provider_key",
        "settings:write",
        "Set a payment provider's key",
        "It is kept encrypted and never shown again.",
    ),
    Operation(
        "DELETE",
        "/payment-providers/<provider>/key",
        "payments.remove_provider_key",
        "settings:write",
        "Forget a payment provider's key",
        "That of the environment, if there is one, is used from then on.",
    ),
    Operation(
        "PUT",
        "/payment-providers/<provider>/webhook-secret",
        "payments.set_webhook_secret",
        "settings:write",
        "Set the secret of a payment provider's webhooks",
        "It is kept encrypted and never shown again. From then on, only what is signed with it is believed.",
    ),
    Operation(
        "DELETE",
        "/payment-providers/<provider>/webhook-secret",
        "payments.remove_webhook_secret",
        "settings:write",
        "Forget the secret of a payment provider's webhooks",
        "That of the environment, if there is one, holds from then on; without any, every webhook is refused.",
    ),
)

"""What the notifications service promises: an e-mail for each event below that customers or staff want to know of."""

from __future__ import annotations

from shared.contracts.base import Contract, Hears

contract = Contract.of(
    "notifications",
    methods=[],
    hears=[
        Hears(
            "send_mail",
            (
                "auth.code_requested",
                "auth.staff_invited",
                "auth.staff_set_up",
                "auth.staff_password_changed",
                "auth.staff_second_factor_set_up",
                "auth.staff_second_factor_dropped",
                "auth.staff_recovery_code_used",
                "auth.staff_changed",
                "auth.staff_deactivated",
                "auth.password_reset_requested",
                "auth.password_changed",
                "customers.contact_changed",
                "customers.email_change_requested",
                "subscriptions.subscription_pause_scheduled",
                "subscriptions.subscription_pause_withdrawn",
                "subscriptions.subscription_paused",
                "subscriptions.subscription_resumed",
                "subscriptions.subscription_cancelled",
                "subscriptions.subscription_uncancelled",
                "subscriptions.subscription_expired",
                "payments.payment_method_added",
                "payments.payment_method_updated",
                "payments.payment_method_removed",
                "payments.payment_method_inactivated",
                "invoices.invoice_issued",
            ),
        ),
    ],
)

"""One event of each kind that calls for a mail, as the services that tell of them send them."""

from typing import Any

from shared.contracts.base import Envelope
from shared.contracts.notifications import contract
from shared.contracts.registry import CONTRACTS

_SUBSCRIPTION = {
    "subscription": "sub-0001",
    "customer": "cust-0001",
    "product": "prod-crm",
    "plan": "plan-team",
    "product_names": {"en": "CRM & more", "de": "CRM & mehr"},
    "plan_names": {"en": "Team", "de": "Team"},
    "status": "active",
}
_PAUSE = {**_SUBSCRIPTION, "on": "2026-04-01", "resume_on": "2026-06-01", "held_by": "customer"}
_CARD = {
    "kind": "card",
    "brand": "Visa",
    "last4": "4242",
    "payment_method": "pm-1",
    "default": True,
    "replaced": None,
}
_STAFF = {"email": "ada@example.com", "name": "Ada", "language": "en"}
_ACCOUNT = {"kind": "sepa_debit", "brand": "DE", "last4": "3000"}

EVENTS: dict[str, dict[str, Any]] = {
    "auth.code_requested": {
        "email": "ada@example.com",
        "sealed": "sealed",
        "link": {"sealed": "sealed-link"},
        "by_code": True,
        "language": "en",
        "expires_at": "2026-03-01T12:10:00+00:00",
        "name": "Ada",
    },
    "auth.staff_invited": {
        "email": "ada@example.com",
        "name": "Ada",
        "role": "support",
        "is_reset": False,
        "drops_second_factor": False,
        "language": "en",
        "sealed": "sealed-set-up",
        "expires_at": "2026-03-02T12:00:00+00:00",
    },
    "auth.staff_set_up": {**_STAFF, "role": "support", "is_reset": True, "drops_second_factor": True},
    "auth.staff_password_changed": _STAFF,
    "auth.staff_second_factor_set_up": _STAFF,
    "auth.staff_second_factor_dropped": _STAFF,
    "auth.staff_recovery_code_used": _STAFF,
    "auth.staff_changed": {
        **_STAFF,
        "changes": [
            {"field": "name", "old": "Ada B.", "new": "Ada"},
            {"field": "role", "old": "owner", "new": "read_only"},
        ],
    },
    "auth.staff_deactivated": _STAFF,
    "auth.password_reset_requested": {
        "customer": "cust-0001",
        "email": "ada@example.com",
        "sealed": "sealed-reset",
        "name": "Ada",
        "language": "en",
        "user_name": "k7mp-3xq9",
        "expires_at": "2026-03-01T13:00:00+00:00",
    },
    "auth.password_changed": {"customer": "cust-0001", "how": "changed"},
    "customers.contact_changed": {
        "role": "billing",
        "changes": [
            {"field": "email", "old": "old@example.com", "new": "new@example.com"},
            {"field": "phone", "old": "+49 30 901820", "new": ""},
        ],
    },
    "customers.email_change_requested": {
        "email": "new@example.com",
        "former": "ada@example.com",
        "sealed": "sealed-confirmation",
        "expires_at": "2026-03-02T12:00:00+00:00",
        "asked_at": "2026-03-01T12:00:00+00:00",
        "asked_from": "192.0.2.7",
        "again": False,
    },
    "subscriptions.subscription_pause_scheduled": _PAUSE,
    "subscriptions.subscription_pause_withdrawn": _SUBSCRIPTION,
    "subscriptions.subscription_paused": {**_PAUSE, "resume_on": None},
    "subscriptions.subscription_resumed": {
        **_SUBSCRIPTION,
        "on": "2026-06-01",
        "period": {"start": "2026-06-01", "end": "2026-07-01"},
    },
    "subscriptions.subscription_cancelled": {
        **_SUBSCRIPTION,
        "cancelled_at": "2026-03-01T12:00:00+00:00",
        "expires_at": "2026-03-31T22:00:00+00:00",
        "access_until": "2026-03-31",
        "reason": None,
        "comment": "",
    },
    "subscriptions.subscription_uncancelled": {**_SUBSCRIPTION, "next_billing_on": "2026-04-01"},
    "subscriptions.subscription_expired": {**_SUBSCRIPTION, "on": "2026-04-01", "reason": "cancelled"},
    "payments.payment_method_added": _CARD,
    "payments.payment_method_updated": {**_CARD, "replaced": _ACCOUNT},
    "payments.payment_method_removed": {**_CARD, **_ACCOUNT, "default": False},
    "payments.payment_method_inactivated": {**_CARD, **_ACCOUNT},
    "invoices.invoice_issued": {
        "invoice": "inv-2026-0012",
        "number": "2026-0012",
        "kind": "invoice",
        "currency": "EUR",
        "total": 123456,
        "due": 123456,
        "created_on": "2026-03-01",
        "due_on": "2026-03-15",
        "subscriptions": ["sub-0001"],
        "language": "en",
        "corrects": None,
    },
}
HEARD = contract.hears["send_mail"].events


def loaded_data(event: str, **others: Any) -> dict[str, Any]:
    """The data of an example event, loaded as the entrypoint loads it; ``others`` replace some of it."""
    service, _, event_type = event.partition(".")
    loaded: dict[str, Any] = CONTRACTS[service].events[event_type].data().load({**EVENTS[event], **others})
    return loaded


def envelope(event: str, event_id: str = "e1", **others: Any) -> dict[str, Any]:
    """An example event in its envelope, as the entrypoint hands it over."""
    service, _, event_type = event.partition(".")
    loaded: dict[str, Any] = Envelope().load(
        {
            "event_id": event_id,
            "source": service,
            "type": event_type,
            "schema": 1,
            "occurred_at": "2026-03-01T12:00:00+00:00",
            "recorded_at": "2026-03-01T12:00:00+00:00",
            "subject": "a-handle",
            "subject_version": 1,
            "bill_group": "bg-0001",
            "principal": "customer:cust-0001",
            "request_id": "r1",
            "circumstances": {},
            "data": {},
        }
    )
    return {**loaded, "data": loaded_data(event, **others)}

"""What the services would say of Anna Berg's subscriptions, payment methods and invoices."""

from __future__ import annotations

from typing import Any

# What the billing run would bill next, as subscriptions tell of it.
UPCOMING: dict[str, Any] = {
    "on": "2026-12-01",
    "currency": "EUR",
    "lines": [
        {
            "description": "Reflow Cloud, seats",
            "descriptions": {"en": "Reflow Cloud, seats", "de": "Reflow Cloud, Plätze"},
            "quantity": "5",
            "unit_amount": 2900,
            "discount": 0,
            "tax_code": "standard",
            "period": {"start": "2026-12-01", "end": "2027-01-01"},
        }
    ],
    "net": 14500,
}


def subscription(handle: str = "sub-0001", **more: Any) -> dict[str, Any]:
    """A subscription in a list: five seats of Reflow Cloud, 29 EUR each a month."""
    return {
        "subscription": handle,
        "status": "active",
        "stage": "active",
        "product_name": "Reflow Cloud",
        "plan_name": "Team, monthly",
        "quantity": 5,
        "unit_amount": 2900,
        "amount": 14500,
        "currency": "EUR",
        "interval": {"unit": "month", "count": 1},
        "next_billing_on": "2026-12-01",
        "cancelled_at": None,
        "expires_at": None,
        "access_until": None,
        "on_hold_reason": None,
        "payment_method": None,
        **more,
    }


def subscription_view(handle: str = "sub-0001", **more: Any) -> dict[str, Any]:
    """The same subscription with all that is known of it; it may be paused and cancelled."""
    return {
        **subscription(handle),
        "customer": "cust-0001",
        "product": "prod-cloud",
        "plan": "plan-team",
        "plan_version": 1,
        "started_on": "2025-02-01",
        "current_period": {"start": "2026-11-01", "end": "2026-12-01"},
        "trial_end": None,
        "items": [
            {"description": "Reflow Cloud, seats", "quantity": "5", "unit_amount": 2900, "amount": 14500}
        ],
        "discount": None,
        "pending_change": None,
        "held_by": None,
        "held_since": None,
        "resume_on": None,
        "minimum_term_end": None,
        "notice_days": 0,
        "expired_on": None,
        "expire_reason": None,
        "upcoming": UPCOMING,
        "actions": ["pause", "cancel"],
        **more,
    }


def preview(action: str, **more: Any) -> dict[str, Any]:
    """What ``action`` would do: nothing but to go on, where ``more`` doesn't say otherwise."""
    return {
        "action": action,
        "fingerprint": "the-fingerprint",
        "status_after": "active",
        "effective_on": "2026-12-01",
        "access_until": None,
        "resume_on": None,
        "charges": [],
        "credit": 0,
        "currency": "EUR",
        "next_billing_on_before": "2026-12-01",
        "next_billing_on_after": "2026-12-01",
        "amount_next": 14500,
        "next_bill": UPCOMING,
        "consequences": ["goes_on"],
        **more,
    }


def payment_method(handle: str = "pm-0001", **more: Any) -> dict[str, Any]:
    """A Visa card that is valid for long."""
    return {
        "payment_method": handle,
        "kind": "card",
        "brand": "Visa",
        "last4": "4242",
        "expiry": {"month": 8, "year": 2029},
        "expiry_state": "ok",
        "mandate": None,
        "status": "active",
        "default": False,
        "created_at": "2025-01-02T10:00:00+00:00",
        **more,
    }


def wallet(*methods: dict[str, Any]) -> dict[str, Any]:
    """All payment methods of the bill group; the default is the one that says so."""
    default = next((method["payment_method"] for method in methods if method["default"]), None)
    may = {"may_add": True, "may_remove": True}
    return {"items": list(methods), "default": default, "auto_pay": True, **may}


def running(*pairs: tuple[str, str | None]) -> dict[str, Any]:
    """The running subscriptions, by product and payment method."""
    return {
        "items": [
            {"subscription": f"sub-{place:04}", "product_name": product, "payment_method": method}
            for place, (product, method) in enumerate(pairs, start=1)
        ]
    }


def invoice(number: str = "2026-0042", **more: Any) -> dict[str, Any]:
    """An open invoice in a list, over 172.55 EUR."""
    return {
        "invoice": f"inv-{number}",
        "bill_group": "bg-0001",
        "customer": "cust-0001",
        "number": number,
        "kind": "invoice",
        "status": "pending",
        "overdue": False,
        "created_on": "2026-11-01",
        "due_on": "2026-11-15",
        "currency": "EUR",
        "total": 17255,
        "paid": 0,
        "credited": 0,
        "due": 17255,
        "overpaid": 0,
        "subscriptions": ["sub-0001"],
        **more,
    }


def invoice_view(number: str = "2026-0042", **more: Any) -> dict[str, Any]:
    """The same invoice whole."""
    address = {
        "line1": "Lange Reihe 12",
        "line2": "",
        "postal_code": "20099",
        "city": "Hamburg",
        "region": "",
        "country": "DE",
    }
    return {
        **invoice(number),
        "version": 2,
        "language": "de",
        "imported": False,
        "seller": {
            "name": "Nordlicht Software",
            "legal_name": "Nordlicht Software GmbH",
            "address": address,
            "email": "billing@nordlicht.example",
            "phone": "",
            "website": "",
            "vat_number": "DE136695976",
            "registration_number": "",
            "bank": {"iban": "DE89370400440532013000", "bic": "COBADEFFXXX", "bank_name": ""},
            "accent": "",
        },
        "buyer": {
            "name": "Anna Berg",
            "company": "Bergmann Apotheke e. K.",
            "address": address,
            "customer": "cust-0001",
            "email": "",
            "phone": "",
            "vat_number": "",
            "registration_number": "",
        },
        "shipping": None,
        "po_number": "PO-4711",
        "corrects": None,
        "corrects_number": None,
        "lines": [
            {
                "description": "Reflow Cloud, seats",
                "quantity": "5",
                "unit_amount": 2900,
                "discount": 0,
                "net": 14500,
                "tax_category": "S",
                "tax_rate": "19",
                "period": {"start": "2026-11-01", "end": "2026-11-30"},
                "subscription": "sub-0001",
            }
        ],
        "discounts": [],
        "taxes": [{"category": "S", "rate": "19", "base": 14500, "amount": 2755, "reason": None}],
        "line_total": 14500,
        "net_total": 14500,
        "tax_total": 2755,
        "payments": [],
        "credit_notes": [],
        "note": "",
        "intro": "",
        "closing": "",
        **more,
    }


def invoice_preview(**more: Any) -> dict[str, Any]:
    """What the invoice over ``UPCOMING`` would be: 145 EUR and 19 % of that."""
    issued = invoice_view()
    kept = (
        "currency",
        "language",
        "created_on",
        "due_on",
        "seller",
        "buyer",
        "shipping",
        "po_number",
        "note",
    )
    content = ("lines", "discounts", "taxes", "line_total", "net_total", "tax_total", "total")
    return {name: issued[name] for name in (*kept, *content)} | more


def transaction(**more: Any) -> dict[str, Any]:
    """A payment of 50 EUR by card."""
    return {
        "transaction": "txn-0001",
        "bill_group": "bg-0001",
        "kind": "settle",
        "state": "settled",
        "amount": 5000,
        "currency": "EUR",
        "invoice": "inv-2026-0042",
        "refunds": None,
        "method": {"kind": "card", "brand": "Visa", "last4": "4242"},
        "reference": "",
        "at": "2026-11-03T10:00:00+00:00",
        **more,
    }


def page(*items: dict[str, Any], next_cursor: str | None = None) -> dict[str, Any]:
    """A page of a list."""
    return {"items": list(items), "next_cursor": next_cursor}


def event(type_: str, principal: str = "customer:cust-0001", **data: Any) -> dict[str, Any]:
    """Something that happened to a subscription."""
    return {
        "event_id": f"event-{type_}",
        "customer": "cust-0001",
        "bill_group": "bg-0001",
        "source": "subscriptions",
        "type": type_,
        "subject": "sub-0001",
        "occurred_at": "2026-11-02T15:40:00+00:00",
        "recorded_at": "2026-11-02T15:40:00+00:00",
        "principal": principal,
        "address": "192.0.2.1",
        "user_agent": "",
        "data": data,
    }

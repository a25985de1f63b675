"""What the services would say about one made-up customer, Anna Berg of Bergmann Apotheke."""

from __future__ import annotations

from typing import Any

from shared.contracts.customer_words import Merchant

TOKEN = "a-session-token-of-many-characters"

SESSION: dict[str, Any] = {
    "session": "ses-0001",
    "customer": "cust-0001",
    "principal": "cust-0001",
    "bill_group": "bg-0001",
    "contact_role": "billing",
    "email": "anna@bergmann-apotheke.example",
    "name": "Anna Berg",
    "language": "de",
    "way": "code",
    "return_url": "",
    "may_switch": False,
    "created_at": "2026-11-21T10:00:00+00:00",
    "expires_at": "2026-11-22T10:00:00+00:00",
}

PASSWORD_RESET: dict[str, Any] = {"user_name": "k7mp-3xq9", "expires_at": "2026-11-21T11:00:00+00:00"}

PREVIEW_TOKEN = "a-preview-token-of-many-characters"
PREVIEW: dict[str, Any] = SESSION | {
    "session": "preview-0001",
    "way": "preview",
    "started_by": "staff:staff-jane",
    "started_by_name": "Jane Miller",
}

MERCHANT: dict[str, Any] = Merchant().load(
    {
        "company": {
            "name": "Nordlicht Software",
            "legal_name": "Nordlicht Software GmbH",
            "email": "billing@nordlicht.example",
        },
        "accent": "#1f7a6d",
        "terms_url": "https://nordlicht.example/terms",
        "privacy_url": "https://nordlicht.example/privacy",
    }
) | {"version": 1, "logo": None}

BILLING_CONTACT: dict[str, Any] = {
    "name": "Anna Berg",
    "company": "Bergmann Apotheke e. K.",
    "email": "anna@bergmann-apotheke.example",
    "phone": "+49 40 1234567",
    "address": {
        "line1": "Lange Reihe 12",
        "line2": "",
        "postal_code": "20099",
        "city": "Hamburg",
        "region": "",
        "country": "DE",
    },
}

SHIPPING_CONTACT: dict[str, Any] = {
    "name": "Lager Wandsbek",
    "company": "Bergmann Apotheke e. K.",
    "email": "",
    "phone": "",
    "address": {
        "line1": "Wandsbeker Chaussee 200",
        "line2": "Tor 3",
        "postal_code": "22089",
        "city": "Hamburg",
        "region": "",
        "country": "DE",
    },
}

PREFERENCES: dict[str, Any] = {
    "language": None,
    "time_zone": None,
    "emails": {"subscriptions": True, "payment_methods": True},
}

BILL_GROUP: dict[str, Any] = {
    "bill_group": "bg-0001",
    "customer": "cust-0001",
    "version": 7,
    "customer_name": "Bergmann Apotheke e. K.",
    "access": "on",
    "currency": "EUR",
    "time_zone": "Europe/Berlin",
    "language": "de",
    "po_number": "PO-4711",
    "vat_number": "DE136695976",
    "registration_number": "HRA 12345",
    "contacts": {"billing": BILLING_CONTACT, "shipping": SHIPPING_CONTACT},
    "preferences": {"billing": PREFERENCES, "shipping": PREFERENCES},
    "vat_check": {"state": "not_checked", "at": None},
    "email_change": None,
}

CHALLENGE: dict[str, Any] = {
    "challenge": "chl-0001",
    "email": "anna@bergmann-apotheke.example",
    "state": "open",
    "resend_at": "2026-11-21T10:01:00+00:00",
    "expires_at": "2026-11-21T10:10:00+00:00",
    "seconds_until_resend": 42,
    "ways": ["code", "link"],
}

LINK: dict[str, Any] = {
    "email": "anna@bergmann-apotheke.example",
    "state": "open",
    "needs_code": False,
    "expires_at": "2026-11-21T10:10:00+00:00",
}

SESSIONS: dict[str, Any] = {
    "items": [
        {
            "session": "ses-0002",
            "email": "anna@bergmann-apotheke.example",
            "way": "link",
            "address": "192.0.2.44",
            "user_agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1",
            "created_at": "2026-11-21T11:00:00+00:00",
            "last_seen_at": "2026-11-21T11:20:00+00:00",
            "expires_at": "2026-11-21T12:20:00+00:00",
        },
        {
            "session": "ses-0001",
            "email": "anna@bergmann-apotheke.example",
            "way": "code",
            "address": "192.0.2.7",
            "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "created_at": "2026-11-21T10:00:00+00:00",
            "last_seen_at": "2026-11-21T11:10:00+00:00",
            "expires_at": "2026-11-21T12:10:00+00:00",
        },
    ]
}

KEPT_FORM: dict[str, Any] = {
    "form": "form-0001",
    "path": "/details/billing?from=overview",
    "fields": [
        {"name": "key", "value": "the-key-of-that-form"},
        {"name": "version", "value": "7"},
        {"name": "city", "value": '"Ahrensburg" <b>'},
        {"name": "several", "value": "1"},
        {"name": "several", "value": "2"},
    ],
    "kept_at": "2026-11-21T10:10:00+00:00",
    "expires_at": "2026-11-21T10:40:00+00:00",
}

BILLING: dict[str, Any] = {
    "active_count": 3,
    "running_count": 4,
    "next_billing_on": "2026-12-01",
    "next_amount": 14900,
    "currency": "EUR",
    "frequencies": [{"unit": "month", "count": 1}, {"unit": "year", "count": 1}],
    "attention": [
        {
            "code": "trial_ends",
            "subscription": "sub-0003",
            "product_name": "Backup Plus",
            "on": "2026-12-05",
        },
    ],
    "attention_count": 1,
}


def invoice(number: str, status: str, total: int, due: int, *, overdue: bool = False) -> dict[str, Any]:
    """An invoice in a list."""
    return {
        "invoice": f"inv-{number}",
        "bill_group": "bg-0001",
        "customer": "cust-0001",
        "number": number,
        "kind": "invoice",
        "status": status,
        "overdue": overdue,
        "created_on": "2026-11-01",
        "due_on": "2026-11-15",
        "currency": "EUR",
        "total": total,
        "paid": total - due,
        "credited": 0,
        "due": due,
        "overpaid": 0,
        "subscriptions": ["sub-0001"],
    }


INVOICES: dict[str, Any] = {
    "currency": "EUR",
    "outstanding": 35581,
    "overdue": 17731,
    "open_count": 2,
    "overdue_count": 1,
    "failing_count": 0,
    "failing": [],
    "latest": [
        invoice("2026-0042", "pending", 17850, 17850),
        invoice("2026-0031", "dunning", 17731, 17731, overdue=True),
        invoice("2026-0020", "settled", 17731, 0),
    ],
}

PAYMENTS: dict[str, Any] = {
    "auto_pay": True,
    "may_add": True,
    "collects": True,
    "default": {
        "payment_method": "pm-0001",
        "kind": "card",
        "brand": "Visa",
        "last4": "4242",
        "expiry": {"month": 12, "year": 2026},
        "expiry_state": "soon",
        "mandate": None,
        "status": "active",
        "default": True,
        "created_at": "2026-01-02T10:00:00+00:00",
    },
    "attention": [
        {
            "code": "method_expires_soon",
            "payment_method": "pm-0001",
            "method": {"kind": "card", "brand": "Visa", "last4": "4242"},
        }
    ],
}


def answers() -> dict[tuple[str, str], Any]:
    """What each method answers, by service and name."""
    return {
        ("customers", "get_merchant"): MERCHANT,
        ("customers", "get_texts"): {"items": []},
        ("customers", "get_bill_group"): BILL_GROUP,
        ("auth", "get_session"): SESSION,
        ("auth", "get_preview"): PREVIEW,
        ("auth", "get_user_name"): {"user_name": "k7mp-3xq9"},
        ("auth", "sign_in_with_password"): SESSION | {"token": TOKEN, "way": "password"},
        ("auth", "request_password_reset"): {},
        ("auth", "get_password_reset"): PASSWORD_RESET,
        ("auth", "reset_password"): PASSWORD_RESET,
        ("auth", "change_password"): {},
        ("auth", "open_secret_link"): SESSION | {"token": TOKEN, "way": "secret_link"},
        ("auth", "use_opening"): SESSION | {"token": TOKEN, "way": "app", "path": None},
        ("auth", "request_code"): CHALLENGE,
        ("auth", "resend_code"): CHALLENGE,
        ("auth", "get_challenge"): CHALLENGE,
        ("auth", "verify_code"): SESSION | {"token": TOKEN},
        ("auth", "get_link"): LINK,
        ("auth", "list_sessions"): SESSIONS,
        ("auth", "keep_form"): {"form": "form-0001", "expires_at": KEPT_FORM["expires_at"]},
        ("auth", "get_form"): KEPT_FORM,
        ("auth", "drop_form"): {},
        ("auth", "use_link"): SESSION | {"token": TOKEN},
        ("subscriptions", "billing_summary"): BILLING,
        ("invoices", "invoice_summary"): INVOICES,
        ("payments", "payment_summary"): PAYMENTS,
    }

"""Made-up values, for what a preview has no real ones for, or may show to nobody but the customer."""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.placeholders import values
from shared.placeholders.fields import LOGIN, PASSWORD, PORTAL_LINK
from shared.placeholders.values import Values

_HIDDEN = "••••••••"


def secrets(portal: str) -> Values:
    """What lets a customer in, made unreadable."""
    return {PORTAL_LINK: f"{portal}/s/{_HIDDEN}", LOGIN: _HIDDEN, PASSWORD: _HIDDEN}


def invoice(portal: str, currency: str, now: datetime, language: str) -> Values:
    """An invoice of today."""
    number = f"{now.year}-00042"
    facts = {
        "invoice": f"inv-{number}",
        "number": number,
        "currency": currency,
        "total": 11_900,
        "due": 11_900,
        "created_on": now.date(),
        "due_on": now.date() + timedelta(days=14),
    }
    return values.of_invoice(facts, portal, language)


def subscription(portal: str, language: str) -> Values:
    """A subscription."""
    facts = {
        "subscription": "sub-0042",
        "product_names": {"en": "Support", "de": "Support"},
        "plan_names": {"en": "Team plan", "de": "Team-Tarif"},
    }
    return values.of_subscription(facts, portal, language)

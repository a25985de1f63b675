"""What the subscriptions service would say of the merchant's catalogue."""

from __future__ import annotations

from typing import Any

from tests.unit.gateway.section_samples import UPCOMING, subscription

PRODUCT: dict[str, Any] = {
    "product": "prod-cloud",
    "product_version": 2,
    "names": {"en": "Reflow Cloud", "de": "Reflow Wolke"},
    "archived": False,
}

CONDITIONS: dict[str, Any] = {
    "plan_version": 3,
    "since": "2026-11-01T09:00:00+00:00",
    "names": {"en": "Team, monthly", "de": "Team, monatlich"},
    "interval": {"unit": "month", "count": 1},
    "prices": [
        {"currency": "EUR", "unit_amount": 2900, "setup_fee": 0},
        {"currency": "USD", "unit_amount": 123450, "setup_fee": 5000},
    ],
    "trial_days": 14,
    "notice_days": 30,
    "minimum_term_months": 12,
    "tax_code": "standard",
}
PLAN: dict[str, Any] = {**CONDITIONS, "plan": "plan-team", "product": "prod-cloud", "archived": False}


def version(number: int, unit_amount: int, running: int, until: str | None) -> dict[str, Any]:
    """A version of the plan under which so many subscriptions run."""
    return {
        **CONDITIONS,
        "plan_version": number,
        "prices": [{"currency": "EUR", "unit_amount": unit_amount, "setup_fee": 0}],
        "running_count": running,
        "until": until,
    }


VERSIONS: dict[str, Any] = {
    "items": [
        version(3, 2900, 2, None),
        version(2, 2700, 0, "2026-11-01T09:00:00+00:00"),
        version(1, 2500, 1000, "2026-06-01T09:00:00+00:00"),
    ],
    "next_cursor": None,
}


def found(*items: dict[str, Any], next_cursor: str | None = None, more: bool = False) -> dict[str, Any]:
    """A page of subscriptions of all bill groups."""
    return {"items": list(items), "next_cursor": next_cursor, "more_customers": more}


def found_subscription(handle: str = "sub-0001", **more: Any) -> dict[str, Any]:
    """A subscription in the list of all bill groups'."""
    return {
        **subscription(handle),
        "bill_group": "bg-0001",
        "customer": "cust-0001",
        "product": "prod-cloud",
        "plan": "plan-team",
        "started_on": "2025-02-01",
        **more,
    }


CUSTOMER: dict[str, Any] = {
    "customer": "cust-0001",
    "version": 1,
    "name": "Bergmann Apotheke e. K.",
    "access": "default",
    "created_at": "2025-01-01T10:00:00+00:00",
    "bill_groups": ["bg-0001"],
}

BEGINNING: dict[str, Any] = {
    "fingerprint": "f" * 32,
    "status_after": "trial",
    "starts_on": "2026-12-01",
    "plan_version": 3,
    "trial_end": "2026-12-15",
    "minimum_term_end": "2027-12-15",
    "currency": "EUR",
    "bills": [{**UPCOMING, "on": day} for day in ("2026-12-15", "2027-01-15", "2027-02-15")],
}

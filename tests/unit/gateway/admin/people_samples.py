"""What the services would say about Bergmann Apotheke to the staff."""

from __future__ import annotations

from typing import Any

from tests.unit.gateway.samples import BILL_GROUP
from tests.unit.gateway.section_samples import (
    event,
    invoice,
    invoice_view,
    page,
    payment_method,
    subscription,
    transaction,
    wallet,
)

CUSTOMER: dict[str, Any] = {
    "customer": "cust-0001",
    "version": 3,
    "name": "Bergmann Apotheke e. K.",
    "access": "default",
    "created_at": "2025-03-01T10:00:00+00:00",
    "bill_groups": ["bg-0001"],
}
ADDRESS_CHANGED: dict[str, Any] = {
    **event(
        "contact_changed",
        role="billing",
        changes=[
            {"field": "address.city", "old": "Hamburg", "new": "Lübeck"},
            {"field": "address.country", "old": "", "new": "DE"},
            {"field": "phone", "old": "+49 40 1234567", "new": ""},
        ],
    ),
    "source": "customers",
    "subject": "bg-0001",
    "address": "198.51.100.7",
    "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
}
JOB: dict[str, Any] = {
    "job": "imp-1",
    "file_name": "customers.csv",
    "state": "running",
    "rows": 40,
    "taken": 20,
    "kept": 3,
    "refused": 2,
    "reported": 2,
    "columns": ["customer", "name", "email", "country", "currency"],
    "started_by": "staff:staff-0001",
    "started_at": "2026-11-21T10:00:00+00:00",
    "finished_at": None,
    "kept_until": None,
}
DONE: dict[str, Any] = {
    **JOB,
    "state": "done",
    "taken": 35,
    "finished_at": "2026-11-21T10:01:00+00:00",
    "kept_until": "2026-12-21T10:01:00+00:00",
}
REPORTED: dict[str, Any] = {
    "row": 5,
    "outcome": "refused",
    "problems": [{"column": "email", "code": "invalid_email"}, {"column": "", "code": "too_many_cells"}],
    "cells": {
        "customer": "1004",
        "name": "Müller <b>",
        "email": "nobody",
        "country": "DE",
        "currency": "EUR",
    },
}


FOUND: dict[str, Any] = {
    **subscription(),
    "bill_group": "bg-0001",
    "customer": "cust-0001",
    "product": "prod-1",
    "plan": "plan-1",
    "started_on": "2025-03-01",
}


def answers() -> dict[tuple[str, str], Any]:
    """What is answered where a test says nothing else."""
    return {
        ("customers", "find_customers"): page(CUSTOMER),
        ("customers", "get_customer"): CUSTOMER,
        ("customers", "find_bill_groups"): page(BILL_GROUP),
        ("customers", "list_customer_timeline"): page(ADDRESS_CHANGED),
        ("customers", "list_timeline"): page(ADDRESS_CHANGED),
        ("customers", "list_installation_timeline"): page(),
        ("customers", "find_subject"): {"items": []},
        ("customers", "list_imports"): page(JOB),
        ("customers", "get_import"): JOB,
        ("customers", "list_import_report"): page(REPORTED),
        ("auth", "name_principals"): {"items": []},
        ("invoices", "find_invoices"): page(),
        ("invoices", "list_invoices"): page(invoice()),
        ("invoices", "get_invoice"): invoice_view(),
        ("payments", "list_payment_methods"): wallet(payment_method()),
        ("payments", "list_transactions"): page(transaction()),
        ("subscriptions", "list_subscriptions"): page(subscription()),
        ("subscriptions", "find_subscriptions"): {**page(FOUND), "more_customers": False},
    }

"""All operations of the API: one group of rows a resource."""

from __future__ import annotations

from services.gateway.api import (
    access,
    catalogue,
    customers,
    invoices,
    keys,
    payments,
    sessions,
    staff,
    subscriptions,
    texts,
    ways,
)
from services.gateway.api.operation import Operation

# In the order in which the description shows them.
RESOURCES: dict[str, tuple[Operation, ...]] = {
    "Customers": customers.OPERATIONS,
    "Texts": texts.OPERATIONS,
    "Catalogue": catalogue.OPERATIONS,
    "Subscriptions": subscriptions.OPERATIONS,
    "Invoices": invoices.OPERATIONS,
    "Payments": payments.OPERATIONS,
    "Access": access.OPERATIONS,
    "Ways in": ways.OPERATIONS,
    "Sessions": sessions.OPERATIONS,
    "Keys": keys.OPERATIONS,
    "Staff": staff.OPERATIONS,
}

OPERATIONS: tuple[Operation, ...] = tuple(row for rows in RESOURCES.values() for row in rows)

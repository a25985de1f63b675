"""All contracts, by the name of their service."""

from __future__ import annotations

from shared.contracts import auth, customers, invoices, notifications, payments, subscriptions
from shared.contracts.base import Contract

CONTRACTS: dict[str, Contract] = {
    module.contract.name: module.contract
    for module in (auth, customers, subscriptions, invoices, payments, notifications)
}

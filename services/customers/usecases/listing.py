"""Keeping the list of customers as they are."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from services.customers.repository import BillGroups, Customers, Directory

log = logging.getLogger(__name__)


class Listing:
    """Puts customers into the directory.

    Whoever changed a customer or a bill group does so at once, so that they find what they made; the event does it
    again, in case the process died in between.
    """

    def __init__(self, customers: Customers, bill_groups: BillGroups, directory: Directory) -> None:
        self._customers = customers
        self._bill_groups = bill_groups
        self._directory = directory

    def refresh(self, customer: str) -> None:
        """List ``customer`` as they are now."""
        self._directory.put(self._customers.get(customer), self._bill_groups.of(customer))

    def follow(self, event: Mapping[str, Any]) -> None:
        """List the customer that an event of this service is about."""
        told = event["data"].get("customer")
        self.refresh(told or self._bill_groups.get(event["bill_group"]).value.customer)

    def complete(self) -> None:
        """Once, at the first start with a directory: list all customers from before."""
        if self._directory.is_complete():
            return
        for number, customer in enumerate(list(self._customers.handles()), start=1):
            self.refresh(customer)
            if number % 1000 == 0:
                log.info("listed %d customers", number)
        self._directory.mark_complete()

"""Which numbers come next."""

from __future__ import annotations

from typing import Any

from services.invoices.customers import Customers
from services.invoices.repository import Documents
from shared.kernel.access import require_merchant_side
from shared.kernel.clock import local_date
from shared.kernel.context import Context
from shared.kernel.errors import DomainError
from shared.kernel.numbering import Numbering

View = dict[str, Any]


class Numbers:
    """Showing them: a number is taken by the write that issues a document, and not before."""

    def __init__(self, documents: Documents, customers: Customers) -> None:
        self._documents = documents
        self._customers = customers

    def preview_numbers(self, context: Context, **patterns: str | None) -> View:
        """The next number of each kind, by ``patterns`` instead of the merchant's where they are given.

        Raises DomainError ``not_allowed`` to customers, and ``invalid_numbering`` with the ``fields`` that are no
        patterns.
        """
        require_merchant_side(context)
        present = self._customers.numbering(context)
        numberings: dict[str, Numbering] = {}
        problems = {}
        for kind, pattern in patterns.items():
            try:
                numberings[kind] = Numbering(present[kind] if pattern is None else pattern)
            except ValueError:
                problems[kind] = "invalid_numbering"
        if problems:
            raise DomainError("invalid_numbering", fields=problems)
        today = local_date(context.business_now, "UTC")
        return {
            kind: self._documents.next_number(numbering, today).text for kind, numbering in numberings.items()
        }

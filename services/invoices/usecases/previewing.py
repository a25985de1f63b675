"""Invoices as they would be issued today, made as drafts are, and not kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from services.invoices import views
from services.invoices.customers import Customers
from services.invoices.usecases.drafting import lines_of, new_draft
from shared.kernel.context import Context

View = dict[str, Any]
Asked = Mapping[str, Any]

# No document has it, and none is looked for by it.
_NOBODYS = "preview"


class Previewing:
    """Showing an invoice before it is there; customers may ask for their own."""

    def __init__(self, customers: Customers) -> None:
        self._customers = customers

    def preview_invoice(
        self,
        context: Context,
        *,
        bill_group: str,
        lines: Sequence[Asked],
        discounts: Sequence[Asked],
        note: str,
        due_days: int | None,
        currency: str | None,
    ) -> View:
        """What would come of drafting and issuing these lines now.

        Raises NotFound, and DomainError ``amounts_do_not_fit`` and ``no_tax_rule``.
        """
        parties = self._customers.parties(context, bill_group)
        drafted = new_draft(
            _NOBODYS, bill_group, context, parties, lines_of(lines), discounts, note, due_days
        )
        document = replace(drafted, currency=currency or drafted.currency)
        return views.previewed(document, parties, document.drafted_on + timedelta(days=document.due_days))

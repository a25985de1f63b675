"""What payments asks of the invoices service: what is due on an invoice."""

from __future__ import annotations

from typing import Any, Protocol

from services.payments.domain.payable import Payable
from shared.kernel.context import Context


class Invoices(Protocol):
    """Who knows the invoices."""

    def payable(self, context: Context, bill_group: str, invoice: str) -> Payable:
        """The invoice as it stands. Raises NotFound."""
        ...


class InvoicesService:
    """The invoices service, over RPC. ``calls`` is the client of ``shared.messaging``."""

    def __init__(self, calls: Any) -> None:
        self._calls = calls

    def payable(self, context: Context, bill_group: str, invoice: str) -> Payable:
        """Raises DomainError ``service_away`` or ``no_answer``, too."""
        found = self._calls.invoices.get_invoice(context, bill_group=bill_group, invoice=invoice)
        return Payable(
            handle=found["invoice"],
            issued=found["number"] is not None and found["kind"] == "invoice",
            balance=found["due"] - found["overpaid"],
            currency=found["currency"],
            counted=frozenset(payment["transaction"] for payment in found["payments"]),
        )

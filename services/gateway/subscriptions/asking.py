"""Asking for what belongs to one bill group, whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from services.gateway.asking import Pending


class Asks(Protocol):
    """A visit of a customer, or somebody of the staff at their desk: both reach the services only so."""

    def begin(self, service: str, method: str, /, **arguments: Any) -> Pending:
        """Ask without waiting."""
        ...


@dataclass(frozen=True, slots=True)
class OfBillGroup:
    """Asks on behalf of ``asks``, always for the same bill group: what a customer's visit does by itself."""

    asks: Asks
    bill_group: str

    def begin(self, service: str, method: str, /, **arguments: Any) -> Pending:
        """Ask without waiting."""
        return self.asks.begin(service, method, bill_group=self.bill_group, **arguments)

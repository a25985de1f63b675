"""What payments asks of the customers service: whether a bill group is there."""

from __future__ import annotations

from typing import Any, Protocol

from shared.kernel.context import Context

_MOST_REMEMBERED = 10_000


class Customers(Protocol):
    """Who knows the bill groups."""

    def must_know(self, context: Context, bill_group: str) -> None:
        """Raises NotFound for a bill group that there is not."""
        ...


class CustomersService:
    """The customers service, over RPC. ``calls`` is the client of ``shared.messaging``."""

    def __init__(self, calls: Any) -> None:
        self._calls = calls
        self._remembered: dict[str, None] = {}

    def must_know(self, context: Context, bill_group: str) -> None:
        """Raises DomainError ``service_away`` or ``no_answer``, too.

        No bill group is ever removed, so one that was found is not asked for again: an import has many rows of it.
        """
        if bill_group in self._remembered:
            return
        self._calls.customers.get_bill_group(context, bill_group=bill_group)
        if len(self._remembered) >= _MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[bill_group] = None

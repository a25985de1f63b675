"""What auth asks of the customers service."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from services.auth.domain.access import SignIn
from services.auth.domain.challenges import Way
from shared.kernel.context import Context

_KEPT_SECONDS = 1.0
# A customers service that knows of no such choice leaves all ways open.
_UNLESS_CHOSEN = tuple(Way)


class Customers(Protocol):
    """Who knows the merchant's customers."""

    def ways_in(self, context: Context, address: str) -> list[SignIn]:
        """All ways in with this normalised e-mail address: of contacts, and by rule."""
        ...

    def ways_of(self, context: Context, customer: str) -> list[SignIn]:
        """The billing contacts of all bill groups of a customer."""
        ...

    def way_into(self, context: Context, bill_group: str) -> SignIn | None:
        """The billing contact of a bill group; None where there is no such bill group."""
        ...

    def is_discreet(self, context: Context) -> bool:
        """Whether the merchant wants unknown addresses to be answered like known ones."""
        ...

    def ways_offered(self, context: Context) -> frozenset[Way]:
        """The ways in by e-mail that the merchant offers."""
        ...

    def offers(self, context: Context, way: str) -> bool:
        """Whether the merchant offers a way in that needs no e-mail: ``secret_link``, ``password``."""
        ...

    def needs_contract(self, context: Context) -> bool:
        """Whether the portal is closed to those without a contract."""
        ...

    def look_again(self) -> None:
        """The merchant's choice is another one by now: what is known of it is old."""
        ...


class CustomersService:
    """The customers service, over RPC. ``calls`` is the client of ``shared.messaging``."""

    def __init__(self, calls: Any, clock: Callable[[], float] = time.monotonic) -> None:
        self._calls = calls
        self._clock = clock
        self._merchant: dict[str, Any] = {}
        self._merchant_until = 0.0

    def check_bill_group(self, context: Context, bill_group: str) -> None:
        """Raises NotFound where there is none, DomainError ``service_away`` or ``no_answer``."""
        self._calls.customers.get_bill_group(context, bill_group=bill_group)

    def ways_in(self, context: Context, address: str, admitted: Sequence[str] = ()) -> list[SignIn]:
        """All contacts with this address, and the ways into the bill groups that it is ``admitted`` to as a guest.

        Raises DomainError ``service_away`` or ``no_answer``.
        """
        reply = self._calls.customers.find_sign_ins(context, email=address, bill_groups=list(admitted))
        return self._open_ones(context, _sign_ins(reply))

    def ways_of(self, context: Context, customer: str) -> list[SignIn]:
        """The billing contacts of all bill groups of a customer. Raises as ``ways_in`` does."""
        reply = self._calls.customers.find_sign_ins(context, customer=customer)
        return self._open_ones(context, _sign_ins(reply))

    def way_into(self, context: Context, bill_group: str) -> SignIn | None:
        """The billing contact of a bill group; None where there is no such. Raises as ``ways_in`` does."""
        reply = self._calls.customers.find_sign_ins(context, bill_groups=[bill_group])
        found = self._open_ones(context, _sign_ins(reply))
        return found[0] if found else None

    def is_discreet(self, context: Context) -> bool:
        """The merchant's choice, at most a second old. Raises as ``ways_in`` does."""
        return self._settings(context)["sign_in_answer"] == "discreet"

    def ways_offered(self, context: Context) -> frozenset[Way]:
        """The merchant's choice, at most a second old. Raises as ``ways_in`` does."""
        chosen = self._settings(context).get("sign_in_ways", _UNLESS_CHOSEN)
        return frozenset(way for way in Way if way in chosen)

    def offers(self, context: Context, way: str) -> bool:
        """The merchant's choice, at most a second old. Raises as ``ways_in`` does."""
        return way in self._settings(context).get("sign_in_ways", ())

    def needs_contract(self, context: Context) -> bool:
        """The merchant's choice, at most a second old. Raises as ``ways_in`` does."""
        return bool(self._settings(context).get("portal_without_contract", "open") != "open")

    def look_again(self) -> None:
        """Ask for the merchant's choice anew at the next time."""
        self._merchant_until = 0.0

    def _open_ones(self, context: Context, ways: Sequence[SignIn]) -> list[SignIn]:
        """The same ways, off where the merchant closes the portal to those without a contract, and there is none.

        Asked for each address alike, also for one that has no ways at all.
        """
        if not self.needs_contract(context):
            return list(ways)
        bill_groups = sorted({way.bill_group for way in ways})
        reply = self._calls.subscriptions.find_active_contracts(context, bill_groups=bill_groups)
        with_contract = frozenset(reply["bill_groups"])
        return [replace(way, is_on=way.is_on and way.bill_group in with_contract) for way in ways]

    def _settings(self, context: Context) -> dict[str, Any]:
        if self._clock() >= self._merchant_until:
            self._merchant = self._calls.customers.get_merchant(context)
            self._merchant_until = self._clock() + _KEPT_SECONDS
        return self._merchant


def _sign_ins(reply: dict[str, Any]) -> list[SignIn]:
    return [
        SignIn(
            customer=item["customer"],
            customer_created_at=datetime.fromisoformat(item["customer_created_at"]),
            bill_group=item["bill_group"],
            contact_role=item["contact_role"],
            email=item["email"],
            name=item["name"],
            language=item["language"],
            is_on=item["access"] == "on",
            customer_name=item.get("customer_name", ""),
            company=item.get("company", ""),
            currency=item.get("currency", ""),
        )
        for item in reply["items"]
    ]

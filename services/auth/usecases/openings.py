"""Opening the portal from the merchant's own app, whose user is signed in there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from services.auth.customers import Customers
from services.auth.domain import addresses, limits, openings
from services.auth.domain.access import Refusal, SignIn
from services.auth.domain.openings import Opening, check_return_url
from services.auth.repository import Counters, Openings
from services.auth.secrecy import Secrecy
from services.auth.usecases.sessions import SignInDesk
from shared.kernel.access import require_merchant_side
from shared.kernel.clock import Clock
from shared.kernel.context import Context
from shared.kernel.errors import DomainError, NotFound
from shared.kernel.happening import IdempotencyKey
from shared.kernel.ids import new_token

_PURPOSE = "auth portal opening"


class Opener:
    """Makes addresses that open the portal once. ``portal`` is the portal's address."""

    def __init__(
        self,
        openings: Openings,
        counters: Counters,
        customers: Customers,
        desk: SignInDesk,
        secrecy: Secrecy,
        clock: Clock,
        *,
        portal: str,
    ) -> None:
        self._openings = openings
        self._counters = counters
        self._customers = customers
        self._desk = desk
        self._secrecy = secrecy
        self._clock = clock
        self._portal = portal.rstrip("/")

    def open_portal(
        self,
        context: Context,
        *,
        bill_group: str,
        path: str | None,
        return_url: str | None,
        lifetime_seconds: int,
        key: IdempotencyKey,
    ) -> dict[str, Any]:
        """An address for the billing contact of ``bill_group``. It stands in the answer and, sealed, in the one kept.

        Raises NotFound, DomainError ``not_allowed``, ``no_access`` and ``return_url_not_allowed``.
        """
        require_merchant_side(context)
        if return_url:
            check_return_url(return_url)
        entrance = self._entrance(context, bill_group)
        now = self._clock.now()
        token = new_token()
        opening = Opening(
            customer=entrance.customer,
            bill_group=bill_group,
            asked_by=str(context.principal),
            path=path or "",
            return_url=return_url or "",
            created_at=now,
            expires_at=now + timedelta(seconds=lifetime_seconds),
        )
        kept = {"url": self._secrecy.seal(_PURPOSE, token), "expires_at": opening.expires_at}
        # Whoever uses another's idempotency key must not be told the other's address.
        own_key = replace(key, body_hash=f"{key.body_hash} {context.principal}")
        handle = self._secrecy.keyed_hash(_PURPOSE, token)
        answer = self._openings.add(handle, opening, context, result=kept, key=own_key)
        answer["url"] = f"{self._portal}/open/{self._secrecy.unseal(_PURPOSE, answer['url'])}"
        return answer

    def use_opening(self, context: Context, *, token: str) -> dict[str, Any]:
        """Open a session, which uses the address up.

        Raises DomainError ``opening_over``, ``no_access`` and ``too_many_requests``.
        """
        now = self._clock.now()
        network = self._secrecy.network(addresses.network_of(context.address))
        if self._counters.is_full(limits.WRONG_LINKS_PER_NETWORK, network, now):
            raise limits.WRONG_LINKS_PER_NETWORK.reached(now)
        handle = self._secrecy.keyed_hash(_PURPOSE, token)
        opening = self._openings.find(handle, now)
        if opening is None:
            self._counters.take(limits.WRONG_LINKS_PER_NETWORK, network, now)
            raise DomainError("opening_over")
        # Asked before it is used up, so that a service that is away costs nobody their address.
        entrance = self._entrance(context, opening.bill_group)
        if not self._openings.use(handle, now):
            raise DomainError("opening_over")
        opened = self._desk.open_session(
            context, entrance, way=openings.WAY, now=now, return_url=opening.return_url
        )
        return {**opened, "path": opening.path or None}

    def _entrance(self, context: Context, bill_group: str) -> SignIn:
        entrance = self._customers.way_into(context, bill_group)
        if entrance is None:
            raise NotFound
        if not entrance.is_on:
            raise DomainError(Refusal.NO_ACCESS)
        return entrance

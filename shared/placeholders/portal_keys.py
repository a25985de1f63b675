"""What lets a customer into the portal, for the placeholders that stand for it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Protocol

from shared.kernel.context import Context, system
from shared.placeholders.fields import PORTAL_LINK
from shared.placeholders.values import Values


class PortalKeys(Protocol):
    """Who knows them. Raises DomainError ``service_away`` or ``no_answer``."""

    def of(self, customer: str, names: Collection[str], *, make: bool = False) -> Values:
        """The values of those of ``names`` (of ``fields.KEYS``), for nobody but this customer.

        With ``make`` a customer who never had a secret link gets one.
        """
        ...


class AuthService:
    """The auth service, over RPC, asked by ``service``. ``portal`` is the portal's address."""

    def __init__(self, calls: Any, service: str, portal: str) -> None:
        self._calls = calls
        self._context = Context(principal=system(service))
        self._portal = portal.rstrip("/")

    def of(self, customer: str, names: Collection[str], *, make: bool = False) -> Values:
        """As PortalKeys.of. Who has no secret link, or no more, is told the portal's address."""
        known: Values = {}
        if PORTAL_LINK in names:
            known[PORTAL_LINK] = self._link(customer, make) or self._portal
        return known

    def _link(self, customer: str, make: bool) -> str | None:
        link = self._calls.auth.get_secret_link(self._context, customer=customer)
        if link["state"] == "none" and make:
            # The same key: whoever asks at the same moment makes the same link.
            link = self._calls.auth.make_secret_link(
                self._context, customer=customer, key=f"placeholder-{customer}"[:100]
            )
        url: str | None = link["url"]
        return url

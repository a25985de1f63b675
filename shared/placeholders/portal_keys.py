"""What lets a customer into the portal, for the placeholders that stand for it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Protocol

from shared.kernel.context import Context, system
from shared.placeholders.fields import LOGIN, PASSWORD, PORTAL_LINK
from shared.placeholders.values import Values


class PortalKeys(Protocol):
    """Who knows them. Raises DomainError ``service_away`` or ``no_answer``."""

    def of(self, customer: str, email: str, names: Collection[str], *, make: bool = False) -> Values:
        """The values of those of ``names`` (of ``fields.KEYS``), for nobody but this customer.

        ``email`` is the address that the customer signs in with, who has no user name. With ``make`` a customer who
        never had what a text speaks of gets it.
        """
        ...


class AuthService:
    """The auth service, over RPC, asked by ``service``. ``portal`` is the portal's address.

    What the merchant doesn't offer as a way in is neither made nor told: it would open nothing.
    """

    def __init__(self, calls: Any, service: str, portal: str) -> None:
        self._calls = calls
        self._context = Context(principal=system(service))
        self._portal = portal.rstrip("/")

    def of(self, customer: str, email: str, names: Collection[str], *, make: bool = False) -> Values:
        """As PortalKeys.of. Who has no secret link or password, or no more, is told the portal's address."""
        offered = self._calls.customers.get_merchant(self._context)["sign_in_ways"]
        known: Values = {PORTAL_LINK: self._portal, LOGIN: email, PASSWORD: self._portal}
        if PORTAL_LINK in names and "secret_link" in offered:
            known[PORTAL_LINK] = self._link(customer, make) or self._portal
        if {LOGIN, PASSWORD} & set(names) and "password" in offered:
            held = self._credentials(customer, make=make and PASSWORD in names)
            known[LOGIN] = held["user_name"] or email
            known[PASSWORD] = held["password"] or f"{self._portal}{held['reset_path'] or ''}"
        return {name: known[name] for name in names}

    def _link(self, customer: str, make: bool) -> str | None:
        link = self._calls.auth.get_secret_link(self._context, customer=customer)
        if link["state"] == "none" and make:
            link = self._calls.auth.make_secret_link(self._context, customer=customer, key=_key(customer))
        url: str | None = link["url"]
        return url

    def _credentials(self, customer: str, *, make: bool) -> dict[str, Any]:
        auth = self._calls.auth
        if make and auth.get_credentials_state(self._context, customer=customer)["state"] == "none":
            auth.hand_out_credentials(self._context, customer=customer, key=_key(customer))
        held: dict[str, Any] = auth.get_portal_credentials(self._context, customer=customer)
        return held


def _key(customer: str) -> str:
    """The same for all who ask at the same moment: they make one."""
    return f"placeholder-{customer}"[:100]

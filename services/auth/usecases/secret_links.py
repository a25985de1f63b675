"""A customer's secret link: made, shown and revoked by the merchant's side, followed by whoever has it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.auth.customers import Customers
from services.auth.domain import access, addresses, limits, secret_links
from services.auth.domain.access import Refusal
from services.auth.domain.secret_links import SecretLink, State, expiry
from services.auth.domain.sessions import Session
from services.auth.repository import Counters, SecretLinks
from services.auth.secrecy import Secrecy
from services.auth.usecases.sessions import SignInDesk
from services.auth.views import secret_link_view
from shared.kernel.access import require_merchant_side
from shared.kernel.clock import Clock
from shared.kernel.context import Context
from shared.kernel.errors import DomainError, NotFound
from shared.kernel.happening import IdempotencyKey
from shared.kernel.ids import new_token
from shared.storage import Outcome

_PURPOSE = "auth secret link"


class SecretLinkKeeping:
    """All secret links. ``portal`` is the portal's address."""

    def __init__(
        self,
        links: SecretLinks,
        counters: Counters,
        customers: Customers,
        desk: SignInDesk,
        secrecy: Secrecy,
        clock: Clock,
        *,
        portal: str,
    ) -> None:
        self._links = links
        self._counters = counters
        self._customers = customers
        self._desk = desk
        self._secrecy = secrecy
        self._clock = clock
        self._portal = portal.rstrip("/")

    def get_secret_link_state(self, context: Context, *, customer: str) -> dict[str, Any]:
        """How it stands with the link, without the link. Raises DomainError ``not_allowed`` for customers."""
        require_merchant_side(context)
        return secret_link_view(customer, self._links.of(customer), self._clock.now())

    def get_secret_link(self, context: Context, *, customer: str) -> dict[str, Any]:
        """The same with the link itself, while it opens anything."""
        require_merchant_side(context)
        return self._shown(customer, self._links.of(customer))

    def make_secret_link(
        self, context: Context, *, customer: str, lifetime_days: int | None, key: IdempotencyKey
    ) -> dict[str, Any]:
        """A new link in place of any before, whose sessions end. The answer has the one that is good by then.

        Raises NotFound for a customer without a bill group, and DomainError ``not_allowed``.
        """
        require_merchant_side(context)
        ways = self._customers.ways_of(context, customer)
        if not ways:
            raise NotFound
        now = self._clock.now()
        secret = new_token()
        link = SecretLink(
            customer=customer,
            told_in=min(way.bill_group for way in ways),
            secret_hash=self._secrecy.keyed_hash(_PURPOSE, secret),
            sealed=self._secrecy.seal(_PURPOSE, secret),
            made_at=now,
            made_by=str(context.principal),
            expires_at=expiry(lifetime_days, now),
        )
        # The secret is not in the answer that is kept: whoever repeats the request is shown the link as it is then.
        self._links.put(link, context, result=secret_link_view(customer, link, now), key=key)
        self.close_sessions(context, customer)
        return self._shown(customer, self._links.of(customer))

    def revoke_secret_link(self, context: Context, *, customer: str, key: IdempotencyKey) -> dict[str, Any]:
        """Let it open nothing any more, and end the sessions that it opened. Raises NotFound where there is none."""
        require_merchant_side(context)
        now = self._clock.now()

        def revoke(link: SecretLink) -> Outcome[SecretLink]:
            ended, happenings = link.revoked(now)
            return Outcome(ended, happenings, secret_link_view(customer, ended, now))

        answer = self._links.change(customer, context, revoke, key=key)
        self.close_sessions(context, customer)
        return answer

    def open_secret_link(self, context: Context, *, secret: str) -> dict[str, Any]:
        """Open a session for whoever has the link.

        Raises DomainError ``way_not_offered``, ``secret_link_over``, ``no_access`` and ``too_many_requests``.
        """
        now = self._clock.now()
        network = self._secrecy.network(addresses.network_of(context.address))
        if self._counters.is_full(limits.WRONG_LINKS_PER_NETWORK, network, now):
            raise limits.WRONG_LINKS_PER_NETWORK.reached(now)
        if not self._customers.offers(context, secret_links.WAY):
            raise DomainError("way_not_offered")
        link = self._links.with_hash(self._secrecy.keyed_hash(_PURPOSE, secret))
        if link is None:
            self._counters.take(limits.WRONG_LINKS_PER_NETWORK, network, now)
            raise DomainError("secret_link_over")
        link.check_active(now)
        entrance = access.decide(self._customers.ways_of(context, link.customer))
        if isinstance(entrance, Refusal):
            raise DomainError(Refusal.NO_ACCESS)
        opened = self._desk.open_session(context, entrance, way=secret_links.WAY, now=now)
        if not self._links.note_used(link, now):
            # It was replaced or revoked between the look at it and now, and its sessions may have been ended before
            # this one was there.
            self._desk.close_again(context, opened, now)
            raise DomainError("secret_link_over")
        return opened

    def close_sessions(self, context: Context, customer: str) -> None:
        """End the sessions that links of a customer opened which are no longer theirs."""
        link = self._links.of(customer)

        def concerned(session: Session) -> bool:
            is_by_link = session.way == secret_links.WAY
            return is_by_link and (link is None or not link.has_opened(session.began_at))

        self._desk.close_all(context, customer, self._clock.now(), concerned=concerned)

    def _shown(self, customer: str, link: SecretLink | None) -> dict[str, Any]:
        now: datetime = self._clock.now()
        url = None
        if link is not None and link.state(now) is State.ACTIVE:
            url = f"{self._portal}/s/{self._secrecy.unseal(_PURPOSE, link.sealed)}"
        return {**secret_link_view(customer, link, now), "url": url}

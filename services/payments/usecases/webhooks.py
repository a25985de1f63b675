"""Webhooks of payment providers: believed or not, and what follows from them.

A webhook only says where to look. What is so now, the provider is asked: so an old one can't undo what a newer one has
told, whatever their order.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from services.payments.domain.setups import Setup
from services.payments.domain.wallet import Change, Wallet
from services.payments.domain.webhooks import Received, Refused
from services.payments.providers.base import (
    AboutMethod,
    AboutSetup,
    Notice,
    PaymentProvider,
    ProviderMethod,
    WebhookReader,
)
from shared.kernel.clock import Clock
from shared.kernel.context import Context, system
from shared.kernel.errors import DomainError, Kind, NotFound, Stale
from shared.webhooks import WebhookRefused

View = dict[str, Any]
# Others may change a wallet while its provider is asked, but hardly each time.
_TRIES = 10


class Secrets(Protocol):
    """Who knows what providers sign with."""

    def webhook_secret_of(self, provider: str) -> str:
        """The secret of ``provider``; empty where there is none. Raises NotFound for one that does not exist."""
        ...


class Tallies(Protocol):
    """Who counts webhooks."""

    def note_received(self, provider: str, received: Received, *, known: bool) -> None:
        """One was believed; whether it was about something that is ``known`` here."""
        ...

    def note_refused(self, provider: str, refused: Refused) -> None:
        """One was not believed."""
        ...


class FollowedWallets(Protocol):
    """Where wallets are kept that follow what providers tell."""

    def with_version(self, bill_group: str) -> tuple[Wallet, int]:
        """The wallet, and the version that it has now. Raises NotFound where nothing was kept yet."""
        ...

    def follow(
        self,
        context: Context,
        bill_group: str,
        decide: Callable[[Wallet], Change],
        *,
        version: int,
        event_id: str,
    ) -> None:
        """Save what ``decide`` makes of the wallet, once for each ``event_id``.

        Raises Stale when the wallet is not of ``version`` any more.
        """
        ...


class Addings(Protocol):
    """Who brings setups to their end."""

    def told_of(self, context: Context, provider: str, setup: str) -> Setup:
        """The setup at ``provider``, and what came of it. Raises NotFound and provider errors."""
        ...


class WebhookUseCases:
    """Use cases around webhooks. ``clock`` tells the real time, which their age is reckoned by.

    ``readers`` and ``providers`` are those of each provider.
    """

    def __init__(
        self,
        readers: Mapping[str, WebhookReader],
        providers: Mapping[str, PaymentProvider],
        secrets: Secrets,
        addings: Addings,
        wallets: FollowedWallets,
        tallies: Tallies,
        clock: Clock,
    ) -> None:
        self._readers = readers
        self._providers = providers
        self._secrets = secrets
        self._addings = addings
        self._wallets = wallets
        self._tallies = tallies
        self._clock = clock

    def take(self, context: Context, *, provider: str, headers: Mapping[str, str], body: str) -> View:
        """Do what follows from a webhook, once, however often it comes. ``body`` is base64.

        Raises NotFound for a provider that does not exist, ``webhook_refused``, and provider errors: then it is to be
        sent again.
        """
        try:
            notice = self._read(provider, headers, body)
        except WebhookRefused as refused:
            self._tallies.note_refused(provider, Refused(self._clock.now(), refused.reason))
            raise DomainError("webhook_refused", reason=refused.reason) from refused
        # Nobody else is behind it, from wherever it came.
        known = self._follow(replace(context, principal=system(provider)), provider, notice)
        self._tallies.note_received(provider, Received(self._clock.now(), notice.type), known=known)
        return {"known": known}

    def _read(self, provider: str, headers: Mapping[str, str], body: str) -> Notice:
        secret = self._secrets.webhook_secret_of(provider)
        if not secret:
            raise WebhookRefused("no_secret")
        try:
            raw = base64.b64decode(body, validate=True)
        except ValueError:
            raise WebhookRefused("malformed") from None
        return self._readers[provider].read(secret, headers, raw, self._clock.now())

    def _follow(self, context: Context, provider: str, notice: Notice) -> bool:
        """Whether it was about something that is known here."""
        try:
            match notice.about:
                case AboutSetup(reference):
                    self._addings.told_of(context, provider, reference)
                case AboutMethod(reference, token):
                    # What is told of a method may come before word of the setup that it came of.
                    setup = self._addings.told_of(context, provider, reference)
                    return self._follow_method(context, setup.bill_group, provider, token, notice.id)
                case None:
                    return False
        except NotFound:
            return False
        return True

    def _follow_method(
        self, context: Context, bill_group: str, provider: str, token: str, event_id: str
    ) -> bool:
        """What the provider knows after the wallet was looked at is not older than what the wallet has: so it may be
        taken over, unless somebody else has changed the wallet meanwhile."""
        for _ in range(_TRIES):
            wallet, version = self._wallets.with_version(bill_group)
            if wallet.known_as(provider, token) is None:
                return False
            present = self._providers[provider].fetch_method(token)
            try:
                self._take_over(context, bill_group, present, version, event_id)
            except Stale:
                continue
            return True
        raise DomainError("busy", Kind.RETRY)

    def _take_over(
        self, context: Context, bill_group: str, present: ProviderMethod, version: int, event_id: str
    ) -> None:
        def decide(wallet: Wallet) -> Change:
            return wallet.follow(present.instrument, ended=present.ended)

        self._wallets.follow(context, bill_group, decide, version=version, event_id=event_id)

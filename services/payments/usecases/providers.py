"""Setting up payment providers. Their keys go in and are not shown again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from services.payments import views
from services.payments.domain.providers import Contact, Provider, StoredKey, ending_of
from services.payments.domain.webhooks import Tally
from services.payments.providers.base import WebhookReader
from shared.kernel.access import require_merchant_side
from shared.kernel.clock import Clock
from shared.kernel.context import Context
from shared.kernel.errors import DomainError, NotFound
from shared.kernel.happening import Happening, IdempotencyKey
from shared.sealing import NotUnsealable, seal, unseal

log = logging.getLogger(__name__)

View = dict[str, Any]
Change = Callable[[Provider], tuple[Provider, list[Happening]]]


class Providers(Protocol):
    """Where providers are kept."""

    def get(self, handle: str) -> Provider:
        """The provider as it is set up; as it is in the beginning, where nobody has set anything."""
        ...

    def change(
        self,
        context: Context,
        handle: str,
        decide: Change,
        answer: Callable[[Provider], View],
        key: IdempotencyKey,
    ) -> View:
        """Save what ``decide`` makes of it, and answer with ``answer`` of that."""
        ...

    def contact(self, handle: str) -> Contact | None:
        """When it was last asked."""
        ...

    def note_contact(self, handle: str, contact: Contact) -> None:
        """It was asked."""
        ...


class Tallies(Protocol):
    """Who has counted webhooks."""

    def tally(self, provider: str, now: datetime) -> Tally:
        """Those of ``provider``, and how many came in the 24 hours before ``now``."""
        ...


@dataclass(frozen=True, slots=True)
class Available:
    """A provider that there is: the ``key`` and the ``webhook_secret`` that the environment has for it, empty where it
    has none; ``webhook_url``, where it is to send its webhooks; and who reads these."""

    key: str
    webhook_secret: str
    webhook_url: str
    reader: WebhookReader


class ProviderDesk:
    """Use cases around providers. ``available`` are those that there are, by their handles."""

    def __init__(
        self,
        providers: Providers,
        available: Mapping[str, Available],
        tallies: Tallies,
        secret: bytes,
        clock: Clock,
    ) -> None:
        self._providers = providers
        self._available = available
        self._tallies = tallies
        self._secret = secret
        self._clock = clock

    def list_providers(self, context: Context) -> View:
        """All providers: whether they are on, what is known of their keys, and how the last contact went."""
        require_merchant_side(context)
        return {"items": [self._view(self._providers.get(handle)) for handle in self._available]}

    def switch_provider(self, context: Context, *, provider: str, on: bool, key: IdempotencyKey) -> View:
        """Offer it to customers, or no more. Raises NotFound."""
        return self._change(context, provider, lambda found: found.switched(on), key)

    def set_provider_key(
        self, context: Context, *, provider: str, provider_key: str, key: IdempotencyKey
    ) -> View:
        """Ask it with another key. Raises NotFound."""
        require_merchant_side(context)
        self._must_be_there(provider)
        sealed = seal(self._secret, _purpose(provider), provider_key)
        stored = StoredKey(sealed, ending_of(provider_key), self._clock.now())
        return self._change(context, provider, lambda found: found.with_key(stored), key)

    def remove_provider_key(self, context: Context, *, provider: str, key: IdempotencyKey) -> View:
        """Forget the key. Raises NotFound, and DomainError ``no_provider_key``."""
        return self._change(context, provider, Provider.without_key, key)

    def set_webhook_secret(
        self, context: Context, *, provider: str, webhook_secret: str, key: IdempotencyKey
    ) -> View:
        """Believe what is signed with another secret. Raises NotFound, and DomainError ``invalid_webhook_secret``."""
        require_merchant_side(context)
        self._must_be_there(provider)
        if not self._available[provider].reader.is_secret(webhook_secret):
            raise DomainError("invalid_webhook_secret")
        sealed = seal(self._secret, _purpose_of_webhooks(provider), webhook_secret)
        stored = StoredKey(sealed, ending_of(webhook_secret), self._clock.now())
        return self._change(context, provider, lambda found: found.with_webhook_secret(stored), key)

    def remove_webhook_secret(self, context: Context, *, provider: str, key: IdempotencyKey) -> View:
        """Forget the secret. Raises NotFound, and DomainError ``no_webhook_secret``."""
        return self._change(context, provider, Provider.without_webhook_secret, key)

    def offered(self) -> str | None:
        """The provider on whose pages a payment method can be added now, or None."""
        found = (self._providers.get(handle) for handle in self._available)
        return next((each.handle for each in found if each.on and self._key(each)), None)

    def key_of(self, provider: str) -> str:
        """The key to ask ``provider`` with; empty where there is none."""
        return self._key(self._providers.get(provider))

    def webhook_secret_of(self, provider: str) -> str:
        """What its webhooks are signed with; empty where nobody knows. Raises NotFound."""
        self._must_be_there(provider)
        found = self._providers.get(provider)
        if found.webhook_secret is None:
            return self._available[provider].webhook_secret
        return self._unsealed(_purpose_of_webhooks(provider), found.webhook_secret)

    def note_contact(self, provider: str, problem: str) -> None:
        """It was just asked: ``problem`` is the code of the error, empty where it answered."""
        contact = Contact(self._clock.now(), problem)
        if contact.says_more_than(self._providers.contact(provider)):
            self._providers.note_contact(provider, contact)

    def _change(self, context: Context, provider: str, decide: Change, key: IdempotencyKey) -> View:
        require_merchant_side(context)
        self._must_be_there(provider)
        return self._providers.change(context, provider, decide, self._view, key)

    def _must_be_there(self, provider: str) -> None:
        if provider not in self._available:
            raise NotFound

    def _key(self, provider: Provider) -> str:
        if provider.key is None:
            return self._available[provider.handle].key
        return self._unsealed(_purpose(provider.handle), provider.key)

    def _unsealed(self, purpose: str, stored: StoredKey) -> str:
        try:
            return unseal(self._secret, purpose, stored.sealed)
        except NotUnsealable:
            # It was sealed under a secret that is no more: it has to be entered anew.
            log.error("the %s can't be opened", purpose)
            return ""

    def _view(self, provider: Provider) -> View:
        available = self._available[provider.handle]
        tally = self._tallies.tally(provider.handle, self._clock.now())
        return {
            **views.of_provider(
                provider,
                _ending_in_environment(available.key),
                self._providers.contact(provider.handle),
                offered=provider.on and bool(self._key(provider)),
            ),
            "webhooks": views.of_webhooks(
                provider, _ending_in_environment(available.webhook_secret), tally, available.webhook_url
            ),
        }


def _ending_in_environment(secret: str) -> str | None:
    return ending_of(secret) if secret else None


def _purpose(provider: str) -> str:
    return f"key of the payment provider {provider}"


def _purpose_of_webhooks(provider: str) -> str:
    return f"webhook secret of the payment provider {provider}"

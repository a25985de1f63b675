"""Setting up payment providers. Their keys go in and are not shown again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from services.payments import views
from services.payments.domain.providers import Contact, Provider, StoredKey, ending_of
from shared.kernel.access import require_merchant_side
from shared.kernel.clock import Clock
from shared.kernel.context import Context
from shared.kernel.errors import NotFound
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


class ProviderDesk:
    """Use cases around providers. ``keys`` are those of the environment, by provider: the providers that there are."""

    def __init__(self, providers: Providers, keys: Mapping[str, str], secret: bytes, clock: Clock) -> None:
        self._providers = providers
        self._keys = keys
        self._secret = secret
        self._clock = clock

    def list_providers(self, context: Context) -> View:
        """All providers: whether they are on, what is known of their keys, and how the last contact went."""
        require_merchant_side(context)
        return {"items": [self._view(self._providers.get(handle)) for handle in self._keys]}

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

    def offered(self) -> str | None:
        """The provider on whose pages a payment method can be added now, or None."""
        found = (self._providers.get(handle) for handle in self._keys)
        return next((each.handle for each in found if each.on and self._key(each)), None)

    def key_of(self, provider: str) -> str:
        """The key to ask ``provider`` with; empty where there is none."""
        return self._key(self._providers.get(provider))

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
        if provider not in self._keys:
            raise NotFound

    def _key(self, provider: Provider) -> str:
        if provider.key is None:
            return self._keys[provider.handle]
        try:
            return unseal(self._secret, _purpose(provider.handle), provider.key.sealed)
        except NotUnsealable:
            # It was sealed under a secret that is no more: it has to be entered anew.
            log.error("the key of the payment provider %s can't be opened", provider.handle)
            return ""

    def _view(self, provider: Provider) -> View:
        present = self._keys[provider.handle]
        return views.of_provider(
            provider,
            ending_of(present) if present else None,
            self._providers.contact(provider.handle),
            offered=provider.on and bool(self._key(provider)),
        )


def _purpose(provider: str) -> str:
    return f"key of the payment provider {provider}"

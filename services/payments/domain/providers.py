"""Payment providers as the merchant has set them up: on or off, and the key that they are asked with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.kernel.errors import DomainError
from shared.kernel.happening import Happening

# So much of a key may be shown, and only of one that is long enough not to be told by it.
_SHOWN, _LEAST_FOR_SHOWN = 4, 12
_NOTED_AT_LEAST_EVERY = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A secret of a provider: ``sealed`` for who asks the provider, ``ending`` and ``since`` for people."""

    sealed: str
    ending: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Provider:
    """One of the providers that Portico knows: asked with ``key``, its webhooks signed with ``webhook_secret``.

    Where it has none of its own, those of the environment are used.
    """

    handle: str
    on: bool = True
    key: StoredKey | None = None
    webhook_secret: StoredKey | None = None

    def switched(self, on: bool) -> tuple[Provider, list[Happening]]:
        """Whether customers may add payment methods there from now on."""
        if on == self.on:
            return self, []
        return self._told(replace(self, on=on), "on")

    def with_key(self, key: StoredKey) -> tuple[Provider, list[Happening]]:
        """Asked with another key from now on."""
        return self._told(replace(self, key=key), "key")

    def without_key(self) -> tuple[Provider, list[Happening]]:
        """Asked with the key of the environment from now on. Raises DomainError ``no_provider_key``."""
        if self.key is None:
            raise DomainError("no_provider_key")
        return self._told(replace(self, key=None), "key")

    def with_webhook_secret(self, secret: StoredKey) -> tuple[Provider, list[Happening]]:
        """Its webhooks are signed with another secret from now on."""
        return self._told(replace(self, webhook_secret=secret), "webhook_secret")

    def without_webhook_secret(self) -> tuple[Provider, list[Happening]]:
        """The environment's secret holds from now on, if it has one. Raises DomainError ``no_webhook_secret``."""
        if self.webhook_secret is None:
            raise DomainError("no_webhook_secret")
        return self._told(replace(self, webhook_secret=None), "webhook_secret")

    def _told(self, changed: Provider, what: str) -> tuple[Provider, list[Happening]]:
        ending = changed.key.ending if changed.key else ""
        data = {"provider": self.handle, "changed": what, "on": changed.on, "key_ending": ending}
        return changed, [Happening("payment_provider_changed", self.handle, "", data)]


@dataclass(frozen=True, slots=True)
class Contact:
    """When a provider was last asked something, and with what error, a code; empty where it answered."""

    at: datetime
    problem: str = ""

    @property
    def ok(self) -> bool:
        """Whether it answered as it should."""
        return not self.problem

    def says_more_than(self, noted: Contact | None) -> bool:
        """Whether it is worth a write: something else came of it, or the other one is a while ago."""
        if noted is None or noted.problem != self.problem:
            return True
        return self.at - noted.at >= _NOTED_AT_LEAST_EVERY


def ending_of(key: str) -> str:
    """What may be shown of a key, so that people know which one it is."""
    return key[-_SHOWN:] if len(key) >= _LEAST_FOR_SHOWN else ""

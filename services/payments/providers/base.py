"""What the payments service needs of a provider, and the errors that every provider answers with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.payments.domain.instruments import Instrument
from shared.kernel.errors import DomainError, Kind


@dataclass(frozen=True, slots=True)
class Open:
    """The customer has not finished yet."""


@dataclass(frozen=True, slots=True)
class Succeeded:
    """The customer has entered ``instrument``, and the provider will charge it."""

    instrument: Instrument


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The customer turned back."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The provider gave up, for ``reason``, a code."""

    reason: str


@dataclass(frozen=True, slots=True)
class ProviderSetup:
    """A setup as the provider sees it. ``url`` is where the customer enters the card or account."""

    id: str
    url: str
    outcome: Open | Succeeded | Cancelled | Failed


class ProviderAway(DomainError):
    """The provider could not be reached, or does not serve now: nothing was done."""

    def __init__(self) -> None:
        super().__init__("provider_away", Kind.RETRY)


class ProviderNotKnownYet(DomainError):
    """The provider did not answer: it may have done it, or not. Asking again with the same key tells."""

    def __init__(self) -> None:
        super().__init__("provider_not_known_yet", Kind.UNKNOWN)


class ProviderRefused(DomainError):
    """The provider will not do this, however often it is asked. ``reason`` is the provider's code."""

    def __init__(self, reason: str) -> None:
        super().__init__("provider_refused", Kind.REFUSED, reason=reason)


@dataclass(frozen=True, slots=True)
class ProviderMethod:
    """A stored payment method as the provider sees it. What is ``ended`` can't be charged again."""

    instrument: Instrument
    ended: bool


@dataclass(frozen=True, slots=True)
class AboutSetup:
    """Something came of the setup that we call ``reference``."""

    reference: str


@dataclass(frozen=True, slots=True)
class AboutMethod:
    """Something is new about the method ``token``, which came of the setup that we call ``reference``."""

    reference: str
    token: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A webhook that is to be believed. ``id`` is the same each time it comes; ``type`` is the provider's word.

    It only says where to look: what is so now, the provider is asked. ``about`` is None where we know of no such thing.
    """

    id: str
    type: str
    about: AboutSetup | AboutMethod | None


class WebhookReader(Protocol):
    """Tells a provider's webhooks from others."""

    def is_secret(self, text: str) -> bool:
        """Whether ``text`` can be what the provider signs with."""
        ...

    def read(self, secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> Notice:
        """What came ``now``. Raises WebhookRefused for what was not signed with ``secret``, or too long ago."""
        ...


class PaymentProvider(Protocol):
    """A payment provider. All methods raise ProviderAway, ProviderNotKnownYet and ProviderRefused."""

    def create_setup(self, *, reference: str, return_url: str, language: str, key: str) -> ProviderSetup:
        """Open a page on which the customer enters a card or an account.

        ``reference`` is our own name for it. The browser comes back to ``return_url`` as it stands. The same
        ``key`` gives the same setup again.
        """
        ...

    def fetch_setup(self, setup: str) -> ProviderSetup:
        """The setup that has the provider's id ``setup``."""
        ...

    def fetch_method(self, token: str) -> ProviderMethod:
        """The stored method that the provider knows by ``token``."""
        ...

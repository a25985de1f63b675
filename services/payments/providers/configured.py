"""The provider as it is set up at the moment: each call goes out with the present key, and what came of it is noted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from services.payments.providers.base import (
    PaymentProvider,
    ProviderAway,
    ProviderMethod,
    ProviderNotKnownYet,
    ProviderSetup,
)


class Setting(Protocol):
    """Who knows how a provider is set up."""

    def key_of(self, provider: str) -> str:
        """The key to ask it with; empty where there is none."""
        ...

    def note_contact(self, provider: str, problem: str) -> None:
        """It was just asked: ``problem`` is the code of the error, empty where it answered."""
        ...


class ConfiguredProvider:
    """A PaymentProvider. ``make`` gives the client of ``name`` for a key."""

    def __init__(self, name: str, setting: Setting, make: Callable[[str], PaymentProvider]) -> None:
        self._name = name
        self._setting = setting
        self._make = make
        self._made: tuple[str, PaymentProvider] | None = None

    def create_setup(self, *, reference: str, return_url: str, language: str, key: str) -> ProviderSetup:
        with self._asked() as client:
            return client.create_setup(reference=reference, return_url=return_url, language=language, key=key)

    def fetch_setup(self, setup: str) -> ProviderSetup:
        with self._asked() as client:
            return client.fetch_setup(setup)

    def fetch_method(self, token: str) -> ProviderMethod:
        with self._asked() as client:
            return client.fetch_method(token)

    @contextmanager
    def _asked(self) -> Iterator[PaymentProvider]:
        """The client. A refusal is an answer, too: the provider could be reached and knows the key."""
        problem = ""
        try:
            yield self._client()
        except (ProviderAway, ProviderNotKnownYet) as error:
            problem = error.code
            raise
        finally:
            self._setting.note_contact(self._name, problem)

    def _client(self) -> PaymentProvider:
        key = self._setting.key_of(self._name)
        if not key:
            raise ProviderAway
        if self._made is None or self._made[0] != key:
            self._made = (key, self._make(key))
        return self._made[1]

"""What the sandbox does, for its API and its pages alike."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_hex

from services.payments.return_urls import is_under
from services.payments.sandbox.events import event_of
from services.payments.sandbox.model import LIFETIME, Method, Setup
from services.payments.sandbox.repository import SetupStore
from shared.kernel.clock import Clock
from shared.sealing import derive_key

_NEWEST = 20


class ForeignReturnUrl(Exception):
    """The address to come back to is not under the merchant's own."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The provider at ``url``. ``key`` is the merchant's, ``merchant_url`` the portal's address.

    ``tell`` is called when there is an event to be told to the merchant; None where nobody wants to hear of them.
    """

    store: SetupStore
    clock: Clock
    key: bytes
    url: str
    merchant_url: str
    tell: Callable[[], None] | None = None

    def create(self, *, reference: str, return_url: str, language: str, key: str) -> Setup:
        """A setup for the merchant; the same ``key`` gives the same one again.

        Raises ForeignReturnUrl and KeyUsedForSomethingElse.
        """
        if not is_under(self.merchant_url, return_url):
            raise ForeignReturnUrl
        body = "\n".join((reference, return_url, language))
        setup = Setup(f"ss_{token_hex(12)}", reference, return_url, language, self.clock.now())
        due_at = setup.created_at + LIFETIME if self.tell else None
        return self.store.add(setup, key, hashlib.sha256(body.encode()).hexdigest(), due_at)

    def find(self, setup_id: str) -> Setup | None:
        """The setup as it is now, or None."""
        setup = self.store.get(setup_id)
        return setup.at(self.clock.now()) if setup else None

    def find_for_customer(self, setup_id: str, secret: str) -> Setup | None:
        """The setup as it is now for somebody who knows its secret, or None."""
        if not hmac.compare_digest(secret.encode(), self.secret_of(setup_id).encode()):
            return None
        return self.find(setup_id)

    def step(self, setup: Setup, step: Callable[[Setup], Setup]) -> Setup:
        """The setup after ``step``; as it is now when another request was quicker."""
        after = step(setup)
        event = event_of(setup, after, self.clock.now()) if self.tell else None
        if after == setup or self.store.save(setup, after, event):
            if self.tell and event:
                self.tell()
            return after
        return self.store.get(setup.id) or after

    def method(self, method_id: str) -> Method | None:
        """A stored method, or None; one that was never confirmed is none."""
        setup = self.store.of_method(method_id)
        return setup.method if setup else None

    def newest_methods(self) -> list[Method]:
        """The methods that were stored last: those that a tester means."""
        return self.store.newest_methods(_NEWEST)

    def renew(self, method_id: str, year: int, month: int, last4: str | None) -> Method | None:
        """The issuer of a stored card gives out another in its place; with ``last4``, one that has another number.

        None where there is no such method. Raises NotPossible.
        """

        def step(setup: Setup) -> Setup:
            card = setup.method
            if card is None or last4 in (None, card.last4):
                return setup.renewed(
                    year, month, card.last4 if card else "", card.fingerprint if card else ""
                )
            return setup.renewed(year, month, last4 or "", self.fingerprint_of(f"{card.id} {last4}"))

        return self._change_method(method_id, step)

    def revoke(self, method_id: str) -> Method | None:
        """A stored card is closed, or a mandate revoked. None where there is no such method. Raises NotPossible."""
        return self._change_method(method_id, Setup.revoked)

    def _change_method(self, method_id: str, step: Callable[[Setup], Setup]) -> Method | None:
        setup = self.store.of_method(method_id)
        return self.step(setup, step).method if setup else None

    def page_of(self, setup: Setup) -> str:
        """The address of the page where the customer enters a card or an account."""
        return f"{self.url}/setup/{setup.id}/{self.secret_of(setup.id)}?lang={setup.language}"

    def fingerprint_of(self, number: str) -> str:
        """What is the same for the same number, for this merchant alone, and tells nothing else of it."""
        print_key = derive_key(self.key, "sandbox fingerprint")
        return hmac.new(print_key, number.encode(), hashlib.sha256).hexdigest()[:32]

    def secret_of(self, setup_id: str) -> str:
        """What nobody can guess of a page's address. It is reckoned from the key, and so stored nowhere."""
        page_key = derive_key(self.key, "sandbox setup page")
        return hmac.new(page_key, setup_id.encode(), hashlib.sha256).hexdigest()

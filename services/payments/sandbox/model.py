"""Setups and methods of the sandbox: pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.payments.sandbox.test_numbers import Behaviour

LIFETIME = timedelta(minutes=30)
ATTEMPTS = 5


class State(StrEnum):
    """How far a setup got. ``challenged``: the bank asks whether it is really the card's owner."""

    OPEN = "open"
    CHALLENGED = "challenged"
    SUCCEEDED = "succeeded"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Method:
    """What is kept of a card or an account. ``mandate`` is the reference of a direct debit mandate, and
    ``mandate_text`` what was signed. ``fingerprint`` is the same for the same number, and tells nothing else of it.
    ``revoked`` is why it can't be charged any more, a code."""

    id: str
    kind: str
    brand: str
    last4: str
    created_at: datetime
    expiry_year: int | None = None
    expiry_month: int | None = None
    mandate: str | None = None
    mandate_text: str = ""
    fingerprint: str = ""
    revoked: str | None = None


class NotPossible(Exception):
    """Nothing of the kind can happen to this method (any more)."""


@dataclass(frozen=True, slots=True)
class Setup:
    """One attempt to have a card or account stored; ``refusal`` is why the last number was not taken."""

    id: str
    reference: str
    return_url: str
    language: str
    created_at: datetime
    state: State = State.OPEN
    attempts: int = 0
    method: Method | None = None
    refusal: str | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more can be entered."""
        return self.state in (State.SUCCEEDED, State.CANCELLED, State.FAILED)

    @property
    def mandate_reference(self) -> str:
        """The reference of the mandate that would be signed here: at most 35 characters (ISO 20022)."""
        return f"SANDBOX-{self.id.removeprefix('ss_').upper()}"

    def at(self, now: datetime) -> Setup:
        """The setup as it is at ``now``: it fails when nothing was entered in time."""
        if self.ended or now < self.created_at + LIFETIME:
            return self
        return replace(self, state=State.FAILED, method=None, refusal="expired")

    def entered(self, method: Method, behaviour: Behaviour) -> Setup:
        """``method`` was entered, and the bank's answer is ``behaviour``."""
        if self.state is not State.OPEN:
            return self
        match behaviour:
            case Behaviour.ACCEPTED:
                return replace(self, state=State.SUCCEEDED, method=method, refusal=None)
            case Behaviour.CHALLENGED:
                return replace(self, state=State.CHALLENGED, method=method, refusal=None)
            case _:
                return self._refused(behaviour.value)

    def challenge_answered(self, confirmed: bool) -> Setup:
        """The card's owner has confirmed, or has not."""
        if self.state is not State.CHALLENGED:
            return self
        return replace(self, state=State.SUCCEEDED) if confirmed else self._refused("authentication_failed")

    def cancelled(self) -> Setup:
        """The customer turned back."""
        return self if self.ended else replace(self, state=State.CANCELLED, method=None, refusal=None)

    def renewed(self, expiry_year: int, expiry_month: int, last4: str, fingerprint: str) -> Setup:
        """The card's issuer has given out another one in its place. Raises NotPossible."""
        method = self._stored
        if method.kind != "card":
            raise NotPossible
        card = replace(
            method, expiry_year=expiry_year, expiry_month=expiry_month, last4=last4, fingerprint=fingerprint
        )
        return replace(self, method=card)

    def revoked(self) -> Setup:
        """The card was closed, or the mandate revoked. Raises NotPossible."""
        reason = "card_closed" if self._stored.kind == "card" else "mandate_revoked"
        return replace(self, method=replace(self._stored, revoked=reason))

    @property
    def _stored(self) -> Method:
        if self.state is not State.SUCCEEDED or self.method is None or self.method.revoked:
            raise NotPossible
        return self.method

    def _refused(self, reason: str) -> Setup:
        attempts = self.attempts + 1
        state = State.FAILED if attempts >= ATTEMPTS else State.OPEN
        return replace(self, state=state, attempts=attempts, method=None, refusal=reason)

"""Cards and accounts, as far as they may be known here: never by their numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

# A card is "about to expire" in its last month and in the one before.
_SOON_MONTHS = 1


class InstrumentKind(StrEnum):
    """What is charged, or what money came or went by without a provider."""

    CARD = "card"
    SEPA_DEBIT = "sepa_debit"
    TRANSFER = "transfer"
    CASH = "cash"
    OTHER = "other"


class ExpiryState(StrEnum):
    """Whether a card can still be charged. What does not expire is always ``ok``."""

    OK = "ok"
    SOON = "soon"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Expiry:
    """The last month in which a card is valid, as it is printed on it."""

    year: int
    month: int

    def state(self, now: datetime) -> ExpiryState:
        """The state at ``now``: a card is valid until the end of its last month, reckoned in UTC."""
        months_left = (self.year - now.year) * 12 + self.month - now.month
        if months_left < 0:
            return ExpiryState.EXPIRED
        return ExpiryState.SOON if months_left <= _SOON_MONTHS else ExpiryState.OK


@dataclass(frozen=True, slots=True)
class Mandate:
    """The payer's consent to SEPA direct debits (SEPA Core Rulebook): its unique reference, when it was given, and
    its wording, where that is known."""

    reference: str
    signed_at: datetime
    text: str = ""


@dataclass(frozen=True, slots=True)
class Instrument:
    """What can be charged. ``provider`` knows it by ``token``; ``brand`` of an account is its country.

    What no provider knows has neither ``brand`` nor ``last4``. ``fingerprint`` is the same for the same card or
    account, however often it is entered; it is empty where the provider tells none.
    """

    kind: InstrumentKind
    brand: str
    last4: str
    expiry: Expiry | None = None
    mandate: Mandate | None = None
    provider: str = ""
    token: str = ""
    fingerprint: str = ""

    def expiry_state(self, now: datetime) -> ExpiryState:
        """Whether it can still be charged at ``now``."""
        return self.expiry.state(now) if self.expiry else ExpiryState.OK

    def same_as(self, other: Instrument) -> bool:
        """Whether both are known to be the same card or account."""
        return self.fingerprint != "" and self.fingerprint == other.fingerprint

    def shown(self) -> dict[str, str]:
        """What events and views tell of it."""
        return {"kind": self.kind.value, "brand": self.brand, "last4": self.last4}

    def told(self) -> dict[str, Any]:
        """What events about the card or account itself tell of it."""
        expiry = {"month": self.expiry.month, "year": self.expiry.year} if self.expiry else None
        return {**self.shown(), "expiry": expiry}

"""What the sandbox tells the merchant of, by webhooks: pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from services.payments.sandbox.model import Setup


@dataclass(frozen=True, slots=True)
class Event:
    """Something that has happened to the setup or method ``subject``; ``reference`` is the merchant's name of the
    setup, that the method came of."""

    id: str
    type: str
    at: datetime
    subject: str
    reference: str


def event_of(before: Setup, after: Setup, now: datetime) -> Event | None:
    """What is told of a setup that has become ``after``: its end, or what became of its method; else None."""
    if after.ended and not before.ended:
        return _event(f"setup.{after.state.value}", after.id, after, now)
    if before.ended and after.method and after.method != before.method:
        what = "revoked" if after.method.revoked else "updated"
        return _event(f"method.{what}", after.method.id, after, now)
    return None


def _event(type_: str, subject: str, setup: Setup, now: datetime) -> Event:
    return Event(f"evt_{token_hex(12)}", type_, now, subject, setup.reference)

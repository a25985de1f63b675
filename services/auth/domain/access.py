"""The access decision: which bill group an address's owner enters, if any."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

BILLING = "billing"


@dataclass(frozen=True, slots=True)
class SignIn:
    """One way in: a contact of a bill group. ``is_on``: customer and bill group are both switched on.

    ``email`` is the contact's own address: a code goes there, not to what was typed.
    """

    customer: str
    customer_created_at: datetime
    bill_group: str
    contact_role: str
    email: str
    name: str
    language: str
    is_on: bool


class Refusal(StrEnum):
    """Why somebody may not enter. The values are error codes."""

    UNKNOWN_ADDRESS = "unknown_address"
    NO_ACCESS = "no_access"


def decide(ways: Iterable[SignIn]) -> SignIn | Refusal:
    """The way that is taken, of all that an address has.

    Only ways that are switched on count. Of those, the customer created last wins; within a customer its
    billing contacts come before its shipping contacts, and then bill groups go by their handles.
    """
    known = list(ways)
    if not known:
        return Refusal.UNKNOWN_ADDRESS
    entrances = [way for way in known if way.is_on]
    if not entrances:
        return Refusal.NO_ACCESS
    newest = max(way.customer_created_at for way in entrances)
    candidates = [way for way in entrances if way.customer_created_at == newest]
    return min(candidates, key=lambda way: (way.customer, way.contact_role != BILLING, way.bill_group))

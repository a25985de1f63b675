"""The access decision: which bill group an address's owner enters, if any."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from shared.contracts.contact_roles import CONTACT_ROLES, GUEST

# Settings of the merchant's by which anybody may be let in or shut out.
ABOUT_ALL = frozenset({"default_access", "access_of_all", "portal_without_contract"})
# Who of a customer comes first.
_RANKS = (*CONTACT_ROLES, GUEST)


@dataclass(frozen=True, slots=True)
class SignIn:
    """One way in: a contact of a bill group, or a guest whom a rule admits.

    ``is_on``: customer and bill group are both switched on. ``email`` is the contact's own address: a code goes
    there, not to what was typed. ``may_switch``: there are ways into other bill groups, too.
    """

    customer: str
    customer_created_at: datetime
    bill_group: str
    contact_role: str
    email: str
    name: str
    language: str
    is_on: bool
    may_switch: bool = field(default=False, compare=False)
    customer_name: str = ""
    company: str = ""
    currency: str = ""

    @property
    def account(self) -> str:
        """What people call this bill group: whose it is and, where that says more, the company that is billed."""
        if not self.company or self.company == self.customer_name:
            return self.customer_name
        return f"{self.customer_name} – {self.company}"

    @property
    def is_guest(self) -> bool:
        """Whether a rule admits them: they are nobody's contact."""
        return self.contact_role == GUEST


class Refusal(StrEnum):
    """Why somebody may not enter. The values are error codes."""

    UNKNOWN_ADDRESS = "unknown_address"
    NO_ACCESS = "no_access"


def decide(ways: Iterable[SignIn], within: str = "") -> SignIn | Refusal:
    """The way that is taken, of all that an address has: into bill group ``within`` alone, where one is named.

    Only ways that are switched on count. Of those, the customer created last wins; within a customer its billing
    contacts come before its shipping contacts, and these before guests, and then bill groups go by their handles.
    """
    known = list(ways)
    wanted = [way for way in known if within in ("", way.bill_group)]
    if not wanted:
        return Refusal.UNKNOWN_ADDRESS
    entrances = [way for way in wanted if way.is_on]
    if not entrances:
        return Refusal.NO_ACCESS
    newest = max(way.customer_created_at for way in entrances)
    candidates = [way for way in entrances if way.customer_created_at == newest]
    return replace(min(candidates, key=_in_order), may_switch=len(open_ones(known)) > 1)


def open_ones(ways: Iterable[SignIn]) -> list[SignIn]:
    """One way into each bill group that is switched on, in the order in which people look for them."""
    best: dict[str, SignIn] = {}
    for way in sorted((way for way in ways if way.is_on), key=_in_order):
        best.setdefault(way.bill_group, way)
    return sorted(best.values(), key=lambda way: (way.account.casefold(), way.bill_group))


def _in_order(way: SignIn) -> tuple[str, int, str]:
    return way.customer, _RANKS.index(way.contact_role), way.bill_group

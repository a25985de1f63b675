"""All ways into the portal that somebody has: as a contact, as the customers service knows them, or by rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from services.auth.customers import Customers
from services.auth.domain.access import SignIn
from services.auth.domain.challenges import Way
from services.auth.repository import RuleBook
from shared.kernel.context import Context


class Register(Customers, Protocol):
    """Who knows the merchant's customers, but not the rules."""

    def ways_in(self, context: Context, address: str, admitted: Sequence[str] = ()) -> list[SignIn]:
        """All contacts with this address, and the ways into the bill groups that it is ``admitted`` to."""
        ...


class Entrances:
    """The register and the rules together. Of each address the same things are asked, whoever is behind it."""

    def __init__(self, register: Register, book: RuleBook) -> None:
        self._register = register
        self._book = book

    def ways_in(self, context: Context, address: str) -> list[SignIn]:
        """All ways in with this normalised address. Raises DomainError ``service_away`` or ``no_answer``."""
        admitted = self._book.admitting(address)
        return [
            replace(way, email=admitted[way.bill_group]) if way.is_guest else way
            for way in self._register.ways_in(context, address, sorted(admitted))
        ]

    def ways_of(self, context: Context, customer: str) -> list[SignIn]:
        """As the register."""
        return self._register.ways_of(context, customer)

    def way_into(self, context: Context, bill_group: str) -> SignIn | None:
        """As the register."""
        return self._register.way_into(context, bill_group)

    def is_discreet(self, context: Context) -> bool:
        """As the register."""
        return self._register.is_discreet(context)

    def ways_offered(self, context: Context) -> frozenset[Way]:
        """As the register."""
        return self._register.ways_offered(context)

    def offers(self, context: Context, way: str) -> bool:
        """As the register."""
        return self._register.offers(context, way)

    def needs_contract(self, context: Context) -> bool:
        """As the register."""
        return self._register.needs_contract(context)

    def look_again(self) -> None:
        """As the register."""
        self._register.look_again()

"""What notifications asks of the customers service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from services.notifications.letters.writing import Sender
from shared.kernel.context import Context
from shared.placeholders import values
from shared.placeholders.values import Values


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a letter. ``language`` is an IETF tag, ``unwanted`` are the kinds of letters that they don't want.

    ``customer`` and ``client`` (what placeholders tell of them) are known of billing contacts.
    """

    name: str
    email: str
    language: str
    unwanted: frozenset[str] = frozenset()
    customer: str = ""
    client: Values = field(default_factory=dict)


class Customers(Protocol):
    """Who knows the merchant and their customers. Raises DomainError ``service_away`` or ``no_answer``."""

    def sender(self, context: Context) -> Sender:
        """The merchant, as the sender of letters."""
        ...

    def billing_contact(self, context: Context, bill_group: str) -> Reader:
        """Who reads what is sent to a bill group. Raises NotFound."""
        ...

    def own_texts(self, context: Context, kinds: Sequence[str]) -> Mapping[tuple[str, str], str]:
        """What the merchant wrote of these kinds, by kind and language."""
        ...


class CustomersService:
    """The customers service, over RPC. ``calls`` is the client of ``shared.messaging``."""

    def __init__(self, calls: Any, *, portal: str) -> None:
        self._calls = calls
        self._portal = portal.rstrip("/")

    def sender(self, context: Context) -> Sender:
        """The merchant, as the sender of letters."""
        merchant = self._calls.customers.get_merchant(context)
        company = merchant["company"]
        address = company["address"]
        place = f"{address['postal_code']} {address['city']}".strip()
        return Sender(
            name=company["name"] or company["legal_name"] or "Portico",
            email=company["email"],
            accent=merchant["accent"],
            portal=self._portal,
            address=", ".join(part for part in (address["line1"], address["line2"], place) if part),
            logo=merchant.get("logo"),
            legal_name=company["legal_name"],
            phone=company["phone"],
            website=company["website"],
            language=merchant["default_language"],
        )

    def billing_contact(self, context: Context, bill_group: str) -> Reader:
        """Who reads what is sent to a bill group. Raises NotFound."""
        group = self._calls.customers.get_bill_group(context, bill_group=bill_group)
        contact = group["contacts"]["billing"]
        # A customers service of before knows of no preferences.
        wishes = group.get("preferences", {}).get("billing", {})
        language = wishes.get("language") or group["language"]
        unwanted = frozenset(kind for kind, wanted in wishes.get("emails", {}).items() if not wanted)
        return Reader(
            contact["name"],
            contact["email"],
            language,
            unwanted,
            customer=group["customer"],
            client=values.of_client(group),
        )

    def own_texts(self, context: Context, kinds: Sequence[str]) -> Mapping[tuple[str, str], str]:
        """What the merchant wrote of these kinds, by kind and language."""
        texts = self._calls.customers.get_texts(context, kinds=kinds)["items"]
        return {(text["kind"], text["language"]): text["text"] for text in texts}

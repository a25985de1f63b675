"""What invoices asks of the customers service: who sells, and who buys."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from services.invoices.domain.own_texts import Written
from services.invoices.domain.parties import Address, Bank, Buyer, Logo, Parties, Recipient, Seller
from shared.kernel.context import Context
from shared.kernel.errors import NotFound
from shared.kernel.numbering import PATTERNS
from shared.merchant import MerchantSettings
from shared.placeholders.kinds import around_lines

Fields = dict[str, Any]

_OWN_TEXTS = [*around_lines("invoice"), *around_lines("credit_note")]


class Customers(Protocol):
    """Who knows the merchant and its customers."""

    def parties(self, context: Context, bill_group: str) -> Parties:
        """The merchant and the bill group as they are now. Raises NotFound."""
        ...

    def own_texts(self, context: Context) -> Written:
        """What the merchant wrote for documents."""
        ...

    def logo(self, context: Context, version: str) -> str | None:
        """A logo's picture for paper, a PNG as base64; None for one that nobody knows."""
        ...

    def kinds_shown(self, context: Context) -> frozenset[str]:
        """The kinds of documents that customers see."""
        ...

    def numbering(self, context: Context) -> Mapping[str, str]:
        """The pattern by which each kind of document is numbered now."""
        ...


class CustomersService:
    """The customers service, over RPC. ``calls`` is the client of ``shared.messaging``."""

    def __init__(self, calls: Any, clock: Callable[[], float] = time.monotonic) -> None:
        self._calls = calls
        self._merchant = MerchantSettings(calls, clock)

    def kinds_shown(self, context: Context) -> frozenset[str]:
        """At most a second old. Raises DomainError ``service_away`` or ``no_answer``."""
        # A customers service of before shows all kinds.
        return frozenset(self._merchant.get(context).get("document_kinds", PATTERNS))

    def numbering(self, context: Context) -> Mapping[str, str]:
        """As it is at this moment. Raises as ``kinds_shown`` does."""
        return _numbering(self._calls.customers.get_merchant(context))

    def parties(self, context: Context, bill_group: str) -> Parties:
        """Both are asked for at once. Raises DomainError ``service_away`` or ``no_answer``, too."""
        asked = self._calls.customers.get_bill_group.begin(context, bill_group=bill_group)
        merchant = self._calls.customers.get_merchant(context)
        group = asked.result()
        shipping = group["contacts"]["shipping"]
        return Parties(
            seller=seller_from(_seller(merchant)),
            buyer=buyer_from({**group["contacts"]["billing"], **_kept_of(group)}),
            shipping=recipient_from(shipping) if shipping else None,
            currency=group["currency"],
            language=group["language"],
            time_zone=group["time_zone"],
            po_number=group["po_number"],
            numbering=_numbering(merchant),
            payment_days=merchant.get("payment_days", 14),
        )

    def own_texts(self, context: Context) -> Written:
        """As Customers.own_texts. Raises DomainError ``service_away`` or ``no_answer``."""
        texts = self._calls.customers.get_texts(context, kinds=_OWN_TEXTS)["items"]
        return {(text["kind"], text["language"]): text["text"] for text in texts}

    def logo(self, context: Context, version: str) -> str | None:
        """As Customers.logo. Raises DomainError ``service_away`` or ``no_answer``."""
        try:
            image: str = self._calls.customers.get_logo(context, version=version, form="document")["image"]
        except NotFound:
            return None
        return image


def seller_from(given: Fields) -> Seller:
    """A seller from the fields of a contract."""
    bank, logo = given.get("bank"), given.get("logo")
    return Seller(
        **_texts(given, *_COMPANY),
        address=Address(**given["address"]),
        bank=Bank(**bank) if bank and bank["iban"] else None,
        logo=Logo(**logo) if logo else None,
    )


def buyer_from(given: Fields) -> Buyer:
    """A buyer from the fields of a contract."""
    return Buyer(
        **_texts(given, *_PERSON),
        customer=given.get("customer"),
        address=Address(**given["address"]),
    )


def recipient_from(given: Fields) -> Recipient:
    """A recipient of goods from the fields of a contract."""
    return Recipient(**_texts(given, "name", "company"), address=Address(**given["address"]))


_NUMBERS = ("vat_number", "registration_number")
_COMPANY = ("name", "legal_name", "email", "phone", "website", "accent", *_NUMBERS)
_PERSON = ("name", "company", "email", "phone", *_NUMBERS)


def _texts(given: Fields, *names: str) -> dict[str, str]:
    return {name: given.get(name, "") for name in names}


def _seller(merchant: Fields) -> Fields:
    bank = merchant["company"]["bank"] if merchant.get("pay_by_transfer", True) else None
    return {**merchant["company"], "accent": merchant["accent"], "logo": merchant["logo"], "bank": bank}


def _numbering(merchant: Fields) -> Mapping[str, str]:
    # A customers service of before knows of no patterns.
    return {**PATTERNS, **merchant.get("numbering", {})}


def _kept_of(group: Fields) -> Fields:
    return {name: group[name] for name in ("customer", *_NUMBERS)}

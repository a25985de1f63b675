"""The merchant: the company that sells, and its settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self
from urllib.parse import urlsplit

from services.customers.domain.contacts import Address, Problems
from services.customers.domain.logo import Logo
from services.customers.domain.numbers import checked_bic, checked_iban, checked_vat_number
from services.customers.domain.texts import checked_email, tidy
from shared.kernel.errors import DomainError
from shared.kernel.happening import Happening

HANDLE = "merchant"
SIGN_IN_WAYS = ("code", "link", "secret_link", "password")
SIGN_IN_WAYS_AT_FIRST = ("code", "link")


@dataclass(frozen=True, slots=True)
class Bank:
    """The merchant's account, for payments by transfer."""

    iban: str = ""
    bic: str = ""
    bank_name: str = ""


@dataclass(frozen=True, slots=True)
class Company:
    """The seller on every document."""

    name: str = ""
    legal_name: str = ""
    address: Address = field(default_factory=Address)
    email: str = ""
    phone: str = ""
    website: str = ""
    vat_number: str = ""
    registration_number: str = ""
    bank: Bank = field(default_factory=Bank)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """The company in ``values``, its texts tidied."""
        texts = {name: tidy(text) for name, text in values.items() if name not in ("address", "bank")}
        bank = {name: tidy(text) for name, text in values["bank"].items()}
        return cls(**texts, address=Address.of(values["address"]), bank=Bank(**bank))


@dataclass(frozen=True, slots=True)
class Merchant:
    """The company and the settings of its portal, with what holds before anybody has set them.

    ``sign_in_answer`` is ``plain`` (an unknown address is told so) or ``discreet`` (every address gets the
    same answer). ``sign_in_ways`` are those of SIGN_IN_WAYS that are offered, at least one. ``default_access``,
    ``on`` or ``off``, holds where a customer's own switch says ``default``. The logo is set by itself.
    """

    company: Company = field(default_factory=Company)
    accent: str = "#1f5f8b"
    sign_in_answer: str = "plain"
    sign_in_ways: tuple[str, ...] = SIGN_IN_WAYS_AT_FIRST
    default_access: str = "on"
    customers_edit: bool = True
    customers_pause: bool = True
    customers_cancel: bool = True
    customers_auto_pay: bool = True
    default_language: str = "en"
    terms_url: str = ""
    privacy_url: str = ""
    logo: Logo | None = None


def set_merchant(old: Merchant, new: Merchant) -> tuple[Merchant, list[Happening]]:
    """Put ``new`` in place of ``old``, whose logo stays. Raises DomainError ``invalid_merchant``."""
    return _told(old, replace(_checked(new), logo=old.logo))


def set_logo(old: Merchant, logo: Logo | None) -> tuple[Merchant, list[Happening]]:
    """Give the merchant another logo, or take it away."""
    return _told(old, replace(old, logo=logo))


def _told(old: Merchant, new: Merchant) -> tuple[Merchant, list[Happening]]:
    changed = [each.name for each in fields(old) if getattr(old, each.name) != getattr(new, each.name)]
    if not changed:
        return new, []
    return new, [Happening("merchant_changed", HANDLE, "", {"fields_changed": changed})]


def _checked(merchant: Merchant) -> Merchant:
    company = merchant.company
    problems: Problems = {}

    def check(path: str, code: str, checked: Callable[[str], str], text: str) -> str:
        try:
            return checked(text) if text else ""
        except ValueError:
            problems[path] = code
            return text

    if not company.name:
        problems["company.name"] = "required"
    if not company.address.country:
        problems["company.address.country"] = "required"
    bank = replace(
        company.bank,
        iban=check("company.bank.iban", "invalid_iban", checked_iban, company.bank.iban),
        bic=check("company.bank.bic", "invalid_bic", checked_bic, company.bank.bic),
    )
    company = replace(
        company,
        bank=bank,
        email=check("company.email", "invalid_email", checked_email, company.email),
        website=check("company.website", "invalid_url", _checked_url, company.website),
        vat_number=check(
            "company.vat_number",
            "invalid_vat_number",
            lambda text: checked_vat_number(text, company.address.country),
            company.vat_number,
        ),
    )
    if not merchant.sign_in_ways:
        problems["sign_in_ways"] = "required"
    terms_url = check("terms_url", "invalid_url", _checked_url, tidy(merchant.terms_url))
    privacy_url = check("privacy_url", "invalid_url", _checked_url, tidy(merchant.privacy_url))
    if problems:
        raise DomainError("invalid_merchant", fields=problems)
    ways = tuple(way for way in SIGN_IN_WAYS if way in merchant.sign_in_ways)
    return replace(merchant, company=company, sign_in_ways=ways, terms_url=terms_url, privacy_url=privacy_url)


def _checked_url(text: str) -> str:
    """A web address that may stand in a link: anything but http and https is refused with ValueError."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(text)
    return text

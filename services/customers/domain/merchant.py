"""The merchant: the company that sells, and its settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from services.customers.domain.contacts import Address
from services.customers.domain.default_access import DefaultAccess
from services.customers.domain.logo import Logo
from services.customers.domain.texts import tidy
from shared.kernel.numbering import PATTERNS

HANDLE = "merchant"
SIGN_IN_WAYS = ("code", "link", "secret_link", "password")
SIGN_IN_WAYS_AT_FIRST = ("code", "link")
DOCUMENT_KINDS = tuple(PATTERNS)


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
    ``on`` or ``off``, is what new customers enter under whose own switch says ``default``; ``settled_access`` (where
    anything was) and ``default_epoch`` say what holds for older ones. ``portal_without_contract`` is ``open`` or
    ``closed``. ``customers_…`` is what customers may do themselves, ``document_kinds`` which documents they see.
    ``headlines`` are by language, ``numbering`` by the kind of document. ``frame_origins`` are whose pages may frame
    the portal. The logo is set by itself.

    ``changed_at`` has, for each group of settings, the version of the merchant that changed it last.
    """

    company: Company = field(default_factory=Company)
    accent: str = "#1f5f8b"
    sign_in_answer: str = "plain"
    sign_in_ways: tuple[str, ...] = SIGN_IN_WAYS_AT_FIRST
    default_access: str = "on"
    customers_edit: bool = True
    customers_pause: bool = True
    customers_resume: bool = True
    customers_cancel: bool = True
    customers_add_methods: bool = True
    customers_remove_methods: bool = True
    customers_auto_pay: bool = True
    document_kinds: tuple[str, ...] = DOCUMENT_KINDS
    headlines: Mapping[str, str] = field(default_factory=dict)
    default_language: str = "en"
    terms_url: str = ""
    privacy_url: str = ""
    frame_origins: tuple[str, ...] = ()
    numbering: Mapping[str, str] = field(default_factory=lambda: dict(PATTERNS))
    payment_days: int = 14
    pay_by_transfer: bool = True
    logo: Logo | None = None
    changed_at: Mapping[str, int] = field(default_factory=dict)
    settled_access: str = ""
    default_epoch: int = 0
    portal_without_contract: str = "open"

    @property
    def defaults(self) -> DefaultAccess:
        """What holds for customers who follow the default."""
        settled = self.settled_access or self.default_access
        return DefaultAccess(self.default_access == "on", settled == "on", self.default_epoch)

    def with_defaults(self, defaults: DefaultAccess) -> Merchant:
        """The merchant with another default."""
        return replace(
            self,
            default_access="on" if defaults.for_new else "off",
            settled_access="on" if defaults.for_older else "off",
            default_epoch=defaults.epoch,
        )

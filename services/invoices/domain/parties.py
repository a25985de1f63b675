"""Who sells and who buys, as they are frozen in a document when it is issued."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.invoices.domain.taxation import TaxPlace
from shared.kernel.numbering import PATTERNS, Numbering


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; ``country`` is ISO 3166-1 alpha-2. What is missing is empty."""

    line1: str = ""
    line2: str = ""
    postal_code: str = ""
    city: str = ""
    region: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Bank:
    """Where a transfer goes."""

    iban: str = ""
    bic: str = ""
    bank_name: str = ""


@dataclass(frozen=True, slots=True)
class Logo:
    """The merchant's logo by its ``version``, shown ``width`` × ``height`` CSS pixels large.

    ``plate``: in ``light`` (or ``dark``) surroundings it needs a ground of its own, else ``none``.
    """

    version: str
    width: int
    height: int
    plate: str = "none"


@dataclass(frozen=True, slots=True)
class Seller:
    """The merchant. ``accent`` is the colour of its documents, ``#rrggbb`` or empty."""

    name: str
    legal_name: str = ""
    address: Address = field(default_factory=Address)
    email: str = ""
    phone: str = ""
    website: str = ""
    vat_number: str = ""
    registration_number: str = ""
    bank: Bank | None = None
    accent: str = ""
    logo: Logo | None = None

    @property
    def tax_place(self) -> TaxPlace:
        """Where the merchant is for taxes."""
        return TaxPlace(self.address.country, self.vat_number)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where goods go."""

    name: str = ""
    company: str = ""
    address: Address = field(default_factory=Address)


@dataclass(frozen=True, slots=True)
class Buyer:
    """The billing contact of a bill group, and the customer behind it."""

    name: str = ""
    company: str = ""
    address: Address = field(default_factory=Address)
    customer: str | None = None
    email: str = ""
    phone: str = ""
    vat_number: str = ""
    registration_number: str = ""

    @property
    def tax_place(self) -> TaxPlace:
        """Where the buyer is for taxes."""
        return TaxPlace(self.address.country, self.vat_number)


@dataclass(frozen=True, slots=True)
class Parties:
    """All that a document takes over from the merchant and the bill group when it is issued.

    ``numbering`` has the pattern of each kind of document; ``payment_days`` are the days to pay of new invoices.
    """

    seller: Seller
    buyer: Buyer
    currency: str
    language: str
    time_zone: str
    shipping: Recipient | None = None
    po_number: str = ""
    numbering: Mapping[str, str] = field(default_factory=lambda: PATTERNS)
    payment_days: int = 14

    def numbering_of(self, kind: str) -> Numbering:
        """How documents of ``kind`` are numbered that are issued now."""
        return Numbering(self.numbering[kind])

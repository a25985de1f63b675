"""Which tax a thing bears, from where it is sold to where. The rules are for services of a seller in the EU.

Written for sellers in Germany and Austria. A seller elsewhere needs a row of rates here first.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from services.invoices.domain.lines import TaxRate
from shared.kernel.errors import DomainError

_EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
EU = frozenset(_EU.split())

# A country's rates, in percent.
RATES = {
    "DE": {"standard": Decimal(19), "reduced": Decimal(7)},  # § 12 (1) and (2) UStG
    "AT": {"standard": Decimal(20), "reduced": Decimal(10)},  # § 10 (1) and (2) UStG 1994
}

# Whatever the countries: Art. 135 Directive 2006/112/EC (exempt), e.g. § 12 (3) UStG (zero rated).
UNTAXED = {
    "exempt": TaxRate("E", Decimal(0), "exempt"),
    "zero": TaxRate("Z", Decimal(0)),
}

# The business that receives it owes the tax: Art. 44 and 196 Directive 2006/112/EC, § 13b (1) and (5) UStG.
REVERSE_CHARGE = TaxRate("AE", Decimal(0), "reverse_charge")
# Supplied outside the EU: Art. 44, 59 and 146 Directive 2006/112/EC, § 3a (2) and (4), § 4 No. 1 UStG.
EXPORT = TaxRate("G", Decimal(0), "export")


@dataclass(frozen=True, slots=True)
class TaxPlace:
    """Where a party is for taxes: ISO 3166 country (empty: not known) and VAT number (empty: none)."""

    country: str
    vat_number: str = ""


def decide(tax_code: str, seller: TaxPlace, buyer: TaxPlace) -> TaxRate:
    """The tax on a thing of ``tax_code`` that ``seller`` supplies to ``buyer``.

    Consumers elsewhere in the EU pay the seller's tax (Art. 59c Directive 2006/112/EC: up to 10,000 € a
    year). Raises DomainError ``no_tax_rule`` for a seller whose country has no rates here.
    """
    if tax_code in UNTAXED:
        return UNTAXED[tax_code]
    rates = RATES.get(seller.country)
    if rates is None or tax_code not in rates:
        raise DomainError("no_tax_rule", country=seller.country, tax_code=tax_code)
    if buyer.country and buyer.country not in EU:
        return EXPORT
    if buyer.country in EU - {seller.country} and _is_vat_number_abroad(buyer.vat_number, seller.country):
        return REVERSE_CHARGE
    return TaxRate("S", rates[tax_code])


def _is_vat_number_abroad(vat_number: str, home: str) -> bool:
    # Greek VAT numbers begin with EL, all others with the country's own code.
    prefix = vat_number[:2].upper().replace("EL", "GR")
    return prefix in EU and prefix != home

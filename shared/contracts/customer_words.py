"""Customers: the words that requests, replies and events share: contacts, addresses, the merchant."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from shared.contracts.base import Change, Message, Text
from shared.contracts.customer_logo import MerchantLogo

SIGN_IN_WAYS = ("code", "link", "secret_link", "password")
# Those that need nothing but an e-mail address are offered until the merchant has chosen.
SIGN_IN_WAYS_AT_FIRST = ("code", "link")
ROLES = ("billing", "shipping")
# As whom somebody is in a bill group that a rule admits them to: they are none of its contacts.
GUEST = "guest"


def Role(**options: Any) -> fields.String:
    """Which contact of a bill group: the one that is billed, or the one that is delivered to."""
    return fields.String(validate=validate.OneOf(ROLES), **options)


def Switch(*more: str, **options: Any) -> fields.String:
    """``on`` or ``off``, or one of ``more``."""
    return fields.String(validate=validate.OneOf(("on", "off", *more)), **options)


def Language(**options: Any) -> fields.String:
    """An IETF language tag: ``de``, ``pt-BR``."""
    return fields.String(validate=validate.Regexp(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z"), **options)


class Address(Message):
    """A postal address. ``country`` is an ISO 3166 code of two letters. What is not there is empty text."""

    line1 = Text(200, load_default="")
    line2 = Text(200, load_default="")
    postal_code = Text(20, load_default="")
    city = Text(100, load_default="")
    region = Text(100, load_default="")
    country = Text(2, load_default="")


class Contact(Message):
    """A person or a department to write to. The domain checks what stands in it, not this schema."""

    name = Text(200, load_default="")
    company = Text(200, load_default="")
    email = Text(254, load_default="")
    phone = Text(50, load_default="")
    address = fields.Nested(Address, load_default=lambda: Address().load({}))


class Contacts(Message):
    """The contacts of a bill group: without a shipping contact, what is delivered goes to the billing one."""

    billing = fields.Nested(Contact, required=True)
    shipping = fields.Nested(Contact, load_default=None, allow_none=True)


class EmailWishes(Message):
    """Which e-mails are wanted of those that may be unwanted.

    ``subscriptions``: pauses, resumptions and the end of a subscription; ``payment_methods``: those that are added,
    changed or removed. Codes, invoices, what is contracted and changes of an address are always told.
    """

    subscriptions = fields.Boolean(load_default=True)
    payment_methods = fields.Boolean(load_default=True)


class Preferences(Message):
    """What a contact would like: null is the bill group's own language or time zone.

    Moments are shown in ``time_zone``, an IANA name; days are billed in the bill group's.
    """

    language = Language(load_default=None, allow_none=True)
    time_zone = Text(60, load_default=None, allow_none=True)
    emails = fields.Nested(EmailWishes, load_default=lambda: EmailWishes().load({}))


class PreferencesOfContacts(Message):
    """What each contact of a bill group would like."""

    billing = fields.Nested(Preferences, required=True)
    shipping = fields.Nested(Preferences, required=True, allow_none=True)


class Bank(Message):
    """The merchant's own account, for payments by transfer."""

    iban = Text(34, load_default="")
    bic = Text(11, load_default="")
    bank_name = Text(100, load_default="")


class Company(Message):
    """Who the merchant is: the seller on every document."""

    name = Text(200, load_default="")
    legal_name = Text(200, load_default="")
    address = fields.Nested(Address, load_default=lambda: Address().load({}))
    email = Text(254, load_default="")
    phone = Text(50, load_default="")
    website = Text(300, load_default="")
    vat_number = Text(30, load_default="")
    registration_number = Text(60, load_default="")
    bank = fields.Nested(Bank, load_default=lambda: Bank().load({}))


class Merchant(Message):
    """The merchant's company and settings.

    ``sign_in_answer``: whether an unknown address is told so (``plain``) or gets the same answer as a known
    one (``discreet``). ``sign_in_ways``: by a one-time code, by a link in the e-mail, by the customer's secret link, by
    user name and password; at least one.
    ``default_access`` holds for customers whose own switch says ``default``.
    ``customers_…``: what customers may do in the portal.
    """

    company = fields.Nested(Company, required=True)
    accent = fields.String(load_default="#1f5f8b", validate=validate.Regexp(r"^#[0-9a-fA-F]{6}\Z"))
    sign_in_answer = fields.String(load_default="plain", validate=validate.OneOf(("plain", "discreet")))
    sign_in_ways = fields.List(
        fields.String(validate=validate.OneOf(SIGN_IN_WAYS)),
        load_default=lambda: list(SIGN_IN_WAYS_AT_FIRST),
        validate=validate.Length(min=1),
    )
    default_access = Switch(load_default="on")
    customers_edit = fields.Boolean(load_default=True)
    customers_pause = fields.Boolean(load_default=True)
    customers_cancel = fields.Boolean(load_default=True)
    customers_auto_pay = fields.Boolean(load_default=True)
    default_language = Language(load_default="en")
    terms_url = Text(500, load_default="")
    privacy_url = Text(500, load_default="")


class MerchantReply(Merchant, MerchantLogo):
    """The merchant. ``version`` grows with each change; 1 is what holds before anybody has set anything."""

    version = fields.Integer(required=True)


class SetMerchant(Merchant, Change):
    """The merchant's company and settings, whole. With ``version``, refused when another is stored by now."""

    version = fields.Integer(load_default=None, allow_none=True)

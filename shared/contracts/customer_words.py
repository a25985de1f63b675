"""Customers: the words that requests, replies and events share: contacts, addresses, the merchant."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from shared.contracts.addresses import Address
from shared.contracts.base import Change, Message, Text
from shared.contracts.contact_roles import CONTACT_ROLES
from shared.contracts.customer_logo import MerchantLogo
from shared.contracts.invoice_documents import KINDS
from shared.kernel.numbering import MOST_CHARACTERS, PATTERNS

SIGN_IN_WAYS = ("code", "link", "secret_link", "password")
# Those that need nothing but an e-mail address are offered until the merchant has chosen.
SIGN_IN_WAYS_AT_FIRST = ("code", "link")
WITHOUT_CONTRACT = ("open", "closed")
# What the merchant may leave to customers or not. The service that does it refuses to customers what is off.
SWITCHES = (
    "customers_edit",
    "customers_pause",
    "customers_resume",
    "customers_cancel",
    "customers_add_methods",
    "customers_remove_methods",
    "customers_auto_pay",
)


def Role(**options: Any) -> fields.String:
    """Which contact of a bill group: the one that is billed, or the one that is delivered to."""
    return fields.String(validate=validate.OneOf(CONTACT_ROLES), **options)


def Switch(*more: str, **options: Any) -> fields.String:
    """``on`` or ``off``, or one of ``more``."""
    return fields.String(validate=validate.OneOf(("on", "off", *more)), **options)


def Language(**options: Any) -> fields.String:
    """An IETF language tag: ``de``, ``pt-BR``."""
    return fields.String(validate=validate.Regexp(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z"), **options)


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


class CompanySettings(Message):
    """Who the merchant is."""

    company = fields.Nested(Company, required=True)


class PortalSettings(Message):
    """What the portal looks like, who gets in how, and what customers see and do there.

    ``sign_in_answer``: whether an unknown address is told so (``plain``) or gets the same answer as a known
    one (``discreet``). ``sign_in_ways``: by a one-time code, by a link in the e-mail, by the customer's secret link, by
    user name and password; at least one. ``customers_…``: what customers may do in the portal. ``document_kinds``:
    which documents they see. ``headlines`` stand on the page to sign in, by language. Pages of ``frame_origins``
    (``https://app.example``) may frame the portal.
    """

    accent = fields.String(load_default="#1f5f8b", validate=validate.Regexp(r"^#[0-9a-fA-F]{6}\Z"))
    sign_in_answer = fields.String(load_default="plain", validate=validate.OneOf(("plain", "discreet")))
    sign_in_ways = fields.List(
        fields.String(validate=validate.OneOf(SIGN_IN_WAYS)),
        load_default=lambda: list(SIGN_IN_WAYS_AT_FIRST),
        validate=validate.Length(min=1),
    )
    customers_edit = fields.Boolean(load_default=True)
    customers_pause = fields.Boolean(load_default=True)
    customers_resume = fields.Boolean(load_default=True)
    customers_cancel = fields.Boolean(load_default=True)
    customers_add_methods = fields.Boolean(load_default=True)
    customers_remove_methods = fields.Boolean(load_default=True)
    customers_auto_pay = fields.Boolean(load_default=True)
    document_kinds = fields.List(
        fields.String(validate=validate.OneOf(KINDS)), load_default=lambda: list(KINDS)
    )
    headlines = fields.Dict(
        keys=Language(), values=Text(120), load_default=dict, validate=validate.Length(max=20)
    )
    default_language = Language(load_default="en")
    terms_url = Text(500, load_default="")
    privacy_url = Text(500, load_default="")
    frame_origins = fields.List(Text(300), load_default=list, validate=validate.Length(max=20))


class DocumentSettings(Message):
    """How documents are numbered and paid: it holds for those that are made or issued later.

    ``numbering`` has a pattern for each kind of document, with ``{number}`` or ``{number:5}`` (at least five digits),
    ``{year}`` and ``{month}``. ``payment_days`` are the days to pay an invoice where it names no others. With
    ``pay_by_transfer``, documents show the company's bank account.
    """

    numbering = fields.Dict(
        keys=fields.String(validate=validate.OneOf(KINDS)),
        values=Text(MOST_CHARACTERS),
        load_default=lambda: dict(PATTERNS),
    )
    payment_days = fields.Integer(strict=True, load_default=14, validate=validate.Range(0, 365))
    pay_by_transfer = fields.Boolean(load_default=True)


class Merchant(CompanySettings, PortalSettings, DocumentSettings):
    """The merchant's company and settings.

    ``default_access`` is what customers enter under whose own switch says ``default``. ``portal_without_contract``:
    whether they get in where no subscription of the bill group is running.
    """

    default_access = Switch(load_default="on")
    portal_without_contract = fields.String(load_default="open", validate=validate.OneOf(WITHOUT_CONTRACT))


class MerchantReply(Merchant, MerchantLogo):
    """The merchant. ``version`` grows with each change; 1 is what holds before anybody has set anything."""

    version = fields.Integer(required=True)


class _SetWithVersion(Change):
    version = fields.Integer(load_default=None, allow_none=True)


class SetMerchant(Merchant, _SetWithVersion):
    """The merchant's company and settings, whole. With ``version``, refused when another is stored by now.

    Another ``default_access`` holds at once for all customers who follow it.
    """


class SetCompany(CompanySettings, _SetWithVersion):
    """Who the merchant is, whole. With ``version``, refused when that was changed since."""


class SetPortal(PortalSettings, _SetWithVersion):
    """The portal's settings, whole. With ``version``, refused when one of them was changed since."""


class SetDocuments(DocumentSettings, _SetWithVersion):
    """The settings of documents, whole. With ``version``, refused when one of them was changed since."""

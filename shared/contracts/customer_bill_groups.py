"""Customers: bill groups, asked for, made and changed."""

from __future__ import annotations

from marshmallow import fields

from shared.contracts.base import (
    Change,
    ChangeOfBillGroup,
    Currency,
    Handle,
    Listing,
    Message,
    Moment,
    OneOf,
    Text,
)
from shared.contracts.customer_emails import EmailChange
from shared.contracts.customer_words import (
    Contact,
    Contacts,
    Language,
    Preferences,
    PreferencesOfContacts,
    Role,
    Switch,
)

VAT_CHECK_STATES = ("valid", "invalid", "unknown", "not_checked")


class VatCheck(Message):
    """What VIES, the EU's register, said of the VAT number, and when.

    ``unknown``: it could not be asked, and will be asked again; ``not_checked``: it has not been asked, or doesn't know
    the country's numbers. Nothing waits for it.
    """

    state = OneOf(VAT_CHECK_STATES, required=True)
    at = Moment(required=True, allow_none=True)


class BillGroup(Message):
    """A bill group with its contacts. ``time_zone`` is an IANA name: billing follows it.

    ``access`` is its own switch for the portal; the customer's must be on, too. ``version`` goes back with a
    change, so that nobody overwrites what they have not seen. ``email_change``: a new address of the billing contact
    that its owner has not confirmed yet.
    """

    bill_group = Handle(required=True)
    customer = Handle(required=True)
    version = fields.Integer(required=True)
    customer_name = fields.String(required=True)
    currency = Currency(required=True)
    time_zone = fields.String(required=True)
    language = Language(required=True)
    access = Switch(required=True)
    po_number = fields.String(required=True)
    vat_number = fields.String(required=True)
    registration_number = fields.String(required=True)
    contacts = fields.Nested(Contacts, required=True)
    preferences = fields.Nested(PreferencesOfContacts, required=True)
    vat_check = fields.Nested(VatCheck, required=True)
    email_change = fields.Nested(EmailChange, required=True, allow_none=True)


class FindBillGroups(Listing):
    """Bill groups of all customers, by handle: those of ``customer``, those that ``email`` opens."""

    customer = Handle(load_default=None, allow_none=True)
    email = Text(320, load_default=None, allow_none=True)


class BillGroupPage(Message):
    """A page of bill groups."""

    items = fields.List(fields.Nested(BillGroup), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class BillGroupFields(Message):
    """What a bill group begins with."""

    currency = Currency(required=True)
    time_zone = Text(60, load_default="UTC")
    access = Switch(load_default="on")
    po_number = Text(60, load_default="")
    vat_number = Text(30, load_default="")
    registration_number = Text(60, load_default="")
    contacts = fields.Nested(Contacts, required=True)


class NewBillGroup(BillGroupFields):
    """A new bill group. Without ``bill_group`` it gets a handle; without ``language`` the merchant's default."""

    bill_group = Handle(load_default=None)
    language = Language(load_default=None)


class CreateBillGroup(NewBillGroup, Change):
    """One more bill group of a customer."""

    customer = Handle(required=True)


class ChangeBillGroup(ChangeOfBillGroup):
    """What is named becomes so, the rest stays. With ``version``, refused when another is stored by now.

    The currency stays for good. With ``access`` off, the sessions in this bill group end.
    """

    language = Language(load_default=None)
    time_zone = Text(60, load_default=None)
    access = Switch(load_default=None)
    version = fields.Integer(load_default=None)


class ChangeContact(ChangeOfBillGroup):
    """The whole new contact of ``role``, made from the bill group's ``version``.

    A customer's new e-mail address for the billing contact has to be confirmed by its owner first: until then it stands
    in ``email_change``.
    """

    role = Role(required=True)
    contact = fields.Nested(Contact, required=True)
    version = fields.Integer(required=True)


class RemoveShippingContact(ChangeOfBillGroup):
    """No shipping contact any more: what is delivered goes to the billing contact."""

    version = fields.Integer(required=True)


class ChangeNumbers(ChangeOfBillGroup):
    """The customer's references and tax numbers, made from ``version``; empty text removes one."""

    po_number = Text(60, required=True)
    vat_number = Text(30, required=True)
    registration_number = Text(60, required=True)
    version = fields.Integer(required=True)


class ChangePreferences(Preferences, ChangeOfBillGroup):
    """All that the contact of ``role`` would like. With ``version``, refused when another is stored by now."""

    role = Role(required=True)
    version = fields.Integer(load_default=None)

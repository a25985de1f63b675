"""Customers: the merchant, customers, their bill groups and contacts, and the timeline of what happens."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from shared.contracts.base import (
    ALL_EVENTS,
    Change,
    ChangeOfBillGroup,
    Contract,
    Currency,
    ErrorCode,
    EventType,
    Handle,
    Hears,
    Message,
    Method,
    Moment,
    OfBillGroup,
    PageRequest,
    Request,
    Text,
)

ROLES = ("billing", "shipping")


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
    one (``discreet``). ``default_access`` holds for customers whose own switch says ``default``.
    ``customers_…``: what customers may do in the portal.
    """

    company = fields.Nested(Company, required=True)
    accent = fields.String(load_default="#1f5f8b", validate=validate.Regexp(r"^#[0-9a-fA-F]{6}\Z"))
    sign_in_answer = fields.String(load_default="plain", validate=validate.OneOf(("plain", "discreet")))
    default_access = Switch(load_default="on")
    customers_edit = fields.Boolean(load_default=True)
    customers_pause = fields.Boolean(load_default=True)
    customers_cancel = fields.Boolean(load_default=True)
    default_language = Language(load_default="en")
    terms_url = Text(500, load_default="")
    privacy_url = Text(500, load_default="")


class MerchantReply(Merchant):
    """The merchant. ``version`` grows with each change; 1 is what holds before anybody has set anything."""

    version = fields.Integer(required=True)


class SetMerchant(Merchant, Change):
    """The merchant's company and settings, whole. With ``version``, refused when another is stored by now."""

    version = fields.Integer(load_default=None, allow_none=True)


class FindSignIns(Request):
    """An address as somebody typed it."""

    email = Text(320, required=True)


class SignIn(Message):
    """A way into a bill group for an address's owner; ``name`` and ``language`` serve to greet them.

    ``email`` is the address as the contact has it: what opens the portal is sent there, never to the address
    as it was typed, which may only look the same.
    """

    customer = Handle(required=True)
    bill_group = Handle(required=True)
    contact_role = Role(required=True)
    email = fields.String(required=True)
    name = fields.String(required=True)
    language = Language(required=True)
    customer_created_at = Moment(required=True)
    access = Switch(required=True)


class SignIns(Message):
    """All ways in for an address: those of the customer created last come first."""

    items = fields.List(fields.Nested(SignIn), required=True)


class BillGroup(Message):
    """A bill group with its contacts. ``time_zone`` is an IANA name: billing follows it.

    ``version`` goes back with a change, so that nobody overwrites what they have not seen.
    """

    bill_group = Handle(required=True)
    customer = Handle(required=True)
    version = fields.Integer(required=True)
    customer_name = fields.String(required=True)
    currency = Currency(required=True)
    time_zone = fields.String(required=True)
    language = Language(required=True)
    po_number = fields.String(required=True)
    vat_number = fields.String(required=True)
    registration_number = fields.String(required=True)
    contacts = fields.Nested(Contacts, required=True)


class ChangeContact(ChangeOfBillGroup):
    """The whole new contact of ``role``, made from the bill group's ``version``."""

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


class ListTimeline(PageRequest):
    """What happened in a bill group, the latest first; with ``subject`` (a handle) what happened to that."""

    subject = Handle(load_default=None, allow_none=True)


class TimelineEvent(Message):
    """One thing that happened: who did it, from where, and what ``data`` its service told of it."""

    event_id = fields.String(required=True)
    source = fields.String(required=True)
    type = fields.String(required=True)
    subject = fields.String(required=True)
    occurred_at = Moment(required=True)
    recorded_at = Moment(required=True)
    principal = fields.String(required=True)
    address = fields.String(required=True)
    user_agent = fields.String(required=True)
    data = fields.Dict(required=True)


class Timeline(Message):
    """A page of the timeline."""

    items = fields.List(fields.Nested(TimelineEvent), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class BillGroupImport(Message):
    """A bill group as another system kept it."""

    bill_group = Handle(required=True)
    currency = Currency(required=True)
    time_zone = Text(60, load_default="UTC")
    language = Language(load_default="en")
    access = Switch(load_default="on")
    po_number = Text(60, load_default="")
    vat_number = Text(30, load_default="")
    registration_number = Text(60, load_default="")
    contacts = fields.Nested(Contacts, required=True)


class ImportCustomer(Change):
    """A customer with all their bill groups. The same content again gets the same answer."""

    customer = Handle(required=True)
    created_at = Moment(required=True)
    name = Text(200, required=True)
    access = Switch("default", load_default="default")
    bill_groups = fields.List(
        fields.Nested(BillGroupImport), required=True, validate=validate.Length(min=1, max=100)
    )


class ImportedCustomer(Message):
    """The customer that is there now."""

    customer = Handle(required=True)
    bill_groups = fields.List(Handle(), required=True)


class FieldChange(Message):
    """One field (``email``, ``address.city``), before and after. What was not there is an empty text."""

    field = fields.String(required=True)
    old = fields.String(required=True)
    new = fields.String(required=True)


class ContactChanged(Message):
    """``contact_changed``, and ``contact_removed`` where everything became empty."""

    role = Role(required=True)
    changes = fields.List(fields.Nested(FieldChange), required=True)


class NumbersChanged(Message):
    """``numbers_changed``."""

    changes = fields.List(fields.Nested(FieldChange), required=True)


class MerchantChanged(Message):
    """``merchant_changed``: the names of the settings that are others now."""

    fields_changed = fields.List(fields.String(), required=True)


class CustomerCreated(Message):
    """``customer_created``."""

    customer = Handle(required=True)
    imported = fields.Boolean(required=True)


class BillGroupCreated(Message):
    """``bill_group_created``."""

    customer = Handle(required=True)
    currency = Currency(required=True)
    imported = fields.Boolean(required=True)


contract = Contract.of(
    "customers",
    methods=[
        Method("get_merchant", Request, MerchantReply),
        Method("set_merchant", SetMerchant, MerchantReply),
        Method("find_sign_ins", FindSignIns, SignIns),
        Method("get_bill_group", OfBillGroup, BillGroup),
        Method("change_contact", ChangeContact, BillGroup),
        Method("remove_shipping_contact", RemoveShippingContact, BillGroup),
        Method("change_numbers", ChangeNumbers, BillGroup),
        Method("list_timeline", ListTimeline, Timeline),
        Method("import_customer", ImportCustomer, ImportedCustomer),
    ],
    events=[
        EventType("merchant_changed", MerchantChanged),
        EventType("customer_created", CustomerCreated),
        EventType("bill_group_created", BillGroupCreated),
        EventType("contact_changed", ContactChanged),
        EventType("contact_removed", ContactChanged),
        EventType("numbers_changed", NumbersChanged),
    ],
    errors=[
        # params: fields = {"email": "invalid_email", "address.postal_code": "required", …}. A field's code is
        # required, invalid_email, invalid_phone, invalid_country, invalid_postal_code or invalid_region.
        ErrorCode("invalid_contact"),
        # params: fields = {"vat_number": "invalid_vat_number"}.
        ErrorCode("invalid_numbers"),
        # params: fields = {"time_zone": "unknown_time_zone", "contacts.billing.email": "invalid_email", …};
        # bill_group where it is about one.
        ErrorCode("invalid_customer"),
        # params: fields = {"company.vat_number": "invalid_vat_number", "company.bank.iban": "invalid_iban"}.
        ErrorCode("invalid_merchant"),
        ErrorCode("not_allowed", status=403),
        # The handle is taken by something else. params: handle.
        ErrorCode("already_exists", status=409),
    ],
    hears=[Hears("record_timeline", (ALL_EVENTS,))],
)

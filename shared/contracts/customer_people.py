"""Customers: who they are, how they are found, and how they come in."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from shared.contracts.base import Change, Handle, Listing, Message, Moment, OneOf, Request, Text
from shared.contracts.contact_roles import CONTACT_ROLES, GUEST
from shared.contracts.customer_bill_groups import BillGroupFields, NewBillGroup
from shared.contracts.customer_words import Language, Switch

ORDERS = ("-created", "created", "name", "-name")
_MOST_BILL_GROUPS = 100
# How many bill groups one address is admitted to by rules, at most.
MOST_ADMITTED = 500


class FindSignIns(Request):
    """All ways in for contacts with ``email``, as somebody typed it, and for the billing contacts of ``customer``.

    ``bill_groups`` are others that a rule admits the owner of ``email`` to; without an address, those whose billing
    contacts are meant. At least one of the three.
    """

    email = Text(320, load_default=None, allow_none=True)
    customer = Handle(load_default=None, allow_none=True)
    bill_groups = fields.List(Handle(), load_default=list, validate=validate.Length(max=MOST_ADMITTED))

    @validates_schema
    def check_asks_for_somebody(self, data: dict[str, Any], **_options: Any) -> None:
        """Raises ValidationError."""
        if data["email"] is None and data["customer"] is None and not data["bill_groups"]:
            raise ValidationError("One of email, customer and bill_groups is needed.")


class SignIn(Message):
    """A way into a bill group; ``name`` and ``language`` serve to greet whoever takes it.

    ``email`` is the address as the contact has it: what opens the portal is sent there, never to the address
    as it was typed, which may only look the same. Who is no contact is a ``guest``, whose ``email`` is the one that
    was asked with, and whose name nobody knows. ``customer_name``, ``company`` (the billing contact's) and ``currency``
    tell one bill group from another.
    """

    customer = Handle(required=True)
    bill_group = Handle(required=True)
    contact_role = OneOf((*CONTACT_ROLES, GUEST), required=True)
    email = fields.String(required=True)
    name = fields.String(required=True)
    language = Language(required=True)
    customer_created_at = Moment(required=True)
    access = Switch(required=True)
    customer_name = fields.String(load_default="")
    company = fields.String(load_default="")
    currency = fields.String(load_default="")


class SignIns(Message):
    """All ways in that were asked for: those of the customer created last come first."""

    items = fields.List(fields.Nested(SignIn), required=True)


class FindCustomers(Listing):
    """Customers, those created last first unless ``sort`` says otherwise; ``-`` is for descending.

    ``q`` is what one remembers: beginnings of words of their name, of a contact's name, company, e-mail address,
    telephone number or postal address, of a handle, or of a PO, VAT or registration number; all of them must be there.
    From ``created_from`` up to, not including, ``created_to``.
    """

    q = Text(200, load_default="")
    access = Switch("default", load_default=None, allow_none=True)
    created_from = Moment(load_default=None, allow_none=True)
    created_to = Moment(load_default=None, allow_none=True)
    sort = fields.String(load_default="-created", validate=validate.OneOf(ORDERS))


class GetCustomer(Request):
    """The handle of a customer."""

    customer = Handle(required=True)


class Customer(Message):
    """A customer with the handles of their bill groups.

    ``access`` is their own switch for the portal; ``default`` follows the merchant's setting. ``access_now`` is what
    holds for them now, where one customer is read. ``version`` goes back with a change, so that nobody overwrites what
    they have not seen.
    """

    customer = Handle(required=True)
    version = fields.Integer(required=True)
    name = fields.String(required=True)
    access = Switch("default", required=True)
    access_now = Switch()
    created_at = Moment(required=True)
    bill_groups = fields.List(Handle(), required=True)


class CustomerPage(Message):
    """A page of customers."""

    items = fields.List(fields.Nested(Customer), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class CreateCustomer(Change):
    """A new customer, with their bill groups or without one yet. Without ``customer`` they get a handle."""

    customer = Handle(load_default=None)
    name = Text(200, required=True)
    access = Switch("default", load_default="default")
    bill_groups = fields.List(
        fields.Nested(NewBillGroup), load_default=list, validate=validate.Length(max=_MOST_BILL_GROUPS)
    )


class ChangeCustomer(Change):
    """What is named becomes so, the rest stays. With ``version``, refused when another is stored by now.

    With ``access`` off, or default where the merchant's default is off, all their sessions end.
    """

    customer = Handle(required=True)
    name = Text(200, load_default=None)
    access = Switch("default", load_default=None)
    version = fields.Integer(load_default=None)


class BillGroupImport(BillGroupFields):
    """A bill group as another system kept it."""

    bill_group = Handle(required=True)
    language = Language(load_default=None, allow_none=True)


class ImportCustomer(Change):
    """A customer with all their bill groups. The same content again gets the same answer.

    Without ``created_at`` they are customers from now on; without ``language`` a bill group has the merchant's default.
    """

    customer = Handle(required=True)
    created_at = Moment(load_default=None, allow_none=True)
    name = Text(200, required=True)
    access = Switch("default", load_default="default")
    bill_groups = fields.List(
        fields.Nested(BillGroupImport), required=True, validate=validate.Length(min=1, max=_MOST_BILL_GROUPS)
    )


class ImportedCustomer(Message):
    """The customer that is there now."""

    customer = Handle(required=True)
    bill_groups = fields.List(Handle(), required=True)

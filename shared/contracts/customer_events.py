"""Customers: what its events tell."""

from __future__ import annotations

from marshmallow import fields

from shared.contracts.base import Currency, Handle, Message
from shared.contracts.customer_words import Role, Switch


class FieldChange(Message):
    """One field (``email``, ``address.city``), before and after. What was not there is an empty text."""

    field = fields.String(required=True)
    old = fields.String(required=True)
    new = fields.String(required=True)


class ContactChanged(Message):
    """``contact_changed``, and ``contact_removed`` where everything became empty."""

    role = Role(required=True)
    changes = fields.List(fields.Nested(FieldChange), required=True)


class PreferencesChanged(Message):
    """``preferences_changed``: ``language``, ``time_zone`` or ``emails.…``, which are on or off."""

    role = Role(required=True)
    changes = fields.List(fields.Nested(FieldChange), required=True)


class NumbersChanged(Message):
    """``numbers_changed``."""

    changes = fields.List(fields.Nested(FieldChange), required=True)


class MerchantChanged(Message):
    """``merchant_changed``: the names of the settings that are others now, and ``company.name`` and so on before and
    after; switches are ``on`` or ``off``.
    """

    fields_changed = fields.List(fields.String(), required=True)
    changes = fields.List(fields.Nested(FieldChange))


class CustomerCreated(Message):
    """``customer_created``."""

    customer = Handle(required=True)
    imported = fields.Boolean(required=True)


class CustomerChanged(Message):
    """``customer_changed``."""

    customer = Handle(required=True)
    changes = fields.List(fields.Nested(FieldChange), required=True)


class CustomerAccessChanged(CustomerChanged):
    """``customer_access_changed``: ``access`` is what holds from now on, the merchant's default reckoned in."""

    access = Switch(required=True)


class BillGroupCreated(Message):
    """``bill_group_created``."""

    customer = Handle(required=True)
    currency = Currency(required=True)
    imported = fields.Boolean(required=True)


class BillGroupChanged(Message):
    """``bill_group_changed``: language, time zone, or ``access``, its own switch for the portal as it is now."""

    customer = Handle(required=True)
    access = Switch(required=True)
    changes = fields.List(fields.Nested(FieldChange), required=True)


class NoteAdded(Message):
    """``note_added``: ``text`` is for the merchant's people."""

    text = fields.String(required=True)

"""Customers: who may enter the portal and how, as the merchant sets it."""

from __future__ import annotations

from marshmallow import fields

from shared.contracts.base import Change, Message, OneOf, Request
from shared.contracts.customer_words import WITHOUT_CONTRACT, Switch

REACHES = ("future", "all")


class PreviewDefaultAccess(Request):
    """What it would mean to set the default to ``access`` for all."""

    access = Switch(required=True)


class DefaultAccessPreview(Message):
    """``present`` is what new customers enter under now; ``following`` is how many customers follow the default.

    ``changing`` of them would be let in, or shut out, who are not so far.
    """

    access = Switch(required=True)
    present = Switch(required=True)
    following = fields.Integer(required=True)
    changing = fields.Integer(required=True)


class SetDefaultAccess(Change):
    """Whether customers may enter whose own switch says ``default``.

    For those of the ``future`` only, or at once for ``all`` who follow it. Whoever is shut out is signed out.
    """

    access = Switch(required=True)
    reach = OneOf(REACHES, required=True)


class DefaultAccessSet(Message):
    """``changed`` is for how many customers something else holds now. ``version`` is the merchant's."""

    access = Switch(required=True)
    reach = OneOf(REACHES, required=True)
    changed = fields.Integer(required=True)
    version = fields.Integer(required=True)


class AccessSettings(Message):
    """``portal_without_contract``: whether customers get in where no subscription of the bill group is running."""

    portal_without_contract = OneOf(WITHOUT_CONTRACT, required=True)


class SetAccess(AccessSettings, Change):
    """Who gets in, whatever the switches say. With ``version``, refused when that was changed since.

    Whoever is shut out is signed out.
    """

    version = fields.Integer(load_default=None, allow_none=True)

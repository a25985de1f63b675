"""Customers: a new e-mail address of a billing contact, which holds once its owner has confirmed it."""

from __future__ import annotations

from marshmallow import fields

from shared.contracts.base import Change, ChangeOfBillGroup, Message, Moment, OneOf, Request, Text

# What the confirming link's token is sealed for on its way to whoever sends it.
EMAIL_CHANGE_PURPOSE = "customers.email_change"
LINK_STATES = ("open", "used", "withdrawn", "expired")


class EmailChange(Message):
    """A new address that waits for its owner's confirmation. Until then all goes to the present one."""

    email = fields.String(required=True)
    asked_at = Moment(required=True)
    expires_at = Moment(required=True)


class GetEmailChange(Request):
    """The token of a confirming link."""

    token = Text(100, required=True)


class EmailChangeLink(Message):
    """What a confirming link is good for. Looking at it changes nothing."""

    state = OneOf(LINK_STATES, required=True)
    email = fields.String(required=True)


class ConfirmEmail(Change):
    """Whoever has the token has read an e-mail to the new address. It signs nobody in."""

    token = Text(100, required=True)


class EmailConfirmed(Message):
    """The address holds from now on. ``opens_portal``: not while it opens another customer's portal."""

    email = fields.String(required=True)
    opens_portal = fields.Boolean(required=True)


class ResendEmailChange(ChangeOfBillGroup):
    """Send a new link to the address that waits; the one before ends."""


class WithdrawEmailChange(ChangeOfBillGroup):
    """Let the present address stay."""


class EmailChangeRequested(Message):
    """``email_change_requested``: ``email`` is to hold in place of ``former``, once it is confirmed.

    ``sealed`` is the token for ``/details/confirm/<token>``, sealed for EMAIL_CHANGE_PURPOSE; ``asked_from`` the
    network address of whoever asked; ``again`` where another link was asked for.
    """

    email = fields.String(required=True)
    former = fields.String(required=True)
    sealed = fields.String(required=True)
    expires_at = Moment(required=True)
    asked_at = Moment(required=True)
    asked_from = fields.String(required=True)
    again = fields.Boolean(required=True)


class EmailChangeWithdrawn(Message):
    """``email_change_withdrawn``: ``email`` waits no longer."""

    email = fields.String(required=True)

"""Auth: sessions of the portal, as their owners and the merchant see them."""

from __future__ import annotations

from marshmallow import fields, validate

from shared.contracts.base import Change, ChangeOfBillGroup, Handle, Message, Moment, Request


def Secret() -> fields.String:
    """A secret that a browser keeps in a cookie: 256 random bits as text."""
    return fields.String(required=True, validate=validate.Length(20, 200))


class OfToken(Request):
    """A request about the session that this token opens."""

    token = Secret()


class Session(Message):
    """An open session, scoped to one bill group. ``session`` is its public id; it opens nothing.

    ``way`` is how somebody got in: ``code``, ``link``, ``secret_link``, ``password`` or ``app``. ``return_url`` is
    where the merchant's app would like to have them back, or empty. ``principal`` is who acts in it: the customer or,
    where the contact's role is ``guest``, somebody of their own whom a rule admits. ``may_switch``: other bill groups
    are open to them, too. ``account`` is what people call this one.
    """

    session = Handle(required=True)
    customer = Handle(required=True)
    principal = Handle(required=True)
    bill_group = Handle(required=True)
    contact_role = fields.String(required=True)
    email = fields.String(required=True)
    name = fields.String(required=True)
    language = fields.String(required=True)
    way = fields.String(load_default="code")
    return_url = fields.String(load_default="")
    may_switch = fields.Boolean(load_default=False)
    account = fields.String(load_default="")
    created_at = Moment(required=True)
    expires_at = Moment(required=True)


class SignedIn(Session):
    """A new session and the token that opens it; the token stands nowhere but in this answer."""

    token = fields.String(required=True)


class OpenSession(Message):
    """An open session as its owner sees it in a list."""

    session = Handle(required=True)
    way = fields.String(required=True)
    address = fields.String(required=True)
    user_agent = fields.String(required=True)
    created_at = Moment(required=True)
    last_seen_at = Moment(required=True)
    expires_at = Moment(required=True)


class SessionLine(OpenSession):
    """The same of a customer's: ``email`` is whose it is, for several may be in a bill group."""

    email = fields.String(required=True)


class SessionList(Message):
    """The open sessions of a bill group, the latest first."""

    items = fields.List(fields.Nested(SessionLine), required=True)


class RevokeSession(ChangeOfBillGroup):
    """End one session of the bill group, by its public id."""

    session = Handle(required=True)


class RevokeOtherSessions(ChangeOfBillGroup):
    """End all sessions of the bill group but one."""

    session = Handle(required=True)


class RevokeCustomerSessions(Change):
    """End all sessions of a customer, in all bill groups: for staff."""

    customer = Handle(required=True)

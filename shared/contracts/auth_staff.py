"""Auth: the merchant's own people, how they sign in, and their sessions."""

from __future__ import annotations

from marshmallow import fields, validate

from shared.contracts.base import (
    Change,
    ErrorCode,
    EventType,
    Handle,
    Message,
    Method,
    Moment,
    Nothing,
    OneOf,
    Request,
    Text,
)
from shared.contracts.passwords import MOST_OF_PASSWORD
from shared.contracts.scopes import ROLES
from shared.kernel.errors import Kind

# What the link in an event is sealed for: shared.sealing opens it under the same purpose only.
SET_UP_PURPOSE = "auth.staff_set_up_link"


def _secret() -> fields.String:
    """A secret that a browser keeps in a cookie, or that stands in a link."""
    return fields.String(required=True, validate=validate.Length(20, 200))


def _password() -> fields.String:
    """A password as it was typed. Whether it is good enough for a new one is another question."""
    return fields.String(
        required=True,
        validate=[validate.Length(1, MOST_OF_PASSWORD), validate.Regexp(r"^[^\ud800-\udfff]*\Z")],
    )


def _role() -> fields.String:
    """One of ROLES."""
    return OneOf(ROLES, required=True)


class MakeOwnerLink(Change):
    """A link by which the first owner comes in. A new one ends the one before."""


class OwnerLink(Message):
    """The token of a set-up link; its address is ``/admin/set-up/<token>``. It stands nowhere but in this answer."""

    staff = Handle(required=True)
    token = fields.String(required=True)
    expires_at = Moment(required=True)


class OfStaffToken(Request):
    """A request about the set-up link or the session that this token opens."""

    token = _secret()


class StaffSetUp(Message):
    """A set-up link that is good. For the first owner, address and name are still to be told, and ``email`` is empty.

    With ``is_reset`` somebody who was here before gets a new password.
    """

    email = fields.String(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True)
    is_reset = fields.Boolean(required=True)
    expires_at = Moment(required=True)


class SetUpStaff(OfStaffToken):
    """Choose a password, with which the link is used up. The first owner tells their address and name, too."""

    password = _password()
    email = Text(254, load_default="")
    name = Text(100, load_default="")


class SignInStaff(Request):
    """Somebody of the staff wants to enter."""

    email = Text(254, required=True)
    password = _password()


class StaffSession(Message):
    """An open session of somebody of the staff. ``session`` is its public id; it opens nothing.

    ``scopes`` is all that the role may do now.
    """

    session = Handle(required=True)
    staff = Handle(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True)
    role = fields.String(required=True)
    scopes = fields.List(fields.String(), required=True)
    created_at = Moment(required=True)
    expires_at = Moment(required=True)


class StaffSignedIn(StaffSession):
    """A new session and the token that opens it; the token stands nowhere but in this answer."""

    token = fields.String(required=True)


class StaffSetUpDone(Message):
    """``staff_set_up``: somebody has chosen a password by a set-up link."""

    email = fields.String(required=True)
    name = fields.String(required=True)
    role = _role()
    is_reset = fields.Boolean(required=True)


class StaffSessionStarted(Message):
    """``staff_signed_in``."""

    session = Handle(required=True)
    way = fields.String(required=True)


class StaffSessionEnded(Message):
    """``staff_signed_out``; ``reason`` is ``signed_out`` (by itself) or ``revoked``."""

    session = Handle(required=True)
    reason = OneOf(["signed_out", "revoked"], required=True)


STAFF_METHODS = (
    Method("make_owner_link", MakeOwnerLink, OwnerLink),
    Method("get_staff_set_up", OfStaffToken, StaffSetUp),
    Method("set_up_staff", SetUpStaff, StaffSignedIn, once=True),
    Method("sign_in_staff", SignInStaff, StaffSignedIn, once=True),
    Method("get_staff_session", OfStaffToken, StaffSession),
    Method("end_staff_session", OfStaffToken, Nothing, writes=True),
)
STAFF_EVENTS = (
    EventType("staff_set_up", StaffSetUpDone),
    EventType("staff_signed_in", StaffSessionStarted),
    EventType("staff_signed_out", StaffSessionEnded),
)
STAFF_ERRORS = (
    # An unknown address, one that is not set up or deactivated, and a wrong password can't be told apart.
    ErrorCode("wrong_password", Kind.REFUSED, 422),
    ErrorCode("weak_password", Kind.REFUSED, 422),  # params: problem (too_short, too_long, common, personal)
    ErrorCode("set_up_over", Kind.REFUSED, 410),  # The set-up link is unknown, used, replaced or expired.
    ErrorCode("owner_exists", Kind.REFUSED, 409),
    ErrorCode("name_needed", Kind.REFUSED, 422),
    ErrorCode("email_taken", Kind.REFUSED, 409),
)

"""Auth: who belongs to the merchant's staff, inviting them, what they may do; and the names of who did something."""

from __future__ import annotations

from marshmallow import fields, validate

from shared.contracts.auth_words import OfStaffMember, PersonName
from shared.contracts.base import (
    Change,
    ErrorCode,
    EventType,
    Handle,
    Listing,
    Message,
    Method,
    Moment,
    OneOf,
    Request,
    Text,
)
from shared.contracts.scopes import ROLES
from shared.kernel.errors import Kind

_STATES = ("invited", "active", "deactivated")
_MOST_PRINCIPALS = 200


def _role(**options: object) -> fields.String:
    """One of ROLES."""
    return OneOf(ROLES, **options)


class StaffMember(Message):
    """Somebody of the staff. ``created_by`` is a principal.

    A first owner who is still to come has no address and no name. ``link_expires_at`` is until when a set-up link
    that was sent is good; null where none is.
    """

    staff = Handle(required=True)
    email = fields.String(required=True)
    name = fields.String(required=True)
    role = _role(required=True)
    state = OneOf(_STATES, required=True)
    has_second_factor = fields.Boolean(required=True)
    created_at = Moment(required=True)
    created_by = fields.String(required=True)
    link_expires_at = Moment(required=True, allow_none=True)
    deactivated_at = Moment(required=True, allow_none=True)


class ListStaff(Listing):
    """A page of all staff, the newest first; those who are deactivated, too."""


class StaffPage(Message):
    """A page of staff. ``next_cursor`` is null on the last one."""

    items = fields.List(fields.Nested(StaffMember), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class GetStaff(Request):
    """Somebody of the staff."""

    staff = Handle(required=True)


class InviteStaff(Change):
    """A new colleague, who gets a letter in ``language`` with a link by which they choose their password.

    Whoever invites may do all that the role may do.
    """

    email = Text(254, required=True)
    name = PersonName(required=True)
    role = _role(required=True)
    language = Text(35, load_default="en")


class ChangeStaff(Change):
    """Another name or role; what is left out stays. Nobody takes the role of owner from the last one who has it."""

    staff = Handle(required=True)
    name = PersonName(load_default=None, allow_none=True)
    role = _role(load_default=None, allow_none=True)


class DeactivateStaff(Change):
    """They may enter no more, and their sessions are over. Nobody deactivates the last owner."""

    staff = Handle(required=True)


class SendStaffLink(Change):
    """A letter with a new link: for who is invited, who has lost the password, or who was deactivated and comes back.

    It ends the link before. With ``drops_second_factor`` they sign in without it from then on, and may set up another.
    """

    staff = Handle(required=True)
    drops_second_factor = fields.Boolean(load_default=False)
    language = Text(35, load_default="en")


class NamePrincipals(Request):
    """Who these principals (``staff:…``, ``api_key:…``, and guests, ``customer:guest-…``) are."""

    principals = fields.List(Text(300), required=True, validate=validate.Length(max=_MOST_PRINCIPALS))


class PrincipalName(Message):
    """``name`` is what people know them by; ``detail`` tells more: an address, or a handle."""

    principal = fields.String(required=True)
    name = fields.String(required=True)
    detail = fields.String(required=True)


class PrincipalNames(Message):
    """Those of the principals that auth knows."""

    items = fields.List(fields.Nested(PrincipalName), required=True)


class StaffInvited(Message):
    """``staff_invited``: a letter with a link is to be sent. ``sealed`` is its token, sealed for SET_UP_PURPOSE.

    ``is_reset``: they were here before.
    """

    email = fields.String(required=True)
    name = fields.String(required=True)
    role = _role(required=True)
    is_reset = fields.Boolean(required=True)
    drops_second_factor = fields.Boolean(required=True)
    language = fields.String(required=True)
    sealed = fields.String(required=True)
    expires_at = Moment(required=True)


class StaffFieldChange(Message):
    """One field (``name``, ``role``), before and after."""

    field = fields.String(required=True)
    old = fields.String(required=True)
    new = fields.String(required=True)


class StaffChanged(OfStaffMember):
    """``staff_changed``."""

    changes = fields.List(fields.Nested(StaffFieldChange), required=True)


PEOPLE_METHODS = (
    Method("list_staff", ListStaff, StaffPage),
    Method("get_staff", GetStaff, StaffMember),
    Method("invite_staff", InviteStaff, StaffMember),
    Method("change_staff", ChangeStaff, StaffMember),
    Method("deactivate_staff", DeactivateStaff, StaffMember),
    Method("send_staff_link", SendStaffLink, StaffMember),
    Method("name_principals", NamePrincipals, PrincipalNames),
)
PEOPLE_EVENTS = (
    EventType("staff_invited", StaffInvited),
    EventType("staff_changed", StaffChanged),
    EventType("staff_deactivated", OfStaffMember),
)
PEOPLE_ERRORS = (ErrorCode("last_owner", Kind.REFUSED, 409),)

"""Auth: the merchant's own people, how they sign in, and their sessions."""

from __future__ import annotations

from marshmallow import fields

from shared.contracts.auth_sessions import OpenSession
from shared.contracts.auth_words import OfStaffMember, Password, PersonName, Token
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
from shared.contracts.scopes import ROLES
from shared.kernel.errors import Kind

# What the link in an event is sealed for: shared.sealing opens it under the same purpose only.
SET_UP_PURPOSE = "auth.staff_set_up_link"


class MakeOwnerLink(Change):
    """A link by which the first owner comes in. A new one ends the one before."""


class MakeResetLink(Change):
    """A link for somebody of the staff who can't come in any more, and whom no owner can help.

    Using it switches the second factor off, too.
    """

    email = Text(254, required=True)


class OwnerLink(Message):
    """The token of a set-up link; its address is ``/admin/set-up/<token>``. It stands nowhere but in this answer."""

    staff = Handle(required=True)
    token = fields.String(required=True)
    expires_at = Moment(required=True)


class OfStaffToken(Request):
    """A request about the set-up link or the session that this token opens."""

    token = Token()


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

    password = Password()
    email = Text(254, load_default="")
    name = PersonName(load_default="")


class SignInStaff(Request):
    """Somebody of the staff wants to enter."""

    email = Text(254, required=True)
    password = Password()


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


class StaffSignedIn(Message):
    """What comes after a password: a session, or the question for the second factor, where ``session`` is null.

    ``token`` opens the session, or stands for the password when the second factor is shown. It stands nowhere but in
    this answer.
    """

    token = fields.String(required=True)
    session = fields.Nested(StaffSession, required=True, allow_none=True)


class ConfirmSignIn(OfStaffToken):
    """The second factor: a code of the app, or one of the recovery codes. Only its digits and letters matter."""

    code = Text(60, required=True)


class StaffAccount(Message):
    """What somebody of the staff sees of their own access. ``recovery_codes_left`` is of those not used yet."""

    staff = Handle(required=True)
    email = fields.String(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True)
    has_second_factor = fields.Boolean(required=True)
    recovery_codes_left = fields.Integer(required=True)


class ChangeStaffPassword(Request):
    """Another password for whoever asks. All their sessions end, and a new one begins."""

    password = Password()
    new_password = Password()


class StaffSessionList(Message):
    """The open sessions of whoever asks, the latest first."""

    items = fields.List(fields.Nested(OpenSession), required=True)


class EndStaffSession(Change):
    """End a session of whoever asks, by its public id."""

    session = Handle(required=True)


class EndOtherStaffSessions(Change):
    """End all sessions of whoever asks but the one that they ask in."""


class BeginSecondFactor(Change):
    """Whoever asks wants a second factor (TOTP, RFC 6238) from now on, and proves with the password to be the one."""

    password = Password()


class SecondFactorToCome(Message):
    """What an authenticator app needs: the secret, and the same as an address for a QR code."""

    secret = fields.String(required=True)
    uri = fields.String(required=True)


class ConfirmSecondFactor(Change):
    """A code of the app shows that it has the secret: from now on it is asked for."""

    code = Text(60, required=True)


class RecoveryCodes(Message):
    """Codes to sign in with when the app is lost, each once. They stand nowhere but in this answer."""

    codes = fields.List(fields.String(), required=True)


class DropSecondFactor(Change):
    """Whoever asks wants no second factor any more."""

    password = Password()


class StaffSetUpDone(OfStaffMember):
    """``staff_set_up``: somebody has chosen a password by a set-up link.

    ``is_reset``: they had one before. ``drops_second_factor``: from then on it signs them in alone.
    """

    role = OneOf(ROLES, required=True)
    is_reset = fields.Boolean(required=True)
    drops_second_factor = fields.Boolean(load_default=False)


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
    Method("make_reset_link", MakeResetLink, OwnerLink),
    Method("get_staff_set_up", OfStaffToken, StaffSetUp),
    Method("set_up_staff", SetUpStaff, StaffSignedIn, once=True),
    Method("sign_in_staff", SignInStaff, StaffSignedIn, once=True),
    Method("get_staff_session", OfStaffToken, StaffSession),
    Method("end_staff_session", OfStaffToken, Nothing, writes=True),
    Method("confirm_staff_sign_in", ConfirmSignIn, StaffSignedIn, once=True),
    Method("get_staff_account", Request, StaffAccount),
    Method("change_staff_password", ChangeStaffPassword, StaffSignedIn, once=True),
    Method("list_staff_sessions", Request, StaffSessionList),
    Method("revoke_staff_session", EndStaffSession, Nothing),
    Method("revoke_other_staff_sessions", EndOtherStaffSessions, Nothing),
    Method("begin_second_factor", BeginSecondFactor, Nothing),
    Method("get_second_factor_to_come", Request, SecondFactorToCome),
    Method("confirm_second_factor", ConfirmSecondFactor, RecoveryCodes),
    Method("drop_second_factor", DropSecondFactor, Nothing),
)
STAFF_EVENTS = (
    EventType("staff_set_up", StaffSetUpDone),
    EventType("staff_signed_in", StaffSessionStarted),
    EventType("staff_signed_out", StaffSessionEnded),
    EventType("staff_link_made"),
    EventType("staff_password_changed", OfStaffMember),
    EventType("staff_second_factor_set_up", OfStaffMember),
    EventType("staff_second_factor_dropped", OfStaffMember),
    EventType("staff_recovery_code_used", OfStaffMember),
)
STAFF_ERRORS = (
    # An unknown address, one that is not set up or deactivated, and a wrong password can't be told apart.
    ErrorCode("wrong_password", Kind.REFUSED, 422),
    ErrorCode("weak_password", Kind.REFUSED, 422),  # params: problem (too_short, too_long, common, personal)
    ErrorCode("set_up_over", Kind.REFUSED, 410),  # The set-up link is unknown, used, replaced or expired.
    ErrorCode("wrong_second_factor", Kind.REFUSED, 422),
    ErrorCode(
        "sign_in_over", Kind.REFUSED, 410
    ),  # It took too long, or too many codes were wrong: begin anew.
    ErrorCode("no_second_factor_to_come", Kind.REFUSED, 409),
    ErrorCode("owner_exists", Kind.REFUSED, 409),
    ErrorCode("name_needed", Kind.REFUSED, 422),
    ErrorCode("email_taken", Kind.REFUSED, 409),
)

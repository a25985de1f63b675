"""Auth: a customer's user name and password for the portal."""

from __future__ import annotations

from marshmallow import fields, validate

from shared.contracts.auth_sessions import SignedIn
from shared.contracts.auth_ways import ChangeOfCustomer, OfCustomer
from shared.contracts.base import (
    ChangeOfBillGroup,
    ErrorCode,
    EventType,
    Handle,
    Message,
    Method,
    Moment,
    Nothing,
    OfBillGroup,
    Request,
    Text,
)
from shared.kernel.errors import Kind

# What the token in `password_reset_requested` is sealed for.
PASSWORD_RESET_PURPOSE = "auth.password_reset"  # noqa: S105 - says what for, opens nothing
# Longer than any that can be chosen, so that what is wrong with one can be said.
_MOST_TYPED = 500


def _password() -> fields.String:
    """A password as it was typed."""
    return fields.String(required=True, validate=validate.Length(1, _MOST_TYPED))


def _token() -> fields.String:
    return fields.String(required=True, validate=validate.Length(max=600))


class HandOutCredentials(ChangeOfCustomer):
    """A new generated password, which ends the one before and the sessions that were opened by it.

    Without ``user_name`` the customer keeps theirs, or gets a generated one. Upper and lower case are the same in it.
    """

    user_name = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Regexp(r"^[A-Za-z0-9][A-Za-z0-9._@-]{2,63}\Z"),
        metadata={"description": "3 to 64 of a-z, 0-9 and . _ @ -, the first a letter or digit."},
    )


class CredentialsState(Message):
    """How it stands with a customer's user name and password.

    ``unused``: the password that was handed out has not opened the portal yet, nor was it changed; ``none``: there
    never were any. ``changed_at`` is when the customer last chose a password.
    """

    customer = Handle(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["none", "unused", "used", "withdrawn"]))
    user_name = fields.String(required=True, allow_none=True)
    made_at = Moment(required=True, allow_none=True)
    made_by = fields.String(required=True, allow_none=True)
    changed_at = Moment(required=True, allow_none=True)
    last_used_at = Moment(required=True, allow_none=True)


class Credentials(CredentialsState):
    """The same with the password that was handed out; null once it was used."""

    password = fields.String(required=True, allow_none=True)


class PortalCredentials(Message):
    """What a letter to the customer may say: the initial password while it is unused, else where to choose another.

    ``reset_path`` is a path of the portal, good once within a day. All null where there is no user name.
    """

    user_name = fields.String(required=True, allow_none=True)
    password = fields.String(required=True, allow_none=True)
    reset_path = fields.String(required=True, allow_none=True)


class UserName(Message):
    """The user name of whoever asks; null where they have none."""

    user_name = fields.String(required=True, allow_none=True)


class SignInWithPassword(Request):
    """Somebody shows a user name and password."""

    user_name = Text(200, required=True)
    password = _password()


class ChangePassword(ChangeOfBillGroup):
    """The customer who is signed in chooses another password."""

    current_password = _password()
    new_password = _password()


class RequestPasswordReset(Request):
    """Somebody has forgotten the password of ``user_name``: a letter goes to their billing contact."""

    user_name = Text(200, required=True)
    language = Text(35, required=True)


class OfPasswordReset(Request):
    """A request about a link with which a password can be chosen."""

    token = _token()


class PasswordReset(Message):
    """Whose password can be chosen, and until when."""

    user_name = fields.String(required=True)
    expires_at = Moment(required=True)


class ResetPassword(OfPasswordReset):
    """Choose the password, which uses the link up."""

    new_password = _password()


class CredentialsHandedOut(Message):
    """``credentials_handed_out``. ``again``: there was a password before, which is of no use any more."""

    customer = Handle(required=True)
    user_name = fields.String(required=True)
    again = fields.Boolean(required=True)


class CredentialsWithdrawn(Message):
    """``credentials_withdrawn``."""

    customer = Handle(required=True)


class PasswordResetRequested(Message):
    """``password_reset_requested``: a letter is to be sent to ``email``. ``sealed`` is the link's token."""

    customer = Handle(required=True)
    email = fields.String(required=True)
    sealed = fields.String(required=True)
    name = fields.String(required=True)
    language = fields.String(required=True)
    user_name = fields.String(required=True)
    expires_at = Moment(required=True)


class PasswordChanged(Message):
    """``password_changed``, by the customer: ``changed`` with the one before, or ``reset`` with a link."""

    customer = Handle(required=True)
    how = fields.String(required=True, validate=validate.OneOf(["changed", "reset"]))


CREDENTIAL_METHODS = (
    Method("get_credentials_state", OfCustomer, CredentialsState),
    Method("get_portal_credentials", OfCustomer, PortalCredentials),
    Method("hand_out_credentials", HandOutCredentials, Credentials),
    Method("withdraw_credentials", ChangeOfCustomer, CredentialsState),
    Method("sign_in_with_password", SignInWithPassword, SignedIn, once=True),
    Method("get_user_name", OfBillGroup, UserName),
    Method("change_password", ChangePassword, Nothing),
    Method("request_password_reset", RequestPasswordReset, Nothing, writes=True),
    Method("get_password_reset", OfPasswordReset, PasswordReset),
    Method("reset_password", ResetPassword, PasswordReset, once=True),
)
CREDENTIAL_EVENTS = (
    EventType("credentials_handed_out", CredentialsHandedOut),
    EventType("credentials_withdrawn", CredentialsWithdrawn),
    EventType("password_reset_requested", PasswordResetRequested),
    EventType("password_changed", PasswordChanged),
)
CREDENTIAL_ERRORS = (
    # Which of the two, or whether the password is none any more, nobody is told.
    ErrorCode("wrong_credentials", Kind.REFUSED, 422),
    ErrorCode("wrong_current_password", Kind.REFUSED, 422),
    ErrorCode("user_name_taken", Kind.REFUSED, 409),
    ErrorCode("weak_password", Kind.REFUSED, 422),  # params: problem (too_short, too_long, common, personal)
    # A link to choose a password with: unknown, used, too old, or the password was changed since.
    ErrorCode("reset_over", Kind.REFUSED, 404),
)

"""What the auth service promises: signing in with a code or a link, and what stands in the files beside."""

from __future__ import annotations

from marshmallow import fields, validate

from shared.contracts.auth_access import ACCESS_ERRORS, ACCESS_EVENTS, ACCESS_METHODS
from shared.contracts.auth_api_keys import API_KEY_ERRORS, API_KEY_EVENTS, API_KEY_METHODS
from shared.contracts.auth_credentials import CREDENTIAL_ERRORS, CREDENTIAL_EVENTS, CREDENTIAL_METHODS
from shared.contracts.auth_forms import FormKept, KeepForm, KeptForm, OfForm
from shared.contracts.auth_previews import PREVIEW_ERRORS, PREVIEW_EVENTS, PREVIEW_METHODS
from shared.contracts.auth_sessions import (
    OfToken,
    RevokeCustomerSessions,
    RevokeOtherSessions,
    RevokeSession,
    Secret,
    Session,
    SessionList,
    SignedIn,
)
from shared.contracts.auth_staff import STAFF_ERRORS, STAFF_EVENTS, STAFF_METHODS
from shared.contracts.auth_staff_people import PEOPLE_ERRORS, PEOPLE_EVENTS, PEOPLE_METHODS
from shared.contracts.auth_ways import WAY_ERRORS, WAY_EVENTS, WAY_METHODS
from shared.contracts.base import (
    Contract,
    ErrorCode,
    EventType,
    Handle,
    Hears,
    Message,
    Method,
    Moment,
    Nothing,
    OfBillGroup,
    Request,
    Text,
)
from shared.kernel.errors import Kind

# What the code and the link in `code_requested` are sealed for: shared.sealing opens them under the same purpose only.
CODE_PURPOSE = "auth.one_time_code"
LINK_PURPOSE = "auth.sign_in_link"


class RequestCode(Request):
    """Somebody wants to enter, by code or by link, as the merchant offers it.

    ``browser`` is a cookie's random token: only this browser can use the code by itself. With ``portal_link``, the end
    of the address of a bill group's portal link, they want to enter there and nowhere else.
    """

    email = Text(254, required=True)
    browser = Secret()
    language = Text(35, required=True)
    portal_link = Text(300, load_default=None, allow_none=True)


class OfChallenge(Request):
    """A request about a code that was asked for in this browser."""

    challenge = Handle(required=True)
    browser = Secret()


class VerifyCode(OfChallenge):
    """``code`` as it was typed or pasted; only its digits matter."""

    code = Text(40, required=True)


class Challenge(Message):
    """A code was asked for. Whether one was sent can't be seen here.

    ``email`` is the address as it was typed; ``state`` is ``open``, ``used``, ``expired`` or ``worn_out``
    (too many wrong tries). Seconds are counted from the answer, so that a page's countdown needs no right
    clock in the browser. ``ways`` are those that the e-mail offers: ``code``, ``link``.
    """

    challenge = Handle(required=True)
    email = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["open", "used", "expired", "worn_out"]))
    resend_at = Moment(required=True)
    expires_at = Moment(required=True)
    seconds_until_resend = fields.Integer(required=True)
    ways = fields.List(fields.String(validate=validate.OneOf(["code", "link"])), required=True)


class OfLink(Request):
    """A request about a sign-in link. ``browser`` is the token of the browser that shows it, if it has any."""

    token = fields.String(required=True, validate=validate.Length(max=200))
    browser = fields.String(load_default=None, allow_none=True, validate=validate.Length(20, 200))


class UseLink(OfLink):
    """The button on a link's page was pressed. ``code`` as it was typed, where the link needs one."""

    code = Text(40, load_default=None, allow_none=True)


class SignInLink(Message):
    """How it stands with a link; ``state`` is that of the code in the same e-mail, see Challenge.

    ``needs_code``: this is not the browser that asked for it, so the code is needed, too.
    """

    email = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["open", "used", "expired", "worn_out"]))
    needs_code = fields.Boolean(required=True)
    expires_at = Moment(required=True)


class SealedLink(Message):
    """The token of a sign-in link, sealed for LINK_PURPOSE. The link is ``/login/link/<token>`` in the portal."""

    sealed = fields.String(required=True)


class CodeRequested(Message):
    """A code is to be sent to ``email``. ``sealed`` is the code, sealed for CODE_PURPOSE.

    With ``link`` that goes along; without ``by_code`` the code is only for those who open it in another browser.
    ``account`` is what people call the bill group, where the sign-in is for that one only.
    """

    email = fields.String(required=True)
    sealed = fields.String(required=True)
    link = fields.Nested(SealedLink, load_default=None, allow_none=True)
    by_code = fields.Boolean(load_default=True)
    language = fields.String(required=True)
    expires_at = Moment(required=True)
    name = fields.String(required=True)
    account = fields.String(load_default="")


class SessionStarted(Message):
    """``way`` is how: ``code``, ``link``, ``secret_link``, ``password`` or ``app``; ``email`` is theirs."""

    session = Handle(required=True)
    way = fields.String(required=True)
    email = fields.String(load_default="")


class SessionEnded(Message):
    """``reason`` is ``signed_out`` (by itself), ``switched`` (to another bill group) or ``revoked``.

    The latter by another session, by staff, or shut out.
    """

    session = Handle(required=True)
    reason = fields.String(required=True, validate=validate.OneOf(["signed_out", "switched", "revoked"]))


contract = Contract.of(
    "auth",
    methods=[
        Method("request_code", RequestCode, Challenge, writes=True),
        Method("resend_code", OfChallenge, Challenge, writes=True),
        Method("get_challenge", OfChallenge, Challenge),
        Method("verify_code", VerifyCode, SignedIn, once=True),
        Method("get_link", OfLink, SignInLink),
        Method("use_link", UseLink, SignedIn, once=True),
        Method("get_session", OfToken, Session),
        Method("end_session", OfToken, Nothing, writes=True),
        Method("list_sessions", OfBillGroup, SessionList),
        Method("revoke_session", RevokeSession, Nothing),
        Method("revoke_other_sessions", RevokeOtherSessions, Nothing),
        Method("revoke_customer_sessions", RevokeCustomerSessions, Nothing),
        *ACCESS_METHODS,
        Method("keep_form", KeepForm, FormKept, writes=True),
        Method("get_form", OfForm, KeptForm),
        Method("drop_form", OfForm, Nothing, writes=True),
        *API_KEY_METHODS,
        *PREVIEW_METHODS,
        *WAY_METHODS,
        *STAFF_METHODS,
        *PEOPLE_METHODS,
        *CREDENTIAL_METHODS,
    ],
    events=[
        EventType("code_requested", CodeRequested),
        EventType("signed_in", SessionStarted),
        EventType("signed_out", SessionEnded),
        *ACCESS_EVENTS,
        *API_KEY_EVENTS,
        *PREVIEW_EVENTS,
        *WAY_EVENTS,
        *STAFF_EVENTS,
        *PEOPLE_EVENTS,
        *CREDENTIAL_EVENTS,
    ],
    errors=[
        ErrorCode("invalid_email", Kind.REFUSED, 422),
        ErrorCode("unknown_address", Kind.REFUSED, 422),
        ErrorCode("no_access", Kind.REFUSED, 403),
        # params: retry_at (ISO 8601), seconds. Too many codes asked for, or too many failures today.
        ErrorCode("too_many_requests", Kind.RETRY, 429),
        ErrorCode("resend_too_early", Kind.RETRY, 429),  # params: seconds
        ErrorCode("wrong_code", Kind.REFUSED, 422),  # params: attempts_left
        ErrorCode("code_expired", Kind.REFUSED, 422),
        ErrorCode("code_used", Kind.REFUSED, 422),
        ErrorCode("too_many_attempts", Kind.REFUSED, 422),  # This code is worn out: ask for a new one.
        ErrorCode("link_expired", Kind.REFUSED, 422),
        ErrorCode("link_used", Kind.REFUSED, 422),
        # A link in another browser than the one that asked for it.
        ErrorCode("code_needed", Kind.REFUSED, 422),
        ErrorCode("way_not_offered", Kind.REFUSED, 403),
        *ACCESS_ERRORS,
        ErrorCode("no_session", Kind.REFUSED, 401),
        ErrorCode("not_allowed", Kind.REFUSED, 403),
        *API_KEY_ERRORS,
        ErrorCode("invalid_cursor", Kind.REFUSED, 400),
        *PREVIEW_ERRORS,
        *WAY_ERRORS,
        *STAFF_ERRORS,
        *PEOPLE_ERRORS,
        *CREDENTIAL_ERRORS,
    ],
    hears=[
        # After these somebody may be shut out.
        Hears(
            "shut_out",
            (
                "auth.access_rule_removed",
                "customers.customer_access_changed",
                "customers.bill_group_changed",
                "customers.contact_changed",
                "customers.contact_removed",
                "customers.merchant_changed",
                "subscriptions.subscription_expired",
            ),
        ),
        # After these somebody may enter what was closed to them, or the other way round.
        Hears(
            "begin_epoch",
            (
                "auth.access_rule_added",
                "auth.access_rule_removed",
                "customers.customer_created",
                "customers.customer_access_changed",
                "customers.bill_group_created",
                "customers.bill_group_changed",
                "customers.contact_changed",
                "customers.contact_removed",
                "customers.merchant_changed",
                "subscriptions.subscription_started",
                "subscriptions.subscription_expired",
            ),
        ),
        # The sessions that it opened are ended at once; this does it again, should the process have died in between.
        Hears("end_link_sessions", ("auth.secret_link_made", "auth.secret_link_revoked")),
        Hears(
            "end_password_sessions",
            ("auth.credentials_handed_out", "auth.credentials_withdrawn", "auth.password_changed"),
        ),
    ],
)

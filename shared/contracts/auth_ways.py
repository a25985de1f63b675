"""Auth: ways into the portal that need no e-mail: a customer's secret link, and from the merchant's own app."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from shared.contracts.auth_sessions import SignedIn
from shared.contracts.base import (
    Change,
    ChangeOfBillGroup,
    ErrorCode,
    EventType,
    Handle,
    Message,
    Method,
    Moment,
    Request,
    Text,
)
from shared.kernel.errors import Kind
from shared.kernel.ids import HANDLE_PATTERN

LONGEST_LIFETIME_DAYS = 3650
SHORTEST_OPENING_SECONDS, LONGEST_OPENING_SECONDS = 60, 300

# The pages that the merchant's app can lead to, as patterns of their paths below the portal's address.
DEEP_LINKS = (
    "/overview",
    "/details",
    "/details/preferences",
    "/subscriptions",
    "/subscriptions/<handle>",
    "/subscriptions/<handle>/pause",
    "/subscriptions/<handle>/resume",
    "/subscriptions/<handle>/cancel",
    "/subscriptions/<handle>/uncancel",
    "/subscriptions/<handle>/payment-method",
    "/payment-methods",
    "/payment-methods/new",
    "/invoices",
    "/invoices/<handle>",
    "/payments",
    "/auto-pay",
)
_DEEP_LINK = re.compile("|".join(each.replace("<handle>", HANDLE_PATTERN) for each in DEEP_LINKS))


class OfCustomer(Request):
    """A request about a customer."""

    customer = Handle(required=True)


class ChangeOfCustomer(Change):
    """A change of what belongs to a customer."""

    customer = Handle(required=True)


class MakeSecretLink(ChangeOfCustomer):
    """A new secret link, which ends the one before at once, and the sessions that were opened by it.

    Without ``lifetime_days`` it is good until it is revoked.
    """

    lifetime_days = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(1, LONGEST_LIFETIME_DAYS)
    )


class SecretLinkState(Message):
    """How it stands with a customer's secret link; ``last_used_at`` is when it last opened the portal."""

    customer = Handle(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["none", "active", "expired", "revoked"]))
    made_at = Moment(required=True, allow_none=True)
    made_by = fields.String(required=True, allow_none=True)
    expires_at = Moment(required=True, allow_none=True)
    revoked_at = Moment(required=True, allow_none=True)
    last_used_at = Moment(required=True, allow_none=True)


class SecretLink(SecretLinkState):
    """The same with the link itself: whoever has ``url`` may do what the customer may. Null where none is active."""

    url = fields.String(required=True, allow_none=True)


class OpenSecretLink(Request):
    """Somebody follows a secret link; ``secret`` is the last part of its address."""

    secret = fields.String(required=True, validate=validate.Length(max=200))


class OpenPortal(ChangeOfBillGroup):
    """An address that opens the portal once, for a user whom the merchant's app knows.

    ``path`` is the page to begin with (``/subscriptions/sub-0001/cancel``), else the overview. ``return_url`` is where
    the portal leads back to: https, or http on this machine. The address is good for ``lifetime_seconds``.
    """

    path = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=300))
    return_url = Text(2000, load_default=None, allow_none=True)
    lifetime_seconds = fields.Integer(
        load_default=SHORTEST_OPENING_SECONDS,
        strict=True,
        validate=validate.Range(SHORTEST_OPENING_SECONDS, LONGEST_OPENING_SECONDS),
    )

    @validates_schema
    def check_path(self, data: dict[str, Any], **_options: Any) -> None:
        """Raises ValidationError for what is none of DEEP_LINKS."""
        if data["path"] is not None and not _DEEP_LINK.fullmatch(data["path"]):
            raise ValidationError("Must be the path of one of the portal's pages.", "path")


class PortalOpening(Message):
    """Where to send the user's browser, once, until ``expires_at``."""

    url = fields.String(required=True)
    expires_at = Moment(required=True)


class UseOpening(Request):
    """Somebody was sent here by the merchant's app; ``token`` is the last part of the address."""

    token = fields.String(required=True, validate=validate.Length(max=200))


class Opened(SignedIn):
    """The new session, and the page to begin with; null is the overview."""

    path = fields.String(required=True, allow_none=True)


class SecretLinkMade(Message):
    """``secret_link_made``. ``again``: there was one before, which is of no use any more."""

    customer = Handle(required=True)
    again = fields.Boolean(required=True)
    expires_at = Moment(required=True, allow_none=True)


class SecretLinkRevoked(Message):
    """``secret_link_revoked``."""

    customer = Handle(required=True)


WAY_METHODS = (
    Method("get_secret_link_state", OfCustomer, SecretLinkState),
    Method("get_secret_link", OfCustomer, SecretLink),
    Method("make_secret_link", MakeSecretLink, SecretLink),
    Method("revoke_secret_link", ChangeOfCustomer, SecretLinkState),
    Method("open_secret_link", OpenSecretLink, SignedIn, once=True),
    Method("open_portal", OpenPortal, PortalOpening),
    Method("use_opening", UseOpening, Opened, once=True),
)
WAY_EVENTS = (
    EventType("secret_link_made", SecretLinkMade),
    EventType("secret_link_revoked", SecretLinkRevoked),
)
WAY_ERRORS = (
    # Unknown, replaced, revoked or expired: which of them is nobody's business.
    ErrorCode("secret_link_over", Kind.REFUSED, 404),
    # From the merchant's app: unknown, used or too old.
    ErrorCode("opening_over", Kind.REFUSED, 404),
    ErrorCode("return_url_not_allowed", Kind.REFUSED, 422),
)

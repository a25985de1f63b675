"""API keys: what programs of the merchant come in with, and what each may do."""

from __future__ import annotations

from marshmallow import fields, validate

from shared.contracts.base import (
    Change,
    ErrorCode,
    EventType,
    Handle,
    Listing,
    Message,
    Method,
    Moment,
    Request,
)
from shared.contracts.scopes import SCOPES
from shared.kernel.errors import Kind


class CreateApiKey(Change):
    """A new API key. ``name`` is what people know it by.

    ``expires_at`` lies in the future, within 100 years; without, the key is good until it is withdrawn. A key that
    makes a key needs all the scopes that it gives, and one that expires makes none that expires later.
    """

    name = fields.String(
        required=True,
        validate=[validate.Length(1, 100), validate.Regexp(r"^[^\x00-\x1f\x7f\ud800-\udfff]*\Z")],
    )
    scopes = fields.List(
        fields.String(validate=validate.OneOf(SCOPES)),
        required=True,
        validate=validate.Length(1, len(SCOPES)),
    )
    expires_at = Moment(load_default=None, allow_none=True)


class ApiKey(Message):
    """An API key without its secret. ``created_by`` is a principal; ``last_used_at`` is right to a minute."""

    api_key = Handle(required=True)
    name = fields.String(required=True)
    scopes = fields.List(fields.String(), required=True)
    state = fields.String(required=True, validate=validate.OneOf(["active", "expired", "withdrawn"]))
    created_at = Moment(required=True)
    created_by = fields.String(required=True)
    expires_at = Moment(required=True, allow_none=True)
    last_used_at = Moment(required=True, allow_none=True)
    withdrawn_at = Moment(required=True, allow_none=True)


class CreatedApiKey(ApiKey):
    """A new API key. ``secret`` is what its holder sends as ``Authorization: Bearer``; nobody sees it again."""

    secret = fields.String(required=True)


class ListApiKeys(Listing):
    """A page of all API keys, the newest first."""


class ApiKeyPage(Message):
    """A page of API keys. ``next_cursor`` is null on the last one."""

    items = fields.List(fields.Nested(ApiKey), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class WithdrawApiKey(Change):
    """End an API key at once. A key can only end itself, and those that may do no more than it may."""

    api_key = Handle(required=True)


class CheckApiKey(Request):
    """Whether ``secret`` is that of an active key, which thereby was used."""

    secret = fields.String(required=True)


class Allowed(Message):
    """What an active key may do: all scopes that it has, and those that are included in them."""

    api_key = Handle(required=True)
    scopes = fields.List(fields.String(), required=True)


class ApiKeyCreated(Message):
    """``api_key_created``."""

    name = fields.String(required=True)
    scopes = fields.List(fields.String(), required=True)
    expires_at = Moment(required=True, allow_none=True)


class ApiKeyWithdrawn(Message):
    """``api_key_withdrawn``."""

    name = fields.String(required=True)


API_KEY_METHODS = (
    Method("create_api_key", CreateApiKey, CreatedApiKey),
    Method("list_api_keys", ListApiKeys, ApiKeyPage),
    Method("withdraw_api_key", WithdrawApiKey, ApiKey),
    Method("check_api_key", CheckApiKey, Allowed),
)
API_KEY_EVENTS = (
    EventType("api_key_created", ApiKeyCreated),
    EventType("api_key_withdrawn", ApiKeyWithdrawn),
)
API_KEY_ERRORS = (
    # Unknown, expired, withdrawn, or no key at all.
    ErrorCode("invalid_api_key", Kind.REFUSED, 401),
    ErrorCode("missing_scope", Kind.REFUSED, 403),  # params: scope, the one that is missing (or several)
)

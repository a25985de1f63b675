"""Payments: the providers on whose pages payment methods are added, and how they are set up."""

from __future__ import annotations

from collections.abc import Mapping

from marshmallow import fields, validate

from shared.contracts.base import Change, Handle, Message, Moment, OneOf, Request, Text
from shared.webhooks import HEADERS

# The headers of a webhook that each provider signs it with.
WEBHOOK_HEADERS: Mapping[str, tuple[str, ...]] = {"sandbox": HEADERS}
# How large a webhook may be: its body in bytes, and as base64.
MOST_WEBHOOK_BYTES = 64 * 1024
_MOST_WEBHOOK_CHARACTERS = (MOST_WEBHOOK_BYTES + 2) // 3 * 4
# Why a webhook is not believed. ``unreadable``: it was signed rightly, and yet makes no sense.
WEBHOOK_REFUSALS = ("no_secret", "malformed", "wrong_signature", "too_old", "too_early", "unreadable")


class OfProvider(Change):
    """A change of one provider's set-up."""

    provider = Handle(required=True)


class SwitchProvider(OfProvider):
    """Offer the provider to customers, or no more. What has begun there is seen through."""

    on = fields.Boolean(required=True)


class SetProviderKey(OfProvider):
    """The secret key to ask the provider with. It is kept encrypted, and never shown again."""

    provider_key = fields.String(required=True, validate=validate.Regexp(r"^[\x21-\x7e]{8,300}\Z"))


class SetWebhookSecret(OfProvider):
    """The secret that the provider signs its webhooks with. It is kept encrypted, and never shown again."""

    webhook_secret = fields.String(required=True, validate=validate.Regexp(r"^[\x21-\x7e]{8,300}\Z"))


class TakeWebhook(Request):
    """What came as a webhook: its ``body`` as base64, and those of its ``headers`` that belong to the signature."""

    provider = Handle(required=True)
    headers = fields.Dict(keys=Text(50), values=Text(2000), required=True)
    body = fields.String(required=True, validate=validate.Length(max=_MOST_WEBHOOK_CHARACTERS))


class TakenWebhook(Message):
    """Whether it was about something that is known here: if not, nothing came of it."""

    known = fields.Boolean(required=True)


class ProviderKey(Message):
    """What is known of a key: its last characters, and since when it is ``stored``, or that the environment has it."""

    source = OneOf(("stored", "environment"), required=True)
    ending = fields.String(required=True)
    since = Moment(required=True, allow_none=True)


class ProviderContact(Message):
    """When the provider was last asked. Unless it was ``ok``, ``problem`` is ``provider_away`` or
    ``provider_not_known_yet``."""

    at = Moment(required=True)
    ok = fields.Boolean(required=True)
    problem = fields.String(required=True)


class ReceivedWebhook(Message):
    """A webhook that was believed: when it came, and of which type it was, in the provider's words."""

    at = Moment(required=True)
    type = fields.String(required=True)


class RefusedWebhook(Message):
    """A webhook that was not believed, and why."""

    at = Moment(required=True)
    reason = OneOf(WEBHOOK_REFUSALS, required=True)


class WebhooksOfADay(Message):
    """Webhooks of the last 24 hours: ``received`` were all that were believed, ``unrelated`` of these had to do with
    nothing here, and ``refused`` were all others."""

    received = fields.Integer(required=True)
    unrelated = fields.Integer(required=True)
    refused = fields.Integer(required=True)


class ProviderWebhooks(Message):
    """The webhooks of a provider. ``url`` is the address to enter in the account with it.

    Without a ``secret`` every one is refused.
    """

    url = fields.String(required=True)
    secret = fields.Nested(ProviderKey, required=True, allow_none=True)
    last_received = fields.Nested(ReceivedWebhook, required=True, allow_none=True)
    last_refused = fields.Nested(RefusedWebhook, required=True, allow_none=True)
    last_day = fields.Nested(WebhooksOfADay, required=True)


class Provider(Message):
    """How a provider is set up. It is ``offered`` to customers when it is ``on`` and has a key."""

    provider = Handle(required=True)
    on = fields.Boolean(required=True)
    key = fields.Nested(ProviderKey, required=True, allow_none=True)
    offered = fields.Boolean(required=True)
    last_contact = fields.Nested(ProviderContact, required=True, allow_none=True)
    webhooks = fields.Nested(ProviderWebhooks, required=True)


class Providers(Message):
    """All providers that Portico knows."""

    items = fields.List(fields.Nested(Provider), required=True)


class ProviderChanged(Message):
    """``payment_provider_changed``: whether it is ``on``, its ``key``, of which the last characters are told, or the
    secret of its webhooks, of which nothing is."""

    provider = Handle(required=True)
    changed = OneOf(("on", "key", "webhook_secret"), required=True)
    on = fields.Boolean(required=True)
    key_ending = fields.String(required=True)

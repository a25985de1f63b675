"""Payments: the providers on whose pages payment methods are added, and how they are set up."""

from __future__ import annotations

from marshmallow import fields, validate

from shared.contracts.base import Change, Handle, Message, Moment, OneOf


class OfProvider(Change):
    """A change of one provider's set-up."""

    provider = Handle(required=True)


class SwitchProvider(OfProvider):
    """Offer the provider to customers, or no more. What has begun there is seen through."""

    on = fields.Boolean(required=True)


class SetProviderKey(OfProvider):
    """The secret key to ask the provider with. It is kept encrypted, and never shown again."""

    provider_key = fields.String(required=True, validate=validate.Regexp(r"^[\x21-\x7e]{8,300}\Z"))


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


class Provider(Message):
    """How a provider is set up. It is ``offered`` to customers when it is ``on`` and has a key."""

    provider = Handle(required=True)
    on = fields.Boolean(required=True)
    key = fields.Nested(ProviderKey, required=True, allow_none=True)
    offered = fields.Boolean(required=True)
    last_contact = fields.Nested(ProviderContact, required=True, allow_none=True)


class Providers(Message):
    """All providers that Portico knows."""

    items = fields.List(fields.Nested(Provider), required=True)


class ProviderChanged(Message):
    """``payment_provider_changed``: whether it is ``on``, or its ``key``, of which the last characters are told."""

    provider = Handle(required=True)
    changed = OneOf(("on", "key"), required=True)
    on = fields.Boolean(required=True)
    key_ending = fields.String(required=True)

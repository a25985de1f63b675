"""Auth: whom a bill group admits to the portal beside its contacts."""

from __future__ import annotations

from marshmallow import fields, validate

from shared.contracts.auth_sessions import Secret, SignedIn
from shared.contracts.base import (
    ChangeOfBillGroup,
    ErrorCode,
    EventType,
    Handle,
    Message,
    Method,
    Moment,
    OfBillGroup,
    OneOf,
    Request,
    Text,
)
from shared.contracts.customer_events import FieldChange
from shared.kernel.errors import Kind

RULE_KINDS = ("domain", "address")
# Long enough for the list that somebody pastes by mistake, so that they are told of it.
_MOST_TYPED = 2000


class AccessRule(Message):
    """Everybody with an address of a domain, or one address. ``added_by`` is a principal.

    ``in_ascii`` is what is compared: without capital letters, an international domain in ASCII. A domain does not
    cover its subdomains.
    """

    rule = Handle(required=True)
    kind = OneOf(RULE_KINDS, required=True)
    value = fields.String(required=True)
    in_ascii = fields.String(required=True)
    added_at = Moment(required=True)
    added_by = fields.String(required=True)


class AccessRules(Message):
    """All rules of a bill group: domains first. None covers what another does."""

    bill_group = Handle(required=True)
    items = fields.List(fields.Nested(AccessRule), required=True)


class PreviewDomainGrant(OfBillGroup):
    """What it would mean to admit everybody of ``domain``, as somebody typed it."""

    domain = Text(_MOST_TYPED, required=True)


class DomainGrant(Message):
    """A domain that can be granted, and the single addresses that it would replace.

    ``is_public_provider``: as far as we know, everybody can get an address there.
    """

    domain = fields.String(required=True)
    in_ascii = fields.String(required=True)
    covered = fields.List(fields.String(), required=True)
    is_public_provider = fields.Boolean(required=True)


class GrantDomain(ChangeOfBillGroup):
    """Admit everybody with an address of one domain.

    ``replaces`` are the single addresses that the preview named: they are rules of their own no more. Where others are
    covered by now, it is refused with ``addresses_covered``.
    """

    domain = Text(_MOST_TYPED, required=True)
    replaces = fields.List(Text(320), load_default=list, validate=validate.Length(max=1000))


class GrantAddress(ChangeOfBillGroup):
    """Admit whoever has this one address."""

    address = Text(_MOST_TYPED, required=True)


class RemoveAccessRule(ChangeOfBillGroup):
    """Admit by this rule no more: whoever is signed in by it is signed out."""

    rule = Handle(required=True)


class PortalLink(Message):
    """The address that leads to the sign-in for one bill group. It opens nothing by itself."""

    bill_group = Handle(required=True)
    url = fields.String(required=True)


class CheckPortalLink(Request):
    """What the address of a portal link ends with."""

    portal_link = Text(300, required=True)


class PortalLinkTarget(Message):
    """Where a portal link leads."""

    bill_group = Handle(required=True)


class ListEntrances(OfBillGroup):
    """A session, by its public id, in its bill group."""

    session = Handle(required=True)


class Entrance(Message):
    """A bill group that is open to whoever is in a session. ``account`` is what people call it."""

    bill_group = Handle(required=True)
    account = fields.String(required=True)
    currency = fields.String(required=True)
    is_here = fields.Boolean(required=True)


class Entrances(Message):
    """All that are open to them now."""

    items = fields.List(fields.Nested(Entrance), required=True)


class SwitchBillGroup(OfBillGroup):
    """Out of the session of ``bill_group`` that ``token`` opens, into a new one of ``to``."""

    token = Secret()
    to = Handle(required=True)


class AccessRuleRemoved(Message):
    """``access_rule_removed``."""

    rule = Handle(required=True)
    kind = OneOf(RULE_KINDS, required=True)
    value = fields.String(required=True)
    changes = fields.List(fields.Nested(FieldChange), required=True)


class AccessRuleAdded(AccessRuleRemoved):
    """``access_rule_added``: a domain in place of the single addresses that it ``replaced``."""

    replaced = fields.List(fields.String(), required=True)


ACCESS_METHODS = (
    Method("list_access_rules", OfBillGroup, AccessRules),
    Method("preview_domain_grant", PreviewDomainGrant, DomainGrant),
    Method("grant_domain", GrantDomain, AccessRules),
    Method("grant_address", GrantAddress, AccessRules),
    Method("remove_access_rule", RemoveAccessRule, AccessRules),
    Method("get_portal_link", OfBillGroup, PortalLink),
    Method("check_portal_link", CheckPortalLink, PortalLinkTarget),
    Method("list_entrances", ListEntrances, Entrances),
    Method("switch_bill_group", SwitchBillGroup, SignedIn, once=True),
)
ACCESS_EVENTS = (
    EventType("access_rule_added", AccessRuleAdded),
    EventType("access_rule_removed", AccessRuleRemoved),
)
ACCESS_ERRORS = (
    # A list, where one address or domain is asked for.
    ErrorCode("one_at_a_time", Kind.REFUSED, 422),
    ErrorCode("invalid_domain", Kind.REFUSED, 422),
    ErrorCode("already_granted", Kind.REFUSED, 409),
    ErrorCode("domain_granted", Kind.REFUSED, 409),  # params: domain, of which an address was to be added
    # params: addresses, all that the domain covers, of which some were not confirmed
    ErrorCode("addresses_covered", Kind.CONFLICT, 409),
    ErrorCode("too_many_rules", Kind.REFUSED, 409),  # params: most
)

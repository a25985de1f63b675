"""What happened to a subscription, and who was behind it: by name, where the customers' pages say "by us"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from services.gateway.admin.desk import Desk
from services.gateway.asking import section
from services.gateway.portal.timeline import WORDS, Entry
from shared.kernel.context import Principal, PrincipalKind
from shared.kernel.errors import DomainError

_View = Mapping[str, Any]
_NAMED = (PrincipalKind.STAFF, PrincipalKind.API_KEY)


def entries(desk: Desk, timeline: _View | None, wallet: _View | None) -> list[Entry] | None:
    """The events of a page of the timeline that have words; None where there is no timeline to be had."""
    if timeline is None:
        return None
    events = [event for event in timeline["items"] if event["type"] in WORDS]
    names = _names(desk, events)
    return [
        Entry(
            event["occurred_at"],
            WORDS[event["type"]](event["data"], wallet),
            _by(event["principal"], names),
        )
        for event in events
    ]


def _names(desk: Desk, events: Sequence[_View]) -> dict[str, str]:
    principals = {event["principal"] for event in events}
    named = sorted(each for each in principals if Principal.parse(each).kind in _NAMED)
    if not named:
        return {}
    try:
        found = section(desk.begin("auth", "name_principals", principals=named))
    except DomainError:
        # Their role may not let them know.
        found = None
    return {each["principal"]: each["name"] for each in found["items"]} if found else {}


def _by(principal: str, names: Mapping[str, str]) -> str:
    who = Principal.parse(principal)
    match who.kind:
        case PrincipalKind.CUSTOMER:
            return _("by the customer")
        case PrincipalKind.STAFF:
            return _("by %(name)s", name=names.get(principal, who.id))
        case PrincipalKind.API_KEY:
            return _("by the API key %(name)s", name=names.get(principal, who.id))
    return _("automatically")

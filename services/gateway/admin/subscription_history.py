"""What happened to a subscription, and who was behind it: by name, where the customers' pages say "by us"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from services.gateway.admin.desk import Desk
from services.gateway.admin.naming import names_of
from services.gateway.portal.timeline import WORDS, Entry
from services.gateway.timeline import Names, principals_of
from shared.kernel.context import Principal, PrincipalKind

_View = Mapping[str, Any]


def entries(desk: Desk, timeline: _View | None, wallet: _View | None) -> list[Entry] | None:
    """The events of a page of the timeline that have words; None where there is no timeline to be had."""
    if timeline is None:
        return None
    names = names_of(desk, principals_of(timeline))
    return [
        Entry(
            event["occurred_at"], WORDS[event["type"]](event["data"], wallet), _by(event["principal"], names)
        )
        for event in timeline["items"]
        if event["type"] in WORDS
    ]


def _by(principal: str, names: Names) -> str:
    who = Principal.parse(principal)
    name = names.known(principal)
    match who.kind:
        case PrincipalKind.CUSTOMER:
            return _("by %(name)s", name=name) if name else _("by the customer")
        case PrincipalKind.STAFF:
            return _("by %(name)s", name=name or who.id)
        case PrincipalKind.API_KEY:
            return _("by the API key %(name)s", name=name or who.id)
    return _("automatically")

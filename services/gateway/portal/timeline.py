"""What the timeline says: a sentence for each event, and who was behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from services.gateway.formats import day
from services.gateway.portal.formats import period_days
from shared.kernel.context import Principal, PrincipalKind

# Texts may use the days that the event's data names: %(on)s, and %(period)s.
TEXTS = {
    "subscription_created": _("Subscription created"),
    "subscription_started": _("Started"),
    "subscription_renewed": _("New period: %(period)s"),
    "subscription_pause_scheduled": _("Pause planned from %(on)s on"),
    "subscription_pause_withdrawn": _("Planned pause dropped"),
    "subscription_paused": _("Paused"),
    "subscription_resumed": _("Resumed"),
    "subscription_cancelled": _("Cancelled; the last day is %(access_until)s"),
    "subscription_uncancelled": _("Cancellation taken back"),
    "subscription_expired": _("Ended"),
    "subscription_payment_method_chosen": _("Payment method changed"),
}
_DAYS = ("on", "access_until")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline; ``at`` is an ISO moment."""

    at: str
    text: str
    by: str


def entries(timeline: Mapping[str, Any] | None) -> list[Entry] | None:
    """The events of a page of the timeline that have a text; None where there is no timeline to be had."""
    if timeline is None:
        return None
    return [
        Entry(event["occurred_at"], _tell(event), _by(event["principal"]))
        for event in timeline["items"]
        if event["type"] in TEXTS
    ]


def _tell(event: Mapping[str, Any]) -> str:
    data = event["data"]
    words = {name: day(data[name]) for name in _DAYS if name in data}
    if "period" in data:
        words["period"] = period_days(data["period"])
    return str(TEXTS[event["type"]]) % words


def _by(principal: str) -> str:
    match Principal.parse(principal).kind:
        case PrincipalKind.CUSTOMER:
            return gettext("by you")
        case PrincipalKind.STAFF:
            return gettext("by us")
    return gettext("automatically")

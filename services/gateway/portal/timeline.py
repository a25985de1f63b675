"""What the timeline says: a sentence for each event, and who was behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from services.gateway.formats import day, money
from services.gateway.portal.formats import day_before, period_days
from services.gateway.subscriptions.texts import CANCEL_REASON_TEXTS, method_name
from shared.kernel.context import Principal, PrincipalKind

_Data = Mapping[str, Any]
_Wallet = Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline; ``at`` is an ISO moment."""

    at: str
    text: str
    by: str


def entries(timeline: Mapping[str, Any] | None, wallet: _Wallet = None) -> list[Entry] | None:
    """The events of a page of the timeline that have words; None where there is no timeline to be had.

    ``wallet`` has the names of payment methods.
    """
    if timeline is None:
        return None
    return [
        Entry(event["occurred_at"], WORDS[event["type"]](event["data"], wallet), _by(event["principal"]))
        for event in timeline["items"]
        if event["type"] in WORDS
    ]


def _started(data: _Data, _wallet: _Wallet) -> str:
    if trial_end := data.get("trial_end"):
        return _("Trial started; it ends on %(on)s", on=day_before(trial_end))
    return _("Started")


def _renewed(data: _Data, _wallet: _Wallet) -> str:
    period = period_days(data["period"])
    if not (lines := data.get("lines")):
        return _("New period: %(period)s", period=period)
    discount = sum(line["discount"] for line in lines)
    if discount:
        less = money(discount, data["currency"])
        return _("New period, billed with a discount of %(less)s: %(period)s", less=less, period=period)
    return _("New period, billed: %(period)s", period=period)


def _pause_planned(data: _Data, _wallet: _Wallet) -> str:
    if data.get("resume_on"):
        return _(
            "Pause planned from %(on)s to %(until)s", on=day(data["on"]), until=day_before(data["resume_on"])
        )
    return _("Pause planned from %(on)s on", on=day(data["on"]))


def _paused(data: _Data, _wallet: _Wallet) -> str:
    if data.get("resume_on"):
        return _("Paused until %(until)s", until=day_before(data["resume_on"]))
    return _("Paused")


def _resumed(data: _Data, _wallet: _Wallet) -> str:
    if "period" in data:
        return _("Resumed; current period: %(period)s", period=period_days(data["period"]))
    return _("Resumed")


def _cancelled(data: _Data, _wallet: _Wallet) -> str:
    text = _("Cancelled; the last day is %(access_until)s", access_until=day(data["access_until"]))
    reason = CANCEL_REASON_TEXTS.get(data.get("reason") or "")
    return f"{text} – {reason}" if reason else text


def _uncancelled(data: _Data, _wallet: _Wallet) -> str:
    if next_billing_on := data.get("next_billing_on"):
        return _("Cancellation taken back; the next bill comes on %(on)s", on=day(next_billing_on))
    return _("Cancellation taken back")


def _expired(data: _Data, _wallet: _Wallet) -> str:
    if data.get("reason") == "dunning":
        return _("Ended, because it was not paid")
    return _("Ended")


def _method_chosen(data: _Data, wallet: _Wallet) -> str:
    after = method_name(data.get("payment_method"), wallet)
    if "payment_method_before" not in data:
        return _("Payment method changed: now %(after)s", after=after)
    before = method_name(data["payment_method_before"], wallet)
    return _("Payment method changed: %(before)s → %(after)s", before=before, after=after)


# What is said of each event of a subscription.
WORDS: dict[str, Callable[[_Data, _Wallet], str]] = {
    "subscription_created": lambda _data, _wallet: _("Subscription created"),
    "subscription_started": _started,
    "subscription_renewed": _renewed,
    "subscription_pause_scheduled": _pause_planned,
    "subscription_pause_withdrawn": lambda _data, _wallet: _("Planned pause dropped"),
    "subscription_paused": _paused,
    "subscription_resumed": _resumed,
    "subscription_cancelled": _cancelled,
    "subscription_uncancelled": _uncancelled,
    "subscription_expired": _expired,
    "subscription_payment_method_chosen": _method_chosen,
}


def _by(principal: str) -> str:
    match Principal.parse(principal).kind:
        case PrincipalKind.CUSTOMER:
            return _("by you")
        case PrincipalKind.STAFF | PrincipalKind.API_KEY:
            return _("by us")
    return _("automatically")

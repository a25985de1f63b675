"""What an action on a subscription comes to, as facts in money and dates; and what of it changed since it was seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _

from services.gateway.asking import Pending
from services.gateway.formats import day, money
from services.gateway.subscriptions.asking import Asks
from services.gateway.subscriptions.upcoming import amount, begin_preview, previewed

_View = Mapping[str, Any]
_SEEN = "seen_"
_MOST_SEEN = 200


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a preview. ``note`` is said beside it, ``before`` is what was seen in its place."""

    code: str
    label: str
    text: str
    note: str = ""
    before: str = ""

    @property
    def field(self) -> str:
        """The form's field that remembers what was seen."""
        return _SEEN + self.code

    @property
    def whole(self) -> str:
        """All that is said, as it is compared."""
        return f"{self.text} ({self.note})" if self.note else self.text


def facts(asks: Asks, subscription: _View, preview: _View) -> list[Fact]:
    """What will happen, with the taxes of today. Where invoices is away, amounts are net and say so."""
    handle, charges, next_bill = subscription["subscription"], preview["charges"], preview["next_bill"]
    charged = begin_preview(asks, handle, charges, preview["currency"]) if charges else None
    following = begin_preview(asks, handle, next_bill["lines"], next_bill["currency"]) if next_bill else None
    return [
        *_dates(subscription, preview),
        _billed_now(preview, charged),
        *_credit(preview),
        _next_bill(preview, following),
    ]


def compared(shown: list[Fact], sent: Mapping[str, str]) -> list[Fact]:
    """The same facts, each with what the form ``sent`` says was seen before, where that was something else."""
    seen = {fact.code: sent.get(fact.field, "")[:_MOST_SEEN] for fact in shown}
    return [
        replace(fact, before=seen[fact.code]) if seen[fact.code] not in ("", fact.whole) else fact
        for fact in shown
    ]


def _dates(subscription: _View, preview: _View) -> Iterator[Fact]:
    action = preview["action"]
    if action == "pause":
        yield Fact("from", _("Paused from"), day(preview["effective_on"]))
    elif action == "resume" and subscription["status"] == "on_hold":
        yield Fact("from", _("Resumes"), day(preview["effective_on"]))
    elif preview["access_until"]:
        yield Fact("until", _("Last day of use"), day(preview["access_until"]))
    if preview["resume_on"]:
        yield Fact("resumes", _("Resumes"), day(preview["resume_on"]))


def _billed_now(preview: _View, charged: Pending | None) -> Fact:
    currency, charges = preview["currency"], preview["charges"]
    if charged is None:
        return Fact("now", _("Billed now"), money(0, currency))
    net = sum(charge["amount"] for charge in charges)
    named = ", ".join(charge["description"] for charge in charges)
    return Fact("now", _("Billed now"), amount(net, currency, previewed(charged)), note=named)


def _credit(preview: _View) -> Iterator[Fact]:
    if preview["credit"]:
        yield Fact("credit", _("Credit"), money(preview["credit"], preview["currency"]))


def _next_bill(preview: _View, following: Pending | None) -> Fact:
    bill, before = preview["next_bill"], preview["next_billing_on_before"]
    moved = before and before != preview["next_billing_on_after"]
    note = _("instead of %(day)s", day=day(before)) if moved else ""
    if bill is None or following is None:
        return Fact("next", _("Next bill"), _("none"), note=note)
    due = amount(bill["net"], bill["currency"], previewed(following))
    return Fact("next", _("Next bill"), _("%(day)s: %(amount)s", day=day(bill["on"]), amount=due), note=note)

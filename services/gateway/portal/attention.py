"""What needs the customer's attention: one sentence for each code of the contracts, and where to see to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _

from services.gateway.formats import day, money
from services.gateway.portal.payment_texts import method_name

_Reply = dict[str, Any] | None

# By code: how urgent, and the sentence.
SUBSCRIPTION_TEXTS = {
    "held_for_payment": ("bad", _("%(product)s is paused because an invoice is not paid.")),
    "held_by_merchant": ("warn", _("%(product)s is paused by us. Please contact us.")),
    "paused": ("info", _("%(product)s is paused.")),
    "pause_planned": ("info", _("%(product)s will be paused from %(on)s.")),
    "trial_ends": ("info", _("The trial of %(product)s ends on %(on)s.")),
    "ends": ("info", _("%(product)s ends on %(on)s.")),
}
PAYMENT_TEXTS = {
    "no_usable_method": ("warn", _("There is no payment method that can be used. Please add one.")),
    "method_failed": ("bad", _("%(method)s was declined by your bank. Please replace it.")),
    "method_inactivated": (
        "bad",
        _("%(method)s can't be charged any more: it was closed or revoked. Please replace it."),
    ),
    "method_expired": ("bad", _("%(method)s has expired. Please replace it.")),
    "method_expires_soon": ("warn", _("%(method)s expires soon. Please replace it in time.")),
}
_URGENCY = ("bad", "warn", "info")
_OPEN_INVOICES = "/invoices?status=open"
# So many are shown at once; the others are folded away.
MOST_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence, how urgent it is (a tone of badges), and the page that helps, by its address and what it is for."""

    tone: str
    text: str
    link: str
    action: str


def notes(billing: _Reply, invoices: _Reply, payments: _Reply) -> list[Note]:
    """What the summaries of three services call for, the most urgent first; a service that is away is left out."""
    found = [
        *(_of_invoices(invoices) if invoices else ()),
        *(_of_subscriptions(billing) if billing else ()),
        *(_of_method(item, payments) for item in (payments or {}).get("attention", ())),
    ]
    return sorted(found, key=lambda note: _URGENCY.index(note.tone))


def _of_invoices(invoices: dict[str, Any]) -> Iterator[Note]:
    if invoices["overdue_count"]:
        text = ngettext(
            "An invoice is overdue: please pay %(amount)s.",
            "%(num)d invoices are overdue: please pay %(amount)s.",
            invoices["overdue_count"],
            amount=money(invoices["overdue"], invoices["currency"]),
        )
        yield Note("bad", text, _OPEN_INVOICES, gettext("Open invoices"))
    # Those that are overdue are among the former. An invoices service of before names none.
    for invoice in invoices.get("failing", ()):
        text = gettext("The payment of invoice %(number)s has failed.", number=invoice["number"])
        yield Note("bad", text, f"/invoices/{invoice['invoice']}", gettext("See the invoice"))
    others = invoices.get("failing_count", 0) - len(invoices.get("failing", ()))
    if others > 0:
        text = ngettext(
            "The payment of %(num)d more invoice has failed.",
            "The payments of %(num)d more invoices have failed.",
            others,
        )
        yield Note("bad", text, _OPEN_INVOICES, gettext("Open invoices"))


def _of_subscriptions(billing: dict[str, Any]) -> Iterator[Note]:
    yield from (_of_subscription(item) for item in billing["attention"])
    others = billing["attention_count"] - len(billing["attention"])
    if others > 0:
        text = ngettext(
            "%(num)d more subscription is paused, on trial or ending.",
            "%(num)d more subscriptions are paused, on trial or ending.",
            others,
        )
        yield Note("info", text, "/subscriptions", gettext("My subscriptions"))


def _of_subscription(item: dict[str, Any]) -> Note:
    tone, sentence = SUBSCRIPTION_TEXTS[item["code"]]
    text = str(sentence) % {"product": item["product_name"], "on": day(item["on"])}
    if item["code"] == "held_for_payment":
        return Note(tone, text, _OPEN_INVOICES, gettext("Open invoices"))
    return Note(tone, text, f"/subscriptions/{item['subscription']}", gettext("See the subscription"))


def _of_method(item: dict[str, Any], payments: _Reply) -> Note:
    tone, sentence = PAYMENT_TEXTS[item["code"]]
    name = method_name(item["method"]) if item.get("method") else gettext("A payment method")
    text = str(sentence) % {"method": name}
    # A payments service of before does not say whether one may be added, and lets everybody.
    if not (payments or {}).get("may_add", True):
        return Note(tone, text, "/payment-methods", gettext("Payment methods"))
    if item["code"] == "no_usable_method":
        return Note(tone, text, "/payment-methods/new", gettext("Add a payment method"))
    return Note(tone, text, f"/payment-methods/{item['payment_method']}/update", gettext("Replace it"))

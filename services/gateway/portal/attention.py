"""What needs the customer's attention: one sentence for each code of the contracts, and where to see to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel import ngettext

from services.gateway.formats import day, money

_Reply = dict[str, Any] | None

# By code: how urgent, and the sentence.
SUBSCRIPTION_TEXTS = {
    "held_for_payment": ("bad", _("%(product)s is paused because an invoice is not paid.")),
    "held_by_merchant": ("warn", _("%(product)s is paused by us. Please contact us.")),
    "paused": ("info", _("%(product)s is paused.")),
    "trial_ends": ("info", _("The trial of %(product)s ends on %(on)s.")),
    "ends": ("info", _("%(product)s ends on %(on)s.")),
}
PAYMENT_TEXTS = {
    "no_usable_method": ("warn", _("There is no payment method that can be used. Please add one.")),
    "method_failed": ("bad", _("A payment method does not work any more.")),
    "method_expired": ("bad", _("A payment method has expired.")),
    "method_expires_soon": ("warn", _("A payment method expires soon.")),
}
_URGENCY = ("bad", "warn", "info")


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence, how urgent it is (a tone of badges), and the page that helps."""

    tone: str
    text: str
    link: str


def notes(billing: _Reply, invoices: _Reply, payments: _Reply) -> list[Note]:
    """What the summaries of three services call for, the most urgent first; a service that is away is left out."""
    found = []
    if invoices and invoices["overdue_count"]:
        text = ngettext(
            "An invoice is overdue: please pay %(amount)s.",
            "%(num)d invoices are overdue: please pay %(amount)s.",
            invoices["overdue_count"],
            amount=money(invoices["overdue"], invoices["currency"]),
        )
        found.append(Note("bad", text, "/invoices?status=open"))
    for item in billing["attention"] if billing else ():
        tone, sentence = SUBSCRIPTION_TEXTS[item["code"]]
        text = str(sentence) % {"product": item["product_name"], "on": day(item["on"])}
        found.append(Note(tone, text, f"/subscriptions/{item['subscription']}"))
    for item in payments["attention"] if payments else ():
        tone, sentence = PAYMENT_TEXTS[item["code"]]
        found.append(Note(tone, str(sentence), "/payment-methods"))
    return sorted(found, key=lambda note: _URGENCY.index(note.tone))

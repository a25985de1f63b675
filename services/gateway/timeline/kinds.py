"""Kinds of events, to choose from: each service's all together, and each one by itself."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from services.gateway.timeline.words import WORDS

KINDS: dict[str, LazyString] = {
    "customers": _("Details and settings"),
    "subscriptions": _("Subscriptions and catalogue"),
    "invoices": _("Invoices and other documents"),
    "payments": _("Payments and payment methods"),
    "auth": _("Access and sign-ins"),
}
_TYPES: dict[str, LazyString] = {
    "customers.customer_created": _("Customer created"),
    "customers.customer_changed": _("Customer changed"),
    "customers.customer_access_changed": _("Access of the customer"),
    "customers.contact_changed": _("Contact changed"),
    "customers.numbers_changed": _("Numbers for invoices changed"),
    "customers.bill_group_changed": _("Settings of the bill group changed"),
    "customers.note_added": _("Notes"),
    "customers.merchant_changed": _("Settings changed"),
    "customers.import_finished": _("Imports"),
    "subscriptions.subscription_created": _("Subscription created"),
    "subscriptions.subscription_paused": _("Subscription paused"),
    "subscriptions.subscription_cancelled": _("Subscription cancelled"),
    "invoices.invoice_issued": _("Invoice issued"),
    "invoices.invoice_settled": _("Invoice paid"),
    "invoices.credit_note_issued": _("Credit note issued"),
    "payments.payment_settled": _("Payment received"),
    "payments.payment_refunded": _("Payment refunded"),
    "payments.payment_method_added": _("Payment method added"),
    "auth.signed_in": _("Signed in"),
    "auth.code_requested": _("Code or link asked for"),
}
assert set(_TYPES) <= set(WORDS)


def kind_of(chosen: str) -> dict[str, str]:
    """What a choice asks of the timeline: ``source``, or ``type``; nothing for what is none of them."""
    if chosen in KINDS:
        return {"source": chosen}
    if chosen in _TYPES:
        return {"type": chosen.partition(".")[2]}
    return {}


def types_of(kind: str) -> dict[str, LazyString]:
    """The single types of a kind that can be chosen, by what stands for the choice."""
    return {name: text for name, text in _TYPES.items() if name.startswith(f"{kind}.")}

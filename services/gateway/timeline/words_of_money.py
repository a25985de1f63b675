"""What is said of documents, payment methods and payments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

from services.gateway.formats import money
from services.gateway.portal.payment_texts import method_name

_Data = Mapping[str, Any]


def _number(data: _Data) -> str:
    return data.get("number") or _("draft")


def _total(data: _Data) -> str:
    return money(data["total"], data["currency"])


def _amount(data: _Data) -> str:
    return money(data["amount"], data["currency"])


def _on(text: str, data: _Data) -> str:
    """With the invoice that it is about, by its handle: that is what the event has."""
    return (
        _("%(what)s, invoice %(invoice)s", what=text, invoice=data["invoice"])
        if data.get("invoice")
        else text
    )


def _credited(data: _Data) -> str:
    return _("Invoice %(number)s: %(amount)s credited", number=_number(data), amount=_amount(data))


def _with_expiry(method: _Data) -> str:
    """What a person would call it, and until when it is valid where that is told."""
    expiry = method.get("expiry")
    if not expiry:
        return method_name(method)
    until = f"{expiry['month']:02}/{expiry['year']}"
    return _("%(method)s, valid until %(month)s", method=method_name(method), month=until)


def _updated(data: _Data) -> str:
    if data.get("renewed"):
        return _(
            "Payment method renewed by its issuer: %(before)s → %(now)s",
            before=_with_expiry(data["replaced"]),
            now=_with_expiry(data),
        )
    if not data.get("replaced"):
        return _("Payment method updated: %(now)s", now=method_name(data))
    return _(
        "Payment method updated: %(before)s → %(now)s",
        before=method_name(data["replaced"]),
        now=method_name(data),
    )


OF_INVOICES: dict[str, Callable[[_Data], str]] = {
    "invoice_created": lambda data: _("Draft of an invoice begun: %(total)s", total=_total(data)),
    "invoice_changed": lambda data: _("Draft of an invoice changed: %(total)s", total=_total(data)),
    "invoice_deleted": lambda data: _("Draft of an invoice thrown away: %(total)s", total=_total(data)),
    "invoice_issued": lambda data: _(
        "Invoice %(number)s issued: %(total)s", number=_number(data), total=_total(data)
    ),
    "invoice_settled": lambda data: _(
        "Invoice %(number)s is paid: %(total)s", number=_number(data), total=_total(data)
    ),
    "invoice_cancelled": lambda data: _("Invoice %(number)s cancelled", number=_number(data)),
    "invoice_credited": _credited,
    "invoice_imported": lambda data: _(
        "Document %(number)s brought in: %(total)s", number=_number(data), total=_total(data)
    ),
    "credit_note_issued": lambda data: _(
        "Credit note %(number)s issued: %(total)s", number=_number(data), total=_total(data)
    ),
}

OF_PAYMENTS: dict[str, Callable[[_Data], str]] = {
    "payment_method_added": lambda data: _("Payment method added: %(method)s", method=method_name(data)),
    "payment_method_updated": _updated,
    "payment_method_removed": lambda data: _("Payment method removed: %(method)s", method=method_name(data)),
    "payment_method_inactivated": lambda data: _(
        "Payment method closed or revoked, no longer charged: %(method)s", method=method_name(data)
    ),
    "payment_methods_imported": lambda _data: _("Payment methods brought in"),
    "default_payment_method_changed": lambda _data: _("Default payment method changed"),
    "auto_pay_changed": lambda data: (
        _("Automatic payment turned on") if data["auto_pay"] else _("Automatic payment turned off")
    ),
    "payment_method_setup_cancelled": lambda _data: _("Adding a payment method was broken off"),
    "payment_method_setup_failed": lambda _data: _("Adding a payment method failed"),
    "payment_settled": lambda data: _on(_("Payment received: %(amount)s", amount=_amount(data)), data),
    "payment_refunded": lambda data: _on(_("Payment refunded: %(amount)s", amount=_amount(data)), data),
    "payment_charged_back": lambda data: _on(
        _("Payment charged back: %(amount)s", amount=_amount(data)), data
    ),
    "transaction_imported": lambda data: _on(
        _("Transaction brought in: %(amount)s", amount=_amount(data)), data
    ),
    "payment_provider_changed": lambda data: (
        _("Secret for webhooks of the payment provider changed: %(provider)s", provider=data["provider"])
        if data["changed"] == "webhook_secret"
        else _("Payment provider changed: %(provider)s", provider=data["provider"])
    ),
}

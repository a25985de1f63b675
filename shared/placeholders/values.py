"""What placeholders stand for, from the fields of the contracts: amounts and days as the language writes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency

from shared.kernel.money import Money
from shared.placeholders.kinds import language_of

Values = dict[str, str]
Fields = Mapping[str, Any]


def of_company(company: Fields) -> Values:
    """The merchant, from its ``company``."""
    return {
        "Company.name": company["name"] or company["legal_name"],
        "Company.email": company["email"],
        "Company.phone": company["phone"],
        "Company.website": company["website"],
    }


def of_client(bill_group: Fields) -> Values:
    """The customer, from a bill group with its contacts."""
    contact = bill_group["contacts"]["billing"]
    return {
        "Client.name": contact["name"] or contact["company"] or bill_group["customer_name"],
        "Client.company": contact["company"],
        "Client.number": bill_group["customer"],
        "Client.email": contact["email"],
        "Client.vat_number": bill_group["vat_number"],
        "Client.po_number": bill_group["po_number"],
    }


def of_invoice(invoice: Fields, portal: str, language: str) -> Values:
    """A document, from the fields that events and replies have; ``portal`` is the portal's address."""
    currency = invoice["currency"]
    return {
        "Invoice.number": invoice["number"],
        "Invoice.date": day(invoice["created_on"], language),
        "Invoice.due_date": day(invoice["due_on"], language),
        "Invoice.total": money(invoice["total"], currency, language),
        "Invoice.due": money(invoice["due"], currency, language),
        "Invoice.customerportal_url": f"{portal}/invoices/{invoice['invoice']}",
    }


def of_subscription(subscription: Fields, portal: str, language: str) -> Values:
    """A subscription, from the data of its events."""
    names = [
        subscription[each].get(language_of(language)) or subscription[each]["en"]
        for each in ("product_names", "plan_names")
    ]
    return {
        "Subscription.name": ", ".join(dict.fromkeys(names)),
        "Subscription.number": subscription["subscription"],
        "Subscription.customerportal_url": f"{portal}/subscriptions/{subscription['subscription']}",
    }


def money(minor: int, currency: str, language: str) -> str:
    """An amount in minor units: 123456 EUR is €1,234.56, or 1.234,56 €."""
    written: str = format_currency(Money(minor, currency).major, currency, locale=_locale(language))
    return written


def day(value: date | str, language: str) -> str:
    """A calendar day, or its ISO form, written out: 21 November 2026."""
    when = date.fromisoformat(value) if isinstance(value, str) else value
    return format_date(when, format="long", locale=_locale(language))


def _locale(tag: str) -> Locale:
    """The conventions of the text's language: those of a country (``de-AT``), if it is one of its countries."""
    try:
        locale = Locale.parse(tag.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return Locale.parse(language_of(tag))
    return locale if locale.language == language_of(tag) else Locale.parse(language_of(tag))

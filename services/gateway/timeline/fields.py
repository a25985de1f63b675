"""Fields in words, and what stands in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from services.gateway.formats import country
from services.gateway.preference_forms import language_name, zone_name

# Fields as events name them; an address's without what stands in front of the point.
NAMES: dict[str, LazyString] = {
    "name": lazy_gettext("Name"),
    "company": lazy_gettext("Company"),
    "email": lazy_gettext("E-mail address"),
    "phone": lazy_gettext("Telephone"),
    "address.line1": lazy_gettext("Street and number"),
    "address.line2": lazy_gettext("Address line 2"),
    "address.postal_code": lazy_gettext("Postal code"),
    "address.city": lazy_gettext("City"),
    "address.region": lazy_gettext("State or region"),
    "address.country": lazy_gettext("Country"),
    "po_number": lazy_gettext("Purchase order number"),
    "vat_number": lazy_gettext("VAT number"),
    "registration_number": lazy_gettext("Registration number"),
    "language": lazy_gettext("Language"),
    "time_zone": lazy_gettext("Time zone"),
    "access": lazy_gettext("Access to the portal"),
    "role": lazy_gettext("Role"),
    "emails.subscriptions": lazy_gettext("E-mails about subscriptions"),
    "emails.payment_methods": lazy_gettext("E-mails about payment methods"),
    "value": lazy_gettext("Access rule"),
    # Products and plans.
    "names.en": lazy_gettext("Name in English"),
    "names.de": lazy_gettext("Name in German"),
    "interval": lazy_gettext("Billed"),
    "trial_days": lazy_gettext("Trial, in days"),
    "notice_days": lazy_gettext("Notice, in days"),
    "minimum_term_months": lazy_gettext("Minimum term, in months"),
    "tax_code": lazy_gettext("Tax"),
    # The merchant's settings.
    "legal_name": lazy_gettext("Legal name"),
    "website": lazy_gettext("Website"),
    "bank.iban": lazy_gettext("IBAN"),
    "bank.bic": lazy_gettext("BIC"),
    "bank.bank_name": lazy_gettext("Name of the bank"),
    "numbering.invoice": lazy_gettext("Numbers of invoices"),
    "numbering.credit_note": lazy_gettext("Numbers of credit notes"),
    "payment_days": lazy_gettext("Days to pay"),
    "pay_by_transfer": lazy_gettext(
        "Show our bank account on invoices, so that they can be paid by transfer"
    ),
    "accent": lazy_gettext("Accent colour"),
    "sign_in_answer": lazy_gettext("Unknown e-mail addresses"),
    "sign_in_ways": lazy_gettext("Ways to sign in"),
    "customers_edit": lazy_gettext("Change their contact details and tax numbers"),
    "customers_pause": lazy_gettext("Pause subscriptions"),
    "customers_resume": lazy_gettext("Resume what they paused themselves"),
    "customers_cancel": lazy_gettext("Cancel subscriptions, and take that back"),
    "customers_add_methods": lazy_gettext("Add and replace payment methods"),
    "customers_remove_methods": lazy_gettext("Remove payment methods"),
    "customers_auto_pay": lazy_gettext("Turn automatic payment on and off"),
    "document_kinds": lazy_gettext("Documents that customers see"),
    "headlines.en": lazy_gettext("Headline in English"),
    "headlines.de": lazy_gettext("Headline in German"),
    "default_language": lazy_gettext("Language of those who have chosen none"),
    "terms_url": lazy_gettext("Address of your terms"),
    "privacy_url": lazy_gettext("Address of your privacy policy"),
    "frame_origins": lazy_gettext("Sites that may frame the portal"),
    "default_access": lazy_gettext("Access to the portal"),
    "portal_without_contract": lazy_gettext("Access without a running subscription"),
    "logo": lazy_gettext("Logo"),
}
_SWITCHES = {
    "on": lazy_gettext("On"),
    "off": lazy_gettext("Off"),
    "default": lazy_gettext("As set for all customers"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """A field before and after, in words; empty where there was or is nothing."""

    field: str
    old: str
    new: str


def changes(data: Mapping[str, Any]) -> Iterator[Change]:
    """Field by field what an event says has changed."""
    for change in data.get("changes") or ():
        name = change["field"].removeprefix("company.")
        yield Change(name_of(name), _in_words(name, change["old"]), _in_words(name, change["new"]))
    if "old" in data and "new" in data:
        yield Change(_("Contents"), str(data["old"] or ""), str(data["new"] or ""))


def name_of(field: str) -> str:
    """A field in words; one that is not known here without its signs."""
    kind, _dot, currency = field.partition(".")
    if kind == "price":
        return _("Price in %(currency)s", currency=currency)
    if kind == "setup_fee":
        setup_fee = _("Setup fee")
        return f"{setup_fee} ({currency})"
    known = NAMES.get(field.removeprefix("company."))
    return str(known) if known else field.replace("_", " ").replace(".", ", ").capitalize()


def _in_words(name: str, value: str) -> str:
    if name == "address.country":
        return country(value) if value else ""
    if name == "language" and value:
        return language_name(value)
    if name == "time_zone" and value:
        return zone_name(value)
    # Switches are on or off, wherever they are.
    return str(_SWITCHES.get(value, value))

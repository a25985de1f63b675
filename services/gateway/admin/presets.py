"""What a new bill group's form begins with: what is usual where the merchant is."""

from __future__ import annotations

from babel.core import get_global
from babel.numbers import get_territory_currencies

from services.gateway.admin.customer_forms import NewBillGroupForm
from services.gateway.merchant import current_merchant


def new_bill_group() -> NewBillGroupForm:
    """The form with the merchant's currency, time zone and language."""
    merchant = current_merchant()
    country = merchant["company"]["address"]["country"]
    zones = sorted(zone for zone, territory in get_global("zone_territories").items() if territory == country)
    currencies = get_territory_currencies(country) if country else []
    usual = {
        "currency": currencies[0] if currencies else "EUR",
        "time_zone": zones[0] if zones else "UTC",
        "language": merchant["default_language"],
    }
    return NewBillGroupForm(formdata=None, data=usual).offer()

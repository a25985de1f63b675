"""Roles, areas and ways in as people read them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

ROLES: dict[str, LazyString] = {
    "owner": _("Owner"),
    "billing": _("Billing"),
    "support": _("Support"),
    "read_only": _("Read only"),
}
ROLE_HINTS: dict[str, LazyString] = {
    "owner": _("May do everything, also change settings, invite colleagues and make API keys."),
    "billing": _("Looks after customers, subscriptions, invoices, payments, products and plans."),
    "support": _("Looks after customers, their subscriptions and their access; sees invoices and payments."),
    "read_only": _("Sees customers and all that belongs to them, and changes nothing."),
}
AREAS: dict[str, LazyString] = {
    "customers": _("Customers"),
    "catalogue": _("Products and plans"),
    "subscriptions": _("Subscriptions"),
    "invoices": _("Invoices"),
    "payments": _("Payments"),
    "timeline": _("Timeline"),
    "portal": _("Customers' access to the portal"),
    "settings": _("Settings"),
    "keys": _("API keys"),
    "staff": _("Staff"),
}
WAYS: dict[str, LazyString] = {
    "set_up": _("by a link"),
    "password": _("with the password"),
    "second_factor": _("with password and second factor"),
}


def scope_text(scope: str) -> str:
    """A scope in words."""
    area, _separator, right = scope.partition(":")
    if area not in AREAS:
        return str(_("Bring in data"))
    name = AREAS[area]
    return str(_("%(area)s: change", area=name) if right == "write" else _("%(area)s: see", area=name))

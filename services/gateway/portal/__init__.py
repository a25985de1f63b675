"""The customers' pages: a file and a blueprint for each section."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from services.gateway.portal import (
    auto_pay,
    details,
    details_email,
    invoices,
    kept_forms,
    language,
    overview,
    payment_methods,
    payments,
    preferences,
    sessions,
    sign_in,
    sign_in_link,
    subscription_actions,
    subscriptions,
)


@dataclass(frozen=True, slots=True)
class Section:
    """An entry of the navigation; ``path`` is its first page, and the pages below belong to it."""

    path: str
    icon: str
    label: LazyString


SECTIONS = (
    Section("/overview", "overview", _("Overview")),
    Section("/details", "person", _("My details")),
    Section("/subscriptions", "repeat", _("My subscriptions")),
    Section("/payment-methods", "card", _("My payment methods")),
    Section("/invoices", "document", _("My invoices")),
)

_PARTS = (
    sign_in,
    sign_in_link,
    kept_forms,
    language,
    overview,
    details,
    details_email,
    preferences,
    subscriptions,
    subscription_actions,
    payment_methods,
    invoices,
    payments,
    auto_pay,
    sessions,
)


def set_up(app: Flask) -> None:
    """Add all sections and the navigation between them."""
    for section in _PARTS:
        app.register_blueprint(section.blueprint)
    app.jinja_env.globals["sections"] = SECTIONS

"""The customers' pages: a file and a blueprint for each section."""

from __future__ import annotations

from flask import Flask

from services.gateway.portal import (
    auto_pay,
    details,
    details_email,
    invoices,
    kept_forms,
    language,
    overview,
    password,
    payment_methods,
    payments,
    portal_link,
    preferences,
    previews,
    sessions,
    sign_in,
    sign_in_link,
    sign_in_password,
    subscription_actions,
    subscriptions,
    switch,
    ways,
)

_PARTS = (
    sign_in,
    sign_in_link,
    portal_link,
    switch,
    sign_in_password,
    ways,
    previews,
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
    password,
)


def set_up(app: Flask) -> None:
    """Add all sections."""
    for section in _PARTS:
        app.register_blueprint(section.blueprint)

"""The staff's pages: a file and a blueprint for each area."""

from __future__ import annotations

from flask import Flask, g

from services.gateway.admin import (
    access,
    account,
    api_keys,
    bill_group_changes,
    bill_groups,
    customer_access,
    customers,
    desk,
    documents,
    imports,
    navigation,
    plan_changes,
    plans,
    previews,
    products,
    second_factor,
    set_up_link,
    settings_access,
    settings_company,
    settings_documents,
    settings_payments,
    settings_portal,
    sign_in,
    staff,
    subscribing,
    subscription_actions,
    subscription_payer,
    subscriptions,
    texts,
    timelines,
)
from services.gateway.admin.desk import in_admin

_PARTS = (
    sign_in,
    set_up_link,
    previews,
    texts,
    access,
    customer_access,
    settings_company,
    settings_portal,
    settings_access,
    settings_documents,
    settings_payments,
    account,
    second_factor,
    staff,
    api_keys,
    products,
    plans,
    plan_changes,
    subscriptions,
    subscription_actions,
    subscription_payer,
    subscribing,
    customers,
    bill_groups,
    bill_group_changes,
    timelines,
    documents,
    imports,
)


def set_up(app: Flask) -> None:
    """Add all areas, and give templates who is at the desk and the frame that a page stands in."""
    for part in _PARTS:
        app.register_blueprint(part.blueprint)
    desk.set_up(app)
    app.context_processor(_frame)
    navigation.set_up(app)


def _frame() -> dict[str, object]:
    is_admin = in_admin()
    return {
        "staff_info": g.get("staff"),
        "frame": "admin/base.html" if is_admin else "base.html",
        "start_page": "/admin" if is_admin else "/",
        "door": "/admin/login" if is_admin else "/login",
    }

"""Starting a preview: the portal as a bill group's billing contact sees it."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from services.gateway.admin.desk import Desk, staff_page
from services.gateway.forms import idempotency_key
from services.gateway.previews import show_preview

blueprint = Blueprint("admin_previews", __name__, url_prefix="/admin/bill-groups")


@blueprint.post("/<handle:bill_group>/preview")
@staff_page
def start(desk: Desk, bill_group: str) -> ResponseReturnValue:
    """Show the portal in this browser, until the preview is ended or an hour is over."""
    started = desk.call("auth", "start_preview", bill_group=bill_group, key=idempotency_key())
    response = redirect(url_for("overview.show"), 303)
    show_preview(response, started["token"])
    return response

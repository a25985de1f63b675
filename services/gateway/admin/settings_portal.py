"""What the portal looks like, who gets in how, and what customers see and do there."""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.gateway.admin.desk import Desk, staff_page
from services.gateway.admin.portal_form import PortalForm
from services.gateway.admin.settings import Merchant, SettingsPage
from services.gateway.forms import idempotency_key, sent_version
from services.gateway.look import accent_css, shades, text_on
from shared.kernel.errors import DomainError

blueprint = Blueprint("admin_portal", __name__, url_prefix="/admin/settings/portal")

_ACCENT = re.compile(r"[0-9a-fA-F]{6}")


@blueprint.get("")
@staff_page
def show(desk: Desk) -> ResponseReturnValue:
    """All of it, and the portal's address."""
    merchant = desk.call("customers", "get_merchant")
    return _page(desk, PortalForm.of(merchant), merchant).show(PortalForm.of(merchant))


@blueprint.post("")
@staff_page
def save(desk: Desk) -> ResponseReturnValue:
    """Save it, or show the colour that was chosen without saving anything."""
    form = PortalForm()
    if not form.validate() or "show" in request.form:
        return _page(desk, form).show(form, sent_version())
    try:
        desk.call("customers", "set_portal", **form.portal(), version=sent_version(), key=idempotency_key())
    except DomainError as error:
        return _page(desk, form).show_again(form, error)
    flash(gettext("The portal is saved. Customers see it within two seconds."), "good")
    return redirect(url_for(".show"), 303)


@blueprint.get("/look.css")
@staff_page(needs="customers.get_merchant")
def look(_desk: Desk) -> ResponseReturnValue:
    """The look that an accent colour comes to, and its two shades beside each other."""
    accent = request.args.get("accent", "")
    if not _ACCENT.fullmatch(accent):
        abort(400)
    light, dark = shades(f"#{accent.lower()}")
    rules = "".join(
        f".shade-{name}{{background:{shade};color:{text_on(shade)}}}.shade-{name}::after{{content:'{shade}'}}"
        for name, shade in (("light", light), ("dark", dark))
    )
    return Response(f"{accent_css(f'#{accent.lower()}')}{rules}\n", mimetype="text/css")


def _page(desk: Desk, form: PortalForm, merchant: Merchant | None = None) -> SettingsPage:
    merchant = merchant or desk.call("customers", "get_merchant")
    accent = form.accent.data or ""
    if not _ACCENT.fullmatch(accent.removeprefix("#")):
        accent = merchant["accent"]
    more = {
        "portal_url": current_app.config["PUBLIC_URL"],
        "preview": url_for(".look", accent=accent.removeprefix("#")),
    }
    return SettingsPage("admin/settings/portal.html", "set_portal", desk, merchant, more)

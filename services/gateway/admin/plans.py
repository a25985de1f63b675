"""Plans: all of them, and one of them with all its versions; and taking them off sale."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.gateway.admin.catalogue_forms import TAX_TEXTS
from services.gateway.admin.catalogue_lists import archived_of, name_of, product_names, search_of
from services.gateway.admin.desk import Desk, staff_page
from services.gateway.asking import section
from services.gateway.forms import idempotency_key
from shared.contracts.subscription_catalogue import MOST_COUNTED

blueprint = Blueprint("admin_plans", __name__, url_prefix="/admin/plans")
blueprint.add_app_template_filter(name_of, "name_of")

_VERSIONS_SHOWN = 10


@blueprint.get("")
@staff_page
def show_all(desk: Desk) -> ResponseReturnValue:
    """The plans that are found, a page of them at a time."""
    asked = desk.begin(
        "subscriptions",
        "find_plans",
        q=search_of(request.args),
        archived=archived_of(request.args),
        cursor=request.args.get("cursor"),
    )
    found = section(asked)
    names = product_names(desk, (plan["product"] for plan in found["items"])) if found else {}
    return render_template("admin/plans/list.html", found=found, products=names, may=desk.may)


@blueprint.get("/<handle:plan>")
@staff_page
def show(desk: Desk, plan: str) -> ResponseReturnValue:
    """One plan: what it is now, and what it was, with who keeps what. Earlier ones stand behind ``versions``."""
    versions = desk.begin(
        "subscriptions",
        "list_plan_versions",
        plan=plan,
        limit=_VERSIONS_SHOWN,
        cursor=request.args.get("versions"),
    )
    found = desk.call("subscriptions", "get_plan", plan=plan)
    product = desk.call("subscriptions", "get_product", product=found["product"])
    return render_template(
        "admin/plans/detail.html",
        plan=found,
        product=product,
        versions=section(versions),
        most_counted=MOST_COUNTED,
        taxes=TAX_TEXTS,
        may=desk.may,
    )


@blueprint.get("/<handle:plan>/archive")
@staff_page(needs="subscriptions.archive_plan")
def ask_to_archive(desk: Desk, plan: str) -> ResponseReturnValue:
    """Say what archiving means."""
    found = desk.call("subscriptions", "get_plan", plan=plan)
    if found["archived"]:
        return redirect(url_for(".show", plan=plan))
    return render_template("admin/plans/archive.html", plan=found)


@blueprint.post("/<handle:plan>/archive")
@staff_page(needs="subscriptions.archive_plan")
def archive(desk: Desk, plan: str) -> ResponseReturnValue:
    """Take it off sale for good."""
    archived = desk.call("subscriptions", "archive_plan", plan=plan, key=idempotency_key())
    flash(
        _("%(name)s is archived. Subscriptions that run go on as they are.", name=name_of(archived)), "good"
    )
    return redirect(url_for(".show", plan=plan), 303)

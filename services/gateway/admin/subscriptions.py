"""The subscriptions of all customers, and one of them."""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from services.gateway.admin.catalogue_lists import name_of, search_of
from services.gateway.admin.desk import Desk, staff_page
from services.gateway.admin.naming import names_among
from services.gateway.admin.subscription_history import entries
from services.gateway.asking import section
from services.gateway.subscriptions.asking import OfBillGroup
from services.gateway.subscriptions.upcoming import begin_preview, previewed
from shared.contracts.subscriptions import STAGES
from shared.kernel.errors import NotFound
from shared.kernel.ids import is_handle

blueprint = Blueprint("admin_subscriptions", __name__, url_prefix="/admin/subscriptions")

_INVOICES_SHOWN = 10
_EVENTS_SHOWN = 15
_MOST_PLANS = 100


@blueprint.get("")
@staff_page
def show_all(desk: Desk) -> ResponseReturnValue:
    """The subscriptions that are found, a page of them at a time, with whose they are."""
    stage, plan = request.args.get("stage"), request.args.get("plan", "")
    plans = desk.begin("subscriptions", "find_plans", limit=_MOST_PLANS)
    customer = request.args.get("customer", "")
    asked = desk.begin(
        "subscriptions",
        "find_subscriptions",
        q=search_of(request.args),
        stage=stage if stage in STAGES else None,
        plan=plan if is_handle(plan) else None,
        customer=customer if is_handle(customer) else None,
        cursor=request.args.get("cursor"),
    )
    found = section(asked)
    offered = section(plans)
    names = {each["plan"]: name_of(each) for each in offered["items"]} if offered else {}
    if is_handle(plan):
        names.setdefault(plan, plan)
    owners = customer_names(desk, (each["customer"] for each in found["items"])) if found else {}
    return render_template(
        "admin/subscriptions/list.html", found=found, stages=STAGES, plans=names, customers=owners
    )


@blueprint.get("/<handle:subscription>")
@staff_page
def show(desk: Desk, subscription: str) -> ResponseReturnValue:
    """One subscription: where it stands, its dates, price and version, its invoices, and what happened to it."""
    place = find(desk, subscription)
    ours = OfBillGroup(desk, place["bill_group"])
    pending = ours.begin("subscriptions", "get_subscription", subscription=subscription)
    group = ours.begin("customers", "get_bill_group")
    methods = ours.begin("payments", "list_payment_methods")
    invoices = ours.begin("invoices", "list_invoices", subscription=subscription, limit=_INVOICES_SHOWN)
    timeline = ours.begin(
        "customers",
        "list_timeline",
        subject=subscription,
        limit=_EVENTS_SHOWN,
        cursor=request.args.get("history"),
    )
    plan = desk.begin("subscriptions", "get_plan", plan=place["plan"])
    found = pending.result()
    bill = found["upcoming"]
    upcoming = begin_preview(ours, subscription, bill["lines"], bill["currency"]) if bill else None
    wallet, happened = section(methods), section(timeline)
    return render_template(
        "admin/subscriptions/detail.html",
        subscription=found,
        group=section(group),
        plan=section(plan),
        upcoming=previewed(upcoming) if upcoming else None,
        methods=wallet,
        invoices=section(invoices),
        timeline=entries(desk, happened, wallet),
        earlier=happened["next_cursor"] if happened else None,
        may=desk.may,
    )


def find(desk: Desk, subscription: str) -> dict[str, Any]:
    """The subscription as lists tell of it: above all, in which bill group it is. Raises NotFound."""
    found = desk.call("subscriptions", "find_subscriptions", q=subscription, limit=1)["items"]
    if not found or found[0]["subscription"] != subscription:
        raise NotFound
    first: dict[str, Any] = found[0]
    return first


def customer_names(desk: Desk, customers: Iterable[str]) -> dict[str, str]:
    """The names of these customers; one that can't be had goes by its handle."""
    asked = {
        each: desk.begin("customers", "get_customer", customer=each) for each in dict.fromkeys(customers)
    }
    return names_among(asked, itemgetter("name"))

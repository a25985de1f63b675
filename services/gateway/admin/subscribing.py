"""Subscribing a customer: what is wanted, what its first invoices will be, and doing it when that was seen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.gateway.admin.catalogue_lists import name_of, search_of
from services.gateway.admin.desk import Desk, staff_page
from services.gateway.admin.subscribing_form import SubscribeForm
from services.gateway.asking import section
from services.gateway.error_texts import status_of, text_of
from services.gateway.formats import day, interval, money
from services.gateway.forms import idempotency_key, problems_of, sent_before
from services.gateway.subscriptions.asking import OfBillGroup
from services.gateway.subscriptions.texts import method_name
from services.gateway.subscriptions.upcoming import begin_preview, previewed
from shared.kernel.errors import DomainError, Kind
from shared.kernel.ids import is_handle

blueprint = Blueprint(
    "admin_subscribing", __name__, url_prefix="/admin/bill-groups/<handle:bill_group>/subscriptions"
)

_View = Mapping[str, Any]

_MOST_PLANS = 100
_NOT_YET = "preview"
# Refusals that are about what was chosen: the form is shown again with them.
_ABOUT_CHOICES = {
    "no_price_in_currency": "plan",
    "plan_archived": "plan",
    "product_archived": "plan",
    "unknown_payment_method": "payment_method",
}


@dataclass(frozen=True, slots=True)
class _Frame:
    """For whom something is subscribed to, and what there is to choose from."""

    group: _View
    plans: Sequence[_View]
    more_plans: bool
    wallet: _View | None

    def arrange(self, form: SubscribeForm) -> None:
        """Let ``form`` offer what there is, with its price where it has one in the group's currency."""
        currency = self.group["currency"]
        plans = [(plan["plan"], _label(plan, currency)) for plan in self.plans]
        chosen = form.plan.data or ""
        if is_handle(chosen) and chosen not in dict(plans):
            plans.append((chosen, chosen))
        usable = [each for each in self.wallet["items"] if each["status"] == "active"] if self.wallet else []
        methods = [
            (each["payment_method"], method_name(each["payment_method"], self.wallet)) for each in usable
        ]
        form.arrange(currency, plans, methods)


@blueprint.get("/new")
@staff_page(needs="subscriptions.create_subscription")
def ask(desk: Desk, bill_group: str) -> ResponseReturnValue:
    """The form; ``plan`` in the address chooses one, ``q`` looks for plans where there are many."""
    form = SubscribeForm(formdata=None)
    form.plan.data = request.args.get("plan", "")
    return _form_page(_frame(desk, bill_group), form)


@blueprint.post("/new")
@staff_page(needs="subscriptions.create_subscription")
def look_or_begin(desk: Desk, bill_group: str) -> ResponseReturnValue:
    """Show the first invoices of what is wanted, or begin it, if they are still what was shown."""
    form, frame = SubscribeForm(), _frame(desk, bill_group)
    frame.arrange(form)
    if "back" in request.form or not form.validate():
        return _form_page(frame, form)
    ours = OfBillGroup(desk, bill_group)
    try:
        shown = ours.begin("subscriptions", "preview_subscription", **form.wanted()).result()
        invoices = _invoices(ours, shown["bills"])
        if "confirmed" not in request.form:
            return _preview_page(frame, form, shown, invoices)
        if request.form.get("seen") != _seen(shown, invoices):
            raise DomainError("preview_outdated", Kind.CONFLICT)
        begun = ours.begin(
            "subscriptions",
            "create_subscription",
            key=idempotency_key(),
            fingerprint=shown["fingerprint"],
            **form.wanted(),
        ).result()
    except DomainError as error:
        if error.code == "preview_outdated":
            now = ours.begin("subscriptions", "preview_subscription", **form.wanted()).result()
            return _preview_page(frame, form, now, _invoices(ours, now["bills"]), error)
        return _form_page(frame, form, error)
    flash(_begun_text(frame, begun), "good")
    return redirect(url_for("admin_subscriptions.show", subscription=begun["subscription"]), 303)


def _frame(desk: Desk, bill_group: str) -> _Frame:
    ours = OfBillGroup(desk, bill_group)
    plans = desk.begin(
        "subscriptions", "find_plans", q=search_of(request.args), archived=False, limit=_MOST_PLANS
    )
    methods = ours.begin("payments", "list_payment_methods")
    group = ours.begin("customers", "get_bill_group").result()
    found = plans.result()
    return _Frame(group, found["items"], found["next_cursor"] is not None, section(methods))


def _label(plan: _View, currency: str) -> str:
    """A plan by its name and its price."""
    for price in plan["prices"]:
        if price["currency"] == currency:
            every = interval(plan["interval"]["unit"], plan["interval"]["count"])
            return f"{name_of(plan)} ({money(price['unit_amount'], currency)} {every})"
    return _("%(plan)s (no price in %(currency)s)", plan=name_of(plan), currency=currency)


def _invoices(ours: OfBillGroup, bills: Sequence[_View]) -> list[_View | None]:
    """The invoices that would be issued for ``bills``; None for one that can't be had, whose taxes stay open."""
    asked = [begin_preview(ours, _NOT_YET, bill["lines"], bill["currency"]) for bill in bills]
    return [previewed(each) for each in asked]


def _seen(shown: _View, invoices: Sequence[_View | None]) -> str:
    """What stands for all that the preview shows: another amount, tax or day makes it another."""
    taxes = [invoice and [invoice["total"], invoice["taxes"]] for invoice in invoices]
    decided = json.dumps([shown["fingerprint"], taxes], sort_keys=True, default=str)
    return hashlib.sha256(decided.encode()).hexdigest()[:32]


def _form_page(frame: _Frame, form: SubscribeForm, error: DomainError | None = None) -> ResponseReturnValue:
    """The form with all that was typed, and what is wrong with it. Raises ``error`` where no form can help."""
    frame.arrange(form)
    about_all = []
    if error and (field := _ABOUT_CHOICES.get(error.code)):
        form[field].errors = [_text(error)]
    elif error and error.code == "invalid_subscription":
        form.show(_texts(error))
        about_all = [] if form.errors else [text_of(error)]
    elif error and (error.kind in (Kind.RETRY, Kind.UNKNOWN) or error.code == "invalid_request"):
        about_all = [text_of(error)]
    elif error:
        raise error
    page = render_template(
        "admin/subscriptions/new.html",
        form=form,
        group=frame.group,
        more_plans=frame.more_plans,
        key=sent_before(error) if error else None,
        problems=problems_of(form, *about_all),
    )
    return page, status_of(error) if error else 422 if form.errors else 200


def _preview_page(
    frame: _Frame,
    form: SubscribeForm,
    shown: _View,
    invoices: Sequence[_View | None],
    error: DomainError | None = None,
) -> ResponseReturnValue:
    page = render_template(
        "admin/subscriptions/first_invoices.html",
        form=form,
        group=frame.group,
        shown=shown,
        bills=list(zip(shown["bills"], invoices, strict=True)),
        discount=form.wanted()["discount"],
        seen=_seen(shown, invoices),
        plan=dict(form.plan.choices)[form.plan.data],
        pays=dict(form.payment_method.choices).get(form.payment_method.data or ""),
        sent=[(field.name, field.data or "") for field in form if field.name != "csrf_token"],
        problem=text_of(error) if error else "",
    )
    return page, status_of(error) if error else 200


def _text(error: DomainError) -> str:
    if error.code == "no_price_in_currency":
        return _("This plan has no price in the customer's currency. Add one to the plan, or choose another.")
    return text_of(error)


def _texts(error: DomainError) -> dict[str, str]:
    """What is wrong with which field."""
    texts = {
        "in_the_past": _("This day has passed. Please choose today or a later one."),
        "too_much": _("This comes to more than can be billed."),
    }
    fields = error.params.get("fields", {})
    return {
        field: texts.get(code, _("This can't be used. Please check it.")) for field, code in fields.items()
    }


def _begun_text(frame: _Frame, begun: _View) -> str:
    name = frame.group["customer_name"]
    if begun["next_billing_on"] and begun["status"] != "active":
        return _(
            "%(customer)s is subscribed to %(product)s. The first bill comes on %(on)s.",
            customer=name,
            product=begun["product_name"],
            on=day(begun["next_billing_on"]),
        )
    return _("%(customer)s is subscribed to %(product)s.", customer=name, product=begun["product_name"])

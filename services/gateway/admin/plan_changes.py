"""New plans, and new versions of plans: what changes and for whom is shown before it is done."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.gateway.admin.catalogue_forms import NewPlanForm, PlanForm, Prices, currencies
from services.gateway.admin.catalogue_lists import name_of
from services.gateway.admin.desk import Desk, staff_page
from services.gateway.admin.plan_differences import differences, price
from services.gateway.error_texts import status_of, text_of
from services.gateway.forms import idempotency_key, problems_of, sent_before, sent_version
from shared.contracts.subscription_catalogue import MOST_COUNTED
from shared.kernel.errors import DomainError, Kind
from shared.kernel.ids import is_handle

blueprint = Blueprint("admin_plan_changes", __name__, url_prefix="/admin/plans")
blueprint.add_app_template_filter(price, "price_text")
blueprint.add_app_template_global(currencies, "known_currencies")

# Among more nobody chooses from a list: the product's own page leads to its new plan.
_MOST_PRODUCTS = 100
_AGAIN = frozenset(
    {"already_exists", "invalid_request", "invalid_plan", "changed_meanwhile", "product_archived"}
)


@blueprint.get("/new")
@staff_page(needs="subscriptions.create_plan")
def new(desk: Desk) -> ResponseReturnValue:
    """The form for a new plan, of the product ``product`` if the address names one."""
    form = NewPlanForm(formdata=None)
    form.product.data = request.args.get("product", "")
    form.count.data = "1"
    return _new_page(desk, form, Prices([]).with_another())


@blueprint.post("/new")
@staff_page(needs="subscriptions.create_plan")
def create(desk: Desk) -> ResponseReturnValue:
    """Offer a product under a new plan, or show the form with a row for one more price."""
    form, prices = NewPlanForm(), Prices.sent()
    if "more" in request.form:
        return _new_page(desk, form, prices.with_another())
    if not _is_right(form, prices):
        return _new_page(desk, form, prices)
    try:
        made = desk.call(
            "subscriptions",
            "create_plan",
            plan=form.handle.data or None,
            product=form.product.data,
            prices=prices.values(),
            key=idempotency_key(),
            **form.conditions(),
        )
    except DomainError as error:
        return _new_page(desk, form, prices, error)
    flash(_("%(name)s is there and can be subscribed to.", name=name_of(made)), "good")
    return redirect(url_for("admin_plans.show", plan=made["plan"]), 303)


@blueprint.get("/<handle:plan>/change")
@staff_page(needs="subscriptions.change_plan")
def edit(desk: Desk, plan: str) -> ResponseReturnValue:
    """The form for other conditions."""
    found = desk.call("subscriptions", "get_plan", plan=plan)
    return _change_page(found, PlanForm.of(found), Prices.of(found["prices"]), found["plan_version"])


@blueprint.post("/<handle:plan>/change")
@staff_page(needs="subscriptions.change_plan")
def change(desk: Desk, plan: str) -> ResponseReturnValue:
    """Show what the new version changes and for whom, and make it once that was confirmed."""
    form, prices, version = PlanForm(), Prices.sent(), sent_version()
    found = desk.call("subscriptions", "get_plan", plan=plan)
    if "more" in request.form:
        return _change_page(found, form, prices.with_another(), version)
    if "back" in request.form or not _is_right(form, prices):
        return _change_page(found, form, prices, version)
    if version != found["plan_version"]:
        return _outdated(form, prices, DomainError("changed_meanwhile", Kind.CONFLICT, current=found))
    if "confirmed" not in request.form:
        return _new_version_page(desk, found, form, prices)
    try:
        changed = desk.call(
            "subscriptions",
            "change_plan",
            plan=plan,
            plan_version=version,
            prices=prices.values(),
            key=idempotency_key(),
            **form.conditions(),
        )
    except DomainError as error:
        if error.code == "changed_meanwhile":
            return _outdated(form, prices, error)
        return _change_page(found, form, prices, version, error)
    flash(
        _(
            "%(name)s is now version %(version)s. It holds for new subscriptions.",
            name=name_of(changed),
            version=changed["plan_version"],
        ),
        "good",
    )
    return redirect(url_for("admin_plans.show", plan=plan), 303)


def _new_version_page(
    desk: Desk, found: dict[str, Any], form: PlanForm, prices: Prices
) -> ResponseReturnValue:
    versions = desk.call("subscriptions", "list_plan_versions", plan=found["plan"], limit=100)
    changes = differences(found, {**form.conditions(), "prices": prices.values()})
    kept = [each for each in versions["items"] if each["running_count"]]
    return render_template(
        "admin/plans/confirm.html",
        plan=found,
        changes=changes,
        kept=kept,
        most_counted=MOST_COUNTED,
        sent=[(name, value) for name, value in request.form.items(multi=True) if name in _CARRIED],
    )


_CARRIED = frozenset(
    {
        "name_en",
        "name_de",
        "count",
        "unit",
        "trial_days",
        "notice_days",
        "minimum_term_months",
        "tax_code",
        "currency",
        "unit_amount",
        "setup_fee",
        "version",
    }
)


def _outdated(form: PlanForm, prices: Prices, error: DomainError) -> ResponseReturnValue:
    """The form against what somebody else saved meanwhile, which is shown beside it."""
    current = error.params["current"]
    return _change_page(
        current, form, prices, current["plan_version"], error, meanwhile=form.other_than(current)
    )


def _is_right(form: PlanForm, prices: Prices) -> bool:
    # Both are checked, so that all that is wrong is said at once.
    form_is_right, prices_are_right = form.validate(), prices.check()
    return form_is_right and prices_are_right


def _new_page(
    desk: Desk, form: NewPlanForm, prices: Prices, error: DomainError | None = None
) -> ResponseReturnValue:
    found = desk.call("subscriptions", "find_products", archived=False, limit=_MOST_PRODUCTS)
    products = {each["product"]: name_of(each) for each in found["items"]}
    chosen = form.product.data or ""
    if chosen not in products and is_handle(chosen):
        # Behind the first hundred, or archived meanwhile: the service says so when it is asked to.
        products[chosen] = chosen
    form.offer(products.items())
    if error and error.code == "already_exists":
        form.handle.errors = [_("Something else has this handle already. Please choose another one.")]
    return _form_page("admin/plans/new.html", form, prices, error)


def _change_page(
    plan: dict[str, Any],
    form: PlanForm,
    prices: Prices,
    version: int,
    error: DomainError | None = None,
    meanwhile: dict[str, str] | None = None,
) -> ResponseReturnValue:
    return _form_page(
        "admin/plans/change.html",
        form,
        prices,
        error,
        plan=plan,
        version=version,
        meanwhile=meanwhile or {},
        stored_prices=plan["prices"] if meanwhile is not None else None,
    )


def _form_page(
    template: str, form: PlanForm, prices: Prices, error: DomainError | None, **more: Any
) -> ResponseReturnValue:
    """The form with all that was typed, and what is wrong with it. Raises ``error`` where no form can help."""
    if error and error.code not in _AGAIN and error.kind not in (Kind.RETRY, Kind.UNKNOWN):
        raise error
    about_all = [text_of(error)] if error and error.code != "already_exists" else []
    # A form without any row would leave nowhere to type a price.
    prices = prices if prices.rows else prices.with_another()
    page = render_template(
        template,
        form=form,
        prices=prices,
        key=sent_before(error) if error else None,
        problems=[*problems_of(form, *about_all), *prices.problems],
        **{"meanwhile": {}, **more},
    )
    wrong = form.errors or any(row.errors for row in prices.rows)
    return page, status_of(error) if error else 422 if wrong else 200

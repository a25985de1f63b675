"""Products: all of them, one of them, new ones, other names, and taking them off sale."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.gateway.admin.catalogue_forms import ProductForm
from services.gateway.admin.catalogue_lists import archived_of, name_of, search_of
from services.gateway.admin.desk import Desk, staff_page
from services.gateway.asking import section
from services.gateway.error_texts import status_of, text_of
from services.gateway.forms import idempotency_key, problems_of, sent_before, sent_version
from shared.kernel.errors import DomainError, Kind

blueprint = Blueprint("admin_products", __name__, url_prefix="/admin/products")

_MOST_PLANS = 50
# What a form is shown again for; all else is an error's own page.
_AGAIN = frozenset({"already_exists", "invalid_request", "changed_meanwhile"})


@blueprint.get("")
@staff_page
def show_all(desk: Desk) -> ResponseReturnValue:
    """The products that are found, a page of them at a time."""
    found = desk.begin(
        "subscriptions",
        "find_products",
        q=search_of(request.args),
        archived=archived_of(request.args),
        cursor=request.args.get("cursor"),
    )
    return render_template("admin/products/list.html", found=section(found), may=desk.may)


@blueprint.get("/new")
@staff_page(needs="subscriptions.create_product")
def new(desk: Desk) -> ResponseReturnValue:
    """The form for a new product."""
    del desk
    return _form_page(ProductForm(formdata=None))


@blueprint.post("/new")
@staff_page(needs="subscriptions.create_product")
def create(desk: Desk) -> ResponseReturnValue:
    """Sell something new."""
    form = ProductForm()
    if not form.validate():
        return _form_page(form)
    try:
        made = desk.call(
            "subscriptions",
            "create_product",
            product=form.handle.data or None,
            names=form.names(),
            key=idempotency_key(),
        )
    except DomainError as error:
        return _form_page(form, error)
    flash(_("%(name)s is there. Add a plan, so that it can be subscribed to.", name=name_of(made)), "good")
    return redirect(url_for(".show", product=made["product"]), 303)


@blueprint.get("/<handle:product>")
@staff_page
def show(desk: Desk, product: str) -> ResponseReturnValue:
    """One product with its plans."""
    plans = desk.begin("subscriptions", "find_plans", product=product, limit=_MOST_PLANS)
    found = desk.call("subscriptions", "get_product", product=product)
    return render_template("admin/products/detail.html", product=found, plans=section(plans), may=desk.may)


@blueprint.get("/<handle:product>/change")
@staff_page(needs="subscriptions.change_product")
def edit(desk: Desk, product: str) -> ResponseReturnValue:
    """The form for other names."""
    found = desk.call("subscriptions", "get_product", product=product)
    return _form_page(ProductForm.of(found), product=found, version=found["product_version"])


@blueprint.post("/<handle:product>/change")
@staff_page(needs="subscriptions.change_product")
def change(desk: Desk, product: str) -> ResponseReturnValue:
    """Save other names."""
    form = ProductForm()
    found = desk.call("subscriptions", "get_product", product=product)
    if not form.validate():
        return _form_page(form, product=found, version=sent_version())
    try:
        changed = desk.call(
            "subscriptions",
            "change_product",
            product=product,
            product_version=sent_version(),
            names=form.names(),
            key=idempotency_key(),
        )
    except DomainError as error:
        current = error.params.get("current")
        version = current["product_version"] if current else sent_version()
        meanwhile = form.other_than(current) if current else None
        return _form_page(form, error, product=current or found, version=version, meanwhile=meanwhile)
    flash(_("%(name)s is saved. New subscriptions take these names.", name=name_of(changed)), "good")
    return redirect(url_for(".show", product=product), 303)


@blueprint.get("/<handle:product>/archive")
@staff_page(needs="subscriptions.archive_product")
def ask_to_archive(desk: Desk, product: str) -> ResponseReturnValue:
    """Say what archiving means."""
    found = desk.call("subscriptions", "get_product", product=product)
    if found["archived"]:
        return redirect(url_for(".show", product=product))
    return render_template("admin/products/archive.html", product=found)


@blueprint.post("/<handle:product>/archive")
@staff_page(needs="subscriptions.archive_product")
def archive(desk: Desk, product: str) -> ResponseReturnValue:
    """Take it off sale for good."""
    archived = desk.call("subscriptions", "archive_product", product=product, key=idempotency_key())
    flash(
        _("%(name)s is archived. Subscriptions that run go on as they are.", name=name_of(archived)), "good"
    )
    return redirect(url_for(".show", product=product), 303)


def _form_page(
    form: ProductForm,
    error: DomainError | None = None,
    *,
    product: dict[str, Any] | None = None,
    version: int | None = None,
    meanwhile: dict[str, str] | None = None,
) -> ResponseReturnValue:
    """The form with all that was typed, and what is wrong with it. Raises ``error`` where no form can help."""
    about_all = []
    if error and error.code not in _AGAIN and error.kind not in (Kind.RETRY, Kind.UNKNOWN):
        raise error
    if error and error.code == "already_exists":
        form.handle.errors = [_("Something else has this handle already. Please choose another one.")]
    elif error:
        about_all = [text_of(error)]
    page = render_template(
        "admin/products/form.html",
        form=form,
        product=product,
        version=version,
        key=sent_before(error) if error else None,
        problems=problems_of(form, *about_all),
        meanwhile=meanwhile or {},
    )
    return page, status_of(error) if error else 422 if form.errors else 200

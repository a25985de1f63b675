"""Who the merchant is: company, address, numbers, bank account, and the logo."""

from __future__ import annotations

from base64 import b64encode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.gateway.admin.company_form import CompanyForm, company_form, sent_company_form
from services.gateway.admin.desk import Desk, staff_page
from services.gateway.admin.logo_texts import logo_problem
from services.gateway.admin.settings import Merchant, SettingsPage
from services.gateway.error_texts import status_of
from services.gateway.forms import idempotency_key, sent_version
from services.gateway.uploads import takes_a_file
from shared.kernel.errors import DomainError, Kind

blueprint = Blueprint("admin_company", __name__, url_prefix="/admin/settings/company")


@blueprint.get("")
@staff_page
def show(desk: Desk) -> ResponseReturnValue:
    """The company and its logo."""
    merchant = desk.call("customers", "get_merchant")
    return _page(desk, merchant).show(company_form(merchant["company"]))


@blueprint.post("")
@staff_page
def save(desk: Desk) -> ResponseReturnValue:
    """Save the company, or show the form for the country that was chosen in it."""
    form = sent_company_form()
    if "show" in request.form or not form.validate():
        return _page(desk).show(form, sent_version(), follows="show" in request.form)
    try:
        desk.call(
            "customers",
            "set_company",
            company=form.company_details(),
            version=sent_version(),
            key=idempotency_key(),
        )
    except DomainError as error:
        return _page(desk).show_again(form, error)
    flash(gettext("The company is saved. Documents that are issued from now on show it so."), "good")
    return redirect(url_for(".show"), 303)


@blueprint.post("/logo")
@takes_a_file
@staff_page
def set_logo(desk: Desk) -> ResponseReturnValue:
    """Take another logo: a file."""
    file = request.files.get("logo")
    content = file.read() if file else b""
    if not content:
        return _with_logo_problem(desk, gettext("Please choose a file."), 422)
    try:
        desk.call("customers", "set_logo", image=b64encode(content).decode(), key=idempotency_key())
    except DomainError as error:
        if error.code not in ("invalid_logo", "invalid_request") and error.kind is Kind.REFUSED:
            raise
        return _with_logo_problem(desk, logo_problem(error), status_of(error))
    flash(
        gettext("The logo is saved. Pages and e-mails show it at once, documents from the next one on."),
        "good",
    )
    return redirect(url_for(".show"), 303)


@blueprint.get("/logo/remove")
@staff_page(needs="customers.remove_logo")
def ask_to_remove_logo(desk: Desk) -> ResponseReturnValue:
    """Say what removing the logo means."""
    merchant = desk.call("customers", "get_merchant")
    if merchant["logo"] is None:
        return redirect(url_for(".show"))
    return render_template("admin/settings/remove_logo.html", logo=merchant["logo"])


@blueprint.post("/logo/remove")
@staff_page
def remove_logo(desk: Desk) -> ResponseReturnValue:
    """Let the name stand alone."""
    desk.call("customers", "remove_logo", key=idempotency_key())
    flash(gettext("The logo is removed. Your name stands in its place."), "good")
    return redirect(url_for(".show"), 303)


def _page(desk: Desk, merchant: Merchant | None = None, **more: object) -> SettingsPage:
    merchant = merchant or desk.call("customers", "get_merchant")
    shown = {"logo": merchant["logo"], "logo_error": None, "follows": False} | more
    return SettingsPage("admin/settings/company.html", "set_company", desk, merchant, shown)


def _with_logo_problem(desk: Desk, problem: str, status: int) -> ResponseReturnValue:
    merchant = desk.call("customers", "get_merchant")
    form: CompanyForm = company_form(merchant["company"])
    label = gettext("Logo")
    page = _page(desk, merchant, logo_error=problem)
    return page.written(form, problems=[{"text": f"{label}: {problem}", "field": "logo"}]), status

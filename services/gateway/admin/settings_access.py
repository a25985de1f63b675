"""Who gets into the portal by default, and whether without a contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from services.gateway.admin.desk import Desk, staff_page
from services.gateway.admin.settings import SettingsPage
from services.gateway.forms import idempotency_key, problems_of, sent_version
from shared.kernel.errors import DomainError

_WITHOUT_CONTRACT = {
    "open": _("Open, so that old invoices stay in reach"),
    "closed": _("Closed, unless a subscription of the bill group has begun and not ended"),
}
_ACCESS = {"on": _("On"), "off": _("Off")}
_REACHES = {
    "future": _("Only for customers who are added from now on"),
    "all": _("For all customers without a switch of their own, at once"),
}

blueprint = Blueprint("admin_settings_access", __name__, url_prefix="/admin/settings/access")


def _choices(names: Mapping[str, Any]) -> list[SelectChoice]:
    return [SelectChoice(value, name) for value, name in names.items()]


class ContractForm(FlaskForm):
    """Whether customers get in without a contract."""

    portal_without_contract = RadioField(
        _("Without a running subscription, the portal is"), choices=_choices(_WITHOUT_CONTRACT)
    )

    @classmethod
    def of(cls, merchant: Mapping[str, Any]) -> Self:
        """The form filled with the settings as the service tells them."""
        return cls(formdata=None, data={"portal_without_contract": merchant["portal_without_contract"]})

    def other_than(self, merchant: Mapping[str, Any]) -> dict[str, str]:
        """What ``merchant`` has where the form has something else, as people read it."""
        now = merchant["portal_without_contract"]
        if now == self.portal_without_contract.data:
            return {}
        return {"portal_without_contract": str(_WITHOUT_CONTRACT[now])}


class DefaultForm(FlaskForm):
    """Another default, and for whom."""

    access = RadioField(_("Access by default"), choices=_choices(_ACCESS))
    reach = RadioField(_("It holds"), choices=_choices(_REACHES), default="future")


@blueprint.get("")
@staff_page
def show(desk: Desk) -> ResponseReturnValue:
    """What holds, with how many customers follow the default."""
    merchant = desk.call("customers", "get_merchant")
    return _page(desk, merchant).show(ContractForm.of(merchant))


@blueprint.post("")
@staff_page
def save(desk: Desk) -> ResponseReturnValue:
    """Save whether customers get in without a contract."""
    form = ContractForm()
    merchant = desk.call("customers", "get_merchant")
    if not form.validate():
        return _page(desk, merchant).show(form, sent_version())
    try:
        desk.call(
            "customers",
            "set_access",
            portal_without_contract=form.portal_without_contract.data,
            version=sent_version(),
            key=idempotency_key(),
        )
    except DomainError as error:
        return _page(desk, merchant).show_again(form, error)
    flash(gettext("The setting is saved. Whoever is shut out by it is signed out."))
    return redirect(url_for(".show"), 303)


@blueprint.get("/default")
@staff_page
def show_again(desk: Desk) -> ResponseReturnValue:
    """Where the form was refused, whoever loads the page anew or chooses another language begins anew."""
    del desk
    return redirect(url_for(".show"))


@blueprint.post("/default")
@staff_page(needs="customers.set_default_access")
def choose_default(desk: Desk) -> ResponseReturnValue:
    """Set the default for customers to come, or ask once more where it is for all."""
    form = DefaultForm()
    if not form.validate():
        merchant = desk.call("customers", "get_merchant")
        page = _page(desk, merchant, form).written(ContractForm.of(merchant), problems=problems_of(form))
        return page, 422
    if form.reach.data == "all":
        return redirect(url_for(".ask_for_all", access=form.access.data), 303)
    return _set(desk, form.access.data, "future")


@blueprint.get("/default/all")
@staff_page(needs="customers.set_default_access")
def ask_for_all(desk: Desk) -> ResponseReturnValue:
    """How many customers another default would touch, before it is set."""
    return render_template("admin/settings/default_for_all.html", preview=_preview(desk, request.args))


@blueprint.post("/default/all")
@staff_page
def set_for_all(desk: Desk) -> ResponseReturnValue:
    """Set the default for all who follow it."""
    return _set(desk, _wanted(request.form), "all")


def _set(desk: Desk, access: str, reach: str) -> ResponseReturnValue:
    done = desk.call("customers", "set_default_access", access=access, reach=reach, key=idempotency_key())
    if reach == "future":
        flash(gettext("The default is saved. It holds for customers who are added from now on."))
    elif access == "on":
        flash(
            ngettext(
                "The portal is open now for %(num)d customer more.",
                "The portal is open now for %(num)d customers more.",
                done["changed"],
            )
        )
    else:
        flash(
            ngettext(
                "The portal is closed now for %(num)d customer. Whoever was signed in is signed out.",
                "The portal is closed now for %(num)d customers. Whoever was signed in is signed out.",
                done["changed"],
            )
        )
    return redirect(url_for(".show"), 303)


def _preview(desk: Desk, asked: Mapping[str, str]) -> dict[str, Any]:
    return desk.call("customers", "preview_default_access", access=_wanted(asked))


def _wanted(asked: Mapping[str, str]) -> str:
    return "on" if asked.get("access") == "on" else "off"


def _page(desk: Desk, merchant: dict[str, Any], default: DefaultForm | None = None) -> SettingsPage:
    """The page; ``default`` is the second form as it was sent."""
    present = merchant["default_access"]
    preview = _preview(desk, {"access": present})
    more = {
        "default_form": default or DefaultForm(formdata=None, data={"access": present, "reach": "future"}),
        "present": present,
        "following": preview["following"],
        "differing": preview["changing"],
    }
    return SettingsPage("admin/settings/access.html", "set_access", desk, merchant, more)

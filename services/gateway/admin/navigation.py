"""What leads from one admin page to another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from flask import Flask, g, request
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from werkzeug.exceptions import HTTPException

from services.gateway.admin import permissions


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry; ``path`` is its first page, and the pages below belong to it, as do those below ``also``.

    It shows for those whose role may have ``needs`` (``service.method``) done, once its page is there. Entries of one
    ``group`` stand together under its name.
    """

    path: str
    icon: str
    label: LazyString
    needs: str
    group: LazyString | str = ""
    also: tuple[str, ...] = ()

    @property
    def is_here(self) -> bool:
        """Whether the page that is asked for belongs to it."""
        return any(f"{request.path}/".startswith(f"{path}/") for path in (self.path, *self.also))


_SELLING = _("Catalogue")
_SETTINGS = _("Settings")
_ACCESS = _("Team and access")

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "/admin/customers",
        "person",
        _("Customers"),
        "customers.find_customers",
        also=("/admin/bill-groups", "/admin/import", "/admin/timeline"),
    ),
    Entry("/admin/subscriptions", "repeat", _("Subscriptions"), "subscriptions.find_subscriptions"),
    Entry("/admin/products", "box", _("Products"), "subscriptions.find_products", _SELLING),
    Entry("/admin/plans", "coins", _("Plans"), "subscriptions.find_plans", _SELLING),
    Entry("/admin/settings/company", "building", _("Company"), "customers.get_merchant", _SETTINGS),
    Entry("/admin/settings/portal", "overview", _("Portal"), "customers.get_merchant", _SETTINGS),
    Entry("/admin/settings/access", "key", _("Access"), "customers.get_merchant", _SETTINGS),
    Entry("/admin/settings/documents", "document", _("Documents"), "customers.get_merchant", _SETTINGS),
    Entry("/admin/settings/payments", "card", _("Payments"), "customers.get_merchant", _SETTINGS),
    Entry("/admin/settings/texts", "mail", _("Texts"), "customers.get_merchant", _SETTINGS),
    Entry("/admin/staff", "people", _("Staff"), "auth.list_staff", _ACCESS),
    Entry("/admin/api-keys", "key", _("API keys"), "auth.list_api_keys", _ACCESS),
)


def set_up(app: Flask) -> None:
    """Give templates the entries: those whose pages are there, for whoever is signed in."""
    there = [each for each in ENTRIES if _is_there(app, each.path)]

    def groups() -> Iterator[tuple[str, list[Entry]]]:
        staff = g.get("staff")
        scopes = staff["scopes"] if staff else ()
        mine = [each for each in there if permissions.may(scopes, *each.needs.split("."))]
        for name, entries in groupby(mine, key=lambda each: str(each.group)):
            yield name, list(entries)

    app.jinja_env.globals["admin_entries"] = groups


def _is_there(app: Flask, path: str) -> bool:
    try:
        app.url_map.bind("").match(path)
    except HTTPException:
        return False
    return True

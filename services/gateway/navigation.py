"""What leads from page to page: the sections, and what belongs to whoever is signed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, request
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from werkzeug.exceptions import HTTPException

from shared.contracts.contact_roles import GUEST


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the navigation; ``path`` is its first page.

    The pages below belong to it, and those at ``besides``, to which its own pages lead. ``is_for`` says of a
    session whether there is anything behind it; with ``way`` it shows only where the merchant offers that way in.
    """

    path: str
    icon: str
    label: LazyString
    besides: tuple[str, ...] = ()
    is_for: Callable[[Mapping[str, Any]], bool] = lambda _session: True
    way: str = ""

    @property
    def is_here(self) -> bool:
        """Whether the page that is asked for belongs to it."""
        return any(f"{request.path}/".startswith(f"{path}/") for path in (self.path, *self.besides))


SECTIONS = (
    Entry("/overview", "overview", _("Overview")),
    Entry("/details", "person", _("My details")),
    Entry("/subscriptions", "repeat", _("My subscriptions")),
    Entry("/payment-methods", "card", _("My payment methods"), besides=("/auto-pay",)),
    Entry("/invoices", "document", _("My invoices"), besides=("/payments",)),
)


def _is_contact(session: Mapping[str, Any]) -> bool:
    """Whoever is admitted by rule is no contact, and has nothing to choose as one."""
    return session["contact_role"] != GUEST


def _may_switch(session: Mapping[str, Any]) -> bool:
    return bool(session.get("may_switch"))


ACCOUNT = (
    Entry("/switch", "people", _("Switch account"), is_for=_may_switch),
    Entry("/payments", "coins", _("Payment history")),
    Entry("/auto-pay", "repeat", _("Automatic payment")),
    Entry("/details/preferences", "mail", _("Language and e-mails"), is_for=_is_contact),
    Entry("/sessions", "key", _("Where I am signed in")),
    Entry("/password", "key", _("Password"), is_for=_is_contact, way="password"),
)


def set_up(app: Flask) -> None:
    """Give templates the entries whose pages are there."""
    app.jinja_env.globals.update(
        sections=SECTIONS, account_pages=[each for each in ACCOUNT if _is_there(app, each.path)]
    )


def _is_there(app: Flask, path: str) -> bool:
    try:
        app.url_map.bind("").match(path)
    except HTTPException:
        return False
    return True

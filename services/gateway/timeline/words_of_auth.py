"""What is said of the events of auth: signing in, staff, keys, ways into the portal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

from services.gateway.formats import moment

_Data = Mapping[str, Any]


def _link_made(data: _Data) -> str:
    text = (
        _("Secret link made anew; the one before opens nothing any more")
        if data.get("again")
        else _("Secret link made")
    )
    if not data.get("expires_at"):
        return text
    return _("%(what)s; valid until %(until)s", what=text, until=moment(data["expires_at"]))


def _rule_added(data: _Data) -> str:
    text = _("Access rule added: %(rule)s", rule=_rule(data))
    if not data.get("replaced"):
        return text
    return _("%(what)s, in place of %(others)s", what=text, others=", ".join(data["replaced"]))


def _rule(data: _Data) -> str:
    """The rule itself, whatever its field is called."""
    return str(data.get("value") or data.get("rule") or data.get("email") or data.get("domain") or "")


def _signed_in(data: _Data) -> str:
    ways = {
        "code": _("Signed in with a code"),
        "link": _("Signed in with a link from an e-mail"),
        "password": _("Signed in with a password"),
        "secret_link": _("Signed in with the secret link"),
        "app": _("Came in from your app"),
    }
    return ways.get(data.get("way") or "", _("Signed in"))


WORDS: dict[str, Callable[[_Data], str]] = {
    "code_requested": lambda data: _(
        "A code or link for signing in was sent to %(email)s", email=data["email"]
    ),
    "signed_in": _signed_in,
    "signed_out": lambda _data: _("Session ended"),
    "api_key_created": lambda data: _("API key made: %(name)s", name=data["name"]),
    "api_key_withdrawn": lambda data: _("API key withdrawn: %(name)s", name=data["name"]),
    "secret_link_made": _link_made,
    "secret_link_revoked": lambda _data: _("Secret link withdrawn"),
    "credentials_handed_out": lambda _data: _("User name and password handed out"),
    "credentials_withdrawn": lambda _data: _("User name and password withdrawn"),
    "password_changed": lambda _data: _("Password for the portal changed"),
    "password_reset_requested": lambda _data: _("A new password for the portal was asked for"),
    "portal_previewed": lambda _data: _("Portal looked at as the customer sees it"),
    "access_rule_added": _rule_added,
    "access_rule_removed": lambda data: _("Access rule removed: %(rule)s", rule=_rule(data)),
    "staff_set_up": lambda data: _("%(name)s has chosen a password", name=data["name"]),
    "staff_signed_in": lambda _data: _("Signed in to the administration"),
    "staff_signed_out": lambda _data: _("Session in the administration ended"),
    "staff_link_made": lambda _data: _("Link to set up an account made"),
    "staff_invited": lambda data: _("%(name)s was sent a link to set up an account", name=data["name"]),
    "staff_changed": lambda data: _("Staff account changed: %(name)s", name=data["name"]),
    "staff_deactivated": lambda data: _("Staff account closed: %(name)s", name=data["name"]),
    "staff_password_changed": lambda _data: _("Own password changed"),
    "staff_second_factor_set_up": lambda _data: _("Second factor set up"),
    "staff_second_factor_dropped": lambda _data: _("Second factor removed"),
    "staff_recovery_code_used": lambda _data: _("Recovery code used"),
}

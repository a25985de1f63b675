"""Which mails an event calls for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from services.notifications.domain.mails import Mail

CODE_REQUESTED = "auth.code_requested"
STAFF_INVITED = "auth.staff_invited"
PASSWORD_RESET_REQUESTED = "auth.password_reset_requested"  # noqa: S105 - an event's name
STAFF_SET_UP = "auth.staff_set_up"
STAFF_CHANGED = "auth.staff_changed"
# What staff are told of their own access.
STAFF_TOLD = frozenset(
    {
        STAFF_SET_UP,
        STAFF_CHANGED,
        "auth.staff_password_changed",
        "auth.staff_second_factor_set_up",
        "auth.staff_second_factor_dropped",
        "auth.staff_recovery_code_used",
        "auth.staff_deactivated",
    }
)
CONTACT_CHANGED = "customers.contact_changed"
EMAIL_CHANGE_REQUESTED = "customers.email_change_requested"

# Which kind of e-mails, in the words of the customers service, an event's mail is of. What stands not here nobody can
# do without: what lets somebody in, what the law wants to be told, and word that somebody changed an address.
_KINDS = {
    "subscriptions.subscription_pause_scheduled": "subscriptions",
    "subscriptions.subscription_pause_withdrawn": "subscriptions",
    "subscriptions.subscription_paused": "subscriptions",
    "subscriptions.subscription_resumed": "subscriptions",
    "subscriptions.subscription_expired": "subscriptions",
    "payments.payment_method_added": "payment_methods",
    "payments.payment_method_updated": "payment_methods",
    "payments.payment_method_removed": "payment_methods",
    "payments.payment_method_inactivated": "payment_methods",
}


def optional_kind(event: str) -> str | None:
    """The kind of e-mails that an event's mail is of, None where it is always sent."""
    return _KINDS.get(event)


def mails_for(event: Mapping[str, Any]) -> list[Mail]:
    """The mails for an event, given in its envelope with ``data`` as its schema loads it.

    The first mail has the event's id.
    """
    data = event["data"]
    mail = Mail(
        id=event["event_id"],
        event=f"{event['source']}.{event['type']}",
        bill_group=event["bill_group"],
        data=data,
        recipient=None,
        created_at=event["recorded_at"],
        due_at=event["recorded_at"],
    )
    return _BY_EVENT.get(mail.event, _one)(mail)


def _one(mail: Mail) -> list[Mail]:
    return [mail]


def _code(mail: Mail) -> list[Mail]:
    """What lets somebody in goes to whom the event names, and is of no use later."""
    return [replace(mail, recipient=mail.data["email"], expires_at=mail.data["expires_at"])]


def _about_own_access(mail: Mail) -> list[Mail]:
    """Whoever it is about is told of what they would want to know if it was somebody else's doing."""
    data = mail.data
    is_first_password = mail.event == STAFF_SET_UP and not data["is_reset"]
    keeps_role = mail.event == STAFF_CHANGED and all(each["field"] != "role" for each in data["changes"])
    # An auth service of before says nobody's address.
    if is_first_password or keeps_role or not data["email"]:
        return []
    return [replace(mail, recipient=data["email"])]


def _contact_changed(mail: Mail) -> list[Mail]:
    """Whoever had the address before is told, too: they might not have wanted it changed."""
    if mail.data["role"] != "billing":
        return [mail]
    former = [
        change["old"] for change in mail.data["changes"] if change["field"] == "email" and change["old"]
    ]
    return [mail, *(replace(mail, id=f"{mail.id}-former", recipient=address) for address in former)]


def _email_change(mail: Mail) -> list[Mail]:
    """The new address gets the link; whoever has the present one is told at once, but not of each new link."""
    data = mail.data
    asking = replace(mail, recipient=data["email"], expires_at=data["expires_at"])
    if data["again"]:
        return [asking]
    without_link = {name: value for name, value in data.items() if name != "sealed"}
    return [asking, replace(mail, id=f"{mail.id}-former", recipient=data["former"], data=without_link)]


_BY_EVENT = {
    **dict.fromkeys(STAFF_TOLD, _about_own_access),
    CODE_REQUESTED: _code,
    STAFF_INVITED: _code,
    PASSWORD_RESET_REQUESTED: _code,
    CONTACT_CHANGED: _contact_changed,
    EMAIL_CHANGE_REQUESTED: _email_change,
}

"""How a customer's new e-mail address comes to hold: asked for, sent again, withdrawn, confirmed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from services.customers.domain.bill_groups import BillGroup, Role, change_contact, with_billing_email
from services.customers.domain.contacts import Contact
from services.customers.domain.email_changes import asked_for
from shared.kernel.errors import DomainError, NotFound
from shared.kernel.happening import Happening


@dataclass(frozen=True, slots=True)
class Link:
    """A new link: the hash of its token for the store, the token sealed for whoever sends it, who asked and when."""

    token_hash: str
    sealed: str
    asked_at: datetime
    asked_from: str


def change_own_billing_contact(
    group: BillGroup, contact: Contact, link: Link
) -> tuple[BillGroup, list[Happening]]:
    """The billing contact as its owner changes it: all holds at once, but a new e-mail address waits.

    The address that waits already is not written to again. Raises DomainError ``invalid_contact`` and
    ``too_many_requests``.
    """
    checked = contact.checked(needs_email=True)
    present = group.billing.email
    changed, happenings = change_contact(group, Role.BILLING, replace(checked, email=present), taken=False)
    if checked.email == present or _awaits(group, checked.email, link.asked_at):
        return changed, happenings
    asked, happening = _asked(changed, checked.email, link, again=False)
    return asked, [*happenings, happening]


def resend_email_change(group: BillGroup, link: Link) -> tuple[BillGroup, list[Happening]]:
    """Another link to the same address. Raises DomainError ``no_email_change`` and ``too_many_requests``."""
    if group.email_change is None or not group.email_change.is_waiting:
        raise DomainError("no_email_change")
    asked, happening = _asked(group, group.email_change.email, link, again=True)
    return asked, [happening]


def withdraw_email_change(group: BillGroup) -> tuple[BillGroup, list[Happening]]:
    """Let the present address stay. Raises DomainError ``no_email_change``."""
    if group.email_change is None or not group.email_change.is_waiting:
        raise DomainError("no_email_change")
    told = {"email": group.email_change.email}
    happening = Happening("email_change_withdrawn", group.handle, group.handle, told)
    return replace(group, email_change=group.email_change.withdrawn()), [happening]


def confirm_email(
    group: BillGroup, token_hash: str, *, now: datetime, taken: bool
) -> tuple[BillGroup, list[Happening]]:
    """The new address holds from now on. ``taken`` as in ``change_contact``.

    It opens no other customer's portal even so: whoever confirms it may have been led to do so.
    Raises NotFound where the link was replaced, and DomainError ``link_used`` or ``link_expired``.
    """
    change = group.email_change
    if change is None or change.token_hash != token_hash:
        raise NotFound
    confirmed = replace(group, email_change=change.confirmed(now))
    return with_billing_email(confirmed, change.email, taken=taken)


def _awaits(group: BillGroup, email: str, now: datetime) -> bool:
    change = group.email_change
    return change is not None and change.is_waiting and change.email == email and now < change.expires_at


def _asked(group: BillGroup, email: str, link: Link, *, again: bool) -> tuple[BillGroup, Happening]:
    change = asked_for(group.email_change, email, link.token_hash, link.asked_at)
    told = {
        "email": email,
        "former": group.billing.email,
        "sealed": link.sealed,
        "expires_at": change.expires_at,
        "asked_at": change.asked_at,
        "asked_from": link.asked_from,
        "again": again,
    }
    happening = Happening("email_change_requested", group.handle, group.handle, told)
    return replace(group, email_change=change), happening

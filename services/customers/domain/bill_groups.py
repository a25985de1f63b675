"""Bill groups: what is billed together, in one currency, to one contact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from services.customers.domain.contacts import Contact, FieldChange, Problems, contact_changes
from services.customers.domain.email_changes import EmailChange
from services.customers.domain.numbers import checked_vat_number
from services.customers.domain.preferences import Preferences, preference_changes
from services.customers.domain.texts import email_key, tidy
from shared.kernel.errors import DomainError, NotFound
from shared.kernel.happening import Happening

_SETTINGS = ("language", "time_zone", "access")
_NUMBERS = ("po_number", "vat_number", "registration_number")


class Role(StrEnum):
    """Which contact of a bill group."""

    BILLING = "billing"
    SHIPPING = "shipping"


@dataclass(frozen=True, slots=True)
class BillGroup:
    """What is billed together. ``open`` is its own switch for the portal, beside the customer's.

    ``time_zone`` is an IANA name: billing follows it. Without a ``shipping`` contact, what is delivered goes
    to the ``billing`` one. ``sign_in_emails`` are those of the contacts' addresses that open the portal, as
    ``email_key`` has them.
    """

    handle: str
    customer: str
    currency: str
    time_zone: str
    language: str
    billing: Contact
    shipping: Contact | None = None
    open: bool = True
    po_number: str = ""
    vat_number: str = ""
    registration_number: str = ""
    sign_in_emails: frozenset[str] = frozenset()
    billing_preferences: Preferences = field(default_factory=Preferences)
    shipping_preferences: Preferences = field(default_factory=Preferences)
    email_change: EmailChange | None = None

    @property
    def access(self) -> str:
        """Its own switch for the portal: ``on`` or ``off``."""
        return "on" if self.open else "off"

    def contacts(self) -> Iterator[tuple[Role, Contact]]:
        """The contacts that are there, the billing one first."""
        yield Role.BILLING, self.billing
        if self.shipping:
            yield Role.SHIPPING, self.shipping

    def contact(self, role: Role) -> Contact | None:
        """The contact of ``role``, None where there is none."""
        return dict(self.contacts()).get(role)

    def preferences(self, role: Role) -> Preferences:
        """What the contact of ``role`` would like."""
        return self.billing_preferences if role is Role.BILLING else self.shipping_preferences

    def opens_for(self, email: str) -> bool:
        """Whether ``email`` opens the portal here."""
        return email_key(email) in self.sign_in_emails

    def with_contact(self, role: Role, contact: Contact) -> BillGroup:
        """The bill group with ``contact`` in that role. Raises DomainError ``invalid_contact``."""
        if role is Role.BILLING:
            return replace(self, billing=contact.checked(needs_email=True))
        return replace(self, shipping=contact.checked(needs_email=False))

    def contact_emails(self) -> frozenset[str]:
        """The addresses of all contacts, as ``email_key`` has them."""
        keys = (email_key(contact.email) for _, contact in self.contacts())
        return frozenset(key for key in keys if key)


def new_bill_group(group: BillGroup, *, imported: bool) -> tuple[BillGroup, Happening]:
    """The bill group as it may be stored. Raises DomainError ``invalid_customer`` with its fields by path."""
    problems: Problems = {}
    for role, contact in group.contacts():
        try:
            group = group.with_contact(role, contact)
        except DomainError as error:
            found: Problems = error.params["fields"]
            problems |= {f"contacts.{role.value}.{name}": code for name, code in found.items()}
    try:
        group = _with_checked_numbers(group)
    except DomainError as error:
        problems |= error.params["fields"]
    if not _is_time_zone(group.time_zone):
        problems["time_zone"] = "unknown_time_zone"
    if problems:
        raise DomainError("invalid_customer", bill_group=group.handle, fields=problems)
    told = {"customer": group.customer, "currency": group.currency, "imported": imported}
    group = replace(group, sign_in_emails=group.contact_emails())
    return group, Happening("bill_group_created", group.handle, group.handle, told)


def change_bill_group(
    group: BillGroup, *, language: str | None, time_zone: str | None, access: str | None
) -> tuple[BillGroup, list[Happening]]:
    """Set what is not None; ``access`` is ``on`` or ``off``. Raises DomainError ``invalid_customer``.

    The currency stays: prices, invoices and money that was paid are in it.
    """
    if time_zone is not None and not _is_time_zone(time_zone):
        raise DomainError(
            "invalid_customer", bill_group=group.handle, fields={"time_zone": "unknown_time_zone"}
        )
    new = replace(
        group,
        language=group.language if language is None else language,
        time_zone=group.time_zone if time_zone is None else time_zone,
        open=group.open if access is None else access == "on",
    )
    before_and_after = [(name, getattr(group, name), getattr(new, name)) for name in _SETTINGS]
    changes = [FieldChange(name, old, now) for name, old, now in before_and_after if old != now]
    return new, _told(group, "bill_group_changed", changes, customer=group.customer, access=new.access)


def change_contact(
    group: BillGroup, role: Role, contact: Contact, *, taken: bool
) -> tuple[BillGroup, list[Happening]]:
    """Put ``contact`` in place of the present one, or beside it. Raises DomainError ``invalid_contact``.

    ``taken``: the contact's address opens another customer's portal, and whoever changes it has not shown that
    it is theirs. E-mails then go there, but it doesn't open this bill group: otherwise its owner would come
    into here with their next code. An address that stays keeps what it had.
    """
    return _contact_put(group, group.with_contact(role, contact), role, taken=taken)


def with_billing_email(group: BillGroup, email: str, *, taken: bool) -> tuple[BillGroup, list[Happening]]:
    """The billing contact with ``email``, which its owner has confirmed, and else as it is. ``taken`` as above."""
    changed = replace(group, billing=replace(group.billing, email=email))
    return _contact_put(group, changed, Role.BILLING, taken=taken)


def _contact_put(
    group: BillGroup, changed: BillGroup, role: Role, *, taken: bool
) -> tuple[BillGroup, list[Happening]]:
    old, new = group.contact(role), changed.contact(role)
    opening = set(group.sign_in_emails)
    new_email = email_key(new.email) if new else None
    if new_email and not taken and not (old and email_key(old.email) == new_email):
        opening.add(new_email)
    changed = replace(changed, sign_in_emails=changed.contact_emails() & opening)
    happenings = _told(group, "contact_changed", contact_changes(old, new), role=role.value)
    waiting = group.email_change if group.email_change and group.email_change.is_waiting else None
    if waiting and changed.billing.email != group.billing.email:
        # What the merchant sets outdoes what the customer asked for before.
        changed = replace(changed, email_change=waiting.withdrawn())
        told = {"email": waiting.email}
        happenings.append(Happening("email_change_withdrawn", group.handle, group.handle, told))
    return changed, happenings


def remove_shipping_contact(group: BillGroup) -> tuple[BillGroup, list[Happening]]:
    """From now on the billing contact stands for the shipping one, too."""
    changes = contact_changes(group.shipping, None)
    changed = replace(group, shipping=None, shipping_preferences=Preferences())
    changed = replace(changed, sign_in_emails=changed.contact_emails() & group.sign_in_emails)
    return changed, _told(group, "contact_removed", changes, role=Role.SHIPPING.value)


def change_preferences(
    group: BillGroup, role: Role, preferences: Preferences
) -> tuple[BillGroup, list[Happening]]:
    """Let the contact of ``role`` have it so. Raises NotFound without one, and DomainError ``invalid_contact``."""
    if group.contact(role) is None:
        raise NotFound
    if preferences.time_zone is not None and not _is_time_zone(preferences.time_zone):
        raise DomainError("invalid_contact", fields={"time_zone": "unknown_time_zone"})
    changes = preference_changes(group.preferences(role), preferences)
    changed = (
        replace(group, billing_preferences=preferences)
        if role is Role.BILLING
        else replace(group, shipping_preferences=preferences)
    )
    return changed, _told(group, "preferences_changed", changes, role=role.value)


def change_numbers(
    group: BillGroup, *, po_number: str, vat_number: str, registration_number: str, vat_number_used: bool
) -> tuple[BillGroup, list[Happening]]:
    """Set the customer's own references and tax numbers. Raises DomainError ``invalid_numbers``.

    ``vat_number_used``: invoices were issued with one, so that it may become another but not none.
    """
    new = _with_checked_numbers(
        replace(group, po_number=po_number, vat_number=vat_number, registration_number=registration_number)
    )
    if vat_number_used and group.vat_number and not new.vat_number:
        raise DomainError("invalid_numbers", fields={"vat_number": "vat_number_in_use"})
    before_and_after = [(name, getattr(group, name), getattr(new, name)) for name in _NUMBERS]
    changes = [FieldChange(name, old, now) for name, old, now in before_and_after if old != now]
    return new, _told(group, "numbers_changed", changes)


def _is_time_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _with_checked_numbers(group: BillGroup) -> BillGroup:
    try:
        vat_number = checked_vat_number(group.vat_number, group.billing.address.country)
    except ValueError as error:
        raise DomainError("invalid_numbers", fields={"vat_number": "invalid_vat_number"}) from error
    return replace(
        group,
        po_number=tidy(group.po_number),
        vat_number=vat_number,
        registration_number=tidy(group.registration_number),
    )


def _told(group: BillGroup, type_: str, changes: Sequence[FieldChange], **more: str) -> list[Happening]:
    """One event for all the fields that changed; nothing happened where none did."""
    if not changes:
        return []
    data = {**more, "changes": [asdict(change) for change in changes]}
    return [Happening(type_, group.handle, group.handle, data)]

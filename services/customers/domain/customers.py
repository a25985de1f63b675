"""Customers, and who of them may enter the portal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.customers.domain.bill_groups import BillGroup, Role
from services.customers.domain.contacts import Contact, FieldChange, Problems
from services.customers.domain.default_access import OF_OLD, DefaultAccess, Entered
from services.customers.domain.texts import email_key, tidy
from shared.kernel.errors import DomainError
from shared.kernel.happening import Happening


class Access(StrEnum):
    """A customer's switch for the portal: ``default`` follows the merchant's setting for them."""

    ON = "on"
    OFF = "off"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody who buys from the merchant. ``origin`` is a hash of what they were imported from, else empty.

    ``entered`` is the default for access that they entered under, or that held when they were last set to it.
    """

    handle: str
    created_at: datetime
    name: str
    access: Access = Access.DEFAULT
    origin: str = ""
    entered: Entered = OF_OLD

    def may_enter(self, defaults: DefaultAccess) -> bool:
        """Whether the customer's own switch lets them in, or what the merchant has set for those without one."""
        if self.access is Access.DEFAULT:
            return defaults.lets_in(self.entered)
        return self.access is Access.ON


@dataclass(frozen=True, slots=True)
class SignIn:
    """A way into a bill group: as one of its contacts or, where ``role`` is None, admitted by rule as a guest.

    ``email`` is where to reach them: the contact's own address, or the guest's.
    """

    customer: Customer
    bill_group: BillGroup
    role: Role | None
    email: str
    allowed: bool

    @property
    def contact(self) -> Contact | None:
        """Who they are among the contacts; None for a guest."""
        return None if self.role is None else self.bill_group.contact(self.role)

    @property
    def name(self) -> str:
        """How to greet them: of a guest nothing is known but the address."""
        return self.contact.shown_name if self.contact else ""

    @property
    def language(self) -> str:
        """In which language to greet them."""
        own = None if self.role is None else self.bill_group.preferences(self.role).language
        return own or self.bill_group.language


def new_customer(customer: Customer, groups: Sequence[BillGroup], *, imported: bool) -> list[Happening]:
    """Check that ``customer`` with their bill groups can be taken in; the first of ``groups`` is told of it.

    Raises DomainError ``invalid_customer``.
    """
    problems = _problems(customer)
    if len({group.handle for group in groups}) < len(groups):
        problems["bill_groups"] = "doubled"
    if problems:
        raise DomainError("invalid_customer", fields=problems)
    told = {"customer": customer.handle, "imported": imported}
    return [Happening("customer_created", customer.handle, groups[0].handle if groups else "", told)]


def change_customer(
    old: Customer, *, name: str | None, access: Access | None, told_to: str, defaults: DefaultAccess
) -> tuple[Customer, list[Happening]]:
    """Set what is not None. Raises DomainError ``invalid_customer``.

    ``told_to`` is the bill group in whose timeline it stands. Access is told of in an event of its own, for those
    who have to shut the door. Whoever is set to the default anew gets that of today.
    """
    new = replace(
        old,
        name=old.name if name is None else tidy(name),
        access=old.access if access is None else access,
    )
    problems = _problems(new)
    if problems:
        raise DomainError("invalid_customer", fields=problems)
    happenings = []
    if new.name != old.name:
        told = _told(new, FieldChange("name", old.name, new.name))
        happenings.append(Happening("customer_changed", new.handle, told_to, told))
    if new.access is not old.access:
        new = replace(new, entered=defaults.entering)
        told = _told(new, FieldChange("access", old.access.value, new.access.value))
        told["access"] = "on" if new.may_enter(defaults) else "off"
        happenings.append(Happening("customer_access_changed", new.handle, told_to, told))
    return new, happenings


@dataclass(frozen=True, slots=True)
class AskedFor:
    """Whose ways in are looked for: contacts with ``email``, and billing contacts of ``customer``.

    ``admitted`` are bill groups that somebody else has found out about: the owner of ``email`` is a guest there, and
    without an address it is their billing contacts that are meant.
    """

    email: str | None = None
    customer: str | None = None
    admitted: frozenset[str] = frozenset()

    def way_into(self, group: BillGroup) -> tuple[Role | None, str] | None:
        """As whom, and with which address; None for no way at all. To be a contact counts before all else."""
        if self.email is not None and email_key(self.email) in group.sign_in_emails:
            wanted = email_key(self.email)
            for role, contact in group.contacts():
                if email_key(contact.email) == wanted:
                    return role, contact.email
        if group.handle in self.admitted and self.email is not None:
            return None, self.email
        if group.handle in self.admitted or group.customer == self.customer:
            return Role.BILLING, group.billing.email
        return None


def sign_ins(
    asked: AskedFor, groups: Iterable[BillGroup], customers: Iterable[Customer], defaults: DefaultAccess
) -> list[SignIn]:
    """The ways into ``groups`` for whom was asked: those of the customer created last come first.

    Where an address is in both contacts of a bill group, the billing contact counts. A bill group whose customer is
    not among ``customers`` is no way in.
    """
    by_handle = {customer.handle: customer for customer in customers}
    found = {}
    for group in groups:
        customer, way = by_handle.get(group.customer), asked.way_into(group)
        if customer is not None and way is not None:
            allowed = customer.may_enter(defaults) and group.open
            found[group.handle] = SignIn(customer, group, *way, allowed)
    in_order = [found[handle] for handle in sorted(found)]
    in_order.sort(key=lambda each: (each.customer.created_at, each.customer.handle), reverse=True)
    return in_order


def _problems(customer: Customer) -> Problems:
    return {} if customer.name else {"name": "required"}


def _told(customer: Customer, change: FieldChange) -> dict[str, object]:
    return {"customer": customer.handle, "changes": [asdict(change)]}

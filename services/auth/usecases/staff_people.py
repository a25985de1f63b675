"""Who belongs to the staff: inviting, changing and deactivating them. Nobody gives what they haven't got themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services.auth.domain import addresses
from services.auth.domain.staff import Role, StaffMember, named
from services.auth.repository import ApiKeys, Guests, Staff
from services.auth.secrecy import Secrecy
from services.auth.staff_views import member_view
from services.auth.usecases import paging
from services.auth.usecases.askers import Askers, check_covers
from shared.contracts.scopes import ROLES
from shared.kernel.clock import Clock
from shared.kernel.context import Context, Principal, PrincipalKind
from shared.kernel.errors import DomainError, NotFound
from shared.kernel.happening import IdempotencyKey
from shared.kernel.ids import new_handle, new_token
from shared.storage import Outcome


class StaffPeople:
    """All of the staff."""

    def __init__(self, staff: Staff, keys: ApiKeys, guests: Guests, secrecy: Secrecy, clock: Clock) -> None:
        self._staff = staff
        self._keys = keys
        self._askers = Askers(staff, keys)
        self._guests = guests
        self._secrecy = secrecy
        self._clock = clock

    def list_staff(self, context: Context, *, limit: int, cursor: str | None) -> dict[str, Any]:
        """A page, the newest first. Raises DomainError ``not_allowed`` and ``invalid_cursor``."""
        now = self._clock.now()
        self._askers.scopes(context, now)
        found = self._staff.page(limit + 1, paging.after(cursor))
        return {
            "items": [member_view(stored.handle, stored.value, now) for stored in found[:limit]],
            "next_cursor": paging.cursor_behind(found, limit),
        }

    def get_staff(self, context: Context, *, staff: str) -> dict[str, Any]:
        """Somebody. Raises NotFound and DomainError ``not_allowed``."""
        now = self._clock.now()
        self._askers.scopes(context, now)
        return member_view(staff, self._member(staff), now)

    def invite_staff(
        self, context: Context, *, email: str, name: str, role: str, language: str, key: IdempotencyKey
    ) -> dict[str, Any]:
        """A new colleague, who gets a letter with a link.

        Raises DomainError ``not_allowed``, ``missing_scope``, ``invalid_email``, ``name_needed`` and ``email_taken``.
        """
        now = self._clock.now()
        check_covers(self._askers.scopes(context, now), _of(Role(role)))
        handle, token = new_handle("staff"), new_token()
        invited = StaffMember(
            email=email.strip(),
            address=addresses.normalised(email),
            name=named(name),
            role=Role(role),
            created_at=now,
            created_by=str(context.principal),
            language=language,
        ).with_link(self._secrecy.set_up_hash(token), now)
        letter = invited.invited(handle, self._secrecy.seal_set_up(token), language)
        result = member_view(handle, invited, now)
        return self._staff.add(handle, invited, context, [letter], result=result, key=key)

    def send_staff_link(
        self,
        context: Context,
        *,
        staff: str,
        drops_second_factor: bool,
        language: str,
        key: IdempotencyKey,
    ) -> dict[str, Any]:
        """A letter with a new link; who was deactivated is invited again by it.

        Raises NotFound, DomainError ``not_allowed`` and ``missing_scope``.
        """
        now = self._clock.now()
        scopes = self._askers.scopes(context, now)
        token = new_token()
        link_hash, sealed = self._secrecy.set_up_hash(token), self._secrecy.seal_set_up(token)

        def send(member: StaffMember) -> Outcome[StaffMember]:
            check_covers(scopes, _of(member.role))
            if not member.address:
                # The first owner, who is still to come: only whoever runs the installation makes that link.
                raise NotFound
            linked = member.with_link(link_hash, now, drops_second_factor=drops_second_factor)
            letter = linked.invited(staff, sealed, language)
            return Outcome(linked, [letter], member_view(staff, linked, now))

        return self._staff.change(staff, context, send, key=key)

    def change_staff(
        self, context: Context, *, staff: str, name: str | None, role: str | None, key: IdempotencyKey
    ) -> dict[str, Any]:
        """Another name or role.

        Raises NotFound, DomainError ``not_allowed``, ``missing_scope``, ``name_needed`` and ``last_owner``.
        """
        now = self._clock.now()
        scopes = self._askers.scopes(context, now)
        new_role = Role(role) if role else None
        before = self._member(staff)
        check_covers(scopes, _of(before.role))

        def change(member: StaffMember) -> Outcome[StaffMember]:
            check_covers(scopes, _of(member.role, new_role))
            changed, told = member.changed(staff, name=name, role=new_role)
            return Outcome(changed, told, member_view(staff, changed, now))

        gives_up = new_role is not None and new_role is not Role.OWNER
        return self._keeping_an_owner(
            staff, before, gives_up, lambda: self._staff.change(staff, context, change, key=key)
        )

    def deactivate_staff(self, context: Context, *, staff: str, key: IdempotencyKey) -> dict[str, Any]:
        """They may enter no more. Raises as ``change_staff`` does."""
        now = self._clock.now()
        scopes = self._askers.scopes(context, now)
        before = self._member(staff)
        check_covers(scopes, _of(before.role))

        def deactivate(member: StaffMember) -> Outcome[StaffMember]:
            check_covers(scopes, _of(member.role))
            gone, told = member.deactivated(staff, now)
            return Outcome(gone, told, member_view(staff, gone, now))

        return self._keeping_an_owner(
            staff, before, True, lambda: self._staff.change(staff, context, deactivate, key=key)
        )

    def name_principals(self, context: Context, *, principals: list[str]) -> dict[str, Any]:
        """Who those of ``principals`` are that are known here. Raises DomainError ``not_allowed``."""
        self._askers.scopes(context, self._clock.now())
        handles: dict[str, list[str]] = {}
        for principal in principals:
            kind, _, handle = principal.partition(":")
            handles.setdefault(kind, []).append(handle)
        staff = self._staff.named(handles.get(PrincipalKind.STAFF, []))
        keys = self._keys.named(handles.get(PrincipalKind.API_KEY, []))
        guests = self._guests.emails(handles.get(PrincipalKind.CUSTOMER, []))
        return {
            "items": [
                *(_name(PrincipalKind.CUSTOMER, guest, email, guest) for guest, email in guests.items()),
                *(
                    _name(PrincipalKind.STAFF, each.handle, each.value.name, each.value.email)
                    for each in staff
                ),
                *(_name(PrincipalKind.API_KEY, each.handle, each.value.name, each.handle) for each in keys),
            ]
        }

    def name_of(self, principal: Principal) -> str:
        """What somebody of the staff is called; their handle where nobody knows."""
        member = self._staff.find(principal.id)
        return member.name if member is not None else principal.id

    def has_left(self, principal: Principal) -> bool:
        """Whether somebody was of the staff and is no more."""
        member = self._staff.find(principal.id)
        return member is not None and not member.is_active

    def _keeping_an_owner(
        self, staff: str, before: StaffMember, gives_up: bool, change: Callable[[], dict[str, Any]]
    ) -> dict[str, Any]:
        """Do ``change``, by which somebody may stop being an owner, unless nobody else is one.

        Who counts as an owner is never more than who is one: whatever dies in between, there is one left.
        """
        was_owner = before.role is Role.OWNER and before.is_active
        if gives_up and was_owner and not self._staff.drop_owner(staff):
            raise DomainError("last_owner")
        try:
            return change()
        finally:
            now_is = self._staff.find(staff)
            if now_is is not None and now_is.role is Role.OWNER and now_is.is_active:
                self._staff.note_owner(staff)

    def _member(self, staff: str) -> StaffMember:
        member = self._staff.find(staff)
        if member is None:
            raise NotFound
        return member


def _of(*roles: Role | None) -> frozenset[str]:
    """All that these roles may do."""
    return frozenset().union(*(ROLES[role] for role in roles if role))


def _name(kind: PrincipalKind, handle: str, name: str, detail: str) -> dict[str, str]:
    return {"principal": f"{kind.value}:{handle}", "name": name, "detail": detail}

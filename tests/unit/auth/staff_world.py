"""Staff in memory, and the use cases about them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pyotp

from services.auth.domain.staff import StaffMember
from services.auth.domain.staff_sessions import StaffSession
from services.auth.passwords import Passwords, at_once
from services.auth.secrecy import Secrecy
from services.auth.usecases.second_factors import SecondFactors
from services.auth.usecases.staff_account import OwnAccess
from services.auth.usecases.staff_door import FIRST_OWNER, StaffDoor
from services.auth.usecases.staff_people import StaffPeople
from services.auth.usecases.staff_sessions import StaffSessionDesk
from shared.contracts.auth_staff import SET_UP_PURPOSE
from shared.kernel.context import Context, Principal, PrincipalKind, system
from shared.kernel.errors import DomainError, NotFound
from shared.kernel.happening import Happening, IdempotencyKey
from shared.sealing import unseal
from shared.storage import Outcome, Stored
from tests.unit.auth.fakes import SECRET, FakeApiKeys, FakeCounters, FakeGuests, ManualClock

PASSWORD = "correct horse battery"
EMAIL = "vera@nordlicht.example"
OPERATOR = Context(principal=system("command"))


def key(value: str = "k" * 20) -> IdempotencyKey:
    """An idempotency key."""
    return IdempotencyKey(value, "hash")


def as_staff(handle: str, session: str = "") -> Context:
    """The circumstances of somebody of the staff."""
    return Context(principal=Principal(PrincipalKind.STAFF, handle), address="192.0.2.7", session=session)


@dataclass
class FakeStaff:
    """Staff, what happened to them, and who owns the installation."""

    kept: dict[str, StaffMember] = field(default_factory=dict)
    owners: set[str] = field(default_factory=set)
    happened: list[tuple[Context, Happening]] = field(default_factory=list)

    def add(
        self,
        handle: str,
        member: StaffMember,
        context: Context,
        happenings: Sequence[Happening] = (),
        *,
        result: dict[str, Any] | None = None,
        key: IdempotencyKey | None = None,
    ) -> dict[str, Any]:
        self._check_address(handle, member)
        self.kept[handle] = member
        self.happened += [(context, each) for each in happenings]
        return result or {}

    def find(self, handle: str) -> StaffMember | None:
        return self.kept.get(handle)

    def of_address(self, address: str) -> Stored[StaffMember] | None:
        return self._one(lambda member: member.address == address)

    def page(self, limit: int, after: tuple[datetime, str] | None) -> list[Stored[StaffMember]]:
        newest = sorted(self.kept.items(), key=lambda kept: (kept[1].created_at, kept[0]), reverse=True)
        behind = [
            Stored(handle, each, 1)
            for handle, each in newest
            if after is None or (each.created_at, handle) < after
        ]
        return behind[:limit]

    def named(self, handles: Sequence[str]) -> list[Stored[StaffMember]]:
        return [Stored(handle, self.kept[handle], 1) for handle in handles if handle in self.kept]

    def of_link(self, link_hash: str) -> Stored[StaffMember] | None:
        return self._one(lambda member: member.link_hash == link_hash)

    def change(
        self,
        handle: str,
        context: Context,
        decide: Callable[[StaffMember], Outcome[StaffMember]],
        *,
        key: IdempotencyKey | None = None,
    ) -> dict[str, Any]:
        if handle not in self.kept:
            raise NotFound
        outcome = decide(self.kept[handle])
        self._check_address(handle, outcome.value)
        self.kept[handle] = outcome.value
        self.happened += [(context, each) for each in outcome.happenings]
        return outcome.result or {}

    def has_owner(self) -> bool:
        return bool(self.owners)

    def note_owner(self, handle: str) -> None:
        self.owners.add(handle)

    def drop_owner(self, handle: str) -> bool:
        if not self.owners - {handle}:
            return False
        self.owners.discard(handle)
        return True

    def _check_address(self, handle: str, member: StaffMember) -> None:
        others = (each for other, each in self.kept.items() if other != handle)
        if member.address and any(each.address == member.address for each in others):
            raise DomainError("email_taken")

    def _one(self, is_it: Callable[[StaffMember], bool]) -> Stored[StaffMember] | None:
        return next((Stored(handle, each, 1) for handle, each in self.kept.items() if is_it(each)), None)


@dataclass
class FakeStaffSessions:
    """Sessions of the staff, and what happened to them."""

    kept: dict[str, StaffSession] = field(default_factory=dict)
    happened: list[tuple[Context, Happening]] = field(default_factory=list)

    def add(self, handle: str, session: StaffSession, context: Context) -> None:
        self.kept[handle] = session
        self.happened.append((context, session.started()))

    def find(self, handle: str) -> StaffSession | None:
        return self.kept.get(handle)

    def of_staff(self, staff: str, now: datetime) -> list[Stored[StaffSession]]:
        mine = [Stored(handle, each, 1) for handle, each in self.kept.items() if each.staff == staff]
        return sorted(mine, key=lambda stored: stored.value.created_at, reverse=True)

    def change(
        self,
        handle: str,
        context: Context,
        decide: Callable[[StaffSession], Outcome[StaffSession]],
        *,
        key: IdempotencyKey | None = None,
    ) -> None:
        outcome = decide(self.kept[handle])
        self.kept[handle] = outcome.value
        self.happened += [(context, each) for each in outcome.happenings]

    def note_seen(self, handle: str, session: StaffSession) -> None:
        self.kept[handle] = session


@dataclass
class FakeEntries:
    """Sign-ins that wait for the second factor."""

    kept: dict[str, tuple[str, datetime, int]] = field(default_factory=dict)

    def add(self, handle: str, staff: str, expires_at: datetime) -> None:
        self.kept[handle] = (staff, expires_at, 0)

    def count_try(self, handle: str, now: datetime, most: int) -> str | None:
        staff, expires_at, tries = self.kept.get(handle, ("", now, 0))
        if now >= expires_at or tries >= most:
            return None
        self.kept[handle] = (staff, expires_at, tries + 1)
        return staff

    def use(self, handle: str) -> bool:
        return self.kept.pop(handle, None) is not None


class StaffWorld:
    """The use cases over fakes."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.staff = FakeStaff()
        self.sessions = FakeStaffSessions()
        self.counters = FakeCounters()
        self.context = Context(address="192.0.2.7", user_agent="a browser", language="de")
        self.secrecy = Secrecy(SECRET)
        self.passwords = Passwords(at_once)
        self.entries = FakeEntries()
        self.keys = FakeApiKeys()
        staff: Any = self.staff
        kept: Any = self.sessions
        self.desk = StaffSessionDesk(staff, kept, self.secrecy, self.clock)
        self.factors = SecondFactors(staff, self.secrecy, self.clock)
        inside: Any = (self.desk, self.factors, self.passwords, self.secrecy, self.clock)
        waiting: Any = (self.entries, self.counters)
        self.door = StaffDoor(staff, *waiting, *inside)
        self.own = OwnAccess(staff, waiting[1], *inside)
        keys: Any = self.keys
        self.guests = FakeGuests()
        guests: Any = self.guests
        self.people = StaffPeople(staff, keys, guests, self.secrecy, self.clock)

    def owner_link(self) -> str:
        """The token of a set-up link for the first owner."""
        token: str = self.door.make_owner_link(OPERATOR, key=key())["token"]
        return token

    def set_up(
        self, token: str, password: str = PASSWORD, email: str = EMAIL, name: str = "Vera"
    ) -> dict[str, Any]:
        """Choose a password; the new session's view with its token."""
        return _flat(
            self.door.set_up_staff(self.context, token=token, password=password, email=email, name=name)
        )

    def owner(self) -> dict[str, Any]:
        """The first owner comes in; their session's view with its token."""
        return self.set_up(self.owner_link())

    def sign_in(self, email: str = EMAIL, password: str = PASSWORD) -> dict[str, Any]:
        """Sign in; the session's view with its token, or the token alone where the second factor is asked for."""
        return _flat(self.door.sign_in_staff(self.context, email=email, password=password))

    def show(self, entry: dict[str, Any], code: str) -> dict[str, Any]:
        """Show the second factor; the session's view with its token."""
        return _flat(self.door.confirm_staff_sign_in(self.context, token=entry["token"], code=code))

    def switch_on(self, staff: str) -> tuple[str, list[str]]:
        """Set the second factor up; the secret of the app, and the recovery codes."""
        context = as_staff(staff)
        self.own.begin_second_factor(context, password=PASSWORD, key=key())
        secret = self.factors.get_second_factor_to_come(context)["secret"]
        answer = self.factors.confirm_second_factor(context, code=self.app_code(secret), key=key())
        return secret, answer["codes"]

    def app_code(self, secret: str) -> str:
        """What the app shows now."""
        return pyotp.TOTP(secret).at(self.clock.now())

    def invite(self, role: str = "support", email: str = "uwe@nordlicht.example") -> str:
        """The first owner invites Uwe; his handle."""
        invited = self.people.invite_staff(
            as_staff(FIRST_OWNER), email=email, name="Uwe", role=role, language="de", key=key()
        )
        handle: str = invited["staff"]
        return handle

    def mailed_link(self) -> str:
        """The token of the set-up link that was sent last."""
        letters = [each for _, each in self.staff.happened if each.type == "staff_invited"]
        return unseal(SECRET, SET_UP_PURPOSE, letters[-1].data["sealed"])

    def colleague(self, role: str = "support", email: str = "uwe@nordlicht.example") -> dict[str, Any]:
        """Uwe, invited and set up; his session."""
        self.invite(role, email)
        return self.set_up(self.mailed_link(), "another long password")

    def is_open(self, session: dict[str, Any]) -> bool:
        """Whether the session's token still opens it."""
        try:
            self.desk.get_staff_session(token=session["token"])
        except DomainError:
            return False
        return True


def _flat(signed_in: dict[str, Any]) -> dict[str, Any]:
    return {**(signed_in["session"] or {}), "token": signed_in["token"]}

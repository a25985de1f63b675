"""Staff in memory, and the use cases about them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.auth.domain.staff import StaffMember
from services.auth.domain.staff_sessions import StaffSession
from services.auth.passwords import Passwords, at_once
from services.auth.secrecy import Secrecy
from services.auth.usecases.staff_door import StaffDoor
from shared.kernel.context import Context, Principal, PrincipalKind, system
from shared.kernel.errors import DomainError, NotFound
from shared.kernel.happening import Happening, IdempotencyKey
from shared.storage import Outcome, Stored
from tests.unit.auth.fakes import SECRET, FakeCounters, ManualClock

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


class StaffWorld:
    """The use cases over fakes."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.staff = FakeStaff()
        self.sessions = FakeStaffSessions()
        self.counters = FakeCounters()
        self.context = Context(address="192.0.2.7", user_agent="a browser")
        self.secrecy = Secrecy(SECRET)
        self.passwords = Passwords(at_once)
        kept: Any = (self.staff, self.sessions, self.counters)
        self.door = StaffDoor(*kept, self.passwords, self.secrecy, self.clock)

    def owner_link(self) -> str:
        """The token of a set-up link for the first owner."""
        token: str = self.door.make_owner_link(OPERATOR, key=key())["token"]
        return token

    def set_up(
        self, token: str, password: str = PASSWORD, email: str = EMAIL, name: str = "Vera"
    ) -> dict[str, Any]:
        """Choose a password; the new session's view."""
        return self.door.set_up_staff(self.context, token=token, password=password, email=email, name=name)

    def owner(self) -> dict[str, Any]:
        """The first owner comes in; their session's view."""
        return self.set_up(self.owner_link())

    def sign_in(self, email: str = EMAIL, password: str = PASSWORD) -> dict[str, Any]:
        """Sign in; the answer."""
        return self.door.sign_in_staff(self.context, email=email, password=password)

    def is_open(self, session: dict[str, Any]) -> bool:
        """Whether the session's token still opens it."""
        try:
            self.door.get_staff_session(token=session["token"])
        except DomainError:
            return False
        return True

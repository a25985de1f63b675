"""The auth service's entrypoints that are about the merchant's own people."""

from __future__ import annotations

from typing import Any

from services.auth.passwords import Passwords
from services.auth.repository import ApiKeys, Counters, Guests, Staff, StaffEntries, StaffSessions
from services.auth.secrecy import Secrecy
from services.auth.usecases.second_factors import SecondFactors
from services.auth.usecases.staff_account import OwnAccess
from services.auth.usecases.staff_door import StaffDoor
from services.auth.usecases.staff_people import StaffPeople
from services.auth.usecases.staff_sessions import StaffSessionDesk
from shared.contracts.auth import contract
from shared.messaging.entrypoints import rpc
from shared.messaging.off_loop import off_the_loop
from shared.messaging.providers import Resources


class StaffUseCases:
    """The use cases about staff, put together for one process."""

    def __init__(
        self,
        resources: Resources,
        staff: Staff,
        keys: ApiKeys,
        guests: Guests,
        counters: Counters,
        secrecy: Secrecy,
    ) -> None:
        clock = resources.clock
        passwords = Passwords(off_the_loop)
        self.sessions = StaffSessionDesk(staff, StaffSessions(resources.store), secrecy, clock)
        self.factors = SecondFactors(staff, secrecy, clock)
        inside = (self.sessions, self.factors, passwords, secrecy, clock)
        self.door = StaffDoor(staff, StaffEntries(resources.store), counters, *inside)
        self.own = OwnAccess(staff, counters, *inside)
        self.people = StaffPeople(staff, keys, guests, secrecy, clock)


class StaffEntrypoints:
    """Staff: how they come in, their own access, and who they are."""

    # The service that these belong to has both.
    context: Any
    use: Any

    @rpc(contract)
    def make_owner_link(self, **asked: Any) -> Any:
        return self.use.staff.door.make_owner_link(self.context, **asked)

    @rpc(contract)
    def make_reset_link(self, **asked: Any) -> Any:
        return self.use.staff.door.make_reset_link(self.context, **asked)

    @rpc(contract)
    def get_staff_set_up(self, **asked: Any) -> Any:
        return self.use.staff.door.get_staff_set_up(**asked)

    @rpc(contract)
    def set_up_staff(self, **asked: Any) -> Any:
        return self.use.staff.door.set_up_staff(self.context, **asked)

    @rpc(contract)
    def sign_in_staff(self, **asked: Any) -> Any:
        return self.use.staff.door.sign_in_staff(self.context, **asked)

    @rpc(contract)
    def confirm_staff_sign_in(self, **asked: Any) -> Any:
        return self.use.staff.door.confirm_staff_sign_in(self.context, **asked)

    @rpc(contract)
    def get_staff_session(self, **asked: Any) -> Any:
        return self.use.staff.sessions.get_staff_session(**asked)

    @rpc(contract)
    def end_staff_session(self, **asked: Any) -> Any:
        return self.use.staff.sessions.end_staff_session(self.context, **asked)

    @rpc(contract)
    def list_staff_sessions(self, **asked: Any) -> Any:
        return self.use.staff.sessions.list_staff_sessions(self.context, **asked)

    @rpc(contract)
    def revoke_staff_session(self, **asked: Any) -> Any:
        return self.use.staff.sessions.revoke_staff_session(self.context, **asked)

    @rpc(contract)
    def revoke_other_staff_sessions(self, **asked: Any) -> Any:
        return self.use.staff.sessions.revoke_other_staff_sessions(self.context, **asked)

    @rpc(contract)
    def get_staff_account(self, **asked: Any) -> Any:
        return self.use.staff.own.get_staff_account(self.context, **asked)

    @rpc(contract)
    def change_staff_password(self, **asked: Any) -> Any:
        return self.use.staff.own.change_staff_password(self.context, **asked)

    @rpc(contract)
    def begin_second_factor(self, **asked: Any) -> Any:
        return self.use.staff.own.begin_second_factor(self.context, **asked)

    @rpc(contract)
    def drop_second_factor(self, **asked: Any) -> Any:
        return self.use.staff.own.drop_second_factor(self.context, **asked)

    @rpc(contract)
    def get_second_factor_to_come(self, **asked: Any) -> Any:
        return self.use.staff.factors.get_second_factor_to_come(self.context, **asked)

    @rpc(contract)
    def confirm_second_factor(self, **asked: Any) -> Any:
        return self.use.staff.factors.confirm_second_factor(self.context, **asked)

    @rpc(contract)
    def list_staff(self, **asked: Any) -> Any:
        return self.use.staff.people.list_staff(self.context, **asked)

    @rpc(contract)
    def get_staff(self, **asked: Any) -> Any:
        return self.use.staff.people.get_staff(self.context, **asked)

    @rpc(contract)
    def invite_staff(self, **asked: Any) -> Any:
        return self.use.staff.people.invite_staff(self.context, **asked)

    @rpc(contract)
    def change_staff(self, **asked: Any) -> Any:
        return self.use.staff.people.change_staff(self.context, **asked)

    @rpc(contract)
    def deactivate_staff(self, **asked: Any) -> Any:
        return self.use.staff.people.deactivate_staff(self.context, **asked)

    @rpc(contract)
    def send_staff_link(self, **asked: Any) -> Any:
        return self.use.staff.people.send_staff_link(self.context, **asked)

    @rpc(contract)
    def name_principals(self, **asked: Any) -> Any:
        return self.use.staff.people.name_principals(self.context, **asked)

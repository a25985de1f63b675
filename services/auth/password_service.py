"""The auth service's entrypoints that are about customers' user names and passwords."""

from __future__ import annotations

from typing import Any

from services.auth.customers import Customers
from services.auth.passwords import Passwords
from services.auth.repository import Counters, CredentialsBook
from services.auth.secrecy import Secrecy
from services.auth.usecases.credentials import CredentialsDesk
from services.auth.usecases.password_door import PasswordDoor
from services.auth.usecases.sessions import SignInDesk
from shared.contracts.auth import contract
from shared.messaging.entrypoints import on_event, rpc
from shared.messaging.off_loop import off_the_loop
from shared.messaging.providers import Resources


class PasswordUseCases:
    """The use cases about passwords of customers, put together for one process."""

    def __init__(
        self,
        resources: Resources,
        counters: Counters,
        customers: Customers,
        desk: SignInDesk,
        secrecy: Secrecy,
    ) -> None:
        book, passwords = CredentialsBook(resources.store), Passwords(off_the_loop)
        self.desk = CredentialsDesk(book, customers, desk, passwords, secrecy, resources.clock)
        self.door = PasswordDoor(
            book, counters, customers, desk, self.desk, passwords, secrecy, resources.clock
        )


class PasswordEntrypoints:
    """User names and passwords of customers."""

    # The service that these belong to has both.
    context: Any
    use: Any

    @rpc(contract)
    def get_credentials_state(self, *, customer: str) -> Any:
        return self.use.passwords.desk.get_credentials_state(self.context, customer=customer)

    @rpc(contract)
    def get_portal_credentials(self, *, customer: str) -> Any:
        return self.use.passwords.desk.get_portal_credentials(self.context, customer=customer)

    @rpc(contract)
    def hand_out_credentials(self, **asked: Any) -> Any:
        return self.use.passwords.desk.hand_out_credentials(self.context, **asked)

    @rpc(contract)
    def withdraw_credentials(self, **asked: Any) -> Any:
        return self.use.passwords.desk.withdraw_credentials(self.context, **asked)

    @rpc(contract)
    def sign_in_with_password(self, **asked: Any) -> Any:
        return self.use.passwords.door.sign_in_with_password(self.context, **asked)

    @rpc(contract)
    def get_user_name(self, *, bill_group: str) -> Any:
        return self.use.passwords.door.get_user_name(self.context, bill_group=bill_group)

    @rpc(contract)
    def change_password(self, **asked: Any) -> Any:
        return self.use.passwords.door.change_password(self.context, **asked)

    @rpc(contract)
    def request_password_reset(self, **asked: Any) -> Any:
        return self.use.passwords.door.request_password_reset(self.context, **asked)

    @rpc(contract)
    def get_password_reset(self, *, token: str) -> Any:
        return self.use.passwords.door.get_password_reset(token=token)

    @rpc(contract)
    def reset_password(self, **asked: Any) -> Any:
        return self.use.passwords.door.reset_password(self.context, **asked)

    @on_event(contract)
    def end_password_sessions(self, event: dict[str, Any]) -> None:
        # The session in which the password was changed stays.
        this = event["circumstances"].get("session", "")
        self.use.passwords.desk.close_sessions(self.context, event["data"]["customer"], but=this)

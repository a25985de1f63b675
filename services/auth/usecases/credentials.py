"""A customer's user name and password, as the merchant's side hands them out and takes them away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from services.auth.customers import Customers
from services.auth.domain.credentials import (
    RESET_IN_LETTERS_VALID_FOR,
    WAY,
    Credentials,
    State,
    new_password,
    new_user_name,
    user_key,
)
from services.auth.domain.sessions import Session
from services.auth.passwords import Passwords
from services.auth.repository import CredentialsBook
from services.auth.secrecy import Secrecy
from services.auth.usecases.reset_tokens import ResetTokens
from services.auth.usecases.sessions import SignInDesk
from services.auth.views import credentials_view
from shared.kernel.access import require_merchant_side
from shared.kernel.clock import Clock
from shared.kernel.context import Context
from shared.kernel.errors import NotFound
from shared.kernel.happening import IdempotencyKey
from shared.storage import Outcome

_PURPOSE = "auth initial password"


class CredentialsDesk:
    """Where credentials are handed out."""

    def __init__(
        self,
        book: CredentialsBook,
        customers: Customers,
        desk: SignInDesk,
        passwords: Passwords,
        secrecy: Secrecy,
        clock: Clock,
    ) -> None:
        self._book = book
        self._customers = customers
        self._desk = desk
        self._passwords = passwords
        self._secrecy = secrecy
        self._tokens = ResetTokens(secrecy)
        self._clock = clock

    def get_credentials_state(self, context: Context, *, customer: str) -> dict[str, Any]:
        """How it stands with them, without the password. Raises DomainError ``not_allowed`` for customers."""
        require_merchant_side(context)
        return credentials_view(customer, self._book.of(customer))

    def get_portal_credentials(self, context: Context, *, customer: str) -> dict[str, Any]:
        """What a letter to the customer may say. It changes nothing: a link is good for the password of now."""
        require_merchant_side(context)
        held = self._book.of(customer)
        if held is None or held.state is State.WITHDRAWN:
            return {"user_name": None, "password": None, "reset_path": None}
        if held.state is State.UNUSED:
            return {"user_name": held.user_name, "password": self._initial(held), "reset_path": None}
        return {
            "user_name": held.user_name,
            "password": None,
            "reset_path": f"/password/reset/{self._reset(held, RESET_IN_LETTERS_VALID_FOR)}",
        }

    def hand_out_credentials(
        self, context: Context, *, customer: str, user_name: str | None, key: IdempotencyKey
    ) -> dict[str, Any]:
        """A new password in place of any before, whose sessions end. It stands in the answer while it is unused.

        Raises NotFound for a customer without a bill group, DomainError ``not_allowed`` and ``user_name_taken``.
        """
        require_merchant_side(context)
        ways = self._customers.ways_of(context, customer)
        if not ways:
            raise NotFound
        before = self._book.of(customer)
        password, now = new_password(), self._clock.now()
        new = Credentials(
            customer=customer,
            told_in=min(way.bill_group for way in ways),
            user_name=user_key(user_name or (before.user_name if before else new_user_name())),
            password_hash=self._passwords.hashed(password),
            initial=self._secrecy.seal(_PURPOSE, password),
            made_at=now,
            made_by=str(context.principal),
            set_at=now,
        )
        # The password is not in the answer that is kept: whoever repeats the request is shown it while it is unused.
        self._book.put(new, context, result=credentials_view(customer, new), key=key)
        self.close_sessions(context, customer)
        held = self._book.of(customer) or new
        initial = self._initial(held) if held.state is State.UNUSED else None
        return {**credentials_view(customer, held), "password": initial}

    def withdraw_credentials(self, context: Context, *, customer: str, key: IdempotencyKey) -> dict[str, Any]:
        """Let them open nothing any more, and end the sessions that they opened. Raises NotFound."""
        require_merchant_side(context)
        now = self._clock.now()

        def withdraw(held: Credentials) -> Outcome[Credentials]:
            ended, happenings = held.withdrawn(now)
            return Outcome(ended, happenings, credentials_view(customer, ended))

        answer = self._book.change(customer, context, withdraw, key=key)
        self.close_sessions(context, customer)
        return answer

    def close_sessions(self, context: Context, customer: str, but: str = "") -> None:
        """End the sessions that passwords of a customer opened which are no longer theirs; not the session ``but``."""
        held = self._book.of(customer)

        def concerned(session: Session) -> bool:
            is_older = held is None or held.state is State.WITHDRAWN or session.created_at < held.set_at
            return session.way == WAY and session.id != but and is_older

        self._desk.close_all(context, customer, self._clock.now(), concerned=concerned)

    def _initial(self, held: Credentials) -> str:
        return self._secrecy.unseal(_PURPOSE, held.initial)

    def _reset(self, held: Credentials, valid_for: timedelta) -> str:
        return self._tokens.new(held, self._clock.now() + valid_for)

"""Signing in with a user name and password, changing the password, and choosing another when it is forgotten.

Whether anybody has a user name can't be seen by how long an answer takes: for an unknown one as much is hashed, asked
and counted.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from services.auth.customers import Customers
from services.auth.domain import access, addresses, limits, passwords
from services.auth.domain.access import Refusal
from services.auth.domain.credentials import RESET_VALID_FOR, WAY, Credentials, State, user_key
from services.auth.passwords import Passwords
from services.auth.repository import Counters, CredentialsBook
from services.auth.secrecy import Secrecy
from services.auth.usecases.credentials import CredentialsDesk
from services.auth.usecases.reset_tokens import ResetTokens
from services.auth.usecases.sessions import SignInDesk
from shared.contracts.auth_credentials import PASSWORD_RESET_PURPOSE
from shared.kernel.clock import Clock
from shared.kernel.context import Context, Principal, PrincipalKind
from shared.kernel.errors import DomainError, NotFound
from shared.kernel.happening import Happening, IdempotencyKey
from shared.storage import Outcome

# Whom the same is asked of that is asked of a customer.
_NOBODY = "nobody"
_KEY_PURPOSE = "auth password request"


class PasswordDoor:
    """What customers do with their user name and password."""

    def __init__(
        self,
        book: CredentialsBook,
        counters: Counters,
        customers: Customers,
        desk: SignInDesk,
        handing_out: CredentialsDesk,
        known: Passwords,
        secrecy: Secrecy,
        clock: Clock,
    ) -> None:
        self._book = book
        self._counters = counters
        self._customers = customers
        self._desk = desk
        self._handing_out = handing_out
        self._passwords = known
        self._secrecy = secrecy
        self._tokens = ResetTokens(secrecy)
        self._clock = clock

    def sign_in_with_password(self, context: Context, *, user_name: str, password: str) -> dict[str, Any]:
        """Open a session.

        Raises DomainError ``way_not_offered``, ``wrong_credentials``, ``no_access`` and ``too_many_requests``.
        """
        self._check_offered(context)
        held = self._book.with_user_name(user_key(user_name))
        self._try(context, user_name, password, held, "wrong_credentials")
        assert held is not None
        now = self._clock.now()
        entrance = access.decide(self._customers.ways_of(context, held.customer))
        if isinstance(entrance, Refusal):
            raise DomainError(Refusal.NO_ACCESS)
        opened = self._desk.open_session(context, entrance, way=WAY, now=now)
        if not self._book.note_used(held, now):
            # The password was changed or withdrawn meanwhile.
            self._desk.close_again(context, opened, now)
            raise DomainError("wrong_credentials")
        return opened

    def get_user_name(self, context: Context, *, bill_group: str) -> dict[str, Any]:
        """The user name of the customer who asks; None where they have none. Guests have none."""
        try:
            held = self._book.of(self._customer(context, bill_group))
        except NotFound:
            held = None
        has_one = held is not None and held.state is not State.WITHDRAWN
        return {"user_name": held.user_name if held and has_one else None}

    def change_password(
        self,
        context: Context,
        *,
        bill_group: str,
        current_password: str,
        new_password: str,
        key: IdempotencyKey,
    ) -> dict[str, Any]:
        """Set another password, and end the other sessions that the one before has opened.

        Raises NotFound for who has none, DomainError ``wrong_current_password``, ``weak_password`` and
        ``too_many_requests``.
        """
        customer = self._customer(context, bill_group)
        held = self._book.of(customer)
        if held is None or held.state is State.WITHDRAWN:
            raise NotFound
        passwords.check_new(new_password, (held.user_name,))
        new_hash = self._passwords.hashed(new_password)
        now = self._clock.now()

        def change(present: Credentials) -> Outcome[Credentials]:
            self._try(context, present.user_name, current_password, present, "wrong_current_password")
            changed, told = present.with_password(new_hash, now, how="changed")
            return Outcome(changed, [told], {})

        # What is kept of the request is under a key: a plain hash of it would give away the passwords to guessing.
        own_key = replace(key, body_hash=self._secrecy.keyed_hash(_KEY_PURPOSE, key.body_hash))
        self._book.change(customer, context, change, key=own_key)
        self._handing_out.close_sessions(context, customer, but=context.session)
        return {}

    def request_password_reset(self, context: Context, *, user_name: str, language: str) -> dict[str, Any]:
        """Have a letter with a link sent to the billing contact. Whether there is one to be sent is not answered.

        Raises DomainError ``way_not_offered`` and ``too_many_requests``.
        """
        self._check_offered(context)
        now, name = self._clock.now(), user_key(user_name)
        account, network = self._account(name), self._network(context)
        for limit, who in (
            (limits.RESETS_PER_NETWORK, network),
            (limits.RESETS_PER_ACCOUNT, account),
        ):
            if not self._counters.take(limit, who, now):
                raise limit.reached(now)
        held = self._book.with_user_name(name)
        if held is not None and held.state is State.WITHDRAWN:
            held = None
        entrance = access.decide(self._customers.ways_of(context, held.customer if held else _NOBODY))
        if held is None or isinstance(entrance, Refusal):
            # As much is read and written as for somebody who gets a letter.
            self._book.of(_NOBODY)
            self._counters.take(limits.RESETS_OF_NOBODY, "", now)
            return {}
        until = now + RESET_VALID_FOR
        told = Happening(
            "password_reset_requested",
            held.customer,
            entrance.bill_group,
            {
                "customer": held.customer,
                "email": entrance.email,
                "sealed": self._secrecy.seal(PASSWORD_RESET_PURPOSE, self._tokens.new(held, until)),
                "name": entrance.name,
                "language": language,
                "user_name": held.user_name,
                "expires_at": until,
            },
        )
        self._book.change(held.customer, context, lambda same: Outcome(same, [told]))
        return {}

    def get_password_reset(self, *, token: str) -> dict[str, Any]:
        """Whose password can be chosen with a link. Raises DomainError ``reset_over``."""
        customer, until = self._tokens.customer_of(token, self._clock.now())
        held = self._book.of(customer)
        self._tokens.check(token, held)
        assert held is not None
        return {"user_name": held.user_name, "expires_at": until}

    def reset_password(self, context: Context, *, token: str, new_password: str) -> dict[str, Any]:
        """Set a password with a link, once; the sessions that the one before has opened end.

        Raises DomainError ``reset_over`` and ``weak_password``.
        """
        now = self._clock.now()
        customer, until = self._tokens.customer_of(token, now)
        held = self._book.of(customer)
        self._tokens.check(token, held)
        assert held is not None
        passwords.check_new(new_password, (held.user_name,))
        new_hash = self._passwords.hashed(new_password)

        def change(present: Credentials) -> Outcome[Credentials]:
            self._tokens.check(token, present)
            changed, told = present.with_password(new_hash, now, how="reset")
            return Outcome(changed, [told], {})

        owner = replace(context, principal=Principal(PrincipalKind.CUSTOMER, customer))
        self._book.change(customer, owner, change)
        self._handing_out.close_sessions(owner, customer)
        return {"user_name": held.user_name, "expires_at": until}

    def _try(
        self, context: Context, user_name: str, password: str, held: Credentials | None, refusal: str
    ) -> None:
        """Raises DomainError ``refusal`` for a wrong password, and ``too_many_requests`` after too many.

        A try is counted before the password is looked at, so that tries in parallel are as few as one after the other.
        """
        now, account, network = self._clock.now(), self._account(user_key(user_name)), self._network(context)
        if self._counters.is_full(limits.PASSWORD_FAILURES_PER_NETWORK, network, now):
            raise limits.PASSWORD_FAILURES_PER_NETWORK.reached(now)
        if not self._counters.take(limits.PASSWORD_FAILURES_PER_ACCOUNT, account, now):
            raise limits.PASSWORD_FAILURES_PER_ACCOUNT.reached(now)
        if not self._passwords.is_right(password, held.password_hash if held else ""):
            self._counters.take(limits.PASSWORD_FAILURES_PER_NETWORK, network, now)
            raise DomainError(refusal)
        self._counters.give_back(limits.PASSWORD_FAILURES_PER_ACCOUNT, account, now)

    def _customer(self, context: Context, bill_group: str) -> str:
        """The customer who asks, who has this bill group. Raises NotFound, and DomainError ``not_allowed``."""
        if context.principal.kind is not PrincipalKind.CUSTOMER:
            raise DomainError("not_allowed")
        way = self._customers.way_into(context, bill_group)
        if way is None or way.customer != context.principal.id:
            raise NotFound
        return way.customer

    def _check_offered(self, context: Context) -> None:
        if not self._customers.offers(context, WAY):
            raise DomainError("way_not_offered")

    def _account(self, name: str) -> str:
        return self._secrecy.account(f"user name {name}")

    def _network(self, context: Context) -> str:
        return self._secrecy.network(addresses.network_of(context.address))

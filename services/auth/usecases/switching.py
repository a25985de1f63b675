"""Switching from one bill group to another, for those to whom several are open."""

from __future__ import annotations

from typing import Any

from services.auth.domain.access import SignIn, decide, open_ones
from services.auth.domain.sessions import Reason
from services.auth.repository import Sessions
from services.auth.secrecy import Secrecy
from services.auth.usecases.onward import Onward
from services.auth.usecases.sessions import SignInDesk
from shared.kernel.clock import Clock
from shared.kernel.context import Context
from shared.kernel.errors import DomainError, NotFound
from shared.storage import Outcome


class Switching:
    """What is open to whoever is in a session, and the way there."""

    def __init__(
        self, sessions: Sessions, onward: Onward, desk: SignInDesk, secrecy: Secrecy, clock: Clock
    ) -> None:
        self._sessions = sessions
        self._onward = onward
        self._desk = desk
        self._secrecy = secrecy
        self._clock = clock

    def list_entrances(self, context: Context, *, bill_group: str, session: str) -> dict[str, Any]:
        """The bill groups that are open to them now, the present one among them. Raises NotFound."""
        stored = self._sessions.of_id(bill_group, session)
        if stored is None or not stored.value.is_open(self._clock.now()):
            raise NotFound
        return {
            "items": [
                {
                    "bill_group": way.bill_group,
                    "account": way.account,
                    "currency": way.currency,
                    "is_here": way.bill_group == bill_group,
                }
                for way in open_ones(self._onward.ways(context, stored.value))
            ]
        }

    def switch_bill_group(self, context: Context, *, bill_group: str, token: str, to: str) -> dict[str, Any]:
        """A new session of ``to`` in place of the one that ``token`` opens, which is over then.

        Raises DomainError ``no_session``, and NotFound where ``to`` is not open to them.
        """
        now = self._clock.now()
        handle = self._secrecy.session_handle(token)
        session = self._sessions.find(handle)
        if session is None or session.bill_group != bill_group:
            raise DomainError("no_session")
        session.check_open(now)
        entrance = decide(self._onward.ways(context, session), to)
        if not isinstance(entrance, SignIn):
            raise NotFound
        opened = self._desk.open_session(
            context, entrance, way=session.way, now=now, return_url=session.return_url, switched_from=session
        )
        self._sessions.change(
            handle,
            context,
            lambda left: Outcome(*left.ended(now, Reason.SWITCHED)),
            bill_group=bill_group,
        )
        return opened

"""Ending the sessions of those who may not enter any more.

What an event tells may be old news: events come at least once, in any order. So it only says whose sessions to look
at; who may enter is asked of the customers service, as at the door.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from services.auth.customers import Customers
from services.auth.domain import addresses, credentials, openings, secret_links
from services.auth.domain.access import ABOUT_ALL, SignIn
from services.auth.domain.sessions import Reason, Session
from services.auth.repository import Sessions
from shared.kernel.clock import Clock
from shared.kernel.context import Context
from shared.kernel.errors import DomainError
from shared.storage import Outcome, Stored

Event = Mapping[str, Any]

# Whoever came in so has shown no address, so that none can be taken from them.
_WITHOUT_EMAIL = frozenset({openings.WAY, secret_links.WAY, credentials.WAY})


class Reviewing:
    """The handler of the events after which somebody may be shut out."""

    def __init__(self, sessions: Sessions, customers: Customers, clock: Clock) -> None:
        self._sessions = sessions
        self._customers = customers
        self._clock = clock

    def shut_out(self, context: Context, event: Event) -> None:
        """End the sessions of those whom ``event`` shuts out. Raises DomainError while nobody can say who they are."""
        if event["type"] == "merchant_changed":
            # Whoever is judged by settings of a second ago stays, for nobody looks at them again.
            self._customers.look_again()
        ways: dict[str, list[SignIn]] = {}
        for stored in self._concerned(event):
            session = stored.value
            if self._follows_its_address(context, stored, event):
                continue
            if session.way in _WITHOUT_EMAIL:
                if not self._is_open(context, session.bill_group):
                    self._end(context, stored)
                continue
            if session.email not in ways:
                ways[session.email] = self._ways_in(context, session.email)
            if not any(_lets_in(way, session) for way in ways[session.email]):
                self._end(context, stored)

    def _concerned(self, event: Event) -> Iterable[Stored[Session]]:
        now, data = self._clock.now(), event["data"]
        match event["type"]:
            case "customer_access_changed":
                return self._sessions.of_customer(data["customer"], now)
            case "bill_group_changed" | "contact_changed" | "contact_removed":
                matters = "access" if event["type"] == "bill_group_changed" else "email"
                if any(change["field"] == matters for change in data["changes"]):
                    return self._sessions.of_bill_group(event["bill_group"], now)
            case "access_rule_removed" | "subscription_expired":
                return self._sessions.of_bill_group(event["bill_group"], now)
            case "merchant_changed" if ABOUT_ALL & set(data["fields_changed"]):
                return self._sessions.of_all(now)
        return ()

    def _follows_its_address(self, context: Context, stored: Stored[Session], event: Event) -> bool:
        """Whether it is the session in which its owner has just changed the address that they came in with.

        They have shown who they are, so they stay; from now on it is a session of the new address.
        """
        session = stored.value
        if event["circumstances"].get("session") != session.id or event["type"] != "contact_changed":
            return False
        moved = {
            change["old"]: change["new"] for change in event["data"]["changes"] if change["field"] == "email"
        }
        if not moved.get(session.email):
            return False

        def follow(open_session: Session) -> Outcome[Session]:
            return Outcome(replace(open_session, email=moved[session.email]))

        self._sessions.change(stored.handle, context, follow, bill_group=session.bill_group)
        return True

    def _ways_in(self, context: Context, email: str) -> list[SignIn]:
        try:
            address = addresses.normalised(email)
        except DomainError:
            return []
        return self._customers.ways_in(context, address)

    def _is_open(self, context: Context, bill_group: str) -> bool:
        way = self._customers.way_into(context, bill_group)
        return way is not None and way.is_on

    def _end(self, context: Context, stored: Stored[Session]) -> None:
        now = self._clock.now()

        def end(session: Session) -> Outcome[Session]:
            return Outcome(*session.ended(now, Reason.REVOKED))

        self._sessions.change(stored.handle, context, end, bill_group=stored.value.bill_group)


def _lets_in(way: SignIn, session: Session) -> bool:
    """Whether somebody may stay: not as a contact whom only a rule would still admit."""
    stays_who_they_are = bool(session.guest) or not way.is_guest
    return way.bill_group == session.bill_group and way.is_on and stays_who_they_are

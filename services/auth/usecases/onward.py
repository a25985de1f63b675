"""Where else whoever is in a session may go, as it stands now.

To ask that for each page would make each page wait for the customers service. So a session remembers the answer and
the epoch in which it was given. Whatever may change who may enter what begins another epoch, in which each session asks
once more.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from services.auth.customers import Customers
from services.auth.domain import addresses, credentials, secret_links
from services.auth.domain.access import ABOUT_ALL, SignIn, open_ones
from services.auth.domain.challenges import Way
from services.auth.domain.sessions import Session
from services.auth.repository import Epochs, Sessions
from shared.kernel.context import Context
from shared.kernel.errors import DomainError, Kind

# Whoever came in so has shown that the address is theirs, and has all that it opens.
_BY_EMAIL = frozenset({Way.CODE.value, Way.LINK.value})
# Whoever came in so is known as the customer, and has all of theirs.
_AS_CUSTOMER = frozenset({secret_links.WAY, credentials.WAY})
# Which field of a change matters.
_MATTERS = {"bill_group_changed": "access", "contact_changed": "email", "contact_removed": "email"}
# Of the events about contracts: they matter only where the portal is closed without one.
_ABOUT_CONTRACTS = frozenset({"subscription_started", "subscription_expired"})
# Another process may have begun an epoch. Together with the time that the news takes it stays about a second.
_KEPT_SECONDS = 0.5


class Onward:
    """Asks for the ways of a session, and knows when to ask anew."""

    def __init__(
        self,
        sessions: Sessions,
        customers: Customers,
        epochs: Epochs,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sessions = sessions
        self._customers = customers
        self._epochs = epochs
        self._timer = timer
        self._epoch = 0
        self._epoch_until = 0.0

    def ways(self, context: Context, session: Session) -> list[SignIn]:
        """All ways that whoever is in the session has, the present one among them.

        Raises DomainError ``service_away`` or ``no_answer``.
        """
        if session.way in _BY_EMAIL:
            return self._customers.ways_in(context, addresses.normalised(session.email))
        if session.way in _AS_CUSTOMER:
            return self._customers.ways_of(context, session.customer)
        way = self._customers.way_into(context, session.bill_group)
        return [way] if way else []

    def up_to_date(self, context: Context, handle: str, session: Session) -> Session:
        """The session with ``may_switch`` as it stands now; as it was known last where nobody can say."""
        # Before the ways are asked for: what changes in between belongs to the next epoch.
        epoch = self._current_epoch()
        if session.ways_epoch == epoch:
            return session
        try:
            may_switch = len(open_ones(self.ways(context, session))) > 1
        except DomainError as error:
            if error.kind is not Kind.RETRY:
                raise
            return session
        known = replace(session, may_switch=may_switch, ways_epoch=epoch)
        self._sessions.note_ways(handle, known)
        return known

    def note(self, context: Context, event: Mapping[str, Any]) -> None:
        """Begin another epoch where ``event`` may let somebody in or shut somebody out.

        Raises DomainError while nobody can say.
        """
        if self._may_matter(context, event["type"], event["data"]):
            self._epochs.begin_next()
            self._epoch_until = 0.0

    def _may_matter(self, context: Context, event_type: str, data: Mapping[str, Any]) -> bool:
        if event_type in _MATTERS:
            return any(change["field"] == _MATTERS[event_type] for change in data["changes"])
        if event_type == "merchant_changed":
            self._customers.look_again()
            return bool(ABOUT_ALL & set(data["fields_changed"]))
        if event_type in _ABOUT_CONTRACTS:
            return self._customers.needs_contract(context)
        return True

    def _current_epoch(self) -> int:
        if self._timer() >= self._epoch_until:
            self._epoch = self._epochs.current()
            self._epoch_until = self._timer() + _KEPT_SECONDS
        return self._epoch

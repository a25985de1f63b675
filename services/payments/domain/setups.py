"""A setup: the record of one attempt to add a payment method at a provider, written before the provider
is asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shared.kernel.context import Context, Principal
from shared.kernel.happening import Happening

# How long to wait before the provider is asked by ourselves: the browser may never come back.
_FIRST_ASKED_AFTER = timedelta(seconds=30)
_ASKED_AT_LEAST_EVERY = timedelta(minutes=15)
# Sooner where the customer has come back and waits.
_FIRST_ASKED_WHILE_WAITING = timedelta(seconds=10)


class SetupState(StrEnum):
    """How far it got. ``unknown``: the provider was asked to open it and did not answer."""

    STARTED = "started"
    UNKNOWN = "unknown"
    OPEN = "open"
    ADDED = "added"
    CANCELLED = "cancelled"
    FAILED = "failed"


_ENDED = frozenset({SetupState.ADDED, SetupState.CANCELLED, SetupState.FAILED})


@dataclass(frozen=True, slots=True)
class Beginner:
    """Who began a setup, and from where, as a context has it: what comes of it is theirs, whoever tells of it first."""

    principal: str
    session: str
    address: str
    user_agent: str

    @classmethod
    def of(cls, context: Context) -> Beginner:
        """Whoever asks now."""
        return cls(str(context.principal), context.session, context.address, context.user_agent)


@dataclass(frozen=True, slots=True)
class Setup:
    """One attempt of ``bill_group`` at ``provider``, which stays its own whichever is offered later.

    ``provider_setup`` and ``url`` are the provider's, empty until it has answered. ``replaces`` is the
    payment method to be updated, ``payment_method`` the one that was added or updated. The provider is
    asked by itself at ``ask_at``. ``back_at`` is when the customer came back before anybody knew what came of it.
    """

    handle: str
    bill_group: str
    provider: str
    return_url: str
    language: str
    started_at: datetime
    ask_at: datetime | None
    replaces: str | None = None
    state: SetupState = SetupState.STARTED
    provider_setup: str = ""
    url: str = ""
    payment_method: str | None = None
    reason: str | None = None
    back_at: datetime | None = None
    begun_by: Beginner | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in _ENDED

    @property
    def new_method(self) -> str:
        """The handle of the payment method that it adds: one for each setup."""
        return f"pm-{self.handle.removeprefix('setup-')}"

    @property
    def effect(self) -> str | None:
        """What it did: a method was ``added``, ``updated``, or ``known`` already; None where it had no effect (yet)."""
        if self.payment_method is None:
            return None
        if self.payment_method == self.new_method:
            return "added"
        return "updated" if self.payment_method == self.replaces else "known"

    def in_name_of_beginner(self, context: Context) -> Context:
        """A context for what comes of it without them; ``context`` itself where nobody noted who began it."""
        by = self.begun_by
        if by is None:
            return context
        return replace(
            context,
            principal=Principal.parse(by.principal),
            session=by.session,
            address=by.address,
            user_agent=by.user_agent,
            language=self.language,
        )

    def opened(self, provider_setup: str, url: str) -> Setup:
        """The provider has opened it: the browser may go to ``url``."""
        if self.ended:
            return self
        return replace(self, state=SetupState.OPEN, provider_setup=provider_setup, url=url)

    def unanswered(self) -> Setup:
        """The provider did not answer: it may have opened it, or not."""
        return replace(self, state=SetupState.UNKNOWN) if self.state is SetupState.STARTED else self

    def asked_in_vain(self, now: datetime) -> Setup:
        """Still open at ``now``: to be asked about again, less and less often."""
        if self.ended:
            return self
        since, first = (
            (self.back_at, _FIRST_ASKED_WHILE_WAITING)
            if self.back_at
            else (self.started_at, _FIRST_ASKED_AFTER)
        )
        pause = min(max(now - since, first), _ASKED_AT_LEAST_EVERY)
        return replace(self, ask_at=now + pause)

    def waited_for(self, now: datetime) -> Setup:
        """The customer has come back, and nobody knows yet what came of it: to be asked about soon."""
        if self.ended or self.back_at:
            return self
        return replace(self, back_at=now, ask_at=now + _FIRST_ASKED_WHILE_WAITING)

    def added(self, payment_method: str) -> Setup:
        """It has had its effect, on ``payment_method``."""
        return self._end(SetupState.ADDED, payment_method=payment_method)

    def cancelled(self) -> Setup:
        """The customer turned back."""
        return self._end(SetupState.CANCELLED)

    def failed(self, reason: str | None) -> Setup:
        """The provider refused it for good."""
        return self._end(SetupState.FAILED, reason=reason)

    def happenings(self) -> tuple[Happening, ...]:
        """What its end means to others. That a method was added is the wallet's to say."""
        if self.state not in (SetupState.CANCELLED, SetupState.FAILED):
            return ()
        type_ = f"payment_method_setup_{self.state.value}"
        return (Happening(type_, self.handle, self.bill_group, {"reason": self.reason}),)

    def _end(
        self,
        state: SetupState,
        *,
        payment_method: str | None = None,
        reason: str | None = None,
    ) -> Setup:
        if self.ended:
            return self
        # Who began it, and from where, is in the timeline by now, and of no more use here.
        return replace(
            self, state=state, payment_method=payment_method, reason=reason, ask_at=None, begun_by=None
        )


def start(
    handle: str,
    bill_group: str,
    provider: str,
    return_url: str,
    language: str,
    replaces: str | None,
    now: datetime,
    begun_by: Beginner | None = None,
) -> Setup:
    """A setup that ``provider`` does not know of yet."""
    return Setup(
        handle,
        bill_group,
        provider,
        return_url,
        language,
        now,
        now + _FIRST_ASKED_AFTER,
        replaces,
        begun_by=begun_by,
    )

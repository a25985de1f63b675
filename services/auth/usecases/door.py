"""Where whoever shows the right code or link gets in, once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.auth.customers import Customers
from services.auth.domain import access, addresses, limits
from services.auth.domain.access import Refusal, SignIn
from services.auth.domain.challenges import Challenge, Way
from services.auth.repository import Challenges, Counters
from services.auth.secrecy import Secrecy
from services.auth.usecases.sessions import SignInDesk
from shared.kernel.context import Context
from shared.kernel.errors import DomainError


class Door:
    """Counts who guesses, uses challenges up, and lets in."""

    def __init__(
        self,
        challenges: Challenges,
        counters: Counters,
        customers: Customers,
        desk: SignInDesk,
        secrecy: Secrecy,
    ) -> None:
        self._challenges = challenges
        self._counters = counters
        self._customers = customers
        self._desk = desk
        self._secrecy = secrecy

    def enter(
        self, context: Context, handle: str, shown: Challenge, *, way: Way, now: datetime
    ) -> dict[str, Any]:
        """A session for whoever has shown what can't be guessed."""
        shown.check_open(now, way)
        return self._let_in(context, handle, shown, self._entrance(context, shown), way, now)

    def enter_by_code(
        self, context: Context, handle: str, tried: Challenge, code: str, *, way: Way, now: datetime
    ) -> dict[str, Any]:
        """A session for the right code.

        A try is counted before the code is looked at, by updates of which each sees the one before: tries in
        parallel are as few as tries one after the other.
        """
        tried.check_open(now, way)
        network = self.network(context)
        self.check_failures(tried.account, network, now)
        self._refuse_if_full(limits.FAILURES_OVER_ALL, "", now)
        # Asked before anything is counted, so that a service that is away costs nobody a try.
        entrance = self._entrance(context, tried)
        if not self._challenges.count_try(handle, tried.code_hash):
            raise self._overtaken(handle, way, now)
        if not self._counters.take(limits.FAILURES_PER_ACCOUNT, tried.account, now):
            raise limits.FAILURES_PER_ACCOUNT.reached(now)
        is_right = self._secrecy.is_code(handle, code, tried.code_hash)
        if not is_right or tried.is_decoy:
            self._counters.take(limits.FAILURES_PER_NETWORK, network, now)
            # Behind a decoy there is nothing to guess, so made-up addresses don't pull the brake.
            self._counters.take(limits.FAILURES_OVER_ALL, "", now, times=0 if tried.is_decoy else 1)
            self._counters.take(limits.FAILURES_OF_DECOYS, "", now, times=1 if tried.is_decoy else 0)
            raise tried.wrong_code()
        self._counters.give_back(limits.FAILURES_PER_ACCOUNT, tried.account, now)
        return self._let_in(context, handle, tried, entrance, way, now)

    def check_failures(self, account: str, network: str, now: datetime) -> None:
        """Raises DomainError ``too_many_requests`` after too many failures for the account or from the network."""
        self._refuse_if_full(limits.FAILURES_PER_ACCOUNT, account, now)
        self._refuse_if_full(limits.FAILURES_PER_NETWORK, network, now)

    def network(self, context: Context) -> str:
        """Under what limits know the network that is asked from."""
        return self._secrecy.network(addresses.network_of(context.address))

    def _entrance(self, context: Context, challenge: Challenge) -> SignIn | Refusal:
        ways = self._customers.ways_in(context, addresses.normalised(challenge.email))
        return access.decide(ways, challenge.within)

    def _let_in(
        self,
        context: Context,
        handle: str,
        shown: Challenge,
        entrance: SignIn | Refusal,
        way: Way,
        now: datetime,
    ) -> dict[str, Any]:
        if isinstance(entrance, Refusal):
            raise DomainError(Refusal.NO_ACCESS)
        if not self._challenges.use(handle, shown.code_hash, now):
            raise self._overtaken(handle, way, now)
        return self._desk.open_session(context, entrance, way=way.value, now=now)

    def _refuse_if_full(self, limit: limits.Limit, who: str, now: datetime) -> None:
        if self._counters.is_full(limit, who, now):
            raise limit.reached(now)

    def _overtaken(self, handle: str, way: Way, now: datetime) -> DomainError:
        """Why what was open a moment ago no longer is: another try or a resend was quicker."""
        try:
            self._challenges.get(handle).check_open(now, way)
        except DomainError as refusal:
            return refusal
        return DomainError("code_expired" if way is Way.CODE else "link_expired")

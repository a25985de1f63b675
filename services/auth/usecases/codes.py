"""Signing in with a one-time code.

Whatever an address may do, the same steps are taken and the same documents written for it: in discreet mode
neither the answer nor the time it takes tells whether anybody is behind it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.auth.customers import Customers
from services.auth.domain import access, addresses, limits
from services.auth.domain.access import Refusal, SignIn
from services.auth.domain.challenges import Challenge, State, code_requested
from services.auth.repository import Challenges, Counters
from services.auth.secrecy import Secrecy
from services.auth.usecases.sessions import SignInDesk
from services.auth.views import challenge_view
from shared.kernel.clock import Clock
from shared.kernel.context import Context
from shared.kernel.errors import DomainError
from shared.kernel.happening import Happening
from shared.storage import Outcome

BY_CODE = "code"


class Codes:
    """Asking for codes and trying them."""

    def __init__(
        self,
        challenges: Challenges,
        counters: Counters,
        customers: Customers,
        desk: SignInDesk,
        secrecy: Secrecy,
        clock: Clock,
    ) -> None:
        self._challenges = challenges
        self._counters = counters
        self._customers = customers
        self._desk = desk
        self._secrecy = secrecy
        self._clock = clock

    def request_code(self, context: Context, *, email: str, browser: str, language: str) -> dict[str, Any]:
        """Send a code to ``email``, for use in ``browser``. Asked again within 60 s, the first one stands."""
        now = self._clock.now()
        account = self._secrecy.account(addresses.normalised(email))
        handle = self._secrecy.challenge_handle(account, self._secrecy.browser(browser))
        earlier = self._challenges.find(handle)
        if earlier is not None and _stands(earlier, now):
            return challenge_view(handle, earlier, now)
        return self._issue(context, handle, email, browser, language, now)

    def resend_code(self, context: Context, *, challenge: str, browser: str) -> dict[str, Any]:
        """Send a new code, which ends the one before."""
        now = self._clock.now()
        earlier = self._of_browser(challenge, browser)
        earlier.check_resend(now)
        return self._issue(context, challenge, earlier.email, browser, earlier.language, now)

    def get_challenge(self, *, challenge: str, browser: str) -> dict[str, Any]:
        """How it stands with the code that was asked for in ``browser``."""
        return challenge_view(challenge, self._of_browser(challenge, browser), self._clock.now())

    def verify_code(self, context: Context, *, challenge: str, browser: str, code: str) -> dict[str, Any]:
        """Open a session with the right code.

        A try is counted before the code is looked at, by updates of which each sees the one before: tries in
        parallel are as few as tries one after the other.
        """
        now = self._clock.now()
        tried = self._of_browser(challenge, browser)
        tried.check_open(now)
        network = self._network(context)
        self._check_failures(tried.account, network, now)
        self._refuse_if_full(limits.FAILURES_OVER_ALL, "", now)
        # Asked before anything is counted, so that a service that is away costs nobody a try.
        entrance = access.decide(self._customers.ways_in(context, addresses.normalised(tried.email)))
        if not self._challenges.count_try(challenge, tried.code_hash):
            raise self._overtaken(challenge, now)
        if not self._counters.take(limits.FAILURES_PER_ACCOUNT, tried.account, now):
            raise limits.FAILURES_PER_ACCOUNT.reached(now)
        is_right = self._secrecy.is_code(challenge, code, tried.code_hash)
        if not is_right or tried.is_decoy:
            self._counters.take(limits.FAILURES_PER_NETWORK, network, now)
            # Behind a decoy there is nothing to guess, so made-up addresses don't pull the brake.
            self._counters.take(limits.FAILURES_OVER_ALL, "", now, times=0 if tried.is_decoy else 1)
            self._counters.take(limits.FAILURES_OF_DECOYS, "", now, times=1 if tried.is_decoy else 0)
            raise tried.wrong_code()
        self._counters.give_back(limits.FAILURES_PER_ACCOUNT, tried.account, now)
        if isinstance(entrance, Refusal):
            raise DomainError(Refusal.NO_ACCESS)
        if not self._challenges.use(challenge, tried.code_hash, now):
            raise self._overtaken(challenge, now)
        return self._desk.open_session(context, entrance, way=BY_CODE, now=now)

    def _issue(
        self, context: Context, handle: str, email: str, browser: str, language: str, now: datetime
    ) -> dict[str, Any]:
        address = addresses.normalised(email)
        account = self._secrecy.account(address)
        network = self._network(context)
        for limit, who in ((limits.CODES_PER_NETWORK, network), (limits.CODES_PER_ACCOUNT, account)):
            if not self._counters.take(limit, who, now):
                raise limit.reached(now)
        self._check_failures(account, network, now)
        entrance = access.decide(self._customers.ways_in(context, address))
        is_plain = self._is_plain(context, network, now)
        if isinstance(entrance, Refusal) and is_plain and self._counts_plain_refusal(network, now):
            raise DomainError(entrance.value)
        code = self._secrecy.new_code()
        issued = Challenge(
            email=email.strip(),
            account=account,
            browser=self._secrecy.browser(browser),
            language=language,
            code_hash=self._secrecy.code_hash(handle, code),
            is_decoy=isinstance(entrance, Refusal),
            sent_at=now,
        )
        happenings = _to_send(issued, handle, entrance, self._secrecy.seal_code(code))
        return self._save(context, handle, issued, happenings, now)

    def _save(
        self, context: Context, handle: str, issued: Challenge, happenings: list[Happening], now: datetime
    ) -> dict[str, Any]:
        view = challenge_view(handle, issued, now)

        def replace(earlier: Challenge) -> Outcome[Challenge]:
            if _stands(earlier, now):
                return Outcome(earlier, result=challenge_view(handle, earlier, now))
            return Outcome(issued, happenings, view)

        if self._challenges.add(handle, issued, context, happenings):
            return view
        return self._challenges.change(handle, context, replace)

    def _of_browser(self, handle: str, browser: str) -> Challenge:
        challenge = self._challenges.get(handle)
        challenge.check_browser(self._secrecy.browser(browser))
        return challenge

    def _check_failures(self, account: str, network: str, now: datetime) -> None:
        self._refuse_if_full(limits.FAILURES_PER_ACCOUNT, account, now)
        self._refuse_if_full(limits.FAILURES_PER_NETWORK, network, now)

    def _refuse_if_full(self, limit: limits.Limit, who: str, now: datetime) -> None:
        if self._counters.is_full(limit, who, now):
            raise limit.reached(now)

    def _is_plain(self, context: Context, network: str, now: datetime) -> bool:
        """Whether a refusal would be said plainly. Asked for every address, so that it takes each as long."""
        is_full = self._counters.is_full(limits.PLAIN_REFUSALS_PER_NETWORK, network, now)
        return not self._customers.is_discreet(context) and not is_full

    def _counts_plain_refusal(self, network: str, now: datetime) -> bool:
        return self._counters.take(limits.PLAIN_REFUSALS_PER_NETWORK, network, now)

    def _overtaken(self, handle: str, now: datetime) -> DomainError:
        """Why a code that was open a moment ago no longer is: another try or a resend was quicker."""
        try:
            self._challenges.get(handle).check_open(now)
        except DomainError as refusal:
            return refusal
        return DomainError("code_expired")

    def _network(self, context: Context) -> str:
        return self._secrecy.network(addresses.network_of(context.address))


def _stands(challenge: Challenge, now: datetime) -> bool:
    """Whether a code was sent so recently that no other is sent yet."""
    return challenge.state(now) is not State.USED and challenge.seconds_until_resend(now) > 0


def _to_send(challenge: Challenge, handle: str, entrance: SignIn | Refusal, sealed: str) -> list[Happening]:
    if isinstance(entrance, Refusal):
        return []
    return [code_requested(challenge, handle, entrance, sealed=sealed)]

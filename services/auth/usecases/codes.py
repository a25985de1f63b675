"""Asking for a one-time code and a sign-in link, and signing in with the code.

Whatever an address may do, the same steps are taken and the same documents written for it: in discreet mode
neither the answer nor the time it takes tells whether anybody is behind it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.auth.customers import Customers
from services.auth.domain import access, addresses, limits
from services.auth.domain.access import Refusal
from services.auth.domain.challenges import Challenge, State, Way, check_any, code_requested
from services.auth.repository import Challenges, Counters
from services.auth.secrecy import Secrecy
from services.auth.usecases.door import Door
from services.auth.views import challenge_view
from shared.kernel.clock import Clock
from shared.kernel.context import Context
from shared.kernel.errors import DomainError
from shared.kernel.happening import Happening
from shared.storage import Outcome


class Codes:
    """Asking for codes and trying them."""

    def __init__(
        self,
        challenges: Challenges,
        counters: Counters,
        customers: Customers,
        door: Door,
        secrecy: Secrecy,
        clock: Clock,
    ) -> None:
        self._challenges = challenges
        self._counters = counters
        self._customers = customers
        self._door = door
        self._secrecy = secrecy
        self._clock = clock

    def request_code(
        self, context: Context, *, email: str, browser: str, language: str, portal_link: str | None = None
    ) -> dict[str, Any]:
        """Send a code and a link to ``email``, for ``browser``. Asked again within 60 s, the first ones stand.

        With ``portal_link`` they are for that bill group only. Raises NotFound for one that was never given out.
        """
        now = self._clock.now()
        within = "" if portal_link is None else self._secrecy.bill_group_of(portal_link)
        account = self._secrecy.account(addresses.normalised(email))
        handle = self._secrecy.challenge_handle(account, self._secrecy.browser(browser), within)
        earlier = self._challenges.find(handle)
        if earlier is not None and _stands(earlier, now):
            return challenge_view(handle, earlier, now)
        return self._issue(context, handle, email, browser, language, now, within)

    def resend_code(self, context: Context, *, challenge: str, browser: str) -> dict[str, Any]:
        """Send a new code, which ends the one before."""
        now = self._clock.now()
        earlier = self._of_browser(challenge, browser)
        earlier.check_resend(now)
        return self._issue(context, challenge, earlier.email, browser, earlier.language, now, earlier.within)

    def get_challenge(self, *, challenge: str, browser: str) -> dict[str, Any]:
        """How it stands with the code that was asked for in ``browser``."""
        return challenge_view(challenge, self._of_browser(challenge, browser), self._clock.now())

    def verify_code(self, context: Context, *, challenge: str, browser: str, code: str) -> dict[str, Any]:
        """Open a session with the right code."""
        tried = self._of_browser(challenge, browser)
        tried.check_offers(Way.CODE)
        return self._door.enter_by_code(context, challenge, tried, code, way=Way.CODE, now=self._clock.now())

    def _issue(
        self,
        context: Context,
        handle: str,
        email: str,
        browser: str,
        language: str,
        now: datetime,
        within: str,
    ) -> dict[str, Any]:
        address = addresses.normalised(email)
        account = self._secrecy.account(address)
        network = self._door.network(context)
        for limit, who in ((limits.CODES_PER_NETWORK, network), (limits.CODES_PER_ACCOUNT, account)):
            if not self._counters.take(limit, who, now):
                raise limit.reached(now)
        self._door.check_failures(account, network, now)
        ways = self._customers.ways_offered(context)
        check_any(ways)
        entrance = access.decide(self._customers.ways_in(context, address), within)
        is_plain = self._is_plain(context, network, now)
        if isinstance(entrance, Refusal) and is_plain and self._counts_plain_refusal(network, now):
            raise DomainError(entrance.value)
        code, link = self._secrecy.new_code(), self._secrecy.new_link(handle)
        issued = Challenge(
            email=email.strip(),
            account=account,
            browser=self._secrecy.browser(browser),
            language=language,
            code_hash=self._secrecy.code_hash(handle, code),
            is_decoy=isinstance(entrance, Refusal),
            sent_at=now,
            link_hash=self._secrecy.link_hash(link),
            ways=tuple(sorted(ways)),
            within=within,
        )
        # Sealed for a decoy, too, so that it takes as long.
        sealed = {
            "sealed_code": self._secrecy.seal_code(code),
            "sealed_link": self._secrecy.seal_link(link),
        }
        to_send = (
            [] if isinstance(entrance, Refusal) else [code_requested(issued, handle, entrance, **sealed)]
        )
        return self._save(context, handle, issued, to_send, now)

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

    def _is_plain(self, context: Context, network: str, now: datetime) -> bool:
        """Whether a refusal would be said plainly. Asked for every address, so that it takes each as long."""
        is_full = self._counters.is_full(limits.PLAIN_REFUSALS_PER_NETWORK, network, now)
        return not self._customers.is_discreet(context) and not is_full

    def _counts_plain_refusal(self, network: str, now: datetime) -> bool:
        return self._counters.take(limits.PLAIN_REFUSALS_PER_NETWORK, network, now)


def _stands(challenge: Challenge, now: datetime) -> bool:
    """Whether a code was sent so recently that no other is sent yet."""
    return challenge.state(now) is not State.USED and challenge.seconds_until_resend(now) > 0

"""Signing in with the link that is sent along with a code.

Looking at a link changes nothing, so that programs which look into mail can't use it up. In another browser than
the one that asked for it, the code of the same e-mail is needed, too: a link that somebody was talked into passing
on, or that was sent to the wrong one, is no use without the mail itself.
"""

from __future__ import annotations

from typing import Any

from services.auth.domain.challenges import Challenge, Way
from services.auth.repository import Challenges
from services.auth.secrecy import Secrecy
from services.auth.usecases.door import Door
from services.auth.views import link_view
from shared.kernel.clock import Clock
from shared.kernel.context import Context
from shared.kernel.errors import DomainError, NotFound


class Links:
    """Looking at links and using them."""

    def __init__(self, challenges: Challenges, door: Door, secrecy: Secrecy, clock: Clock) -> None:
        self._challenges = challenges
        self._door = door
        self._secrecy = secrecy
        self._clock = clock

    def get_link(self, *, token: str, browser: str | None) -> dict[str, Any]:
        """How it stands with the link, seen in ``browser``. Raises NotFound for one never sent, or replaced."""
        _, challenge = self._of_token(token)
        return link_view(challenge, self._clock.now(), needs_code=not self._is_browser_of(challenge, browser))

    def use_link(
        self, context: Context, *, token: str, browser: str | None, code: str | None
    ) -> dict[str, Any]:
        """Open a session with the link, which uses it and its code up.

        Raises NotFound as ``get_link`` does, DomainError ``code_needed`` in another browser without a code, and what
        goes for trying codes. The asking browser needs none.
        """
        now = self._clock.now()
        handle, challenge = self._of_token(token)
        if self._is_browser_of(challenge, browser):
            return self._door.enter(context, handle, challenge, way=Way.LINK, now=now)
        challenge.check_open(now, Way.LINK)
        if not code:
            raise DomainError("code_needed")
        return self._door.enter_by_code(context, handle, challenge, code, way=Way.LINK, now=now)

    def _of_token(self, token: str) -> tuple[str, Challenge]:
        handle = self._secrecy.link_challenge(token)
        challenge = self._challenges.find(handle) if handle else None
        if handle is None or challenge is None or not self._secrecy.is_link(token, challenge.link_hash):
            raise NotFound
        if challenge.is_decoy or Way.LINK not in challenge.ways:
            raise NotFound
        return handle, challenge

    def _is_browser_of(self, challenge: Challenge, browser: str | None) -> bool:
        return browser is not None and self._secrecy.browser(browser) == challenge.browser

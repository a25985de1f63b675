"""The way in past the gateway: browsers before the auth service, and the mailman who brings what it sends."""

from __future__ import annotations

import secrets
from typing import Any

import kombu

from shared.contracts.auth import CODE_PURPOSE, LINK_PURPOSE
from shared.kernel.context import Context, system
from shared.kernel.ids import new_token
from shared.messaging.client import RpcClient
from shared.sealing import unseal
from tests.support.refusals import outcome
from tests.support.suite import Suite

OPERATOR = Context(principal=system("tests"))


class Mailman:
    """Hears all codes that are asked for, as the notifications service does."""

    def __init__(self, suite: Suite) -> None:
        self._secret = suite.settings["PORTICO_SECRET"].encode()
        self._connection = kombu.Connection(suite.settings["AMQP_URI"])
        exchange = kombu.Exchange("auth.events", type="topic", durable=True)
        queue = kombu.Queue("", exchange, routing_key="code_requested", exclusive=True, auto_delete=True)
        self._consumer = kombu.Consumer(self._connection, [queue], callbacks=[self._take], no_ack=True)
        self._consumer.consume()
        self._codes: dict[str, list[str]] = {}
        self._links: dict[str, list[str]] = {}

    def link_for(self, email: str) -> str:
        """The token of the link that was sent first to ``email``; waits for it."""
        self.code_for(email)
        return self._links[email][0]

    def code_for(self, email: str, *, number: int = 1) -> str:
        """The code that was sent as the ``number``-th to ``email``; waits for it."""
        while len(self._codes.get(email, [])) < number:
            self._connection.drain_events(timeout=15)
        return self._codes[email][number - 1]

    def close(self) -> None:
        self._connection.release()

    def _take(self, envelope: dict[str, Any], _message: object) -> None:
        data = envelope["data"]
        code = unseal(self._secret, CODE_PURPOSE, data["sealed"])
        self._codes.setdefault(data["email"], []).append(code)
        link = unseal(self._secret, LINK_PURPOSE, data["link"]["sealed"])
        self._links.setdefault(data["email"], []).append(link)


class Portal:
    """One browser somewhere, before the auth service."""

    def __init__(self, client: RpcClient, mailman: Mailman, email: str) -> None:
        self.calls = client.auth
        self.mailman = mailman
        self.email = email
        self.browser = new_token()
        self.context = Context(address=f"10.{secrets.randbelow(256)}.{secrets.randbelow(256)}.7")

    def ask(self) -> str:
        """Ask for a code; the challenge's handle."""
        view = self.calls.request_code(self.context, email=self.email, browser=self.browser, language="en")
        handle: str = view["challenge"]
        return handle

    def try_code(self, challenge: str, code: str) -> Any:
        """Try a code; the new session."""
        return self.calls.verify_code(self.context, challenge=challenge, browser=self.browser, code=code)

    def press(self, link: str, code: str | None = None) -> Any:
        """Press the button on a link's page; the new session."""
        return self.calls.use_link(self.context, token=link, browser=self.browser, code=code)

    def sign_in(self) -> Any:
        """The new session."""
        return self.try_code(self.ask(), self.mailman.code_for(self.email))

    def is_signed_in(self, session: Any) -> bool:
        """Whether the session's token still opens it."""
        return outcome(lambda: self.calls.get_session(self.context, token=session["token"])) == "ok"

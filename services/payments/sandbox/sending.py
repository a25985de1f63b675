"""Sends the sandbox's webhooks, and tries again until they are taken.

Events wait in the store beside what they are about: a restart loses none, and at worst one is sent twice.
"""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta
from threading import Event as Flag

import requests

from services.payments.sandbox.events import Event
from services.payments.sandbox.model import LIFETIME
from services.payments.sandbox.provider import Sandbox
from shared.storage.errors import STORE_AWAY
from shared.webhooks import Secret

log = logging.getLogger(__name__)

_TIMEOUTS = (2.0, 10.0)  # Seconds to connect, and to wait for the answer.
# Longer than one try takes; what a killed process had in hand waits so long.
_CLAIM = timedelta(seconds=15)
_AT_ONCE = 20
_LOOK_EVERY_SECONDS = 1.0
# Seconds before it is tried again; the last holds from then on.
_WAITS = (1, 5, 30, 120, 600, 1800, 3600)
_GIVEN_UP_AFTER = timedelta(days=3)


class Sender:
    """Tells the merchant at ``url`` of what happens in ``sandbox``. ``awake`` is set when there is something new."""

    def __init__(self, sandbox: Sandbox, awake: Flag, secret: Secret, url: str) -> None:
        self._sandbox = sandbox
        self._awake = awake
        self._secret = secret
        self._url = url
        self._http = requests.Session()
        # No proxy or credentials of the machine's environment: the merchant's gateway stands beside the sandbox.
        self._http.trust_env = False
        self._http.headers["Connection"] = "close"

    def run(self) -> None:
        """Send what there is, and then what comes, for as long as the process lives."""
        while True:
            try:
                self.send_due()
            except STORE_AWAY as error:
                log.warning("webhooks wait for the store: %s", type(error).__name__)
            self._awake.wait(_LOOK_EVERY_SECONDS)
            self._awake.clear()

    def send_due(self) -> None:
        """Send what is due now."""
        store, now = self._sandbox.store, self._sandbox.clock.now()
        until = now + _CLAIM
        for setup_id in store.claim(now, until, _AT_ONCE):
            store.release(setup_id, until, self._look_after(setup_id))

    def _look_after(self, setup_id: str) -> datetime | None:
        """When to look at the setup again; None where nothing more can come of it by itself."""
        store, now = self._sandbox.store, self._sandbox.clock.now()
        setup = store.get(setup_id)
        if setup and not setup.ended and not self._sandbox.step(setup, lambda latest: latest.at(now)).ended:
            return setup.created_at + LIFETIME
        while waiting := store.first_event(setup_id):
            event, tries = waiting
            if not self._send(event) and now < event.at + _GIVEN_UP_AFTER:
                store.count_try(setup_id)
                return self._sandbox.clock.now() + timedelta(seconds=_WAITS[min(tries, len(_WAITS) - 1)])
            store.drop_event(setup_id, event)
        return None

    def _send(self, event: Event) -> bool:
        """Whether the merchant has taken it."""
        body = json.dumps(
            {
                "type": event.type,
                "timestamp": event.at.isoformat(),
                "data": {"id": event.subject, "reference": event.reference},
            }
        ).encode()
        headers = self._secret.sign(event.id, body, self._sandbox.clock.now())
        headers["Content-Type"] = "application/json"
        try:
            answer = self._http.post(
                self._url, data=body, headers=headers, timeout=_TIMEOUTS, allow_redirects=False
            )
        except requests.RequestException as error:
            log.info("webhook %s of %s was not taken: %s", event.id, event.type, type(error).__name__)
            return False
        taken = 200 <= answer.status_code < 300
        if not taken:
            log.info("webhook %s of %s was not taken: status %d", event.id, event.type, answer.status_code)
        return taken

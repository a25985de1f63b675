"""The relay: publishes what waits in the outboxes of a service's documents, with confirms, from the head."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from shared.messaging import wire
from shared.messaging.publisher import NOT_PUBLISHED, ConfirmingPublisher
from shared.messaging.topology import events_exchange
from shared.storage.errors import STORE_AWAY
from shared.storage.outbox import Outbox, Waiting
from shared.telemetry import traces
from shared.telemetry.metrics import PUBLISHED

log = logging.getLogger(__name__)

_BATCH = 50
_AWAY: tuple[type[Exception], ...] = NOT_PUBLISHED + STORE_AWAY
_IDLE_SECONDS = 1.0
_AFTER_ERROR_SECONDS = 1.0


class Relay:
    """Runs in every process of a service: several share the work, and one that dies is made up for by the others."""

    def __init__(self, outboxes: Sequence[Outbox], publisher: ConfirmingPublisher) -> None:
        self._outboxes = outboxes
        self._publisher = publisher
        self._wake = threading.Event()
        self._stopping = False

    def wake(self) -> None:
        """Something was just written: don't wait for the next look."""
        self._wake.set()

    def stop(self) -> None:
        """End ``run`` after the round that is under way."""
        self._stopping = True
        self._wake.set()

    def run(self) -> None:
        """Publish until stopped. While broker or store are away everything stays where it is."""
        while not self._stopping:
            self._wake.clear()
            try:
                published = self.once()
            except _AWAY as error:
                log.warning("events wait in the outbox: %s", type(error).__name__)
                self._wake.wait(_AFTER_ERROR_SECONDS)
                continue
            if not published:
                self._wake.wait(_IDLE_SECONDS)

    def once(self) -> int:
        """Publish what is due now; the number of events that went out."""
        return sum(
            self._publish(outbox, waiting) for outbox in self._outboxes for waiting in outbox.claim(_BATCH)
        )

    def _publish(self, outbox: Outbox, waiting: Waiting) -> int:
        for envelope in waiting.envelopes:
            self._publish_one(envelope)
            PUBLISHED.labels(envelope["source"], envelope["type"]).inc()
        outbox.published(waiting)
        return len(waiting.envelopes)

    def _publish_one(self, envelope: Mapping[str, Any]) -> None:
        def publish(trace: Mapping[str, str]) -> None:
            self._publisher.publish(
                wire.encode(envelope),
                exchange=events_exchange(envelope["source"]).name,
                routing_key=envelope["type"],
                message_id=envelope["event_id"],
                headers={**_headers(envelope), **trace},
            )

        cause = traces.parent_of(envelope)
        if cause is None:
            publish({})
            return
        # However much later that is, the event belongs to the request that caused it.
        with traces.inside(f"publish {envelope['type']}", "producer", cause) as span:
            publish(traces.headers(span) or {traces.TRACEPARENT: cause})


def _headers(envelope: Mapping[str, Any]) -> dict[str, str]:
    return {"nameko.request_id": envelope["request_id"], "nameko.principal": envelope["principal"]}

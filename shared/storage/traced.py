"""Spans of the commands that a traced request sends to the store: which command on which collection, and no more."""

from __future__ import annotations

from typing import Any

from pymongo import monitoring

from shared.telemetry import traces


class TracedCommands(monitoring.CommandListener):
    """Told by the driver of each command, in the thread that sends it."""

    def __init__(self) -> None:
        self._spans: dict[tuple[Any, int], Any] = {}

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        """A command goes out. What no trace asked for (the relay's looks, heartbeats) is left out."""
        if traces.trace_id() is None:
            return
        collection = event.command.get(event.command_name)
        target = collection if isinstance(collection, str) else ""
        span = traces.start(
            f"{event.command_name} {target}".rstrip(),
            "client",
            **{
                "db.system.name": "mongodb",
                "db.namespace": event.database_name,
                "db.collection.name": target,
                "db.operation.name": event.command_name,
            },
        )
        self._spans[(event.connection_id, event.request_id)] = span

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """It was answered."""
        traces.end(self._spans.pop((event.connection_id, event.request_id), None))

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """It was refused or got no answer."""
        traces.end(
            self._spans.pop((event.connection_id, event.request_id), None), "store_failed", failed=True
        )

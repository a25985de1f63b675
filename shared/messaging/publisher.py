"""Publishing that is not over until the broker has confirmed."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from typing import Any

import amqp
from kombu import Connection, Exchange, Queue

from shared.messaging.wire import CONTENT_TYPE

_CONFIRM_SECONDS = 5.0
_PERSISTENT = 2
BROKER_ERRORS: tuple[type[Exception], ...] = (
    amqp.exceptions.AMQPError,
    amqp.exceptions.MessageNacked,
    OSError,
)


def publish_without_reading(connection: Any) -> None:
    """Let publishing on ``connection``, py-amqp's, leave the reading to whoever reads.

    Where the broker offers ``connection.blocked``, py-amqp reads the socket before it publishes, and would take the
    reader's messages.
    """
    capabilities = {**connection.client_properties.get("capabilities", {}), "connection.blocked": False}
    connection.client_properties = {**connection.client_properties, "capabilities": capabilities}


class Unroutable(Exception):
    """No queue would have received the message."""


NOT_PUBLISHED: tuple[type[Exception], ...] = (*BROKER_ERRORS, Unroutable)


class ConfirmingPublisher:
    """One connection of its own, declared on before the first publish, used by one thread at a time.

    All methods raise one of ``BROKER_ERRORS`` where the broker can't be reached or doesn't confirm in time; the next
    call connects again.
    """

    def __init__(self, uri: str, declared: Iterable[Exchange | Queue] = ()) -> None:
        self._uri = uri
        self._declared = list(declared)
        self._lock = threading.Lock()
        self._connection: Connection | None = None
        self._channel: Any = None
        self._returned: list[str] = []

    def publish(
        self, body: bytes, *, exchange: str, routing_key: str, message_id: str, headers: Mapping[str, Any]
    ) -> None:
        """Publish a persistent message and wait until the broker has it. Raises Unroutable where none takes it."""
        message = amqp.Message(
            body,
            content_type=CONTENT_TYPE,
            content_encoding="utf-8",
            delivery_mode=_PERSISTENT,
            message_id=message_id,
            application_headers=dict(headers),
        )
        with self._lock:
            try:
                channel = self._channel or self._connect()
                self._returned.clear()
                channel.basic_publish_confirm(
                    message,
                    exchange=exchange,
                    routing_key=routing_key,
                    mandatory=True,
                    confirm_timeout=_CONFIRM_SECONDS,
                )
            except BROKER_ERRORS:
                # A late confirmation must not be taken for that of the next message.
                self._drop()
                raise
            if message_id in self._returned:
                raise Unroutable(f"{exchange or 'default exchange'}: {routing_key}")

    def connect(self) -> None:
        """Connect and declare now, rather than with the first message."""
        with self._lock:
            if self._channel is None:
                try:
                    self._connect()
                except BROKER_ERRORS:
                    self._drop()
                    raise

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._drop()

    def _connect(self) -> Any:
        self._connection = Connection(self._uri, connect_timeout=3, heartbeat=0)
        self._connection.connect()
        channel = self._connection.connection.channel()
        for entity in self._declared:
            entity(channel).declare()
        channel.events["basic_return"].add(self._on_return)
        self._channel = channel
        return channel

    def _on_return(self, error: Any, exchange: str, routing_key: str, message: Any) -> None:
        del error, exchange, routing_key
        self._returned.append(message.properties["message_id"])

    def _drop(self) -> None:
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None:
            # Not close(): it would wait for the answer of a broker that may be hanging.
            connection.collect()

"""Replies: transient and unconfirmed. What only reads may be lost and asked again; changes are safe by their key."""

from __future__ import annotations

import logging
import threading
from typing import Any

import amqp
import eventlet
from kombu import Connection
from nameko.extensions import SharedExtension

from shared.messaging.publisher import BROKER_ERRORS
from shared.messaging.wire import CONTENT_TYPE, encode

log = logging.getLogger(__name__)

_TRANSIENT = 1
_CLOSE_SECONDS = 2.0


class Replies(SharedExtension):
    """One connection for all replies of a container.

    It is not the consumers': green threads that write to one connection at the same time would mix their frames.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._connection: Connection | None = None
        self._channel: Any = None

    def send(self, request: Any, body: dict[str, Any]) -> None:
        """Answer ``request``, a message. A reply that can't be sent is logged and lost."""
        reply_to = request.properties.get("reply_to")
        if not reply_to:
            return
        reply = amqp.Message(
            encode(body),
            content_type=CONTENT_TYPE,
            content_encoding="utf-8",
            delivery_mode=_TRANSIENT,
            correlation_id=request.properties.get("correlation_id", ""),
        )
        # nameko's own clients wait at its exchange; with direct reply-to the default exchange knows the way.
        exchange = "" if reply_to.startswith("amq.rabbitmq.reply-to") else "nameko-rpc"
        with self._lock:
            try:
                channel = self._channel or self._connect()
                channel.basic_publish(reply, exchange=exchange, routing_key=reply_to)
            except BROKER_ERRORS as error:
                self._drop()
                log.warning("a reply was lost: %s", type(error).__name__)

    def stop(self) -> None:
        """Close the connection once the broker has taken all replies: what it has not read yet, a reset would lose."""
        with self._lock:
            if self._connection is not None:
                try:
                    with eventlet.Timeout(_CLOSE_SECONDS):
                        self._connection.connection.close()
                except (*BROKER_ERRORS, eventlet.Timeout) as error:
                    log.warning("replies may be lost: %s", type(error).__name__)
            self._drop()

    def _connect(self) -> Any:
        uri = self.container.config["AMQP_URI"]
        self._connection = Connection(uri, connect_timeout=3, heartbeat=0)
        self._connection.connect()
        self._channel = self._connection.connection.channel()
        return self._channel

    def _drop(self) -> None:
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None:
            connection.collect()

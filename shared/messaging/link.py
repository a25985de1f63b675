"""The RPC client's connection: threads publish under a lock, one thread reads, one watches and connects again."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import amqp
from kombu import Connection

from shared.messaging.publisher import BROKER_ERRORS, publish_without_reading
from shared.messaging.wire import RPC_EXCHANGE

log = logging.getLogger(__name__)

_HEARTBEAT_SECONDS = 10
_WATCH_SECONDS = 1.0
_WRITE_SECONDS = 5.0
_BACK_OFF_SECONDS = (0.1, 0.2, 0.5, 1.0)
# How long a publisher waits for a connection that is being made again, before it reports that there is none.
_PATIENCE_SECONDS = 1.5


class LinkLost(Exception):
    """There is no connection to the broker, or it broke while the message was written."""


class Link:
    """One connection to the broker that heals by itself.

    The callbacks run in the reader thread, but for ``on_tick``, which comes each second from the watcher.
    """

    def __init__(
        self,
        uri: str,
        *,
        on_reply: Callable[[Any], None],
        on_return: Callable[[Any, str, str, Any], None],
        on_lost: Callable[[], None],
        on_tick: Callable[[], None],
    ) -> None:
        self._uri = uri
        self._on_reply = on_reply
        self._on_return = on_return
        self._on_lost = on_lost
        self._on_tick = on_tick
        self._write_lock = threading.Lock()
        self._writing_since: float | None = None
        self._up = threading.Event()
        self._raw: Any = None
        self._channel: Any = None
        self._closed = threading.Event()
        self._reader = threading.Thread(target=self._run, name="rpc-reader", daemon=True)
        self._reader.start()
        self._watcher = threading.Thread(target=self._watch, name="rpc-watcher", daemon=True)
        self._watcher.start()

    def connected(self) -> bool:
        """Whether the connection stands at the moment."""
        return self._up.is_set()

    def publish(self, message: amqp.Message, exchange: str, routing_key: str, seconds: float) -> None:
        """Write ``message``, mandatory, within ``seconds``. Raises LinkLost."""
        if not self._up.wait(min(seconds, _PATIENCE_SECONDS)):
            raise LinkLost("not connected")
        if not self._write_lock.acquire(timeout=seconds):
            raise LinkLost("the broker takes nothing")
        try:
            channel = self._channel
            if channel is None:
                raise LinkLost("not connected")
            self._writing_since = time.monotonic()
            channel.basic_publish(message, exchange=exchange, routing_key=routing_key, mandatory=True)
        except BROKER_ERRORS as error:
            self._break()
            raise LinkLost(str(type(error).__name__)) from error
        finally:
            self._writing_since = None
            self._write_lock.release()

    def close(self) -> None:
        """Close for good."""
        self._closed.set()
        self._break()
        self._reader.join(5)

    def _run(self) -> None:
        failures = 0
        while not self._closed.is_set():
            try:
                self._connect()
            except Exception as error:  # noqa: BLE001 (all callers hang on this thread: it must not end)
                if failures == 0:
                    log.warning("broker can't be reached: %s", type(error).__name__)
                self._closed.wait(_BACK_OFF_SECONDS[min(failures, len(_BACK_OFF_SECONDS) - 1)])
                failures += 1
                continue
            failures = 0
            self._read()

    def _connect(self) -> None:
        connection = Connection(self._uri, connect_timeout=3, heartbeat=_HEARTBEAT_SECONDS)
        raw = connection.transport.establish_connection()
        try:
            channel = self._open_channel(raw)
        except BROKER_ERRORS:
            raw.collect()
            raise
        self._raw, self._channel = raw, channel
        self._up.set()

    def _open_channel(self, raw: Any) -> Any:
        publish_without_reading(raw)
        channel = raw.channel()
        channel.exchange_declare(RPC_EXCHANGE, "topic", durable=True, auto_delete=False)
        channel.events["basic_return"].add(self._on_return)
        channel.basic_consume("amq.rabbitmq.reply-to", no_ack=True, callback=self._on_reply)
        return channel

    def _read(self) -> None:
        raw = self._raw
        try:
            while not self._closed.is_set():
                raw.blocking_read()
        except Exception as error:  # noqa: BLE001 (as in _run; what py-amqp raises on broken frames is manifold)
            if not self._closed.is_set():
                log.warning("connection to the broker lost: %s", type(error).__name__)
        finally:
            self._up.clear()
            with self._write_lock:
                self._channel = None
            raw.collect()
            self._on_lost()

    def _watch(self) -> None:
        while not self._closed.wait(_WATCH_SECONDS):
            self._on_tick()
            if not self._up.is_set():
                continue
            since = self._writing_since
            if since is not None and time.monotonic() - since > _WRITE_SECONDS:
                self._break()
                continue
            if not self._write_lock.acquire(timeout=_WATCH_SECONDS):
                continue
            try:
                if self._up.is_set():
                    self._raw.heartbeat_tick()
            except BROKER_ERRORS:
                self._break()
            finally:
                self._write_lock.release()

    def _break(self) -> None:
        """Wake the reader out of its read: it cleans up and connects again."""
        raw = self._raw
        transport = getattr(raw, "_transport", None)
        sock = getattr(transport, "sock", None)
        if sock is not None:
            try:
                sock.shutdown(2)
            except OSError:
                log.debug("the connection was closed already")

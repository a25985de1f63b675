"""The RPC client's connection: threads publish under a lock, whoever waits reads, one watches and connects again."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import amqp
from kombu import Connection

from shared.messaging.frames import Frames, publication, was_returned, write
from shared.messaging.publisher import BROKER_ERRORS, publish_without_reading
from shared.messaging.turns import Turns
from shared.messaging.wire import RPC_EXCHANGE

log = logging.getLogger(__name__)

_HEARTBEAT_SECONDS = 10
_WATCH_SECONDS = 1.0
_WRITE_SECONDS = 5.0
_BACK_OFF_SECONDS = (0.1, 0.2, 0.5, 1.0)
# How long a publisher waits for a connection that is being made again, before it reports that there is none.
_PATIENCE_SECONDS = 1.5
# How long the keeper leaves the reading to callers after one of them has been there.
_QUIET_SECONDS = 0.05


class LinkLost(Exception):
    """There is no connection to the broker, or it broke while the message was written."""


class Link:
    """One connection to the broker that heals by itself.

    ``on_reply`` and ``on_return`` get messages and ``on_lost`` is called by whoever reads: a caller (``turns`` says
    who), or the link's own keeper while no caller does. ``on_tick`` comes each second from the watcher.
    """

    def __init__(
        self,
        uri: str,
        *,
        on_reply: Callable[[amqp.Message], None],
        on_return: Callable[[amqp.Message], None],
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
        self._down = threading.Event()
        self._raw: Any = None
        self._channel: Any = None
        self._frames: Frames | None = None
        self._closed = threading.Event()
        self.turns = Turns()
        self._keeper = threading.Thread(target=self._run, name="rpc-keeper", daemon=True)
        self._keeper.start()
        self._watcher = threading.Thread(target=self._watch, name="rpc-watcher", daemon=True)
        self._watcher.start()

    def connected(self) -> bool:
        """Whether the connection stands at the moment."""
        return self._up.is_set()

    def publish(self, exchange: str, routing_key: str, about: bytes, body: bytes, seconds: float) -> None:
        """Write a message with the properties ``about``, mandatory, within ``seconds``. Raises LinkLost."""
        if not self._up.wait(min(seconds, _PATIENCE_SECONDS)):
            raise LinkLost("not connected")
        if not self._write_lock.acquire(timeout=seconds):
            raise LinkLost("the broker takes nothing")
        try:
            channel = self._channel
            if channel is None:
                raise LinkLost("not connected")
            self._writing_since = time.monotonic()
            write(channel, publication(channel, exchange, routing_key, about, body, mandatory=True))
        except BROKER_ERRORS as error:
            self._break()
            raise LinkLost(str(type(error).__name__)) from error
        finally:
            self._writing_since = None
            self._write_lock.release()

    def read(self, seconds: float) -> bool:
        """Hand over what has come; wait for it ``seconds`` at most. Whether anything came, be it the connection's end.

        To be called by whose turn it is only.
        """
        frames = self._frames
        if frames is None:
            # Whoever waits has been told so.
            return True
        try:
            if not frames.have_come(seconds):
                return False
            frames.receive()
            while frames.next() is not None:
                pass
        except Exception as error:  # noqa: BLE001 (what py-amqp raises on broken frames is manifold)
            self._lose(error)
        return True

    def close(self) -> None:
        """Close for good."""
        self._closed.set()
        self._break()
        self._keeper.join(5)

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
            self._keep()

    def _connect(self) -> None:
        connection = Connection(self._uri, connect_timeout=3, heartbeat=_HEARTBEAT_SECONDS)
        raw = connection.transport.establish_connection()
        try:
            channel = self._open_channel(raw)
        except BROKER_ERRORS:
            raw.collect()
            raise
        self._raw, self._channel = raw, channel
        self._frames = Frames(raw, self._on_message)
        self._down.clear()
        self._up.set()
        if self._closed.is_set():
            self._break()

    def _open_channel(self, raw: Any) -> Any:
        publish_without_reading(raw)
        channel = raw.channel()
        channel.exchange_declare(RPC_EXCHANGE, "topic", durable=True, auto_delete=False)
        channel.basic_consume("amq.rabbitmq.reply-to", no_ack=True, callback=self._on_reply)
        return channel

    def _on_message(self, channel: int, method: bytes, message: amqp.Message) -> None:
        del channel
        if was_returned(method):
            self._on_return(message)
        else:
            self._on_reply(message)

    def _keep(self) -> None:
        """Read while no caller does, until the connection is lost."""
        keeper = _Keeper()
        entered = self.turns.entered()
        while not self._down.is_set():
            if self.turns.enter_if_quiet(keeper, entered):
                try:
                    came = self.read(_WATCH_SECONDS)
                finally:
                    self.turns.leave(keeper)
                if not came:
                    continue
            entered = self.turns.entered()
            self._down.wait(_QUIET_SECONDS)

    def _lose(self, error: Exception) -> None:
        """The connection is of no use any more; the keeper makes another."""
        if not self._closed.is_set():
            log.warning("connection to the broker lost: %s", type(error).__name__)
        self._up.clear()
        with self._write_lock:
            self._channel = None
        self._frames = None
        self._raw.collect()
        self._on_lost()
        self._down.set()

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
        """Wake whoever reads out of it: the connection is lost then, and made again."""
        raw = self._raw
        transport = getattr(raw, "_transport", None)
        sock = getattr(transport, "sock", None)
        if sock is not None:
            try:
                sock.shutdown(2)
            except OSError:
                log.debug("the connection was closed already")


class _Keeper:
    """Reads only when nobody else wants to, so it never waits for its turn."""

    def has_its_answer(self) -> bool:
        return True

    def your_turn(self) -> None:
        raise NotImplementedError

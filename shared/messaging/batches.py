"""Writing to one connection from many green threads, cheaply."""

from __future__ import annotations

import logging
from typing import Any

import eventlet

log = logging.getLogger(__name__)


class Batch:
    """Collects the frames for one connection: what is sent in one turn of eventlet's hub goes out in one write.

    So a reply and its acknowledgement cost one system call, as do those of all calls that end together. Writing never
    waits, so that green threads can't mix their frames. It never fails either: of a connection that breaks, its reader
    learns, and what was not acknowledged is delivered again.
    """

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self._frames: list[bytes] = []
        self._sending = False
        # What py-amqp hands complete frames to, in a buffer that it uses again.
        transport._write = self.write

    def write(self, frames: Any) -> None:
        """Send ``frames`` soon, after those of the calls before."""
        self._frames.append(bytes(frames))
        if not self._sending:
            self._sending = True
            eventlet.spawn_n(self._send)

    def _send(self) -> None:
        try:
            while self._frames:
                frames, self._frames = memoryview(b"".join(self._frames)), []
                while frames:
                    try:
                        frames = frames[self._transport.sock.send(frames) :]
                    except TimeoutError:
                        # It was the reader's, which shares the socket.
                        continue
        except (OSError, AttributeError) as error:
            # py-amqp sets the socket to None when it closes it.
            log.debug("frames were lost with their connection: %s", type(error).__name__)
            self._frames.clear()
        finally:
            self._sending = False

"""AMQP's frames by a short way: how a call is published, delivered and acknowledged.

py-amqp writes and reads them a field at a time, and asks the socket three times for each of the three frames of a
message, which is most of what a call costs. It keeps all else: connecting, declaring, closing, heartbeats. The forms
are those of the AMQP 0-9-1 specification, sections 2.3.5 and 4.2, the types of RabbitMQ's errata.
"""

from __future__ import annotations

import select
from collections.abc import Callable, Mapping
from functools import lru_cache
from struct import Struct
from typing import Any

import amqp
from amqp.exceptions import RecoverableConnectionError, UnexpectedFrame
from amqp.serialization import decode_properties_basic

_METHOD, _HEADER, _BODY = 1, 2, 3
_END = 0xCE
_END_OCTET = b"\xce"
_BASIC = 60
# The class of a message that is published or delivered, and a number that is not used.
_CLASS = b"\x00\x3c\x00\x00"
# Marks a text in a table.
_TEXT = ord("S")
_DELIVER, _RETURN = b"\x00\x3c\x00\x3c", b"\x00\x3c\x00\x32"
_AT_ONCE = 65536

# Where eventlet has patched the standard library there is none; its select has no limit.
_poll = getattr(select, "poll", None)

_FRAME = Struct(">BHI")
_ACK = Struct(">BHIHHQBB")
_LENGTH = Struct(">I")
_SIZE = Struct(">Q")
_FLAGS = Struct(">H")

# Which properties a message has, as bits; those that no call has are left to py-amqp.
_CONTENT_TYPE, _CONTENT_ENCODING, _HEADERS, _DELIVERY_MODE = 0x8000, 0x4000, 0x2000, 0x1000
_CORRELATION_ID, _REPLY_TO, _EXPIRATION = 0x0400, 0x0200, 0x0100
_OF_CALLS = 0xF700
_SHORT_STRINGS = (
    (_CORRELATION_ID, "correlation_id"),
    (_REPLY_TO, "reply_to"),
    (_EXPIRATION, "expiration"),
)


def properties(
    *,
    content_type: str,
    content_encoding: str = "utf-8",
    headers: Mapping[str, str] | None = None,
    delivery_mode: int | None = None,
    correlation_id: str = "",
    reply_to: str = "",
    expiration: str = "",
) -> bytes:
    """The properties of a message; those that are empty are left out."""
    flags = _CONTENT_TYPE | _CONTENT_ENCODING
    parts = [_short(content_type), _short(content_encoding)]
    if headers:
        flags |= _HEADERS
        parts.append(_table(headers))
    if delivery_mode is not None:
        flags |= _DELIVERY_MODE
        parts.append(bytes((delivery_mode,)))
    for bit, text in ((_CORRELATION_ID, correlation_id), (_REPLY_TO, reply_to), (_EXPIRATION, expiration)):
        if text:
            flags |= bit
            parts.append(_plain_short(text))
    return _FLAGS.pack(flags) + b"".join(parts)


def publication(
    channel: Any, exchange: str, routing_key: str, about: bytes, body: bytes, *, mandatory: bool = False
) -> bytes:
    """All frames of a message with the ``properties`` ``about``, in one piece, for py-amqp's ``channel``.

    Raises RecoverableConnectionError where the channel's connection is gone.
    """
    most = _connection(channel).frame_max - 8
    number = channel.channel_id
    head = _FRAME.pack(_HEADER, number, 12 + len(about)) + _CLASS + _SIZE.pack(len(body)) + about
    parts = [_publish(number, exchange, routing_key, mandatory), head, _END_OCTET]
    for begin in range(0, len(body), most):
        piece = body[begin : begin + most]
        parts += (_FRAME.pack(_BODY, number, len(piece)), piece, _END_OCTET)
    return b"".join(parts)


def acknowledgement(channel: Any, delivery_tag: int) -> bytes:
    """The frame that tells the broker that a message is done with.

    Raises RecoverableConnectionError where the channel's connection is gone.
    """
    _connection(channel)
    return _ACK.pack(_METHOD, channel.channel_id, 13, _BASIC, 80, delivery_tag, 0, _END)


def write(channel: Any, frames: bytes) -> None:
    """Send ``frames`` over the connection of py-amqp's ``channel``.

    Raises RecoverableConnectionError where it is gone, else what its transport raises.
    """
    connection = _connection(channel)
    connection.transport.write(frames)
    # By this it sees whether a heartbeat is due.
    connection.bytes_sent += 1


class Frames:
    """Reads the frames of ``connection``, py-amqp's, as many as have come at a time.

    Messages that are delivered or returned go to ``on_message`` (number of the channel, the method's payload, the
    message), everything else to py-amqp. Used by one thread at a time.
    """

    def __init__(self, connection: Any, on_message: Callable[[int, bytes, amqp.Message], None]) -> None:
        self._connection = connection
        self._transport = connection.transport
        self._others = connection.on_inbound_frame
        self._on_message = on_message
        # What py-amqp has read already.
        self._data, self._at = bytes(self._transport._read_buffer), 0
        self._transport._read_buffer = b""
        # By channel: whose frames have not all come.
        self._coming: dict[int, _Coming] = {}

    def have_come(self, seconds: float) -> bool:
        """Wait ``seconds`` at most; whether ``receive`` would not wait then."""
        sock = self._transport.sock
        # What TLS has decrypted already, the socket doesn't show.
        if hasattr(sock, "pending") and sock.pending():
            return True
        if _poll is None:
            return bool(select.select([sock], [], [], seconds)[0])
        poll = _poll()
        poll.register(sock, select.POLLIN)
        return bool(poll.poll(seconds * 1000))

    def receive(self, timeout: float | None = None) -> None:
        """Wait for more to come, ``timeout`` seconds at most. Raises OSError, of which TimeoutError is one."""
        sock = self._transport.sock
        if sock.gettimeout() != timeout:
            sock.settimeout(timeout)
        data = sock.recv(_AT_ONCE)
        if not data:
            self._transport.connected = False
            raise ConnectionResetError("the broker closed the connection")
        rest = self._data[self._at :]
        self._data, self._at = rest + data if rest else data, 0

    def next(self) -> bool | None:
        """Take in the next frame. True where it ended something, None where no more has come."""
        data, at = self._data, self._at
        if len(data) - at < 8:
            return None
        kind, channel, size = _FRAME.unpack_from(data, at)
        begin = at + 7
        end = begin + size
        if len(data) <= end:
            return None
        if data[end] != _END:
            raise UnexpectedFrame(f"a frame ends with {data[end]:#04x}")
        self._at = end + 1
        payload = data[begin:end]
        coming = self._coming.get(channel) if kind != _METHOD else None
        if coming is not None:
            self._connection.bytes_recv += 1
            if kind == _HEADER:
                coming.describe(payload)
            else:
                coming.add(payload)
            if not coming.is_there():
                return False
            del self._coming[channel]
            self._on_message(channel, coming.method, coming.message)
            return True
        if kind == _METHOD and payload[:4] in (_DELIVER, _RETURN):
            self._connection.bytes_recv += 1
            self._coming[channel] = _Coming(payload)
            return False
        return bool(self._others((kind, channel, payload)))


class _Coming:
    """A message whose frames come one after the other: its method, its header, parts of its body."""

    __slots__ = ("_missing", "_parts", "message", "method")

    def __init__(self, method: bytes) -> None:
        self.method = method
        self.message: Any = None
        self._missing = 0
        self._parts: list[bytes] = []

    def describe(self, header: bytes) -> None:
        (self._missing,) = _SIZE.unpack_from(header, 4)
        self.message = amqp.Message(b"")
        self.message.properties = read_properties(header, 12)

    def add(self, body: bytes) -> None:
        self._parts.append(body)
        self._missing -= len(body)

    def is_there(self) -> bool:
        if self._missing > 0:
            return False
        self.message.body = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        return True


def was_returned(method: bytes) -> bool:
    """Whether the message comes back, since no queue took it."""
    return method[:4] == _RETURN


def read_delivery(method: bytes) -> dict[str, Any]:
    """What the broker says of a message that it delivers, named as py-amqp names it."""
    consumer_tag, at = _read_short(method, 4)
    (delivery_tag,) = _SIZE.unpack_from(method, at)
    exchange, after = _read_short(method, at + 9)
    return {
        "consumer_tag": consumer_tag,
        "delivery_tag": delivery_tag,
        "redelivered": bool(method[at + 8] & 1),
        "exchange": exchange,
        "routing_key": _read_short(method, after)[0],
    }


def read_properties(data: bytes, at: int) -> dict[str, Any]:
    """The properties of a message, which begin at ``at``, named as py-amqp names them."""
    (flags,) = _FLAGS.unpack_from(data, at)
    if flags & ~_OF_CALLS:
        return dict(decode_properties_basic(data, at)[0])
    read: dict[str, Any] = {}
    begin, at = at, at + 2
    if flags & _CONTENT_TYPE:
        read["content_type"], at = _read_short(data, at)
    if flags & _CONTENT_ENCODING:
        read["content_encoding"], at = _read_short(data, at)
    if flags & _HEADERS:
        (size,) = _LENGTH.unpack_from(data, at)
        headers = _read_texts(data, at + 4, at + 4 + size)
        if headers is None:
            return dict(decode_properties_basic(data, begin)[0])
        read["application_headers"] = headers
        at += 4 + size
    if flags & _DELIVERY_MODE:
        read["delivery_mode"] = data[at]
        at += 1
    for bit, name in _SHORT_STRINGS:
        if flags & bit:
            read[name], at = _read_short(data, at)
    return read


def _read_texts(data: bytes, at: int, end: int) -> dict[str, str] | None:
    """A table of texts; None where it holds anything else."""
    texts = {}
    try:
        while at < end:
            name, at = _read_short(data, at)
            if data[at] != _TEXT:
                return None
            (size,) = _LENGTH.unpack_from(data, at + 1)
            begin, at = at + 5, at + 5 + size
            texts[name] = data[begin:at].decode()
    except UnicodeDecodeError:
        return None
    return texts


def _read_short(data: bytes, at: int) -> tuple[str, int]:
    begin = at + 1
    end = begin + data[at]
    return data[begin:end].decode("utf-8", "surrogatepass"), end


def _connection(channel: Any) -> Any:
    # When it is lost py-amqp takes connection and number from the channel. Asked for its transport, it would connect.
    connection = channel.connection
    if connection is None or not connection.connected:
        raise RecoverableConnectionError("the connection is gone")
    return connection


@lru_cache(1024)
def _publish(channel: int, exchange: str, routing_key: str, mandatory: bool) -> bytes:
    where = _plain_short(exchange) + _plain_short(routing_key)
    arguments = b"\x00\x3c\x00\x28\x00\x00" + where + bytes((mandatory,))
    return _FRAME.pack(_METHOD, channel, len(arguments)) + arguments + _END_OCTET


def _table(texts: Mapping[str, str]) -> bytes:
    parts: list[bytes] = []
    for name, text in texts.items():
        value = text.encode("utf-8", "surrogatepass")
        parts += (_short(name), b"S", _LENGTH.pack(len(value)), value)
    table = b"".join(parts)
    return _LENGTH.pack(len(table)) + table


def _plain_short(text: str) -> bytes:
    value = text.encode("utf-8", "surrogatepass")
    return bytes((len(value),)) + value


# For names, of which there are few.
_short = lru_cache(256)(_plain_short)

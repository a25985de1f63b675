"""What we write, py-amqp reads, and the other way round."""

import socket
from types import SimpleNamespace

import amqp
import pytest
from amqp import spec
from amqp.method_framing import frame_handler, frame_writer
from amqp.serialization import dumps, loads

from shared.messaging import frames
from shared.messaging.consumers import Consumers
from shared.messaging.publisher import BROKER_ERRORS
from shared.messaging.replies import reply

ABOUT = {
    "content_type": "application/json",
    "content_encoding": "utf-8",
    "application_headers": {"nameko.language": "de", "nameko.user_agent": "Browser ä漢", "empty": ""},
    "delivery_mode": 1,
    "correlation_id": "17",
    "reply_to": "amq.rabbitmq.reply-to",
    "expiration": "4000",
}
DELIVERED = ("tag", 2**40, True, "nameko-rpc", "ledger.echo")


class Wire:
    """A connection as py-amqp has it, over a pair of sockets; ``others`` is what is left to py-amqp."""

    def __init__(self, frame_max=131_072):
        self.frame_max = frame_max
        self.bytes_sent = self.bytes_recv = 0
        self.connected = True
        here, self.there = socket.socketpair()
        self.transport = SimpleNamespace(sock=here, write=here.sendall, _read_buffer=b"", connected=True)
        self.others = []
        self.on_inbound_frame = frame_handler(self, lambda *frame: self.others.append(frame))
        self.messages = []
        self.frames = frames.Frames(self, lambda *message: self.messages.append(message))
        self._writer = frame_writer(self, SimpleNamespace(write=self.there.sendall))

    def come(self, method, arguments, message=None, channel=1):
        """What the broker sends, written by py-amqp."""
        self._writer(1, channel, method, arguments, message)

    def take(self):
        """Everything that has come; how many frames ended something."""
        ended = 0
        while self.frames.have_come(0):
            self.frames.receive()
            while (over := self.frames.next()) is not None:
                ended += over
        return ended

    def close(self):
        self.transport.sock.close()
        self.there.close()


@pytest.fixture
def wires():
    """Makes them, and closes them in the end."""
    made = []

    def make(**options):
        made.append(Wire(**options))
        return made[-1]

    yield make
    for wire in made:
        wire.close()


@pytest.fixture
def wire(wires):
    return wires()


def deliver(wire, body=b"{}", about=ABOUT, channel=1):
    wire.come(spec.Basic.Deliver, dumps("sLbss", DELIVERED), amqp.Message(body, **about), channel)


def channel_of(wire, number=1):
    return SimpleNamespace(channel_id=number, connection=wire)


def properties(**changed):
    about = {**ABOUT, **changed}
    about["headers"] = about.pop("application_headers")
    return frames.properties(**about)


def read_by_py_amqp(data):
    """The methods in ``data`` as py-amqp understands them."""
    taken = []
    reader = SimpleNamespace(bytes_recv=0)
    handle = frame_handler(reader, lambda *method: taken.append(method), content_methods=[spec.Basic.Publish])
    while data:
        kind, channel, size = frames._FRAME.unpack_from(data)
        assert data[7 + size] == 0xCE
        handle((kind, channel, data[7 : 7 + size]))
        data = data[8 + size :]
    return taken


@pytest.mark.parametrize("mandatory", [True, False])
@pytest.mark.parametrize("body", [b"", b"{}", b"x" * 200_000], ids=["empty", "small", "of several frames"])
def test_py_amqp_reads_what_we_publish(wire, body, mandatory):
    written = frames.publication(
        channel_of(wire, 3), "nameko-rpc", "ledger.echo", properties(), body, mandatory=mandatory
    )

    ((channel, method, arguments, message),) = read_by_py_amqp(written)
    assert (channel, method) == (3, spec.Basic.Publish)
    assert loads("Bssbb", arguments, 4)[0] == [0, "nameko-rpc", "ledger.echo", mandatory, False]
    assert message.properties == ABOUT
    assert (message.body if body else b"") == body


def test_what_is_empty_is_left_out(wire):
    about = frames.properties(content_type="application/json", correlation_id="1")
    ((_, _, _, message),) = read_by_py_amqp(frames.publication(channel_of(wire), "", "q", about, b"{}"))
    assert message.properties == {
        "content_type": "application/json",
        "content_encoding": "utf-8",
        "correlation_id": "1",
    }


def test_py_amqp_reads_what_we_acknowledge(wire):
    ((channel, method, arguments, _),) = read_by_py_amqp(frames.acknowledgement(channel_of(wire, 2), 2**40))
    assert (channel, method) == (2, spec.Basic.Ack)
    assert loads("Lb", arguments, 4)[0] == [2**40, False]


def test_what_is_written_is_counted_for_the_heartbeat(wire):
    frames.write(channel_of(wire), b"frames")
    assert wire.there.recv(100) == b"frames"
    assert wire.bytes_sent == 1


@pytest.mark.parametrize("taken_away", [True, False], ids=["taken away", "closed"])
def test_over_a_connection_that_is_gone_nothing_is_sent_and_what_wanted_to_goes_on(wire, taken_away):
    wire.connected = False
    lost = SimpleNamespace(channel_id=None, connection=None) if taken_away else channel_of(wire)
    with pytest.raises(BROKER_ERRORS):
        frames.publication(lost, "", "q", properties(), b"{}")
    with pytest.raises(BROKER_ERRORS):
        frames.write(lost, b"frames")
    request = SimpleNamespace(
        channel=lost, properties={"reply_to": "q", "correlation_id": "1"}, delivery_tag=1
    )
    reply(request, {"result": {}, "error": None})
    Consumers().ack_message(request)


def test_a_short_text_that_is_too_long_is_refused():
    with pytest.raises(ValueError, match="byte"):
        properties(correlation_id="1" * 256)


@pytest.mark.parametrize("body", [b"", b"{}", b"x" * 400_000], ids=["empty", "small", "of several frames"])
def test_we_read_what_py_amqp_publishes(wires, body):
    wire = wires(frame_max=4096)
    wire.transport.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_000_000)
    wire.there.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_000_000)
    deliver(wire, body, channel=7)

    assert wire.take() == 1
    ((channel, method, message),) = wire.messages
    assert channel == 7
    assert not frames.was_returned(method)
    assert tuple(frames.read_delivery(method).values()) == DELIVERED
    assert message.properties == ABOUT
    assert message.body == body
    assert wire.bytes_recv >= 2


@pytest.mark.parametrize(
    "about",
    [
        {},
        {"application_headers": {}},
        {"application_headers": {"x-delivery-count": 3, "nested": {"deep": [1, "two"]}}},
        {"application_headers": {"bytes": b"\xff\xfe"}},
        {**ABOUT, "message_id": "m-1", "timestamp": 1_700_000_000, "priority": 2, "type": "t"},
    ],
    ids=["none", "no headers", "numbers and tables", "no text", "others"],
)
def test_properties_of_every_kind_are_read(wire, about):
    deliver(wire, about=about)
    wire.take()
    ((_, _, message),) = wire.messages
    expected = amqp.Message(**about)
    assert message.properties == frames.decode_properties_basic(expected._serialize_properties(), 0)[0]


def test_what_is_returned_is_told_from_what_is_delivered(wire):
    reason = dumps("Bsss", (312, "NO_ROUTE", "nameko-rpc", "ledger.echo"))
    wire.come(spec.Basic.Return, reason, amqp.Message(b"{}", correlation_id="4"))
    wire.take()
    ((_, method, message),) = wire.messages
    assert frames.was_returned(method)
    assert message.properties == {"correlation_id": "4"}


def test_messages_of_channels_may_be_mixed_with_each_other_and_with_other_frames(wire, wires):
    single = []
    for channel in (1, 2):
        other = wires()
        deliver(other, body=b"%d" % channel, channel=channel)
        single.append(split(other.transport.sock.recv(65_536)))
    heartbeat = b"\x08\x00\x00\x00\x00\x00\x00\xce"
    for of_one, of_two in zip(*single, strict=True):
        wire.there.sendall(of_one + heartbeat + of_two)

    assert wire.take() == 2
    assert [(channel, message.body) for channel, _, message in wire.messages] == [(1, b"1"), (2, b"2")]


def test_a_message_may_come_in_any_pieces(wire):
    deliver(wire)
    data = wire.transport.sock.recv(65_536)
    for octet in data:
        assert wire.messages == []
        wire.there.sendall(bytes([octet]))
        wire.take()
    assert len(wire.messages) == 1


def test_what_is_no_message_is_left_to_py_amqp(wire):
    wire.come(spec.Basic.CancelOk, dumps("s", ("tag",)))
    got = dumps("Lbssl", (1, False, "", "q", 0))
    wire.come(spec.Basic.GetOk, got, amqp.Message(b"fetched"))

    assert wire.take() == 2
    assert wire.messages == []
    assert [(method, content and content.body) for _, method, _, content in wire.others] == [
        (spec.Basic.CancelOk, None),
        (spec.Basic.GetOk, b"fetched"),
    ]


def test_what_py_amqp_had_read_already_is_not_lost(wire):
    deliver(wire)
    data = wire.transport.sock.recv(65_536)
    wire.transport._read_buffer = data[:20]
    wire.frames = frames.Frames(wire, lambda *message: wire.messages.append(message))
    wire.there.sendall(data[20:])
    wire.take()
    assert len(wire.messages) == 1


def test_a_frame_that_does_not_end_breaks_the_connection(wire):
    wire.there.sendall(b"\x08\x00\x00\x00\x00\x00\x00\xcd")
    with pytest.raises(amqp.exceptions.UnexpectedFrame):
        wire.take()


def test_the_end_of_the_connection_is_seen(wire):
    wire.there.shutdown(socket.SHUT_WR)
    with pytest.raises(ConnectionResetError):
        wire.take()
    assert not wire.transport.connected


def split(data):
    """The frames in ``data``."""
    found = []
    while data:
        size = 8 + frames._FRAME.unpack_from(data)[2]
        found.append(data[:size])
        data = data[size:]
    return found

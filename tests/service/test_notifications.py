"""The notifications service as processes, before a mail server that doesn't always behave."""

import asyncio
import secrets
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import kombu
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from pymongo import MongoClient
from pymongo.collection import Collection

from deploy.local.waiting import free_port, wait_until
from shared.contracts.auth import CODE_PURPOSE
from shared.kernel.clock import utc_now
from shared.sealing import seal
from tests.support.fixtures import SuiteFactory
from tests.support.suite import Suite

CODE = "01234567"


class MoodySmtp(SMTP):
    """Ends the connection in the middle of the content, for recipients who ask for it."""

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if self.envelope.rcpt_tos[0].startswith("dies-in-content"):
            await self.push("354 go on")
            self.transport.abort()
        else:
            await super().smtp_DATA(arg)


class MoodyServer:
    """A mail server on 127.0.0.1 that treats each recipient as the beginning of the address says.

    ``busy-…`` is refused for now the first time, ``gone-…`` for good; for ``slow-content-…`` the answer to the
    content and for ``slow-recipient-…`` that to the recipient comes only when ``patience`` is set.
    """

    def __init__(self) -> None:
        self.port = free_port()
        self.patience = threading.Event()
        self.tried: Counter[str] = Counter()
        self.taken: list[tuple[str, bytes]] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server: asyncio.AbstractServer | None = None

    @property
    def uri(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def times_taken(self, recipient: str) -> int:
        """How often content for ``recipient`` arrived."""
        return sum(taken == recipient for taken, _ in self.taken)

    def start(self) -> None:
        """Listen (again)."""
        listening = self._loop.create_server(lambda: MoodySmtp(self), "127.0.0.1", self.port)
        self._server = asyncio.run_coroutine_threadsafe(listening, self._loop).result(10)

    def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._loop.call_soon_threadsafe(self._server.close)
            asyncio.run_coroutine_threadsafe(self._server.wait_closed(), self._loop).result(10)
            self._server = None

    def close(self) -> None:
        """Stop for good."""
        self.patience.set()
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.tried[address] += 1
        if address.startswith("busy") and self.tried[address] == 1:
            return "451 come again"
        if address.startswith("gone"):
            return "550 nobody here"
        if address.startswith("slow-recipient"):
            await self._be_patient()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        recipient = envelope.rcpt_tos[0]
        assert isinstance(envelope.content, bytes)
        self.taken.append((recipient, envelope.content))
        if recipient.startswith("dies-after-content"):
            server.transport.abort()
        if recipient.startswith("slow-content"):
            await self._be_patient()
        return "250 OK"

    async def _be_patient(self) -> None:
        while not self.patience.is_set():
            await asyncio.sleep(0.02)


class World:
    """The service's surroundings: events come in, mail goes out, and its documents can be looked at."""

    def __init__(self, running: Suite, server: MoodyServer, mails: Collection[dict[str, Any]]) -> None:
        self.running = running
        self.server = server
        self.mails = mails
        self._secret = running.settings["PORTICO_SECRET"].encode()

    def ask_for_code(self, mood: str = "fine") -> str:
        """Tell that somebody asked for a code; the address that it goes to, and the event's id, begin alike."""
        event_id = f"{mood}-{secrets.token_hex(4)}"
        self.publish(event_id)
        return event_id

    def publish(self, event_id: str) -> None:
        """Publish the event ``event_id`` as auth's relay does."""
        now = utc_now()
        data = {
            "email": address(event_id),
            "sealed": seal(self._secret, CODE_PURPOSE, CODE),
            "language": "de",
            "expires_at": (now + timedelta(minutes=10)).isoformat(),
            "name": "Ada",
        }
        envelope = {
            "event_id": event_id,
            "source": "auth",
            "type": "code_requested",
            "schema": 1,
            "occurred_at": now.isoformat(),
            "recorded_at": now.isoformat(),
            "subject": "code-1",
            "subject_version": 1,
            "bill_group": "bg-0001",
            "principal": "anonymous:",
            "request_id": "r1",
            "circumstances": {"language": "de"},
            "data": data,
        }
        with kombu.Connection(self.running.settings["AMQP_URI"]) as connection:
            exchange = kombu.Exchange("auth.events", type="topic", durable=True)
            producer = kombu.Producer(connection, exchange, serializer="json")
            producer.publish(envelope, routing_key="code_requested", delivery_mode=2)

    def wait_for(self, event_id: str, status: str) -> dict[str, Any]:
        """The mail's document, when it has this status."""

        def found() -> dict[str, Any] | None:
            return self.mails.find_one({"_id": event_id, "status": status})

        mail = wait_until(found, timeout=30, what=f"{event_id} to be {status}")
        assert mail is not None
        return mail


def address(event_id: str) -> str:
    """Where the mail of an event goes."""
    return f"{event_id}@example.com"


@pytest.fixture(scope="module")
def server() -> Iterator[MoodyServer]:
    server = MoodyServer()
    server.start()
    yield server
    server.close()


@pytest.fixture(scope="module")
def running(suite: SuiteFactory, server: MoodyServer) -> Suite:
    return suite("customers", "notifications", env={"SMTP_URI": server.uri})


@pytest.fixture
def world(running: Suite, server: MoodyServer) -> Iterator[World]:
    with MongoClient[dict[str, Any]](running.settings["MONGO_URI"], tz_aware=True) as mongo:
        database = mongo[f"{running.settings['DATABASE_PREFIX']}notifications"]
        yield World(running, server, database["mails"])


def test_a_code_arrives(world: World) -> None:
    event_id = world.ask_for_code()
    mail = world.wait_for(event_id, "sent")

    (content,) = [content for recipient, content in world.server.taken if recipient == address(event_id)]
    message = message_from_bytes(content, policy=default)
    body = message.get_body(("plain",))
    assert body is not None
    assert CODE in body.get_content()
    assert message["Subject"].startswith("Ihr Anmeldecode")
    assert message["Message-ID"].startswith(f"<{event_id}@")
    assert "sealed" not in mail["data"]


def test_an_event_that_comes_again_is_mailed_once(world: World) -> None:
    event_id = world.ask_for_code()
    world.wait_for(event_id, "sent")
    world.publish(event_id)
    world.wait_for(world.ask_for_code(), "sent")

    assert world.server.times_taken(address(event_id)) == 1


def test_while_the_server_is_away_mail_waits_and_then_arrives_once(world: World) -> None:
    world.server.stop()
    event_id = world.ask_for_code()
    waiting = wait_until(
        lambda: world.mails.find_one({"_id": event_id, "attempts": {"$gt": 0}}),
        timeout=30,
        what="a first try",
    )
    assert waiting is not None
    assert waiting["status"] == "waiting"

    world.server.start()

    world.wait_for(event_id, "sent")
    assert world.server.times_taken(address(event_id)) == 1


def test_a_refusal_for_now_is_tried_again(world: World) -> None:
    event_id = world.ask_for_code("busy")

    world.wait_for(event_id, "sent")
    assert world.server.tried[address(event_id)] == 2
    assert world.server.times_taken(address(event_id)) == 1


def test_a_refusal_for_good_is_not_tried_again(world: World) -> None:
    event_id = world.ask_for_code("gone")

    assert world.wait_for(event_id, "failed")["problem"] == "smtp_550"
    assert world.server.tried[address(event_id)] == 1


@pytest.mark.parametrize("mood", ["dies-in-content", "dies-after-content"])
def test_after_a_connection_lost_with_the_content_nobody_sends_again(world: World, mood: str) -> None:
    event_id = world.ask_for_code(mood)
    world.wait_for(event_id, "unknown")
    world.wait_for(world.ask_for_code(), "sent")

    assert world.server.tried[address(event_id)] == 1


def test_a_process_killed_before_the_answer_to_the_content_sends_no_second_mail(world: World) -> None:
    world.server.patience.clear()
    event_id = world.ask_for_code("slow-content")
    wait_until(lambda: world.server.times_taken(address(event_id)), timeout=30, what="the content")

    world.running.kill("notifications")
    world.server.patience.set()
    world.running.start("notifications")
    let_time_pass(world, event_id)

    world.wait_for(event_id, "unknown")
    world.wait_for(world.ask_for_code(), "sent")
    assert world.server.times_taken(address(event_id)) == 1


def test_what_a_process_killed_before_the_content_had_in_hand_is_sent_by_the_next(world: World) -> None:
    world.server.patience.clear()
    event_id = world.ask_for_code("slow-recipient")
    wait_until(lambda: world.server.tried[address(event_id)], timeout=30, what="the recipient")

    world.running.kill("notifications")
    world.server.patience.set()
    world.running.start("notifications")
    let_time_pass(world, event_id)

    world.wait_for(event_id, "sent")
    assert world.server.times_taken(address(event_id)) == 1


def test_several_copies_share_the_work_and_send_nothing_twice(world: World) -> None:
    world.running.start("notifications:2")
    event_ids = [world.ask_for_code() for _ in range(60)]
    for event_id in event_ids:
        world.wait_for(event_id, "sent")
    world.running.stop("notifications:2")

    assert {world.server.times_taken(address(event_id)) for event_id in event_ids} == {1}


def test_no_code_stands_in_the_store_or_the_log(world: World) -> None:
    world.wait_for(world.ask_for_code(), "sent")

    assert CODE not in repr(list(world.mails.find()))
    assert CODE not in world.running.log("notifications")


def let_time_pass(world: World, event_id: str) -> None:
    """As if a claim, or the time for an answer, had run out."""
    world.mails.update_one({"_id": event_id}, {"$set": {"due_at": utc_now()}})

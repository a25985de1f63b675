"""What the services stand on: broker, store and mailbox, our own or those that the environment names."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import amqp
from amqp.exceptions import AMQPError
from kombu.utils.url import parse_url

from deploy.local import mailbox
from deploy.local.broker import Broker
from deploy.local.process import Process
from deploy.local.settings import LocalSettings
from deploy.local.store import Store, answers
from deploy.local.supervisor import Startable
from deploy.local.waiting import is_listening

BROKER = "broker"


class PartError(RuntimeError):
    """A broker or a store that the environment names doesn't answer."""


@dataclass(frozen=True)
class Backing:
    """The parts to start ourselves, and where broker and store will answer."""

    own: list[Startable]
    amqp_uri: str
    mongo_uri: str


class BrokerPart:
    """RabbitMQ under the supervisor's eyes."""

    name = BROKER
    waits_for = ""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    @property
    def process(self) -> Process:
        """The node's process."""
        return self._broker.process

    def start(self) -> None:
        """Start the node without waiting for it."""
        self._broker.launch()

    def is_ready(self) -> bool:
        """Whether clients can connect now."""
        return self._broker.running and self._broker.is_ready()

    def stop(self, timeout: float) -> None:
        """Shut the node down in good order."""
        self._broker.stop(timeout)


class ProcessPart:
    """A part that is one process, with a question that tells whether it is ready."""

    waits_for = ""

    def __init__(self, process: Process, ready: Callable[[], bool]) -> None:
        self.name = process.name
        self.process = process
        self._ready = ready

    def start(self) -> None:
        """Start it without waiting for it."""
        self.process.start()

    def is_ready(self) -> bool:
        """Whether it does its work now."""
        return self.process.running and self._ready()

    def stop(self, timeout: float) -> None:
        """End it, by force after `timeout` seconds."""
        self.process.stop(timeout)


def make(settings: LocalSettings) -> Backing:
    """The parts for these settings, none of them started; PartError when a part of others doesn't answer."""
    own: list[Startable] = []
    if settings.amqp_uri is None:
        broker = Broker(
            settings.state / "broker", settings.ports["BROKER_PORT"], log=settings.logs / "broker.log"
        )
        own.append(BrokerPart(broker))
        amqp_uri = broker.uri
    else:
        amqp_uri = settings.amqp_uri
        _check_broker(amqp_uri)
    if settings.mongo_uri is None:
        store = Store(settings.state / "store", settings.ports["STORE_PORT"], log=settings.logs / "store.log")
        own.append(ProcessPart(store.process, lambda: answers(store.uri)))
        mongo_uri = store.uri
    else:
        mongo_uri = settings.mongo_uri
        if not answers(mongo_uri):
            raise PartError("the store that MONGO_URI names does not answer")
    own.append(_mailbox(settings.state / "mailbox", settings))
    return Backing(own, amqp_uri, mongo_uri)


def _mailbox(directory: Path, settings: LocalSettings) -> ProcessPart:
    smtp_port, port = settings.ports["MAILBOX_SMTP_PORT"], settings.ports["MAILBOX_PORT"]
    process = mailbox.process(directory, smtp_port=smtp_port, port=port, log=settings.logs / "mailbox.log")
    return ProcessPart(process, lambda: is_listening(smtp_port) and is_listening(port))


def _check_broker(uri: str) -> None:
    given = parse_url(uri)
    try:
        with amqp.Connection(
            f"{given['hostname']}:{given['port'] or 5672}",
            userid=given["userid"] or "guest",
            password=given["password"] or "guest",
            virtual_host=given["virtual_host"] or "/",
            connect_timeout=5,
        ):
            pass
    except (OSError, AMQPError) as error:
        raise PartError(f"the broker that AMQP_URI names does not answer: {error}") from error

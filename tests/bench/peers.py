"""Echo services to compare with: nameko's own, and one that is nothing but kombu.

``python -m tests.bench.peers nameko|kombu`` serves until it is killed; AMQP_URI says where.
"""

from __future__ import annotations

import sys

if "nameko" in sys.argv:
    import eventlet

    eventlet.monkey_patch()

import json
import os
import uuid
from typing import Any

from kombu import Connection, Exchange, Queue
from kombu.mixins import ConsumerMixin

KOMBU_QUEUE = "bench-kombu"
REPLY_TO = "amq.rabbitmq.reply-to"


def serve_nameko() -> None:
    """An echo as nameko's documentation has it."""
    from nameko.containers import ServiceContainer
    from nameko.rpc import rpc

    class Peer:
        name = "bench_peer"

        @rpc
        def echo(self, text: str) -> dict[str, str]:
            return {"text": text}

    container = ServiceContainer(Peer, {"AMQP_URI": os.environ["AMQP_URI"], "max_workers": 16})
    container.start()
    print("ready", flush=True)
    container.wait()


def serve_kombu() -> None:
    """The least that an echo can be: one consumer, transient replies over the same connection."""

    class Echo(ConsumerMixin):
        def __init__(self, connection: Connection) -> None:
            self.connection = connection
            self.producer: Any = None

        def get_consumers(self, consumer_class: Any, channel: Any) -> list[Any]:
            self.producer = self.connection.Producer(channel)
            queue = Queue(KOMBU_QUEUE, Exchange(""), routing_key=KOMBU_QUEUE, auto_delete=True)
            consumer = consumer_class([queue], on_message=self.answer)
            consumer.qos(prefetch_count=16)
            print("ready", flush=True)
            return [consumer]

        def answer(self, message: Any) -> None:
            text = json.loads(message.body)["text"]
            self.producer.publish(
                json.dumps({"text": text}).encode(),
                content_type="application/json",
                exchange="",
                routing_key=message.properties["reply_to"],
                correlation_id=message.properties["correlation_id"],
                delivery_mode=1,
            )
            message.ack()

    Echo(Connection(os.environ["AMQP_URI"])).run()


class KombuClient:
    """A connection of its own, one call at a time."""

    def __init__(self, uri: str) -> None:
        self._connection = Connection(uri)
        self._channel = self._connection.default_channel
        self._reply: Any = None
        self._producer = self._connection.Producer(self._channel)
        queue = Queue(REPLY_TO, Exchange(""), no_declare=True)
        consumer = self._connection.Consumer([queue], channel=self._channel, no_ack=True)
        consumer.on_message = self._take
        consumer.consume()

    def echo(self, text: str) -> Any:
        """The reply."""
        self._reply = None
        asked = uuid.uuid4().hex
        self._producer.publish(
            json.dumps({"text": text}).encode(),
            content_type="application/json",
            exchange="",
            routing_key=KOMBU_QUEUE,
            reply_to=REPLY_TO,
            correlation_id=asked,
            delivery_mode=1,
        )
        while self._reply is None or self._reply.properties["correlation_id"] != asked:
            self._connection.drain_events(timeout=10)
        return json.loads(self._reply.body)

    def _take(self, message: Any) -> None:
        self._reply = message


if __name__ == "__main__":
    {"nameko": serve_nameko, "kombu": serve_kombu}[sys.argv[1]]()

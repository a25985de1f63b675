"""nameko's queue consumer, but messages come undecoded, calls come straight away, and suspects one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from nameko.messaging import QueueConsumer

from shared.messaging import frames
from shared.messaging.batches import Batch
from shared.messaging.publisher import BROKER_ERRORS, publish_without_reading

_LOOK_SECONDS = 0.25


class Consumers(QueueConsumer):
    """Takes messages for all providers of a container and hands them over as they came.

    nameko decodes in its consuming loop, where a body that can't be decoded would end the process and be delivered
    to the next one.
    """

    def __init__(self) -> None:
        super().__init__()
        self._in_flight: set[int] = set()
        self.consuming = False

    def get_consumers(self, consumer_cls: Any, channel: Any) -> Any:
        """One consumer for each provider; called after every connect."""
        publish_without_reading(channel.connection)
        Batch(channel.connection.transport)
        _Inbox(channel.connection)
        for provider in self._providers:
            consumer = consumer_cls(
                queues=[provider.queue],
                on_message=partial(self._hand_over, provider),
                accept=self.accept,
            )
            consumer.qos(prefetch_count=self.prefetch_count)
            self._consumers[provider] = consumer
        return self._consumers.values()

    @contextmanager
    def establish_connection(self) -> Iterator[Any]:
        """Connect, trying every second at the latest: kombu's own pauses grow to half a minute."""
        with self.create_connection() as connection:
            connection.ensure_connection(
                self.on_connection_error, None, interval_start=0.2, interval_step=0.2, interval_max=1
            )
            yield connection

    @property
    def has_work(self) -> bool:
        """Whether there is any queue to take messages from."""
        return bool(self._providers)

    @contextmanager
    def extra_context(self, connection: Any, channel: Any) -> Iterator[None]:
        """Called around the time in which messages come."""
        self.consuming = True
        try:
            yield
        finally:
            self.consuming = False

    def consume(
        self, limit: Any = None, timeout: Any = None, safety_interval: float = _LOOK_SECONDS, **options: Any
    ) -> Any:
        """Take messages; look often enough whether to stop, so that a restart is quick."""
        return super().consume(limit, timeout, safety_interval, **options)

    def on_iteration(self) -> None:
        """Stop when asked to, but not before the last message that was taken is done with.

        nameko closes the connection at once, and what is being worked on would be delivered to another process.
        """
        self._cancel_consumers_if_requested()
        if not self._consumers and not self._in_flight:
            self.should_stop = True

    def ack_message(self, message: Any) -> None:
        """The message is done with."""
        # Where the connection is gone the broker has it back already.
        with suppress(*BROKER_ERRORS):
            frames.write(message.channel, frames.acknowledgement(message.channel, message.delivery_tag))
        self._in_flight.discard(id(message))

    def requeue_message(self, message: Any) -> None:
        """Another process may have the message."""
        super().requeue_message(message)
        self._in_flight.discard(id(message))

    def _hand_over(self, provider: Any, message: Any) -> None:
        self._in_flight.add(id(message))
        if provider.never_waits and self.container.has_room():
            provider.handle_message(message.body, message)
        else:
            # In a green thread of its own.
            self.handle_message(provider, message.body, message)


class _Inbox:
    """Reads for py-amqp's ``connection``, and hands messages to the consumers of its channels."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._frames = frames.Frames(connection, self._take)
        # What py-amqp calls whenever it waits for anything.
        connection.blocking_read = self.read

    def read(self, timeout: float | None = None) -> bool:
        """Take in one frame, in time or raise TimeoutError; whether it ended something."""
        ended = self._frames.next()
        while ended is None:
            self._frames.receive(timeout)
            ended = self._frames.next()
        return ended

    def _take(self, number: int, method: bytes, message: Any) -> None:
        message.channel = channel = self._connection.channels[number]
        message.delivery_info = delivery = frames.read_delivery(method)
        consumer = channel.callbacks.get(delivery["consumer_tag"])
        if consumer is None:
            channel.basic_reject(delivery["delivery_tag"], requeue=True)
        else:
            consumer(message)


class SuspectConsumers(Consumers):
    """Takes one message at a time: if it kills the process, no other is delivered again with it."""

    @property
    def prefetch_count(self) -> int:
        return 1

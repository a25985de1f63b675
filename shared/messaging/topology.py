"""The exchanges and queues of the whole suite, made from the contracts.

Every process declares all of it before it publishes anything: an event that is published before its subscriber's
queue exists would be gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kombu import Exchange, Queue, binding

from shared.contracts.base import ALL_EVENTS, Contract, Hears

DEAD_LETTERS = "portico.dead"
# Redeliveries are counted by the consumer, which acts long before this; without an explicit limit the broker's
# default differs between versions, from none to 20.
_DELIVERY_LIMIT = 50
_UNLIMITED = 1_000_000


def events_exchange(service: str) -> Exchange:
    """Where ``service`` publishes its events, by their type."""
    return Exchange(f"{service}.events", type="topic", durable=True)


def event_queue(service: str, hears: Hears, contracts: Sequence[Contract]) -> Queue:
    """The queue of one handler, bound to all that it hears. Its name is for good: renaming orphans what waits."""
    bindings = []
    for contract in contracts:
        for event in contract.events.values():
            if hears.events == (ALL_EVENTS,) or f"{contract.name}.{event.name}" in hears.events:
                bindings.append((contract.name, event.name))
    return Queue(
        queue_name(service, hears.handler),
        bindings=[_binding(source, event) for source, event in bindings],
        durable=True,
        queue_arguments=_safe_quorum(),
    )


def suspect_queue(service: str, hears: Hears) -> Queue:
    """Where messages wait that were delivered before: each is tried alone, so that a deadly one takes no other."""
    return Queue(suspect_name(service, hears.handler), durable=True, queue_arguments=_safe_quorum())


def wait_queue(seconds: float) -> Queue:
    """Where messages of all handlers wait ``seconds``; then they go back to the queue named by their routing key."""
    return Queue(
        wait_name(seconds),
        durable=True,
        queue_arguments={
            "x-queue-type": "quorum",
            "x-delivery-limit": _DELIVERY_LIMIT,
            "x-message-ttl": int(seconds * 1000),
            "x-dead-letter-exchange": "",
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        },
        exchange=Exchange(wait_name(seconds), type="fanout", durable=True),
    )


def dead_letter_queue() -> Queue:
    """Where messages end that could not be handled, until somebody replays or drops them."""
    return Queue(
        DEAD_LETTERS,
        durable=True,
        queue_arguments={"x-queue-type": "quorum", "x-delivery-limit": _UNLIMITED},
    )


def everything(contracts: Sequence[Contract], waits: Sequence[float]) -> Iterator[Exchange | Queue]:
    """All exchanges and queues, in an order in which they can be declared."""
    yield dead_letter_queue()
    for seconds in waits:
        yield wait_queue(seconds)
    for contract in contracts:
        yield events_exchange(contract.name)
    for contract in contracts:
        for hears in contract.hears.values():
            yield event_queue(contract.name, hears, contracts)
            yield suspect_queue(contract.name, hears)


def queue_name(service: str, handler: str) -> str:
    """The name of a handler's queue."""
    return f"{service}.{handler}"


def suspect_name(service: str, handler: str) -> str:
    """The name of a handler's queue for messages that were delivered before."""
    return f"{service}.{handler}.suspect"


def wait_name(seconds: float) -> str:
    """The name of the queue and exchange for waiting ``seconds``."""
    return f"portico.wait.{int(seconds * 1000)}ms"


def _binding(source: str, event: str) -> object:
    return binding(exchange=events_exchange(source), routing_key=event)


def _safe_quorum() -> dict[str, object]:
    return {
        "x-queue-type": "quorum",
        "x-delivery-limit": _DELIVERY_LIMIT,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": DEAD_LETTERS,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }

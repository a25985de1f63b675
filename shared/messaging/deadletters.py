"""Lists, replays and drops dead letters: ``python -m shared.messaging.deadletters list``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from kombu import Connection

from shared.contracts.registry import CONTRACTS
from shared.messaging import topology, wire
from shared.messaging.events import ATTEMPTS_HEADER
from shared.messaging.publisher import ConfirmingPublisher, Unroutable
from shared.settings import load_settings


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """What is known of a dead letter without its data, which may be personal."""

    id: str
    queue: str
    type: str
    subject: str
    attempts: int
    reason: str
    died_at: str


class DeadLetters:
    """The dead letters of the suite behind ``uri``."""

    def __init__(self, uri: str, waits: tuple[float, ...]) -> None:
        self._uri = uri
        self._publisher = ConfirmingPublisher(uri, topology.everything(list(CONTRACTS.values()), waits))

    def list(self) -> list[DeadLetter]:
        """All dead letters, oldest first; they stay where they are."""
        with self._letters() as letters:
            return [_describe(message) for message in letters]

    def replay(self, only: str | None = None) -> int:
        """Put the dead letters (or the one with id ``only``) back into their queues, as if new; their number.

        One whose queue does not exist any more stays.
        """
        return self._finish(only, replay=True)

    def drop(self, only: str) -> int:
        """Remove the dead letter with id ``only``; their number."""
        return self._finish(only, replay=False)

    def _finish(self, only: str | None, *, replay: bool) -> int:
        done = 0
        with self._letters() as letters:
            for message in letters:
                letter = _describe(message)
                if only not in (None, letter.id):
                    continue
                if replay and not self._replayed(letter, message):
                    continue
                message.ack()
                done += 1
        return done

    def _replayed(self, letter: DeadLetter, message: Any) -> bool:
        try:
            self._publisher.publish(
                message.body if isinstance(message.body, bytes) else message.body.encode(),
                exchange="",
                routing_key=letter.queue,
                message_id=letter.id,
                headers={ATTEMPTS_HEADER: 0},
            )
        except Unroutable:
            return False
        return True

    @contextmanager
    def _letters(self) -> Iterator[Iterator[Any]]:
        """Take one after the other without acknowledging: what is not acknowledged goes back in the end."""
        self._publisher.connect()
        try:
            with Connection(self._uri, connect_timeout=3) as connection:
                queue = topology.dead_letter_queue()(connection.channel())
                yield iter(queue.get, None)
        finally:
            self._publisher.close()


def _describe(message: Any) -> DeadLetter:
    headers = message.headers
    try:
        envelope = wire.decode(message.body)
    except ValueError:
        envelope = {}
    return DeadLetter(
        id=message.properties.get("message_id", ""),
        queue=headers.get("x-portico-queue") or _first_queue(headers),
        type=envelope.get("type", "unreadable"),
        subject=envelope.get("subject", ""),
        attempts=int(headers.get(ATTEMPTS_HEADER, 0)),
        reason=headers.get("x-portico-reason", ""),
        died_at=headers.get("x-portico-died-at", ""),
    )


def _first_queue(headers: Mapping[str, Any]) -> str:
    """Where a message was that the broker itself made a dead letter."""
    return str(headers.get("x-first-death-queue", "")).removesuffix(".suspect")


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="deadletters", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="one JSON object a line, oldest first")
    replay = commands.add_parser("replay", help="put dead letters back into their queues")
    replay.add_argument("--id", help="only this one (default: all)")
    drop = commands.add_parser("drop", help="remove one dead letter for good")
    drop.add_argument("id")
    arguments = parser.parse_args()
    settings = load_settings()
    letters = DeadLetters(settings.amqp_uri.get_secret_value(), settings.retry_waits)
    if arguments.command == "list":
        for letter in letters.list():
            sys.stdout.write(json.dumps(asdict(letter)) + "\n")
    elif arguments.command == "replay":
        sys.stdout.write(f"replayed {letters.replay(arguments.id)}\n")
    else:
        sys.stdout.write(f"dropped {letters.drop(arguments.id)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

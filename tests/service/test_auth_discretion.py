"""In discreet mode the store is asked for the same things, whoever is behind an address: no time to be measured."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.monitoring import CommandListener

from services.auth.domain import limits
from services.auth.repository import Challenges, Counters, Guests, RuleBook, Sessions
from services.auth.secrecy import Secrecy
from services.auth.usecases.access_rules import RuleDesk
from services.auth.usecases.codes import Codes
from services.auth.usecases.door import Door
from services.auth.usecases.entrances import Entrances
from services.auth.usecases.sessions import SignInDesk
from shared.contracts.auth import contract
from shared.kernel.context import Context, system
from shared.kernel.errors import DomainError
from shared.kernel.happening import IdempotencyKey
from shared.kernel.ids import new_token
from shared.storage import Store
from tests.support.fixtures import SharedStore
from tests.unit.auth.fakes import SECRET, FakeCustomers, ManualClock, way_in

KNOWN, UNKNOWN, ADMITTED = "ada@example.com", "nobody@example.com", "max@guests.example"


class Watcher(CommandListener):
    """Notes what the store is asked for: the command and its collection."""

    def __init__(self) -> None:
        self.commands: list[tuple[str, object]] = []

    def started(self, event: Any) -> None:
        self.commands.append((event.command_name, event.command.get(event.command_name)))

    def succeeded(self, event: Any) -> None:
        """Nothing to note."""

    def failed(self, event: Any) -> None:
        """Nothing to note."""

    def taken(self) -> list[tuple[str, object]]:
        """What was noted since the last time."""
        commands, self.commands = self.commands, []
        return commands


class World:
    """The use cases over a real store that is watched."""

    def __init__(self, store: Store, watcher: Watcher) -> None:
        self.counters = Counters(store)
        self.customers = FakeCustomers(
            {KNOWN: [way_in()]}, discreet=True, groups={"bg-1": way_in(bill_group="bg-1")}
        )
        book = RuleBook(store)
        self.clock = ManualClock()
        self.context = Context(address="192.0.2.7")
        self._watcher = watcher
        secrecy = Secrecy(SECRET)
        stored = (Challenges(store), self.counters)
        entrances = Entrances(self.customers, book)
        door = Door(*stored, entrances, SignInDesk(Sessions(store), Guests(store), secrecy), secrecy)
        self._codes = Codes(*stored, entrances, door, secrecy, self.clock)
        desk = RuleDesk(book, self.customers, self.clock)
        staff = Context(principal=system("tests"))
        key = IdempotencyKey("a-key-of-a-test", "", "grant_domain")
        desk.grant_domain(staff, bill_group="bg-1", domain="guests.example", replaces=[], key=key)
        # The first address makes the counters of its network.
        self.ask("somebody@example.com")

    def ask(self, email: str) -> list[tuple[str, object]]:
        """What the store is asked for when ``email`` asks for a code, tries a wrong one, and asks again."""
        browser = new_token()
        self._watcher.taken()
        view = self._codes.request_code(self.context, email=email, browser=browser, language="en")
        asked = {"challenge": view["challenge"], "browser": browser}
        with pytest.raises(DomainError, match="wrong_code"):
            self._codes.verify_code(self.context, **asked, code="no code at all")
        self.clock.forward(minutes=1)
        self._codes.resend_code(self.context, **asked)
        return self._watcher.taken()


@pytest.fixture
def world(store: SharedStore, database_prefix: str) -> Iterator[World]:
    watcher = Watcher()
    with MongoClient[dict[str, Any]](store.uri, w="majority", event_listeners=[watcher]) as mongo:
        yield World(Store(mongo[f"{database_prefix}auth"], contract), watcher)


def test_in_discreet_mode_known_and_unknown_addresses_make_the_same_work(world: World) -> None:
    known, admitted, unknown = world.ask(KNOWN), world.ask(ADMITTED), world.ask(UNKNOWN)

    assert known == admitted == unknown
    assert ("insert", "challenges") in known


def test_in_plain_mode_they_do_after_the_plain_answers_are_used_up(world: World) -> None:
    world.customers.discreet = False
    for number in range(limits.PLAIN_REFUSALS_PER_NETWORK.most):
        with pytest.raises(DomainError, match="unknown_address"):
            world.ask(f"nobody-{number}@example.com")

    assert world.ask(KNOWN) == world.ask(UNKNOWN)

"""Ways in that need no e-mail, over fakes, with Ada as the only customer."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from services.auth.domain.access import SignIn
from services.auth.domain.openings import Opening
from services.auth.domain.previews import Preview
from services.auth.domain.secret_links import SecretLink
from services.auth.secrecy import Secrecy
from services.auth.usecases.onward import Onward
from services.auth.usecases.openings import Opener
from services.auth.usecases.previews import Previewing
from services.auth.usecases.secret_links import SecretLinkKeeping
from services.auth.usecases.sessions import OpenSessions, SignInDesk
from shared.kernel.context import Context, Principal, PrincipalKind
from shared.kernel.errors import DomainError, NotFound
from shared.kernel.happening import Happening, IdempotencyKey
from shared.kernel.ids import new_id
from shared.storage import Outcome
from tests.unit.auth.fakes import (
    SECRET,
    FakeCounters,
    FakeCustomers,
    FakeEpochs,
    FakeGuests,
    FakeSessions,
    ManualClock,
    way_in,
)

PORTAL = "https://portal.example"
STAFF = Context(principal=Principal(PrincipalKind.STAFF, "staff-jane"), address="192.0.2.1")
VISITOR = Context(address="192.0.2.7", user_agent="a browser")


@dataclass
class FakeRegister(FakeCustomers):
    """Ada's ways in, and the ways that the merchant offers."""

    own: list[SignIn] = field(default_factory=lambda: [way_in()])
    more_ways: frozenset[str] = frozenset({"secret_link", "password"})

    def ways_of(self, context: Context, customer: str) -> list[SignIn]:
        return [way for way in self.own if way.customer == customer]

    def way_into(self, context: Context, bill_group: str) -> SignIn | None:
        return next((way for way in self.own if way.bill_group == bill_group), None)

    def offers(self, context: Context, way: str) -> bool:
        return way in self.more_ways


@dataclass
class Answers:
    """What was answered to which key."""

    kept: dict[str, tuple[IdempotencyKey, dict[str, Any]]] = field(default_factory=dict)

    def first(self, key: IdempotencyKey, result: dict[str, Any]) -> tuple[bool, dict[str, Any]]:
        """Whether ``key`` is new, and the answer."""
        is_new = key.value not in self.kept
        first, answer = self.kept.setdefault(key.value, (key, result))
        if first != key:
            raise DomainError("key_used_for_something_else")
        return is_new, dict(answer)


@dataclass
class FakeSecretLinks:
    """Secret links, and all that happened to them."""

    kept: dict[str, SecretLink] = field(default_factory=dict)
    happened: list[Happening] = field(default_factory=list)
    answers: Answers = field(default_factory=Answers)
    before_use: Callable[[], None] = lambda: None

    def of(self, customer: str) -> SecretLink | None:
        return self.kept.get(customer)

    def with_hash(self, secret_hash: str) -> SecretLink | None:
        return next((link for link in self.kept.values() if link.secret_hash == secret_hash), None)

    def put(self, link: SecretLink, context: Context, *, result: dict[str, Any], key: IdempotencyKey) -> None:
        if self.answers.first(key, result)[0]:
            self.happened.append(link.made(again=link.customer in self.kept))
            self.kept[link.customer] = link

    def change(
        self,
        customer: str,
        context: Context,
        decide: Callable[[SecretLink], Outcome[SecretLink]],
        *,
        key: IdempotencyKey,
    ) -> dict[str, Any]:
        if customer not in self.kept:
            raise NotFound
        outcome = decide(self.kept[customer])
        is_new, answer = self.answers.first(key, outcome.result or {})
        if is_new:
            self.kept[customer] = outcome.value
            self.happened += outcome.happenings
        return answer

    def note_used(self, link: SecretLink, now: datetime) -> bool:
        self.before_use()
        if self.kept[link.customer].secret_hash != link.secret_hash:
            return False
        self.kept[link.customer] = link.used(now)
        return True


@dataclass
class FakeOpenings:
    """Openings from the merchant's app."""

    kept: dict[str, Opening] = field(default_factory=dict)
    answers: Answers = field(default_factory=Answers)

    def add(
        self, handle: str, opening: Opening, context: Context, *, result: dict[str, Any], key: IdempotencyKey
    ) -> dict[str, Any]:
        is_new, answer = self.answers.first(key, result)
        if is_new:
            self.kept[handle] = opening
        return answer

    def find(self, handle: str, now: datetime) -> Opening | None:
        opening = self.kept.get(handle)
        return opening if opening and opening.used_at is None and now < opening.expires_at else None

    def use(self, handle: str, now: datetime) -> bool:
        if self.find(handle, now) is None:
            return False
        self.kept[handle] = replace(self.kept[handle], used_at=now)
        return True


@dataclass
class FakePreviews:
    """Previews, and all that happened."""

    kept: dict[str, Preview] = field(default_factory=dict)
    happened: list[tuple[Context, Happening]] = field(default_factory=list)
    answers: Answers = field(default_factory=Answers)

    def add(
        self, handle: str, preview: Preview, context: Context, *, result: dict[str, Any], key: IdempotencyKey
    ) -> dict[str, Any]:
        is_new, answer = self.answers.first(key, result)
        if is_new:
            self.kept[handle] = preview
            self.happened.append((context, preview.started()))
        return answer

    def find(self, handle: str) -> Preview | None:
        return self.kept.get(handle)

    def end(self, handle: str, now: datetime) -> None:
        if handle in self.kept:
            self.kept[handle] = replace(self.kept[handle], ended_at=now)


class WaysWorld:
    """The use cases over fakes."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.customers = FakeRegister()
        self.sessions = FakeSessions()
        self.counters = FakeCounters()
        self.secret_links = FakeSecretLinks()
        self.openings = FakeOpenings()
        self.previews = FakePreviews()
        self.left: set[str] = set()
        secrecy = Secrecy(SECRET)
        kept: Any = (self.sessions, self.counters, self.secret_links, self.openings, self.previews)
        desk = SignInDesk(kept[0], FakeGuests(), secrecy)  # type: ignore[arg-type]
        door = (kept[1], self.customers, desk, secrecy, self.clock)
        onward: Any = (self.sessions, self.customers, FakeEpochs())
        self.open_sessions = OpenSessions(kept[0], Onward(*onward), secrecy, self.clock)
        self.keeping = SecretLinkKeeping(kept[2], *door, portal=f"{PORTAL}/")
        self.opener = Opener(kept[3], *door, portal=PORTAL)
        self.previewing = Previewing(
            kept[4],
            self.customers,
            secrecy,
            self.clock,
            name_of=lambda staff: f"the one called {staff.id}",
            has_left=lambda staff: staff.id in self.left,
        )

    def is_signed_in(self, session: dict[str, Any]) -> bool:
        """Whether the session's token still opens it."""
        try:
            self.open_sessions.get_session(Context(), token=session["token"])
        except DomainError as error:
            return error.code != "no_session"
        return True


def key(value: str = "") -> IdempotencyKey:
    """An idempotency key, a new one if not named."""
    return IdempotencyKey(value or new_id(), "hash")

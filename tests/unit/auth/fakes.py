"""The auth service's outside world, in memory."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from services.auth.domain.access import SignIn
from services.auth.domain.access_rules import AccessRules
from services.auth.domain.addresses import domain_of
from services.auth.domain.api_keys import ApiKey
from services.auth.domain.challenges import MOST_TRIES, Challenge, Way
from services.auth.domain.forms import KeptForm
from services.auth.domain.limits import Limit
from services.auth.domain.sessions import Session
from services.auth.secrecy import Secrecy
from services.auth.usecases.access_rules import RuleDesk
from services.auth.usecases.codes import Codes
from services.auth.usecases.door import Door
from services.auth.usecases.entrances import Entrances
from services.auth.usecases.forms import FormKeeping
from services.auth.usecases.links import Links
from services.auth.usecases.onward import Onward
from services.auth.usecases.reviewing import Reviewing
from services.auth.usecases.sessions import OpenSessions, SignInDesk
from shared.contracts.auth import CODE_PURPOSE, LINK_PURPOSE
from shared.kernel.context import Context
from shared.kernel.errors import DomainError, Kind, NotFound
from shared.kernel.happening import Happening, IdempotencyKey
from shared.sealing import unseal
from shared.storage import Outcome, Stored

SECRET = b"a secret of thirty-two characters"
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
BROWSER = "browser-token-of-the-one-who-asks"


class ManualClock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def forward(self, **by: float) -> None:
        self._now += timedelta(**by)

    def seconds(self) -> float:
        """The same, as timers have it."""
        return self._now.timestamp()


@dataclass
class FakeChallenges:
    """Challenges, and all that happened to them."""

    kept: dict[str, Challenge] = field(default_factory=dict)
    happened: list[Happening] = field(default_factory=list)

    def get(self, handle: str) -> Challenge:
        if handle not in self.kept:
            raise NotFound
        return self.kept[handle]

    def find(self, handle: str) -> Challenge | None:
        return self.kept.get(handle)

    def add(
        self, handle: str, challenge: Challenge, context: Context, happenings: Sequence[Happening]
    ) -> bool:
        if handle in self.kept:
            return False
        self.kept[handle] = challenge
        self.happened += happenings
        return True

    def change(
        self, handle: str, context: Context, decide: Callable[[Challenge], Outcome[Challenge]]
    ) -> dict[str, Any]:
        outcome = decide(self.get(handle))
        self.kept[handle] = outcome.value
        self.happened += outcome.happenings
        return outcome.result or {}

    def count_try(self, handle: str, code_hash: str) -> bool:
        challenge = self.kept[handle]
        if not self._is_unused(challenge, code_hash) or challenge.tries >= MOST_TRIES:
            return False
        self.kept[handle] = replace(challenge, tries=challenge.tries + 1)
        return True

    def use(self, handle: str, code_hash: str, now: datetime) -> bool:
        challenge = self.kept[handle]
        if not self._is_unused(challenge, code_hash):
            return False
        self.kept[handle] = replace(challenge, used_at=now)
        return True

    @staticmethod
    def _is_unused(challenge: Challenge, code_hash: str) -> bool:
        return challenge.code_hash == code_hash and challenge.used_at is None


@dataclass
class FakeSessions:
    """Sessions, who did what to them, and how often one was noted as used."""

    kept: dict[str, Session] = field(default_factory=dict)
    happened: list[tuple[Context, Happening]] = field(default_factory=list)
    times_seen: int = 0

    def add(self, handle: str, session: Session, context: Context) -> None:
        self.kept[handle] = session
        self.happened.append((context, session.started()))

    def find(self, handle: str) -> Session | None:
        return self.kept.get(handle)

    def of_id(self, bill_group: str, id_: str) -> Stored[Session] | None:
        whose = [stored for stored in self._latest_first() if stored.value.bill_group == bill_group]
        return next((stored for stored in whose if stored.value.id == id_), None)

    def of_bill_group(self, bill_group: str, now: datetime) -> list[Stored[Session]]:
        return [stored for stored in self._latest_first() if stored.value.bill_group == bill_group]

    def of_customer(self, customer: str, now: datetime) -> list[Stored[Session]]:
        return [stored for stored in self._latest_first() if stored.value.customer == customer]

    def of_all(self, now: datetime) -> list[Stored[Session]]:
        return self._latest_first()

    def change(
        self,
        handle: str,
        context: Context,
        decide: Callable[[Session], Outcome[Session]],
        *,
        bill_group: str,
        key: IdempotencyKey | None = None,
    ) -> None:
        if self.kept[handle].bill_group != bill_group:
            raise NotFound
        outcome = decide(self.kept[handle])
        self.kept[handle] = outcome.value
        self.happened += [(context, happening) for happening in outcome.happenings]

    def note_seen(self, handle: str, session: Session) -> None:
        self.kept[handle] = session
        self.times_seen += 1

    def note_ways(self, handle: str, session: Session) -> None:
        self.kept[handle] = session

    def _latest_first(self) -> list[Stored[Session]]:
        latest_first = sorted(self.kept.items(), key=lambda kept: kept[1].created_at, reverse=True)
        return [Stored(handle, session, 1) for handle, session in latest_first]


@dataclass
class FakeEpochs:
    """The epoch of access."""

    number: int = 0

    def current(self) -> int:
        return self.number

    def begin_next(self) -> None:
        self.number += 1


@dataclass
class FakeForms:
    """Kept forms."""

    kept: dict[str, KeptForm] = field(default_factory=dict)

    def add(self, handle: str, form: KeptForm) -> None:
        self.kept[handle] = form

    def find(self, handle: str, *, bill_group: str, browser: str, now: datetime) -> KeptForm | None:
        form = self.kept.get(handle)
        if form is None or (form.bill_group, form.browser) != (bill_group, browser) or form.expires_at <= now:
            return None
        return form

    def drop(self, handle: str, *, bill_group: str, browser: str) -> None:
        if self.find(handle, bill_group=bill_group, browser=browser, now=datetime.min.replace(tzinfo=UTC)):
            del self.kept[handle]


@dataclass
class FakeApiKeys:
    """API keys, the answers that are kept, all that happened, and how often one was written."""

    kept: dict[str, ApiKey] = field(default_factory=dict)
    answers: dict[str, tuple[IdempotencyKey, dict[str, Any]]] = field(default_factory=dict)
    happened: list[Happening] = field(default_factory=list)
    writes: int = 0

    def add(
        self,
        handle: str,
        api_key: ApiKey,
        context: Context,
        *,
        result: dict[str, Any],
        key: IdempotencyKey,
    ) -> dict[str, Any]:
        first, answer = self.answers.setdefault(key.value, (key, result))
        if first != key:
            raise DomainError("key_used_for_something_else")
        if answer is result:
            self.kept[handle] = api_key
            self.happened.append(api_key.created(handle))
        return dict(answer)

    def find(self, handle: str) -> ApiKey | None:
        return self.kept.get(handle)

    def change(
        self,
        handle: str,
        context: Context,
        decide: Callable[[ApiKey], Outcome[ApiKey]],
        *,
        key: IdempotencyKey | None = None,
    ) -> dict[str, Any]:
        if handle not in self.kept:
            raise NotFound
        outcome = decide(self.kept[handle])
        self.writes += outcome.value != self.kept[handle]
        self.kept[handle] = outcome.value
        self.happened += outcome.happenings
        return outcome.result or {}

    def named(self, handles: Sequence[str]) -> list[Stored[ApiKey]]:
        return [Stored(handle, self.kept[handle], 1) for handle in handles if handle in self.kept]

    def page(self, limit: int, after: tuple[datetime, str] | None) -> list[Stored[ApiKey]]:
        newest_first = sorted(self.kept.items(), key=lambda kept: (kept[1].created_at, kept[0]), reverse=True)
        behind = [
            Stored(handle, key, 1)
            for handle, key in newest_first
            if after is None or (key.created_at, handle) < after
        ]
        return behind[:limit]


@dataclass
class FakeCounters:
    """Counts of limits."""

    counts: Counter[tuple[str, str, datetime]] = field(default_factory=Counter)

    def take(self, limit: Limit, who: str, now: datetime, *, times: int = 1) -> bool:
        if self.is_full(limit, who, now):
            return False
        self.counts[limit.name, who, limit.window_start(now)] += times
        return True

    def give_back(self, limit: Limit, who: str, now: datetime) -> None:
        self.counts[limit.name, who, limit.window_start(now)] -= 1

    def is_full(self, limit: Limit, who: str, now: datetime) -> bool:
        return self.counts[limit.name, who, limit.window_start(now)] >= limit.most

    def of(self, limit: Limit) -> list[int]:
        """All counts of ``limit``, whoever and whenever."""
        return [count for (name, _, _), count in self.counts.items() if name == limit.name and count]


@dataclass
class FakeRuleBook:
    """The rules of bill groups, all that happened to them, and what others do before the next change is decided."""

    kept: dict[str, AccessRules] = field(default_factory=dict)
    happened: list[Happening] = field(default_factory=list)

    def of(self, bill_group: str) -> AccessRules:
        return self.kept.get(bill_group, AccessRules(bill_group))

    def begin(self, bill_group: str, context: Context) -> None:
        self.kept.setdefault(bill_group, AccessRules(bill_group))

    def change(
        self,
        bill_group: str,
        context: Context,
        decide: Callable[[AccessRules], Outcome[AccessRules]],
        *,
        key: IdempotencyKey,
    ) -> dict[str, Any]:
        if bill_group not in self.kept:
            raise NotFound
        outcome = decide(self.kept[bill_group])
        self.kept[bill_group] = outcome.value
        self.happened += outcome.happenings
        return outcome.result or {}

    def admitting(self, address: str) -> dict[str, str]:
        found = {}
        for bill_group, rules in self.kept.items():
            for rule in rules.rules:
                if rule.key in (address, domain_of(address)):
                    found[bill_group] = rule.value if rule.key == address else address
        return found


@dataclass
class FakeGuests:
    """The addresses of guests."""

    kept: dict[str, str] = field(default_factory=dict)

    def note(self, guest: str, email: str, now: datetime) -> None:
        self.kept[guest] = email

    def emails(self, guests: Iterable[str]) -> dict[str, str]:
        return {guest: self.kept[guest] for guest in guests if guest in self.kept}


@dataclass
class FakeCustomers:
    """Customers by address, bill groups that guests may be admitted to, and the merchant's choice."""

    ways: dict[str, list[SignIn]] = field(default_factory=dict)
    discreet: bool = False
    offered: frozenset[Way] = frozenset(Way)
    groups: dict[str, SignIn] = field(default_factory=dict)
    theirs: dict[str, list[SignIn]] = field(default_factory=dict)
    looked_again: int = 0
    closed_without_contract: bool = False
    away: bool = False
    times_asked: int = 0

    def ways_of(self, context: Context, customer: str) -> list[SignIn]:
        return self.theirs.get(customer, [])

    def way_into(self, context: Context, bill_group: str) -> SignIn | None:
        return self.groups.get(bill_group)

    def check_bill_group(self, context: Context, bill_group: str) -> None:
        if bill_group not in self.groups:
            raise NotFound

    def ways_in(self, context: Context, address: str, admitted: Sequence[str] = ()) -> list[SignIn]:
        self.times_asked += 1
        if self.away:
            raise DomainError("service_away", Kind.RETRY)
        contacts = self.ways.get(address, [])
        others = set(admitted) - {way.bill_group for way in contacts}
        guests = [
            replace(self.groups[handle], contact_role="guest", email=address, name="")
            for handle in sorted(others & self.groups.keys())
        ]
        return [*contacts, *guests]

    def is_discreet(self, context: Context) -> bool:
        return self.discreet

    def ways_offered(self, context: Context) -> frozenset[Way]:
        return self.offered

    def needs_contract(self, context: Context) -> bool:
        return self.closed_without_contract

    def look_again(self) -> None:
        self.looked_again += 1


def way_in(customer: str = "cust-1", *, created_at: datetime = NOON, **others: object) -> SignIn:
    """A billing contact who may enter, but for what ``others`` say."""
    way = SignIn(
        customer=customer,
        customer_created_at=created_at,
        bill_group=f"bg-of-{customer}",
        contact_role="billing",
        email="ada@example.com",
        name="Ada",
        language="en",
        is_on=True,
    )
    return replace(way, **others)  # type: ignore[arg-type]


class World:
    """The use cases over fakes, with Ada as the only customer, and a view into her mailbox."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.challenges = FakeChallenges()
        self.sessions = FakeSessions()
        self.counters = FakeCounters()
        self.customers = FakeCustomers({"ada@example.com": [way_in()]})
        self.context = Context(address="192.0.2.7", user_agent="a browser")
        secrecy = Secrecy(SECRET)
        self.book, self.guests = FakeRuleBook(), FakeGuests()
        self.all_ways = entrances = Entrances(self.customers, self.book)  # type: ignore[arg-type]
        self.rules = RuleDesk(self.book, self.customers, self.clock)  # type: ignore[arg-type]
        self.desk = desk = SignInDesk(self.sessions, self.guests, secrecy)  # type: ignore[arg-type]
        stored: Any = (self.challenges, self.counters)
        door = Door(*stored, entrances, desk, secrecy)
        self.codes = Codes(*stored, entrances, door, secrecy, self.clock)
        self.links = Links(stored[0], door, secrecy, self.clock)
        self.epochs = FakeEpochs()
        known: Any = (self.sessions, entrances, self.epochs)
        self.onward = Onward(*known, timer=self.clock.seconds)
        self.open_sessions = OpenSessions(known[0], self.onward, secrecy, self.clock)
        self.forms = FakeForms()
        kept: Any = (self.forms, self.sessions, self.counters)
        self.keeping = FormKeeping(*kept, secrecy, self.clock)
        self.reviewing = Reviewing(kept[1], entrances, self.clock)

    @property
    def mailed_codes(self) -> list[str]:
        """The codes that were sent, in their order."""
        return [
            unseal(SECRET, CODE_PURPOSE, happening.data["sealed"]) for happening in self.challenges.happened
        ]

    @property
    def mailed_links(self) -> list[str]:
        """The tokens of the links that were sent, in their order."""
        return [
            unseal(SECRET, LINK_PURPOSE, happening.data["link"]["sealed"])
            for happening in self.challenges.happened
            if happening.data["link"]
        ]

    def ask(self, email: str = "ada@example.com", browser: str = BROWSER) -> str:
        """Ask for a code; the challenge's handle."""
        view = self.codes.request_code(self.context, email=email, browser=browser, language="en")
        handle: str = view["challenge"]
        return handle

    def resend(self, challenge: str) -> None:
        """Ask for another code."""
        self.codes.resend_code(self.context, challenge=challenge, browser=BROWSER)

    def try_code(self, challenge: str, code: str, browser: str = BROWSER) -> dict[str, Any]:
        """Try a code; the new session's view."""
        return self.codes.verify_code(self.context, challenge=challenge, browser=browser, code=code)

    def look(self, token: str, browser: str | None = BROWSER) -> dict[str, Any]:
        """Open a link."""
        return self.links.get_link(token=token, browser=browser)

    def press(self, token: str, browser: str | None = BROWSER, code: str | None = None) -> dict[str, Any]:
        """Press the button on a link's page; the new session's view."""
        return self.links.use_link(self.context, token=token, browser=browser, code=code)

    def sign_in(self, email: str = "ada@example.com", browser: str = BROWSER) -> dict[str, Any]:
        """Ask for a code and enter it; the new session's view."""
        challenge = self.ask(email, browser)
        return self.try_code(challenge, self.mailed_codes[-1], browser)

    def is_open(self, session: dict[str, Any]) -> bool:
        """Whether the session's token still opens it."""
        try:
            self.open_sessions.get_session(self.context, token=session["token"])
        except DomainError:
            return False
        return True

    def wrong_code(self) -> str:
        """A code that was never sent."""
        return next(code for code in ("00000000", "11111111") if code not in self.mailed_codes)

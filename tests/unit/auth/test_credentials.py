"""User names and passwords of customers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pytest

from services.auth.domain import limits
from services.auth.domain.credentials import Credentials, new_password, new_user_name
from services.auth.passwords import Passwords, at_once
from services.auth.secrecy import Secrecy
from services.auth.usecases.credentials import CredentialsDesk
from services.auth.usecases.password_door import PasswordDoor
from services.auth.usecases.sessions import SignInDesk
from shared.contracts.auth_credentials import PASSWORD_RESET_PURPOSE
from shared.kernel.context import ANONYMOUS, Context, Principal, PrincipalKind
from shared.kernel.errors import DomainError, NotFound
from shared.kernel.happening import Happening, IdempotencyKey
from shared.sealing import unseal
from shared.storage import Outcome
from tests.support.refusals import refused
from tests.unit.auth.fakes import SECRET, FakeGuests, way_in
from tests.unit.auth.fakes_ways import STAFF, VISITOR, Answers, WaysWorld, key

CUSTOMER, GROUP = "cust-1", "bg-of-cust-1"
OWN = Context(principal=Principal(PrincipalKind.CUSTOMER, CUSTOMER), address="192.0.2.7")
CHOSEN = "seven wild geese over Lapland"


@dataclass
class FakeBook:
    """Credentials, and all that happened to them."""

    kept: dict[str, Credentials] = field(default_factory=dict)
    happened: list[tuple[Context, Happening]] = field(default_factory=list)
    answers: Answers = field(default_factory=Answers)
    before_use: Callable[[], None] = lambda: None

    def of(self, customer: str) -> Credentials | None:
        return self.kept.get(customer)

    def with_user_name(self, user_name: str) -> Credentials | None:
        return next((held for held in self.kept.values() if held.user_name == user_name), None)

    def put(self, new: Credentials, context: Context, *, result: dict[str, Any], key: IdempotencyKey) -> None:
        owner = self.with_user_name(new.user_name)
        if owner is not None and owner.customer != new.customer:
            raise DomainError("user_name_taken")
        if self.answers.first(key, result)[0]:
            self.happened.append((context, new.handed_out(again=new.customer in self.kept)))
            self.kept[new.customer] = new

    def change(
        self,
        customer: str,
        context: Context,
        decide: Callable[[Credentials], Outcome[Credentials]],
        *,
        key: IdempotencyKey | None = None,
    ) -> dict[str, Any]:
        if customer not in self.kept:
            raise NotFound
        if key and key.value in self.answers.kept:
            return self.answers.first(key, {})[1]
        outcome = decide(self.kept[customer])
        if key:
            self.answers.first(key, outcome.result or {})
        self.kept[customer] = outcome.value
        self.happened += [(context, told) for told in outcome.happenings]
        return outcome.result or {}

    def note_used(self, used: Credentials, now: datetime) -> bool:
        self.before_use()
        held = self.kept[used.customer]
        if held.password_hash != used.password_hash:
            return False
        self.kept[used.customer] = replace(held, last_used_at=now, initial="")
        return True


class World(WaysWorld):
    """The use cases over fakes; passwords are truly hashed."""

    def __init__(self) -> None:
        super().__init__()
        self.book = FakeBook()
        secrecy = Secrecy(SECRET)
        self.passwords = passwords = Passwords(at_once)
        kept: Any = (self.book, self.sessions, self.counters)
        desk = SignInDesk(kept[1], FakeGuests(), secrecy)  # type: ignore[arg-type]
        self.desk = CredentialsDesk(kept[0], self.customers, desk, passwords, secrecy, self.clock)
        self.door = PasswordDoor(
            kept[0], kept[2], self.customers, desk, self.desk, passwords, secrecy, self.clock
        )

    def hand_out(self, user_name: str | None = None, with_key: str = "") -> dict[str, Any]:
        return self.desk.hand_out_credentials(
            STAFF, customer=CUSTOMER, user_name=user_name, key=key(with_key)
        )

    def sign_in(
        self, handed: dict[str, Any], password: str = "", context: Context = VISITOR
    ) -> dict[str, Any]:
        return self.door.sign_in_with_password(
            context, user_name=handed["user_name"], password=password or handed["password"]
        )

    def change(self, old: str, new: str = CHOSEN, with_key: str = "", session: str = "") -> None:
        self.door.change_password(
            replace(OWN, session=session),
            bill_group=GROUP,
            current_password=old,
            new_password=new,
            key=key(with_key),
        )

    def forget(self, user_name: str, context: Context = VISITOR) -> None:
        self.door.request_password_reset(context, user_name=user_name, language="de")

    def mailed(self) -> list[dict[str, Any]]:
        return [dict(told.data) for _, told in self.book.happened if told.type == "password_reset_requested"]

    def mailed_token(self) -> str:
        return unseal(SECRET, PASSWORD_RESET_PURPOSE, self.mailed()[-1]["sealed"])


@pytest.fixture
def world() -> World:
    return World()


def test_what_is_handed_out_opens_the_portal(world: World) -> None:
    handed = world.hand_out()
    assert handed["state"] == "unused"
    session = world.sign_in(handed)
    assert (session["customer"], session["way"]) == (CUSTOMER, "password")
    assert world.is_signed_in(session)
    state = world.desk.get_credentials_state(STAFF, customer=CUSTOMER)
    assert (state["state"], state["last_used_at"]) == ("used", world.clock.now())


def test_it_stands_nowhere_in_the_clear(world: World) -> None:
    handed = world.hand_out()
    assert handed["password"] not in repr(world.book)
    assert world.book.kept[CUSTOMER].password_hash.startswith("$argon2id$")
    assert "password" not in world.desk.get_credentials_state(STAFF, customer=CUSTOMER)


def test_the_initial_password_is_there_until_it_is_used(world: World) -> None:
    handed = world.hand_out(with_key="the-same-key")
    assert world.hand_out(with_key="the-same-key") == handed
    told = world.desk.get_portal_credentials(STAFF, customer=CUSTOMER)
    assert told == {
        "user_name": handed["user_name"],
        "password": handed["password"],
        "reset_path": None,
    }
    world.sign_in(handed)
    assert world.hand_out(with_key="the-same-key")["password"] is None
    told = world.desk.get_portal_credentials(STAFF, customer=CUSTOMER)
    assert told["password"] is None
    token = told["reset_path"].removeprefix("/password/reset/")
    assert world.door.get_password_reset(token=token)["user_name"] == handed["user_name"]


def test_who_has_none_has_none(world: World) -> None:
    assert world.desk.get_credentials_state(STAFF, customer=CUSTOMER)["state"] == "none"
    nothing = {"user_name": None, "password": None, "reset_path": None}
    assert world.desk.get_portal_credentials(STAFF, customer=CUSTOMER) == nothing
    assert world.door.get_user_name(OWN, bill_group=GROUP) == {"user_name": None}
    with refused("not_found"):
        world.change("whatever it may be")
    with refused("not_found"):
        world.desk.withdraw_credentials(STAFF, customer=CUSTOMER, key=key())


def test_a_user_name_can_be_chosen_and_is_kept(world: World) -> None:
    assert world.hand_out("Bergmann.Shop")["user_name"] == "bergmann.shop"
    again = world.hand_out()
    assert again["user_name"] == "bergmann.shop"
    assert world.sign_in({**again, "user_name": " BERGMANN.shop "})


def test_no_two_have_the_same(world: World) -> None:
    world.hand_out("bergmann")
    world.customers.own.append(way_in("cust-2"))
    with refused("user_name_taken"):
        world.desk.hand_out_credentials(STAFF, customer="cust-2", user_name="Bergmann", key=key())


def test_a_new_one_ends_the_one_before_and_what_it_opened(world: World) -> None:
    old = world.hand_out()
    session = world.sign_in(old)
    world.clock.forward(seconds=1)
    new = world.hand_out()
    assert not world.is_signed_in(session)
    with refused("wrong_credentials"):
        world.sign_in(old)
    assert world.sign_in(new)


def test_a_withdrawn_one_opens_nothing(world: World) -> None:
    handed = world.hand_out()
    session = world.sign_in(handed)
    world.clock.forward(seconds=1)
    world.desk.withdraw_credentials(STAFF, customer=CUSTOMER, key=key())
    assert not world.is_signed_in(session)
    with refused("wrong_credentials"):
        world.sign_in(handed)
    world.forget(handed["user_name"])
    assert world.mailed() == []


def test_only_the_merchants_side_hands_out(world: World) -> None:
    nobody = replace(STAFF, principal=ANONYMOUS)
    for refuse in (
        lambda: world.desk.get_credentials_state(OWN, customer=CUSTOMER),
        lambda: world.desk.get_portal_credentials(OWN, customer=CUSTOMER),
        lambda: world.desk.hand_out_credentials(nobody, customer=CUSTOMER, user_name=None, key=key()),
        lambda: world.desk.withdraw_credentials(nobody, customer=CUSTOMER, key=key()),
    ):
        with refused("not_allowed"):
            refuse()


@pytest.mark.parametrize("user_name", ["nobody-here", ""])
def test_an_unknown_user_name_is_answered_like_a_wrong_password(world: World, user_name: str) -> None:
    handed = world.hand_out()
    with refused("wrong_credentials"):
        world.sign_in(handed, "a wrong password")
    with refused("wrong_credentials"):
        world.door.sign_in_with_password(VISITOR, user_name=user_name, password=handed["password"])
    assert world.counters.of(limits.PASSWORD_FAILURES_PER_ACCOUNT) == [1, 1]
    assert world.counters.of(limits.PASSWORD_FAILURES_PER_NETWORK) == [2]


def test_for_an_unknown_user_name_as_much_is_done(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 verifies as long as the costs say that stand in the hash: with the same costs, it takes as long."""
    costs: list[str] = []
    fits = world.passwords._fits
    monkeypatch.setattr(
        world.passwords,
        "_fits",
        lambda password, known: (
            costs.append(known.rpartition("$")[0].rpartition("$")[0]) or fits(password, known)
        ),
    )
    handed = world.hand_out()
    for user_name in (handed["user_name"], "nobody-here"):
        with refused("wrong_credentials"):
            world.door.sign_in_with_password(VISITOR, user_name=user_name, password="a wrong password")
    world.desk.withdraw_credentials(STAFF, customer=CUSTOMER, key=key())
    with refused("wrong_credentials"):
        world.sign_in(handed)
    assert costs == ["$argon2id$v=19$m=19456,t=2,p=1"] * 3


def test_too_many_failures_hold_up_the_account_for_a_while(world: World) -> None:
    handed = world.hand_out()
    for _ in range(limits.PASSWORD_FAILURES_PER_ACCOUNT.most):
        with refused("wrong_credentials"):
            world.sign_in(handed, "a wrong password")
    elsewhere = replace(VISITOR, address="198.51.100.1")
    with refused("too_many_requests"):
        world.sign_in(handed, context=elsewhere)
    world.clock.forward(minutes=15)
    assert world.sign_in(handed, context=elsewhere)


def test_the_right_password_costs_no_try(world: World) -> None:
    handed = world.hand_out()
    for _ in range(limits.PASSWORD_FAILURES_PER_ACCOUNT.most + 5):
        world.sign_in(handed)
    assert world.counters.of(limits.PASSWORD_FAILURES_PER_ACCOUNT) == []


def test_it_opens_only_what_is_switched_on_and_offered(world: World) -> None:
    handed = world.hand_out()
    world.customers.own = [way_in(is_on=False)]
    with refused("no_access"):
        world.sign_in(handed)
    world.forget(handed["user_name"])
    assert world.mailed() == []
    world.customers.more_ways = frozenset({"secret_link"})
    with refused("way_not_offered"):
        world.sign_in(handed)
    with refused("way_not_offered"):
        world.forget(handed["user_name"])


def test_a_password_that_is_changed_while_somebody_signs_in_opens_nothing(world: World) -> None:
    handed = world.hand_out()

    def change() -> None:
        world.book.before_use = lambda: None
        world.clock.forward(seconds=1)
        world.hand_out()

    world.book.before_use = change
    with refused("wrong_credentials"):
        world.sign_in(handed)
    assert all(session.ended_at for session in world.sessions.kept.values())


def test_changing_it(world: World) -> None:
    handed = world.hand_out()
    here, elsewhere = world.sign_in(handed), world.sign_in(handed)
    world.clock.forward(seconds=1)
    world.change(handed["password"], session=here["session"])
    assert world.is_signed_in(here)
    assert not world.is_signed_in(elsewhere)
    with refused("wrong_credentials"):
        world.sign_in(handed)
    assert world.sign_in(handed, CHOSEN)
    context, told = world.book.happened[-1]
    assert (told.type, told.data["how"], str(context.principal)) == (
        "password_changed",
        "changed",
        "customer:cust-1",
    )


def test_a_change_that_comes_again_is_answered_again(world: World) -> None:
    handed = world.hand_out()
    world.change(handed["password"], with_key="the-same-key")
    world.change(handed["password"], with_key="the-same-key")
    # What is kept of the request is under a key: its plain hash would give the passwords away to guessing.
    (kept,) = [first for first, _ in world.book.answers.kept.values() if first.value == "the-same-key"]
    assert kept.body_hash != "hash"


def test_changing_it_needs_the_present_one_which_can_not_be_guessed(world: World) -> None:
    world.hand_out()
    for _ in range(limits.PASSWORD_FAILURES_PER_ACCOUNT.most):
        with refused("wrong_current_password"):
            world.change("a wrong password")
    with refused("too_many_requests"):
        world.change("a wrong password")


def test_a_weak_one_is_refused(world: World) -> None:
    handed = world.hand_out()
    with refused("weak_password"):
        world.change(handed["password"], "short")
    world.forget(handed["user_name"])
    with refused("weak_password"):
        world.door.reset_password(VISITOR, token=world.mailed_token(), new_password="short")


def test_nobody_changes_anothers(world: World) -> None:
    handed = world.hand_out()
    for principal, code in (("customer:guest-1", "not_found"), ("staff:staff-1", "not_allowed")):
        context = replace(OWN, principal=Principal.parse(principal))
        with refused(code):
            world.door.change_password(
                context,
                bill_group=GROUP,
                current_password=handed["password"],
                new_password=CHOSEN,
                key=key(),
            )


def test_a_forgotten_one_is_chosen_anew_with_a_link_once(world: World) -> None:
    handed = world.hand_out()
    session = world.sign_in(handed)
    world.clock.forward(seconds=1)
    world.forget(handed["user_name"].upper())
    (letter,) = world.mailed()
    assert (letter["email"], letter["language"]) == ("ada@example.com", "de")
    token = world.mailed_token()
    assert token not in repr(world.book)
    for _ in range(20):
        assert world.door.get_password_reset(token=token)["user_name"] == handed["user_name"]
    world.door.reset_password(VISITOR, token=token, new_password=CHOSEN)
    assert not world.is_signed_in(session)
    assert world.sign_in(handed, CHOSEN)
    for used_up in (
        lambda: world.door.get_password_reset(token=token),
        lambda: world.door.reset_password(VISITOR, token=token, new_password="another one of four words"),
    ):
        with refused("reset_over"):
            used_up()
    assert str(world.book.happened[-1][0].principal) == "customer:cust-1"


def test_a_link_is_over_after_an_hour_and_when_the_password_is_another(world: World) -> None:
    handed = world.hand_out()
    world.forget(handed["user_name"])
    early = world.mailed_token()
    world.change(handed["password"])
    with refused("reset_over"):
        world.door.get_password_reset(token=early)
    world.forget(handed["user_name"])
    late = world.mailed_token()
    world.clock.forward(minutes=60)
    with refused("reset_over"):
        world.door.get_password_reset(token=late)


@pytest.mark.parametrize(
    "spoil", ["", "x", "a.b.c", "00000000.AAAA." + "0" * 64, "ffffffff.AAAA." + "0" * 64]
)
def test_a_made_up_link_is_none(world: World, spoil: str) -> None:
    world.hand_out()
    with refused("reset_over"):
        world.door.get_password_reset(token=spoil)


def test_a_link_can_not_be_prolonged_or_given_to_another(world: World) -> None:
    handed = world.hand_out()
    world.forget(handed["user_name"])
    until, customer, shown = world.mailed_token().split(".")
    later = f"{int(until, 16) + 1:08x}"
    for forged in (f"{later}.{customer}.{shown}", f"{until}.Y3VzdC0y.{shown}"):
        with refused("reset_over"):
            world.door.get_password_reset(token=forged)


@pytest.mark.parametrize("discreet", [True, False])
def test_whoever_forgot_their_password_is_answered_the_same(world: World, discreet: bool) -> None:
    world.customers.discreet = discreet
    handed = world.hand_out()
    world.forget("nobody-here")
    world.customers.own = [replace(way, is_on=False) for way in world.customers.own]
    world.forget(handed["user_name"])
    assert world.mailed() == []


def test_letters_are_not_sent_without_end(world: World) -> None:
    handed = world.hand_out()
    for _ in range(limits.RESETS_PER_ACCOUNT.most):
        world.forget(handed["user_name"])
    with refused("too_many_requests"):
        world.forget(handed["user_name"], replace(VISITOR, address="198.51.100.1"))


def test_generated_ones_can_be_copied_from_paper() -> None:
    passwords = {new_password() for _ in range(100)}
    assert len(passwords) == 100
    assert all(re.fullmatch(r"([a-hjkmnp-z2-9]{4}-){3}[a-hjkmnp-z2-9]{4}", each) for each in passwords)
    assert re.fullmatch(r"[a-z2-9]{4}-[a-z2-9]{4}", new_user_name())

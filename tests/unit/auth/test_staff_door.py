"""The first owner comes in, and everybody of the staff with their password."""

from __future__ import annotations

import pytest

from services.auth.domain import limits
from services.auth.usecases.staff_door import FIRST_OWNER
from shared.contracts.scopes import SCOPES
from shared.kernel.context import Context
from shared.kernel.errors import DomainError
from tests.unit.auth.staff_world import EMAIL, PASSWORD, StaffWorld, as_staff, key


@pytest.fixture
def world() -> StaffWorld:
    return StaffWorld()


def test_the_first_owner_comes_in_by_a_link(world: StaffWorld) -> None:
    token = world.owner_link()
    for _ in range(20):
        seen = world.door.get_staff_set_up(token=token)
    assert (seen["email"], seen["role"], seen["is_reset"]) == ("", "owner", False)
    session = world.set_up(token, name="  Vera   Lindt ")
    assert session["name"] == "Vera Lindt"
    assert set(session["scopes"]) == set(SCOPES)
    assert world.is_open(session)
    assert [each.type for _, each in world.staff.happened] == ["staff_set_up"]
    assert str(world.staff.happened[0][0].principal) == f"staff:{FIRST_OWNER}"


def test_a_link_is_good_once(world: StaffWorld) -> None:
    token = world.owner_link()
    world.set_up(token)
    for use in (lambda: world.set_up(token), lambda: world.door.get_staff_set_up(token=token)):
        with pytest.raises(DomainError, match="set_up_over"):
            use()


def test_a_link_is_good_for_a_day(world: StaffWorld) -> None:
    token = world.owner_link()
    world.clock.forward(hours=23, minutes=59)
    world.door.get_staff_set_up(token=token)
    world.clock.forward(minutes=1)
    with pytest.raises(DomainError, match="set_up_over"):
        world.set_up(token)


def test_a_new_link_ends_the_one_before(world: StaffWorld) -> None:
    first, second = world.owner_link(), world.owner_link()
    with pytest.raises(DomainError, match="set_up_over"):
        world.set_up(first)
    world.set_up(second)


def test_links_for_owners_end_with_the_first_owner(world: StaffWorld) -> None:
    world.owner()
    with pytest.raises(DomainError, match="owner_exists"):
        world.owner_link()


@pytest.mark.parametrize("context", [Context(), as_staff("staff-1")])
def test_only_whoever_runs_the_installation_gets_a_link(world: StaffWorld, context: Context) -> None:
    with pytest.raises(DomainError, match="not_allowed"):
        world.door.make_owner_link(context, key=key())


@pytest.mark.parametrize(
    "fields, code",
    [
        ({"password": "eleven char"}, "weak_password"),
        ({"password": "x" * 129}, "weak_password"),
        ({"password": "passwort123456"}, "weak_password"),
        ({"password": "Vera-Vera-2026"}, "weak_password"),
        ({"email": "no address"}, "invalid_email"),
        ({"email": ""}, "invalid_email"),
        ({"name": " "}, "name_needed"),
    ],
)
def test_a_set_up_that_is_refused_uses_nothing_up(
    world: StaffWorld, fields: dict[str, str], code: str
) -> None:
    token = world.owner_link()
    with pytest.raises(DomainError, match=code):
        world.set_up(token, **fields)
    assert world.is_open(world.set_up(token))


def test_signing_in(world: StaffWorld) -> None:
    world.owner()
    session = world.sign_in("VERA@Nordlicht.Example")
    assert world.is_open(session)
    assert [each.data["way"] for _, each in world.sessions.happened] == ["set_up", "password"]


def test_letters_may_be_composed_in_another_way(world: StaffWorld) -> None:
    world.set_up(world.owner_link(), password="Zürich-Genève-Köln")
    world.sign_in(password="Zürich-Genève-Köln")


@pytest.mark.parametrize(
    "email, password", [(EMAIL, PASSWORD.upper()), ("nobody@nordlicht.example", PASSWORD), (EMAIL, "x")]
)
def test_a_wrong_password_and_an_unknown_address_are_the_same(
    world: StaffWorld, email: str, password: str
) -> None:
    world.owner()
    with pytest.raises(DomainError) as caught:
        world.sign_in(email, password)
    assert (caught.value.code, caught.value.params) == ("wrong_password", {})


def test_for_an_unknown_address_as_much_is_done(world: StaffWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    hashes: list[str] = []
    fits = world.passwords._fits
    monkeypatch.setattr(
        world.passwords, "_fits", lambda password, known: hashes.append(known) or fits(password, known)
    )
    world.owner()
    for email in ("nobody@nordlicht.example", EMAIL):
        with pytest.raises(DomainError, match="wrong_password"):
            world.sign_in(email, "not the password")
    of_nobody, of_somebody = (each.rpartition("p=")[0] for each in hashes)
    assert of_nobody == of_somebody


def test_too_many_failures_for_an_account(world: StaffWorld) -> None:
    world.owner()
    for _ in range(limits.STAFF_FAILURES_PER_ACCOUNT.most):
        with pytest.raises(DomainError, match="wrong_password"):
            world.sign_in(password="wrong")
    with pytest.raises(DomainError, match="too_many_requests"):
        world.sign_in()
    world.clock.forward(minutes=15)
    world.sign_in()


def test_too_many_failures_from_a_network(world: StaffWorld) -> None:
    world.owner()
    for number in range(limits.STAFF_FAILURES_PER_NETWORK.most):
        with pytest.raises(DomainError, match="wrong_password"):
            world.sign_in(f"somebody-{number}@nordlicht.example")
    with pytest.raises(DomainError, match="too_many_requests"):
        world.sign_in()
    world.context = Context(address="198.51.100.1")
    world.sign_in()


def test_right_passwords_are_no_failures(world: StaffWorld) -> None:
    world.owner()
    for _ in range(limits.STAFF_FAILURES_PER_ACCOUNT.most + 5):
        world.sign_in()


def test_an_hour_without_use_ends_a_session(world: StaffWorld) -> None:
    session = world.owner()
    world.clock.forward(minutes=59)
    assert world.is_open(session)
    world.clock.forward(minutes=59)
    assert world.is_open(session)
    world.clock.forward(minutes=60)
    assert not world.is_open(session)


def test_after_twelve_hours_a_session_is_over(world: StaffWorld) -> None:
    session = world.owner()
    for _ in range(23):
        world.clock.forward(minutes=30)
        assert world.is_open(session)
    world.clock.forward(minutes=30)
    assert not world.is_open(session)


def test_signing_out(world: StaffWorld) -> None:
    session, other = world.owner(), world.sign_in()
    world.desk.end_staff_session(world.context, token=session["token"])
    world.desk.end_staff_session(world.context, token="a token that never was one")
    assert not world.is_open(session)
    assert world.is_open(other)
    context, happening = world.sessions.happened[-1]
    assert (happening.type, happening.data["reason"]) == ("staff_signed_out", "signed_out")
    assert str(context.principal) == f"staff:{FIRST_OWNER}"


def test_no_token_or_password_is_kept(world: StaffWorld) -> None:
    link = world.owner_link()
    session = world.set_up(link)
    kept = repr((world.staff, world.sessions))
    for secret in (link, session["token"], PASSWORD):
        assert secret not in kept


def test_a_hash_of_less_work_is_made_anew(world: StaffWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    world.owner()
    before = world.staff.kept[FIRST_OWNER].password_hash
    monkeypatch.setattr(world.passwords, "is_outdated", lambda password_hash: password_hash == before)
    world.sign_in()
    after = world.staff.kept[FIRST_OWNER].password_hash
    assert after != before
    assert world.passwords.is_right(PASSWORD, after)

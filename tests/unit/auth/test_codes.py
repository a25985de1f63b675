import pytest

from services.auth.domain import limits
from services.auth.domain.challenges import MOST_TRIES
from shared.kernel.context import Context
from shared.kernel.errors import DomainError, NotFound
from tests.support.refusals import refused
from tests.unit.auth.fakes import World, way_in


@pytest.fixture
def world() -> World:
    return World()


def fail(world: World, challenge: str, times: int) -> None:
    """Try a wrong code so many times."""
    for _ in range(times):
        with pytest.raises(DomainError):
            world.try_code(challenge, world.wrong_code())


def test_the_mailed_code_opens_a_session(world: World) -> None:
    challenge = world.ask()

    session = world.try_code(challenge, world.mailed_codes[-1])

    assert session["customer"] == "cust-1"
    assert (
        world.open_sessions.get_session(world.context, token=session["token"])["bill_group"] == "bg-of-cust-1"
    )


def test_a_code_has_eight_digits_and_blanks_in_it_do_not_matter(world: World) -> None:
    challenge = world.ask()
    code = world.mailed_codes[-1]

    assert len(code) == 8
    assert code.isdecimal()
    world.try_code(challenge, f" {code[:4]} {code[4:]} ")


def test_the_code_goes_to_the_address_that_the_contact_has_however_it_was_typed(world: World) -> None:
    world.ask("  ADA@Example.COM ")

    assert [happening.data["email"] for happening in world.challenges.happened] == ["ada@example.com"]


def test_a_code_is_good_for_one_use(world: World) -> None:
    challenge = world.ask()
    world.try_code(challenge, world.mailed_codes[-1])

    with refused("code_used"):
        world.try_code(challenge, world.mailed_codes[-1])
    assert len(world.sessions.kept) == 1


def test_a_code_is_good_for_ten_minutes(world: World) -> None:
    challenge = world.ask()
    world.clock.forward(minutes=10)

    with refused("code_expired"):
        world.try_code(challenge, world.mailed_codes[-1])


def test_a_code_is_bound_to_the_browser_that_asked(world: World) -> None:
    challenge = world.ask()

    with pytest.raises(NotFound):
        world.try_code(challenge, world.mailed_codes[-1], browser="another-browser-than-the-first")


def test_a_resend_makes_a_new_code_and_ends_the_old_one(world: World) -> None:
    challenge = world.ask()
    world.clock.forward(seconds=60)
    world.resend(challenge)
    old, new = world.mailed_codes

    with refused("wrong_code"):
        world.try_code(challenge, old)
    world.try_code(challenge, new)


def test_a_resend_before_its_time_sends_nothing(world: World) -> None:
    challenge = world.ask()
    world.clock.forward(seconds=59)

    with refused("resend_too_early"):
        world.resend(challenge)
    assert len(world.mailed_codes) == 1


def test_asking_again_in_the_same_browser_within_sixty_seconds_lets_the_first_code_stand(
    world: World,
) -> None:
    first = world.ask()
    world.clock.forward(seconds=59)

    assert world.ask("ADA@example.com") == first
    assert len(world.mailed_codes) == 1


def test_asking_again_later_ends_the_old_code(world: World) -> None:
    challenge = world.ask()
    world.clock.forward(minutes=2)
    assert world.ask() == challenge

    with refused("wrong_code"):
        world.try_code(challenge, world.mailed_codes[0])


def test_after_signing_out_one_can_sign_in_again_at_once(world: World) -> None:
    world.try_code(world.ask(), world.mailed_codes[-1])

    world.try_code(world.ask(), world.mailed_codes[-1])

    assert len(world.sessions.kept) == 2


def test_wrong_codes_wear_a_code_out(world: World) -> None:
    challenge = world.ask()
    answers = []
    for _ in range(MOST_TRIES):
        with pytest.raises(DomainError) as error:
            world.try_code(challenge, world.wrong_code())
        answers.append((error.value.code, error.value.params))

    assert answers[0] == ("wrong_code", {"attempts_left": MOST_TRIES - 1})
    assert answers[-1] == ("too_many_attempts", {})
    with refused("too_many_attempts"):
        world.try_code(challenge, world.mailed_codes[-1])


def test_after_fifty_failures_in_a_day_not_even_the_right_code_is_looked_at(world: World) -> None:
    for _ in range(limits.FAILURES_PER_ACCOUNT.most // MOST_TRIES):
        challenge = world.ask()
        fail(world, challenge, MOST_TRIES)
        world.clock.forward(minutes=10)
    assert world.counters.of(limits.FAILURES_PER_ACCOUNT) == [50]

    with refused("too_many_requests"):
        world.ask()
    world.clock.forward(days=1)
    world.try_code(world.ask(), world.mailed_codes[-1])


def test_failures_are_counted_over_browsers_and_resends(world: World) -> None:
    challenge = world.ask()
    fail(world, challenge, 3)
    world.clock.forward(minutes=1)
    world.resend(challenge)
    fail(world, challenge, 2)
    elsewhere = world.ask(browser="browser-token-of-somebody-else")
    with refused("wrong_code"):
        world.try_code(elsewhere, world.wrong_code(), browser="browser-token-of-somebody-else")

    assert world.counters.of(limits.FAILURES_PER_ACCOUNT) == [6]


def test_a_right_code_does_not_count_as_a_failure(world: World) -> None:
    world.try_code(world.ask(), world.mailed_codes[-1])

    assert world.counters.of(limits.FAILURES_PER_ACCOUNT) == []
    assert world.counters.of(limits.FAILURES_OVER_ALL) == []


def test_failures_over_all_accounts_pull_the_brake(world: World) -> None:
    challenge = world.ask()
    for _ in range(limits.FAILURES_OVER_ALL.most):
        world.counters.take(limits.FAILURES_OVER_ALL, "", world.clock.now())

    with refused("too_many_requests"):
        world.try_code(challenge, world.mailed_codes[-1])


def test_the_brake_keeps_nobody_from_asking_for_a_code(world: World) -> None:
    for _ in range(limits.FAILURES_OVER_ALL.most):
        world.counters.take(limits.FAILURES_OVER_ALL, "", world.clock.now())

    challenge = world.ask()
    world.clock.forward(minutes=1)
    world.resend(challenge)

    assert len(world.mailed_codes) == 2


def test_made_up_addresses_do_not_pull_the_brake(world: World) -> None:
    world.customers.discreet = True
    fail(world, world.ask("nobody@example.com"), MOST_TRIES)
    assert world.counters.of(limits.FAILURES_OVER_ALL) == []
    assert world.counters.of(limits.FAILURES_OF_DECOYS) == [MOST_TRIES]

    fail(world, world.ask(), MOST_TRIES)
    assert world.counters.of(limits.FAILURES_OVER_ALL) == [MOST_TRIES]


def test_codes_for_one_address_are_limited_from_wherever_they_are_asked_for(world: World) -> None:
    for number in range(limits.CODES_PER_ACCOUNT.most):
        world.context = Context(address=f"192.0.2.{number}")
        world.ask(browser=f"browser-token-number-{number}")

    world.context = Context(address="198.51.100.1")
    with refused("too_many_requests"):
        world.ask(browser="one-browser-token-too-many")


def test_codes_for_one_network_address_are_limited_whoever_they_are_for(world: World) -> None:
    world.customers.discreet = True
    for number in range(limits.CODES_PER_NETWORK.most):
        world.ask(f"somebody-{number}@example.com")

    with refused("too_many_requests"):
        world.ask()


def test_an_unknown_address_is_told_so_in_plain_mode(world: World) -> None:
    with refused("unknown_address"):
        world.ask("nobody@example.com")


def test_an_address_without_access_is_told_so_in_plain_mode(world: World) -> None:
    world.customers.ways["ada@example.com"] = [way_in(is_on=False)]

    with refused("no_access"):
        world.ask()


def test_only_so_many_plain_answers_are_given_to_one_network_address(world: World) -> None:
    for number in range(limits.PLAIN_REFUSALS_PER_NETWORK.most):
        with refused("unknown_address"):
            world.ask(f"nobody-{number}@example.com")

    assert world.ask("nobody-more@example.com")
    world.clock.forward(hours=1)
    with refused("unknown_address"):
        world.ask("nobody-more-at-all@example.com")


def test_in_discreet_mode_an_unknown_address_can_not_be_told_from_a_known_one(world: World) -> None:
    world.customers.discreet = True
    known, unknown = world.ask(), world.ask("nobody@example.com", browser="browser-token-of-somebody-else")

    views = [
        world.codes.get_challenge(challenge=known, browser="browser-token-of-the-one-who-asks"),
        world.codes.get_challenge(challenge=unknown, browser="browser-token-of-somebody-else"),
    ]
    for view in views:
        del view["challenge"], view["email"]
    assert views[0] == views[1]
    assert len(known) == len(unknown)
    assert len(world.mailed_codes) == 1


def test_a_decoy_wears_out_like_any_other_code(world: World) -> None:
    world.customers.discreet = True
    challenge = world.ask("nobody@example.com")
    fail(world, challenge, MOST_TRIES)

    with refused("too_many_attempts"):
        world.try_code(challenge, "12345678")
    assert world.counters.of(limits.FAILURES_PER_ACCOUNT) == [MOST_TRIES]


def test_access_that_was_switched_off_meanwhile_is_refused_at_the_door(world: World) -> None:
    challenge = world.ask()
    world.customers.ways["ada@example.com"] = [way_in(is_on=False)]

    with refused("no_access"):
        world.try_code(challenge, world.mailed_codes[-1])
    assert not world.sessions.kept


def test_what_is_stored_and_sent_holds_no_code(world: World) -> None:
    world.ask()

    code = world.mailed_codes[-1]
    assert code not in repr(world.challenges.kept)
    assert code not in repr(world.challenges.happened)

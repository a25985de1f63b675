"""Signing in with a link: looking uses nothing up, and another browser needs the code of the same e-mail."""

import pytest

from services.auth.domain import limits
from services.auth.domain.challenges import MOST_TRIES, Way
from shared.contracts.customer_words import SIGN_IN_WAYS
from shared.kernel.context import Context
from shared.kernel.errors import DomainError, NotFound
from tests.support.refusals import refused
from tests.unit.auth.fakes import World, way_in

ELSEWHERE = "browser-token-of-somebody-else"
BY_LINK_ONLY = frozenset({Way.LINK})


@pytest.fixture
def world() -> World:
    return World()


def sent(world: World) -> tuple[str, str]:
    """The code and the link of the e-mail that Ada asks for."""
    world.ask()
    return world.mailed_codes[-1], world.mailed_links[-1]


def test_the_link_opens_a_session_in_the_browser_that_asked(world: World) -> None:
    _, link = sent(world)

    session = world.press(link)

    assert session["customer"] == "cust-1"
    assert (
        world.open_sessions.get_session(world.context, token=session["token"])["bill_group"] == "bg-of-cust-1"
    )
    (context, happening) = world.sessions.happened[-1]
    assert happening.data["way"] == "link"
    assert str(context.principal) == "customer:cust-1"


@pytest.mark.parametrize("browser", ["browser-token-of-the-one-who-asks", ELSEWHERE, None])
def test_looking_uses_nothing_up(world: World, browser: str | None) -> None:
    _, link = sent(world)
    before = (dict(world.challenges.kept), dict(world.counters.counts))

    for _ in range(20):
        assert world.look(link, browser)["state"] == "open"

    assert (world.challenges.kept, world.counters.counts) == before
    assert world.press(link)


@pytest.mark.parametrize(
    "browser,needs_code",
    [("browser-token-of-the-one-who-asks", False), (ELSEWHERE, True), (None, True)],
)
def test_another_browser_is_told_that_it_needs_the_code(
    world: World, browser: str | None, needs_code: bool
) -> None:
    _, link = sent(world)

    assert world.look(link, browser)["needs_code"] is needs_code


@pytest.mark.parametrize("offered", [frozenset(Way), BY_LINK_ONLY])
@pytest.mark.parametrize("browser", [ELSEWHERE, None])
def test_in_another_browser_link_and_code_together_open_a_session(
    world: World, browser: str | None, offered: frozenset[Way]
) -> None:
    world.customers.offered = offered
    code, link = sent(world)

    for nothing in (None, ""):
        with refused("code_needed"):
            world.press(link, browser, nothing)
    assert world.press(link, browser, code)["customer"] == "cust-1"


def test_a_link_is_good_for_one_use(world: World) -> None:
    code, link = sent(world)
    world.press(link)

    with refused("link_used"):
        world.press(link)
    with refused("link_used"):
        world.press(link, ELSEWHERE, code)
    assert world.look(link)["state"] == "used"
    assert len(world.sessions.kept) == 1


def test_link_and_code_of_one_mail_are_good_for_one_use_together(world: World) -> None:
    challenge = world.ask()
    code, link = world.mailed_codes[-1], world.mailed_links[-1]
    world.press(link)
    with refused("code_used"):
        world.try_code(challenge, code)

    challenge = world.ask()
    code, link = world.mailed_codes[-1], world.mailed_links[-1]
    world.try_code(challenge, code)
    with refused("link_used"):
        world.press(link)


def test_a_link_is_good_for_ten_minutes(world: World) -> None:
    _, link = sent(world)
    world.clock.forward(minutes=10)

    assert world.look(link)["state"] == "expired"
    with refused("link_expired"):
        world.press(link)


def test_a_resend_ends_the_link_before(world: World) -> None:
    challenge = world.ask()
    world.clock.forward(minutes=1)
    world.resend(challenge)
    old, new = world.mailed_links

    for attempt in (world.look, world.press):
        with pytest.raises(NotFound):
            attempt(old)
    assert world.press(new)


def test_an_altered_link_leads_nowhere(world: World) -> None:
    _, link = sent(world)
    end = "aaaa" if not link.endswith("aaaa") else "bbbb"

    for token in (link[:-4] + end, "0" * 32 + link[32:], "", "nothing", link + "a"):
        with pytest.raises(NotFound):
            world.look(token)
        with pytest.raises(NotFound):
            world.press(token, code=world.mailed_codes[-1])


def test_a_link_leads_to_its_own_mail_only(world: World) -> None:
    world.customers.ways["bob@example.com"] = [way_in("cust-2", email="bob@example.com")]
    world.ask()
    world.ask("bob@example.com")
    adas, bobs = world.mailed_links

    with pytest.raises(NotFound):
        world.look(adas[:32] + bobs[32:])


def test_wrong_codes_beside_a_link_count_like_any_other(world: World) -> None:
    code, link = sent(world)
    for _ in range(MOST_TRIES):
        with pytest.raises(DomainError):
            world.press(link, ELSEWHERE, world.wrong_code())

    assert world.counters.of(limits.FAILURES_PER_ACCOUNT) == [MOST_TRIES]
    assert world.counters.of(limits.FAILURES_OVER_ALL) == [MOST_TRIES]
    with refused("too_many_attempts"):
        world.press(link, ELSEWHERE, code)


def test_a_guesser_can_not_keep_the_owner_of_a_link_out(world: World) -> None:
    _, link = sent(world)
    for _ in range(limits.FAILURES_OVER_ALL.most):
        world.counters.take(limits.FAILURES_OVER_ALL, "", world.clock.now())

    assert world.press(link)


def test_where_only_links_are_offered_the_code_alone_opens_nothing(world: World) -> None:
    world.customers.offered = BY_LINK_ONLY
    challenge = world.ask()

    with refused("way_not_offered"):
        world.try_code(challenge, world.mailed_codes[-1])
    assert [happening.data["by_code"] for happening in world.challenges.happened] == [False]


def test_where_only_codes_are_offered_no_link_is_sent(world: World) -> None:
    world.customers.offered = frozenset({Way.CODE})
    challenge = world.ask()

    assert world.mailed_links == []
    assert world.try_code(challenge, world.mailed_codes[-1])


def test_every_way_is_one_that_a_merchant_can_choose() -> None:
    assert {way.value for way in Way} <= set(SIGN_IN_WAYS)


def test_where_neither_is_offered_nothing_is_sent(world: World) -> None:
    world.customers.offered = frozenset()

    with refused("way_not_offered"):
        world.ask()


def test_a_page_knows_what_the_mail_offers(world: World) -> None:
    views = []
    for offered in (frozenset(Way), BY_LINK_ONLY):
        world.customers.offered = offered
        world.context = Context(address="192.0.2.8")
        challenge = world.ask(browser=f"browser-token-for-{len(offered)}-ways")
        view = world.codes.get_challenge(
            challenge=challenge, browser=f"browser-token-for-{len(offered)}-ways"
        )
        views.append(view["ways"])

    assert views == [["code", "link"], ["link"]]


def test_access_that_was_switched_off_meanwhile_is_refused_at_the_door(world: World) -> None:
    _, link = sent(world)
    world.customers.ways["ada@example.com"] = [way_in(is_on=False)]

    with refused("no_access"):
        world.press(link)
    assert not world.sessions.kept


def test_what_is_stored_and_sent_holds_no_link(world: World) -> None:
    _, link = sent(world)

    assert link[33:] not in repr(world.challenges.kept)
    assert link[33:] not in repr(world.challenges.happened)

"""Adding a payment method: begun, finished, followed up; whatever the provider does."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.payments.domain.instruments import Instrument
from services.payments.domain.setups import SetupState
from services.payments.providers.base import (
    Cancelled,
    Failed,
    ProviderAway,
    ProviderNotKnownYet,
    ProviderRefused,
    Succeeded,
)
from services.payments.usecases.adding import AddingUseCases
from services.payments.usecases.offering import Offering
from shared.kernel.context import Context, PrincipalKind, system
from shared.kernel.errors import DomainError, Kind, NotFound
from shared.storage.errors import STORE_AWAY
from tests.unit.payments.examples import GROUP, NOW, card, method, wallet
from tests.unit.payments.fakes import (
    FakeMerchant,
    FakeProvider,
    FakeProviders,
    FakeSetups,
    FakeWallets,
    FixedClock,
    by,
    key,
)

CUSTOMER = by(PrincipalKind.CUSTOMER)
RETURN_URL = "https://portal.test/payment-methods/new"
NOTHING_DONE = {"payment_method": None, "effect": None, "twin": None, "reason": None}


class House:
    """The use cases, with all that they work on in reach."""

    def __init__(self, *, wallets: FakeWallets | None = None) -> None:
        self.setups = FakeSetups()
        self.wallets = wallets or FakeWallets()
        self.provider, self.other = FakeProvider(), FakeProvider()
        self.clock = FixedClock()
        self.merchant, self.providers = FakeMerchant(), FakeProviders()
        offering = Offering(self.merchant, self.providers)
        clients = {"sandbox": self.provider, "other": self.other}
        self.use = AddingUseCases(
            self.setups, self.wallets, clients, offering, self.clock, "https://portal.test"
        )

    def begin(self, key_value: str = "key-0001", replaces: str | None = None) -> dict:
        return self.use.begin(
            CUSTOMER, bill_group=GROUP, return_url=RETURN_URL, replaces=replaces, key=key(key_value)
        )

    def finish(self, setup: str) -> dict:
        return self.use.finish(CUSTOMER, bill_group=GROUP, setup=setup)

    def comes_out(self, setup: str, outcome: object) -> None:
        self.provider.outcomes[f"ss_{setup}"] = outcome

    @property
    def last4s(self) -> list[str]:
        return [kept.instrument.last4 for kept in self.wallets.get(GROUP).shown]


@pytest.fixture
def house() -> House:
    return House()


def test_begin_gives_the_providers_page_and_comes_back_with_the_setup(house: House) -> None:
    begun = house.begin()

    setup = house.setups.kept[begun["setup"]]
    assert begun["url"] == f"https://provider.test/{setup.handle}"
    assert setup.state is SetupState.OPEN
    assert setup.return_url == f"{RETURN_URL}?setup={setup.handle}"


def test_begin_with_the_same_key_gives_the_same_setup(house: House) -> None:
    assert house.begin() == house.begin()
    assert len(house.provider.created) == 1


def test_a_merchants_own_portal_sends_its_customers_back_to_itself(house: House) -> None:
    asked = {"bill_group": GROUP, "return_url": "https://shop.test/cards", "replaces": None, "key": key()}
    house.use.begin(by(PrincipalKind.API_KEY), **asked)
    (setup,) = house.setups.kept.values()
    assert setup.return_url == f"https://shop.test/cards?setup={setup.handle}"
    with pytest.raises(DomainError, match="invalid_return_url"):
        house.use.begin(
            by(PrincipalKind.API_KEY), **{**asked, "return_url": "/cards", "key": key("key-0002")}
        )


@pytest.mark.parametrize("url", ["https://evil.test/", "https://portal.test.evil.test/", "/relative"])
def test_begin_refuses_to_come_back_elsewhere(house: House, url: str) -> None:
    with pytest.raises(DomainError, match="invalid_return_url"):
        house.use.begin(CUSTOMER, bill_group=GROUP, return_url=url, replaces=None, key=key())

    assert not house.setups.kept


def test_begin_refuses_to_replace_what_is_not_there(house: House) -> None:
    with pytest.raises(NotFound):
        house.begin(replaces="pm-of-others")


def test_begin_refuses_strangers(house: House) -> None:
    with pytest.raises(DomainError, match="not_allowed"):
        house.use.begin(
            by(PrincipalKind.ANONYMOUS), bill_group=GROUP, return_url=RETURN_URL, replaces=None, key=key()
        )


def test_provider_that_does_not_answer_leaves_an_unknown_outcome_which_asking_again_resolves(
    house: House,
) -> None:
    house.provider.fails = ProviderNotKnownYet()
    with pytest.raises(ProviderNotKnownYet):
        house.begin()
    (setup,) = house.setups.kept.values()
    assert setup.state is SetupState.UNKNOWN

    begun = house.begin()

    assert begun["setup"] == setup.handle
    assert len(house.provider.created) == 1


def test_provider_that_is_away_leaves_the_setup_to_be_asked_for_again(house: House) -> None:
    house.provider.fails = ProviderAway()
    with pytest.raises(ProviderAway):
        house.begin()

    assert house.begin()["url"]
    assert len(house.setups.kept) == 1


def test_provider_that_refuses_ends_the_setup(house: House) -> None:
    house.provider.fails = ProviderRefused("foreign_return_url")
    for _ in range(2):
        with pytest.raises(ProviderRefused) as refused:
            house.begin()
        assert refused.value.params == {"reason": "foreign_return_url"}

    (setup,) = house.setups.kept.values()
    assert (setup.state, setup.reason) == (SetupState.FAILED, "foreign_return_url")


def test_finish_adds_the_method_exactly_once(house: House) -> None:
    setup = house.begin()["setup"]
    house.comes_out(setup, Succeeded(card("1881")))

    answers = [house.finish(setup) for _ in range(3)]

    assert house.last4s == ["1881"]
    assert [answer["state"] for answer in answers] == ["added"] * 3
    assert answers[0] == answers[2]
    assert answers[0]["payment_method"]["default"] is True
    assert house.wallets.happened == ["payment_method_added", "default_payment_method_changed"]


def test_finish_after_a_crash_between_wallet_and_setup_adds_nothing_more(house: House) -> None:
    setup = house.begin()["setup"]
    house.comes_out(setup, Succeeded(card("1881")))
    before = house.setups.kept[setup]
    house.finish(setup)
    house.setups.kept[setup] = before

    assert house.finish(setup)["state"] == "added"
    assert house.last4s == ["1881"]


def test_finish_while_the_customer_is_not_done(house: House) -> None:
    setup = house.begin()["setup"]

    assert house.finish(setup) == NOTHING_DONE | {"state": "pending"}
    house.comes_out(setup, Succeeded(card()))
    assert house.finish(setup)["state"] == "added"


@pytest.mark.parametrize(
    "outcome, state, reason",
    [(Cancelled(), "cancelled", None), (Failed("card_declined"), "failed", "card_declined")],
)
def test_finish_without_a_method(house: House, outcome: object, state: str, reason: str | None) -> None:
    setup = house.begin()["setup"]
    house.comes_out(setup, outcome)

    answers = [house.finish(setup) for _ in range(2)]

    assert answers == [NOTHING_DONE | {"state": state, "reason": reason}] * 2
    assert house.last4s == []
    assert [one.type for one in house.setups.happenings] == [f"payment_method_setup_{state}"]


@pytest.mark.parametrize("error", [ProviderAway(), ProviderNotKnownYet(), ProviderRefused("invalid_request")])
def test_provider_that_does_not_tell_of_a_setup_does_not_end_it(house: House, error: DomainError) -> None:
    setup = house.begin()["setup"]
    house.comes_out(setup, Succeeded(card("1881")))
    house.provider.fails = error
    with pytest.raises(type(error)):
        house.finish(setup)

    assert house.setups.kept[setup].state is SetupState.OPEN
    assert house.finish(setup)["state"] == "added"


def test_finish_of_another_bill_groups_setup_is_not_found(house: House) -> None:
    setup = house.begin()["setup"]
    house.comes_out(setup, Succeeded(card()))

    with pytest.raises(NotFound):
        house.use.finish(CUSTOMER, bill_group="bg-0002", setup=setup)


def test_update_keeps_the_handle() -> None:
    house = House(wallets=FakeWallets(wallet(method("pm-7"), default="pm-7")))
    setup = house.begin(replaces="pm-7")["setup"]
    house.comes_out(setup, Succeeded(card("1881")))

    assert house.finish(setup)["payment_method"]["payment_method"] == "pm-7"
    assert house.last4s == ["1881"]


def test_follow_up_adds_what_nobody_came_back_for(house: House) -> None:
    setup = house.begin()["setup"]
    house.comes_out(setup, Succeeded(card("1881")))
    house.use.follow_up()
    assert house.last4s == []

    house.clock.moment = NOW + timedelta(seconds=31)
    house.use.follow_up()

    assert house.last4s == ["1881"]
    assert house.setups.kept[setup].ask_at is None


def test_what_comes_of_it_is_told_of_whoever_began_it(house: House) -> None:
    setup = house.begin()["setup"]
    house.comes_out(setup, Succeeded(card("1881")))
    told_by = Context(principal=system("sandbox"), address="192.0.2.7", request_id="r-1")

    assert house.use.told_of(told_by, "sandbox", setup).state is SetupState.ADDED
    assert house.use.told_of(told_by, "sandbox", setup).state is SetupState.ADDED

    assert house.wallets.happened == ["payment_method_added", "default_payment_method_changed"]
    assert {context.principal for context in house.wallets.contexts} == {CUSTOMER.principal}
    assert {(context.address, context.request_id) for context in house.wallets.contexts} == {("", "r-1")}


def test_of_a_setup_of_before_nobody_knows_who_began_it(house: House) -> None:
    setup = house.begin()["setup"]
    house.setups.kept[setup] = replace(house.setups.kept[setup], begun_by=None)
    house.comes_out(setup, Succeeded(card("1881")))

    house.clock.moment = NOW + timedelta(seconds=31)
    house.use.follow_up()

    assert {context.principal for context in house.wallets.contexts} == {system("payments")}


def test_nothing_comes_of_a_setup_that_is_not_known(house: House) -> None:
    with pytest.raises(NotFound):
        house.use.told_of(CUSTOMER, "sandbox", "setup-other")
    setup = house.begin()["setup"]
    with pytest.raises(NotFound):
        house.use.told_of(CUSTOMER, "other", setup)


def test_follow_up_resolves_an_unknown_outcome(house: House) -> None:
    house.provider.fails = ProviderNotKnownYet()
    with pytest.raises(ProviderNotKnownYet):
        house.begin()

    house.clock.moment = NOW + timedelta(seconds=31)
    house.use.follow_up()

    (setup,) = house.setups.kept.values()
    assert setup.state is SetupState.OPEN
    assert len(house.provider.created) == 1


def test_follow_up_goes_on_after_a_provider_error_and_waits_before_it_asks_again(house: House) -> None:
    first, second = house.begin("key-0001")["setup"], house.begin("key-0002")["setup"]
    house.comes_out(second, Succeeded(card("1881")))
    house.provider.fails = ProviderAway()

    house.clock.moment = NOW + timedelta(seconds=31)
    house.use.follow_up()
    house.use.follow_up()

    assert house.last4s == ["1881"]
    assert house.provider.asked == 2
    assert house.setups.kept[first].ask_at == NOW + timedelta(seconds=62)


@pytest.mark.parametrize(
    "error", [KeyError("Jane Doe"), ProviderRefused("invalid_request"), DomainError("busy", Kind.RETRY)]
)
def test_follow_up_puts_off_a_setup_that_fails_and_goes_on_with_the_others(
    house: House, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = house.begin("key-0001")["setup"], house.begin("key-0002")["setup"]
    house.comes_out(second, Succeeded(card("1881")))
    house.provider.fails = error

    house.clock.moment = NOW + timedelta(seconds=31)
    house.use.follow_up()

    assert house.last4s == ["1881"]
    assert house.setups.kept[first].ask_at == NOW + timedelta(seconds=62)
    expected = isinstance(error, ProviderRefused)
    assert caplog.messages == ([] if expected else [f"setup {first} is put off: {type(error).__name__}"])


def test_follow_up_leaves_all_as_it_is_while_the_store_is_away(house: House) -> None:
    setup = house.begin()["setup"]
    house.provider.fails = STORE_AWAY[0]("away")

    house.clock.moment = NOW + timedelta(seconds=31)
    with pytest.raises(STORE_AWAY):
        house.use.follow_up()
    assert house.setups.kept[setup].ask_at == NOW + timedelta(seconds=30)


def marked(last4: str, fingerprint: str) -> Instrument:
    return replace(card(last4), fingerprint=fingerprint)


def kept(*fingerprints: str) -> FakeWallets:
    """Methods pm-1, pm-2 … with these fingerprints."""
    methods = [
        replace(method(f"pm-{place}"), instrument=marked("4242", fingerprint))
        for place, fingerprint in enumerate(fingerprints, start=1)
    ]
    return FakeWallets(wallet(*methods, default="pm-1"))


@pytest.mark.parametrize(
    "there, entered, replaces, effect, touched, twin",
    [
        (("one",), "two", None, "added", None, None),
        (("one",), "one", None, "known", "pm-1", None),
        (("", ""), "", None, "added", None, None),
        (("one", "two"), "three", "pm-2", "updated", "pm-2", None),
        (("one", "two"), "two", "pm-2", "updated", "pm-2", None),
        (("one", "two"), "one", "pm-2", "updated", "pm-2", "pm-1"),
    ],
)
def test_a_card_that_is_there_already_is_recognised(
    there: tuple[str, ...],
    entered: str,
    replaces: str | None,
    effect: str,
    touched: str | None,
    twin: str | None,
) -> None:
    house = House(wallets=kept(*there))
    setup = house.begin(replaces=replaces)["setup"]
    house.comes_out(setup, Succeeded(marked("9999", entered)))

    done = house.finish(setup)

    assert (done["effect"], done["twin"]) == (effect, twin)
    assert done["payment_method"]["last4"] == "9999"
    assert touched in (None, done["payment_method"]["payment_method"])
    assert len(house.last4s) == len(there) + (effect == "added")
    assert house.finish(setup) == done


def test_a_customer_who_waits_is_answered_soon(house: House) -> None:
    setup = house.begin()["setup"]
    house.clock.moment = NOW + timedelta(minutes=10)
    house.provider.fails = ProviderNotKnownYet()
    with pytest.raises(ProviderNotKnownYet):
        house.finish(setup)
    house.clock.moment += timedelta(seconds=3)
    house.finish(setup)

    assert house.setups.kept[setup].ask_at == NOW + timedelta(minutes=10, seconds=10)
    house.clock.moment = NOW + timedelta(minutes=10, seconds=10)
    house.comes_out(setup, Succeeded(card()))
    house.use.follow_up()
    assert house.last4s == ["4242"]


def test_nothing_is_begun_where_customers_may_not_or_there_is_no_provider(house: House) -> None:
    begun = house.begin("key-0001")
    house.merchant.off.add("customers_add_methods")
    with pytest.raises(DomainError, match="switched_off"):
        house.begin("key-0002")
    with pytest.raises(DomainError, match="switched_off"):
        house.begin("key-0003", replaces="pm-1")
    house.merchant.off.clear()
    house.providers.now = None
    with pytest.raises(DomainError, match="no_provider"):
        house.begin("key-0004")
    # What was begun before is seen through.
    house.comes_out(begun["setup"], Succeeded(card()))
    assert house.finish(begun["setup"])["state"] == "added"


@pytest.mark.parametrize("offered_later", ["other", None])
def test_a_setup_is_finished_where_it_began_whatever_is_offered_later(
    house: House, offered_later: str | None
) -> None:
    house.provider.fails = ProviderNotKnownYet()
    with pytest.raises(ProviderNotKnownYet):
        house.begin()
    (setup,) = house.setups.kept.values()
    house.comes_out(setup.handle, Succeeded(card("1881")))
    house.providers.now = offered_later

    assert house.finish(setup.handle)["state"] == "added"
    assert (house.provider.asked, house.other.created, house.other.asked) == (1, {}, 0)


def test_a_setup_begins_at_the_provider_that_is_offered(house: House) -> None:
    house.providers.now = "other"
    begun = house.begin()
    assert house.setups.kept[begun["setup"]].provider == "other"
    assert (list(house.other.created), house.provider.created) == ([begun["setup"]], {})


def test_a_setup_at_a_provider_that_is_known_no_more_waits(house: House) -> None:
    setup = house.begin()["setup"]
    house.setups.kept[setup] = replace(house.setups.kept[setup], provider="gone")
    with pytest.raises(ProviderAway):
        house.finish(setup)
    house.clock.moment = NOW + timedelta(seconds=31)
    house.use.follow_up()
    kept = house.setups.kept[setup]
    assert (kept.state, kept.ask_at) == (SetupState.OPEN, NOW + timedelta(seconds=62))

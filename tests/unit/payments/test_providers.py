"""How providers are set up: their keys go in sealed, are used, and are not shown again."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest

from services.payments.domain.providers import Contact, Provider
from services.payments.domain.webhooks import Received, Refused
from services.payments.providers.base import ProviderAway, ProviderNotKnownYet, ProviderRefused
from services.payments.providers.configured import ConfiguredProvider
from services.payments.providers.sandbox_webhooks import SandboxWebhooks
from services.payments.usecases.providers import Available, ProviderDesk
from shared.contracts.payments import contract
from shared.kernel.context import Context, PrincipalKind
from shared.kernel.errors import DomainError, NotFound
from shared.kernel.happening import Happening, IdempotencyKey
from shared.webhooks import Secret
from tests.unit.payments.examples import NOW
from tests.unit.payments.fakes import FakeProvider, FakeTallies, FixedClock, by, key

STAFF = by(PrincipalKind.STAFF)
SECRET = "sk_live_abcdefghijkl1234"
URL = "https://portal.test/webhooks/sandbox"


class FakeProviders:
    def __init__(self) -> None:
        self.kept: dict[str, Provider] = {}
        self.told: list[Happening] = []
        self.contacts: list[Contact] = []

    def get(self, handle: str) -> Provider:
        return self.kept.get(handle, Provider(handle))

    def change(
        self,
        context: Context,
        handle: str,
        decide: Callable[[Provider], tuple[Provider, list[Happening]]],
        answer: Callable[[Provider], dict[str, Any]],
        key: IdempotencyKey,
    ) -> dict[str, Any]:
        self.kept[handle], told = decide(self.get(handle))
        self.told += told
        return answer(self.kept[handle])

    def contact(self, handle: str) -> Contact | None:
        return self.contacts[-1] if self.contacts else None

    def note_contact(self, handle: str, contact: Contact) -> None:
        self.contacts.append(contact)


class House:
    def __init__(self, environment: str = "", secret: bytes = b"s" * 32, webhook_secret: str = "") -> None:
        self.providers = FakeProviders()
        self.tallies = FakeTallies()
        self.webhook_secret = webhook_secret
        self.clock = FixedClock()
        self.environment = environment
        self.desk = self.opened_with(secret)

    def opened_with(self, secret: bytes) -> ProviderDesk:
        available = Available(self.environment, self.webhook_secret, URL, SandboxWebhooks())
        return ProviderDesk(self.providers, {"sandbox": available}, self.tallies, secret, self.clock)

    def set_key(self, provider_key: str = SECRET, context: Context = STAFF) -> Any:
        return self.desk.set_provider_key(context, provider="sandbox", provider_key=provider_key, key=key())

    def set_webhook_secret(self, webhook_secret: str, context: Context = STAFF) -> Any:
        return self.desk.set_webhook_secret(
            context, provider="sandbox", webhook_secret=webhook_secret, key=key()
        )

    def switch(self, on: bool, context: Context = STAFF) -> Any:
        return self.desk.switch_provider(context, provider="sandbox", on=on, key=key())

    @property
    def shown(self) -> Any:
        [shown] = self.desk.list_providers(STAFF)["items"]
        assert contract.methods["list_providers"].reply().dump({"items": [shown]})["items"][0]["provider"]
        return shown


def test_the_environments_key_is_used_until_another_is_set() -> None:
    house = House("sandbox-key-of-the-environment")
    assert house.shown["key"] == {"source": "environment", "ending": "ment", "since": None}
    assert (house.shown["offered"], house.desk.key_of("sandbox")) == (True, house.environment)
    house.set_key()
    assert house.shown["key"] == {"source": "stored", "ending": "1234", "since": NOW}
    assert house.desk.key_of("sandbox") == SECRET
    house.desk.remove_provider_key(STAFF, provider="sandbox", key=key())
    assert house.desk.key_of("sandbox") == house.environment
    with pytest.raises(DomainError, match="no_provider_key"):
        house.desk.remove_provider_key(STAFF, provider="sandbox", key=key())


def test_a_key_is_kept_sealed_and_told_by_its_end_only() -> None:
    house = House()
    answer = house.set_key()
    for kept in (answer, house.shown, house.providers.kept, house.providers.told):
        assert SECRET not in repr(kept)
        assert "abcdef" not in repr(kept)
    [told] = house.providers.told
    assert contract.events[told.type].data().validate(told.data) == {}
    assert told.data == {"provider": "sandbox", "changed": "key", "on": True, "key_ending": "1234"}


def test_a_short_key_is_not_told_at_all() -> None:
    assert House().set_key("12345678")["key"]["ending"] == ""


def test_a_store_without_its_secret_opens_no_provider() -> None:
    house = House()
    house.set_key()
    house.desk = house.opened_with(b"another secret of as many bytes!")
    assert house.desk.key_of("sandbox") == ""
    assert (house.desk.offered(), house.shown["offered"]) == (None, False)


def test_a_provider_is_offered_when_it_is_on_and_has_a_key() -> None:
    house = House()
    assert house.desk.offered() is None
    house.set_key()
    assert house.desk.offered() == "sandbox"
    assert house.switch(False)["on"] is False
    assert house.desk.offered() is None
    assert house.switch(True)["offered"] is True
    house.switch(True)
    assert [each.data["changed"] for each in house.providers.told] == ["key", "on", "on"]


def test_only_the_merchants_side_and_only_known_providers() -> None:
    house = House()
    for kind in (PrincipalKind.ANONYMOUS, PrincipalKind.CUSTOMER):
        for call in (
            lambda kind=kind: house.set_key(context=by(kind)),
            lambda kind=kind: house.switch(False, by(kind)),
            lambda kind=kind: house.desk.list_providers(by(kind)),
            lambda kind=kind: house.desk.remove_provider_key(by(kind), provider="sandbox", key=key()),
            lambda kind=kind: house.set_webhook_secret(Secret.new(), by(kind)),
            lambda kind=kind: house.desk.remove_webhook_secret(by(kind), provider="sandbox", key=key()),
        ):
            with pytest.raises(DomainError, match="not_allowed"):
                call()
    with pytest.raises(NotFound):
        house.desk.switch_provider(STAFF, provider="other", on=True, key=key())
    with pytest.raises(NotFound):
        house.desk.set_provider_key(STAFF, provider="other", provider_key=SECRET, key=key())
    with pytest.raises(NotFound):
        house.desk.set_webhook_secret(STAFF, provider="other", webhook_secret=Secret.new(), key=key())
    with pytest.raises(NotFound):
        house.desk.webhook_secret_of("other")


@pytest.mark.parametrize(
    "error, problem",
    [
        (None, ""),
        (ProviderAway(), "provider_away"),
        (ProviderNotKnownYet(), "provider_not_known_yet"),
        (ProviderRefused("card_declined"), ""),
    ],
)
def test_what_came_of_asking_is_noted(error: Exception | None, problem: str) -> None:
    house = House("a-key-of-the-environment")
    provider = FakeProvider()
    provider.fails = error
    asked = ConfiguredProvider("sandbox", house.desk, lambda _: provider)
    with pytest.raises(type(error)) if error else nullcontext():
        asked.create_setup(reference="setup-1", return_url="https://x.test", language="en", key="setup-1")
    assert house.shown["last_contact"] == {"at": NOW, "ok": not problem, "problem": problem}


def test_contacts_are_noted_when_they_tell_something_new() -> None:
    house = House("a-key-of-the-environment")
    for seconds, problem in ((0, ""), (1, ""), (2, "provider_away"), (3, ""), (9, ""), (14, "")):
        house.clock.moment = NOW + timedelta(seconds=seconds)
        house.desk.note_contact("sandbox", problem)
    assert [(each.at - NOW).seconds for each in house.providers.contacts] == [0, 2, 3, 14]


def test_the_present_key_is_used() -> None:
    house = House()
    made = []

    def make(provider_key: str) -> FakeProvider:
        made.append(provider_key)
        return FakeProvider()

    asked = ConfiguredProvider("sandbox", house.desk, make)
    setup = {"return_url": "https://x.test", "language": "en"}
    with pytest.raises(ProviderAway):
        asked.create_setup(reference="setup-1", key="setup-1", **setup)
    for provider_key in (SECRET, SECRET, "another-key-of-theirs"):
        house.set_key(provider_key)
        asked.create_setup(reference="setup-1", key="setup-1", **setup)
    assert made == [SECRET, "another-key-of-theirs"]


def test_the_environments_webhook_secret_holds_until_another_is_set() -> None:
    of_environment, own = Secret.new(), Secret.new()
    house = House(webhook_secret=of_environment)
    assert house.shown["webhooks"]["secret"]["source"] == "environment"
    assert house.desk.webhook_secret_of("sandbox") == of_environment
    answer = house.set_webhook_secret(own)
    assert answer["webhooks"]["secret"] == {"source": "stored", "ending": own[-4:], "since": NOW}
    assert house.desk.webhook_secret_of("sandbox") == own
    for kept in (answer, house.providers.kept, house.providers.told):
        assert own[6:-4] not in repr(kept)
    [told] = house.providers.told
    assert contract.events[told.type].data().validate(told.data) == {}
    assert (told.data["changed"], own[-4:] in repr(told)) == ("webhook_secret", False)

    house.desk.remove_webhook_secret(STAFF, provider="sandbox", key=key())
    assert house.desk.webhook_secret_of("sandbox") == of_environment
    with pytest.raises(DomainError, match="no_webhook_secret"):
        house.desk.remove_webhook_secret(STAFF, provider="sandbox", key=key())


def test_what_can_be_no_secret_of_this_provider_is_refused() -> None:
    house = House()
    with pytest.raises(DomainError, match="invalid_webhook_secret"):
        house.set_webhook_secret("sk_live_abcdefghijkl1234")
    assert (house.shown["webhooks"]["secret"], house.desk.webhook_secret_of("sandbox")) == (None, "")


def test_the_state_of_the_webhooks_is_shown() -> None:
    house = House()
    none_yet = {"received": 0, "unrelated": 0, "refused": 0}
    assert house.shown["webhooks"] == {
        "url": URL,
        "secret": None,
        "last_received": None,
        "last_refused": None,
        "last_day": none_yet,
    }
    house.tallies.note_received("sandbox", Received(NOW, "method.updated"), known=True)
    house.tallies.note_received("sandbox", Received(NOW, "balance.changed"), known=False)
    house.tallies.note_refused("sandbox", Refused(NOW, "too_old"))
    shown = house.shown["webhooks"]
    assert shown["last_received"] == {"at": NOW, "type": "balance.changed"}
    assert shown["last_refused"] == {"at": NOW, "reason": "too_old"}
    assert shown["last_day"] == {"received": 2, "unrelated": 1, "refused": 1}

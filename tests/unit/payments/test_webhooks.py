"""Webhooks of a provider: which are believed, and what follows from them, once."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from services.payments.domain.instruments import Expiry
from services.payments.domain.wallet import Status
from services.payments.providers.base import Failed, ProviderAway, ProviderMethod, Succeeded
from services.payments.providers.sandbox_webhooks import SandboxWebhooks
from services.payments.usecases.webhooks import WebhookUseCases
from shared.contracts.payment_providers import WEBHOOK_HEADERS, WEBHOOK_REFUSALS
from shared.kernel.context import Context, PrincipalKind, system
from shared.kernel.errors import DomainError, NotFound
from shared.webhooks import HEADERS, Secret
from tests.unit.payments.examples import GROUP, NOW, card
from tests.unit.payments.fakes import FakeTallies
from tests.unit.payments.test_adding import House as Adding

STRANGER = Context(address="192.0.2.7", request_id="r-1")
RENEWED = replace(card(), expiry=Expiry(2034, 1))
SECRET = Secret.new()


class House(Adding):
    """The use cases, and a customer who has begun to add a card."""

    def __init__(self, secret: str = SECRET) -> None:
        super().__init__()
        self.secret, self.tallies = secret, FakeTallies()
        self.webhooks = WebhookUseCases(
            {"sandbox": SandboxWebhooks()},
            {"sandbox": self.provider},
            self,
            self.use,
            self.wallets,
            self.tallies,
            self.clock,
        )
        self.setup = self.begin()["setup"]

    def webhook_secret_of(self, provider: str) -> str:
        if provider != "sandbox":
            raise NotFound
        return self.secret

    def add(self) -> None:
        """The customer enters the card, and comes back."""
        self.comes_out(self.setup, Succeeded(card()))
        self.provider.methods["sm_4242"] = ProviderMethod(card(), ended=False)
        self.finish(self.setup)

    def becomes(self, instrument: Any = RENEWED, *, ended: bool = False) -> None:
        """What the provider knows of the card from now on."""
        self.provider.methods["sm_4242"] = ProviderMethod(instrument, ended=ended)

    def take(self, headers: Mapping[str, str], body: bytes, provider: str = "sandbox") -> bool:
        encoded = base64.b64encode(body).decode()
        answer = self.webhooks.take(STRANGER, provider=provider, headers=headers, body=encoded)
        return bool(answer["known"])

    def tell(self, type_: str, event: str = "evt_1", **data: str) -> bool:
        told = {"reference": self.setup, "id": "sm_4242"} | data
        body = json.dumps({"type": type_, "timestamp": NOW.isoformat(), "data": told}).encode()
        return self.take(Secret.read(SECRET).sign(event, body, self.clock.now()), body)

    def refusal(self, headers: Mapping[str, str], body: bytes) -> str:
        with pytest.raises(DomainError, match="webhook_refused") as refused:
            self.take(headers, body)
        last = self.tallies.kept.last_refused
        assert last is not None
        assert last.reason == refused.value.params["reason"]
        assert last.reason in WEBHOOK_REFUSALS
        return last.reason

    @property
    def card(self) -> Any:
        [kept] = self.wallets.get(GROUP).shown
        return kept


@pytest.fixture
def house() -> House:
    return House()


# Setups.


def test_a_setup_is_finished_though_no_browser_came_back(house: House) -> None:
    house.comes_out(house.setup, Succeeded(card()))
    for _ in range(3):
        assert house.tell("setup.succeeded")
    assert house.card.instrument == card()
    assert house.wallets.happened == ["payment_method_added", "default_payment_method_changed"]
    assert {context.principal.kind for context in house.wallets.contexts} == {PrincipalKind.CUSTOMER}
    assert house.finish(house.setup)["state"] == "added"


@pytest.mark.parametrize("type_", ["setup.failed", "setup.cancelled", "setup.succeeded"])
def test_of_a_setup_it_is_the_provider_who_says_what_became_of_it(house: House, type_: str) -> None:
    house.comes_out(house.setup, Failed("expired"))
    assert house.tell(type_)
    assert house.finish(house.setup)["state"] == "failed"


def test_a_setup_that_is_open_at_the_provider_stays_open(house: House) -> None:
    assert house.tell("setup.succeeded")
    assert house.finish(house.setup)["state"] == "pending"


# Methods.


def test_a_renewed_card_is_followed_in_the_name_of_the_provider(house: House) -> None:
    house.add()
    house.becomes()
    assert house.tell("method.updated")
    assert house.card.instrument == RENEWED
    assert house.wallets.happened[2:] == ["payment_method_updated"]
    told_by = house.wallets.contexts[-1]
    assert (told_by.principal, told_by.address) == (system("sandbox"), "192.0.2.7")


def test_a_revoked_method_is_inactivated(house: House) -> None:
    house.add()
    house.becomes(card(), ended=True)
    assert house.tell("method.revoked")
    assert house.card.status is Status.INACTIVATED
    assert house.wallets.happened[2:] == ["payment_method_inactivated"]


@pytest.mark.parametrize("order", list(permutations(("setup.succeeded", "method.updated", "method.revoked"))))
def test_in_every_order_and_three_times_each_has_its_effect_once(
    house: House, order: tuple[str, ...]
) -> None:
    house.comes_out(house.setup, Succeeded(card()))
    house.becomes(ended=True)
    for type_ in order * 3:
        assert house.tell(type_, event=f"evt_{type_.replace('.', '_')}")
    assert (house.card.instrument, house.card.status) == (RENEWED, Status.INACTIVATED)
    assert sorted(house.wallets.happened) == [
        "default_payment_method_changed",
        "payment_method_added",
        "payment_method_inactivated",
        "payment_method_updated",
    ]
    assert house.tallies.kept.received == 9


def test_an_older_answer_does_not_overwrite_a_newer_one(house: House) -> None:
    house.add()
    house.becomes(replace(card(), expiry=Expiry(2030, 1)))

    def newer() -> None:
        house.becomes()
        assert house.tell("method.updated", "evt_2")

    house.provider.meanwhile = newer
    assert house.tell("method.updated", "evt_1")
    assert house.card.instrument == RENEWED
    assert house.wallets.happened[2:] == ["payment_method_updated"]


def test_gives_up_where_others_are_quicker_each_time(house: House) -> None:
    house.add()

    def busy() -> None:
        house.wallets.versions[GROUP] += 1
        house.provider.meanwhile = busy

    house.provider.meanwhile = busy
    with pytest.raises(DomainError, match="busy"):
        house.tell("method.updated")
    assert house.tallies.kept.received == 0


def test_while_the_provider_is_away_it_is_to_be_sent_again(house: House) -> None:
    house.add()
    house.becomes()
    house.provider.fails = ProviderAway()
    with pytest.raises(ProviderAway):
        house.tell("method.updated")
    assert house.card.instrument == card()
    assert house.tell("method.updated")
    assert house.card.instrument == RENEWED


# What has to do with nothing here.


@pytest.mark.parametrize(
    "type_, data",
    [
        ("balance.changed", {}),
        ("method.sparkled", {}),
        ("setup.succeeded", {"reference": "setup-other"}),
        ("method.updated", {"reference": "setup-other"}),
        ("method.updated", {"id": "sm_other"}),
    ],
)
def test_is_acknowledged_and_counted(house: House, type_: str, data: dict[str, str]) -> None:
    house.add()
    happened = len(house.wallets.happenings)
    assert not house.tell(type_, **data)
    assert (house.tallies.kept.received, house.tallies.kept.unrelated) == (1, 1)
    assert len(house.wallets.happenings) == happened


def test_a_method_of_a_setup_of_which_nothing_came(house: House) -> None:
    house.comes_out(house.setup, Failed("expired"))
    assert not house.tell("method.updated")


# What is not believed.


def test_age_is_reckoned_by_real_time(house: House) -> None:
    house.add()
    house.becomes()
    body = json.dumps(
        {"type": "method.updated", "data": {"reference": house.setup, "id": "sm_4242"}}
    ).encode()
    headers = Secret.read(SECRET).sign("evt_1", body, NOW)
    for seconds, reason in ((301, "too_old"), (-301, "too_early")):
        house.clock.moment = NOW + timedelta(seconds=seconds)
        assert house.refusal(headers, body) == reason
    assert (house.card.instrument, house.tallies.kept.refused) == (card(), 2)
    for seconds in (300, -300):
        house.clock.moment = NOW + timedelta(seconds=seconds)
        assert house.take(headers, body)
    assert house.card.instrument == RENEWED


def test_what_was_forged_or_altered_has_no_effect(house: House) -> None:
    house.add()
    house.becomes()
    body = json.dumps(
        {"type": "method.updated", "data": {"reference": house.setup, "id": "sm_4242"}}
    ).encode()
    assert house.refusal(Secret.read(Secret.new()).sign("evt_1", body, NOW), body) == "wrong_signature"
    headers = Secret.read(SECRET).sign("evt_1", body, NOW)
    assert house.refusal(headers, body + b" ") == "wrong_signature"
    assert house.refusal({}, body) == "malformed"
    assert (house.card.instrument, house.provider.asked, house.tallies.kept.received) == (card(), 1, 0)


def test_without_a_secret_nothing_is_believed() -> None:
    house = House(secret="")
    assert house.refusal(Secret.read(SECRET).sign("evt_1", b"{}", NOW), b"{}") == "no_secret"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'{"type": "setup.failed"}',
        b'{"type": 7, "data": {}}',
        b'{"type": "a b", "data": {}}',
        b'{"type": "setup.failed", "data": []}',
        b'{"type": "setup.failed", "data": {"reference": {"$ne": ""}}}',
        b'{"type": "method.updated", "data": {"reference": "setup-1", "id": "../setups"}}',
        b"[" * 20_000,
    ],
)
def test_what_is_signed_and_yet_makes_no_sense(house: House, body: bytes) -> None:
    assert house.refusal(Secret.read(SECRET).sign("evt_1", body, NOW), body) == "unreadable"


def test_what_is_no_base64_was_sent_by_no_gateway(house: House) -> None:
    with pytest.raises(DomainError, match="webhook_refused"):
        house.webhooks.take(STRANGER, provider="sandbox", headers={}, body="é")


def test_a_provider_that_does_not_exist(house: House) -> None:
    with pytest.raises(NotFound):
        house.take({}, b"", provider="other")
    assert house.tallies.kept.refused == 0


def test_the_gateway_passes_on_what_the_sandbox_signs_with() -> None:
    assert WEBHOOK_HEADERS == {"sandbox": HEADERS}

"""Aggregates and their outbox on the real store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from shared.kernel.clock import utc_now
from shared.kernel.context import Context
from shared.kernel.errors import DomainError, NotFound, Stale
from shared.kernel.happening import Happening, IdempotencyKey
from shared.kernel.ids import new_brief_key
from shared.storage import Aggregates, AlreadyExists, Index, Outcome, Store, connect
from shared.storage.answers import MOST_KEPT
from tests.support.fixtures import SharedStore
from tests.support.ledger.accounts import Account, from_document, to_document, view
from tests.support.ledger.contract import contract

CONTEXT = Context()


@pytest.fixture
def database(store: SharedStore, database_prefix: str) -> Iterator[Any]:
    with connect(store.uri) as client:
        yield client[f"{database_prefix}ledger"]


@pytest.fixture
def service(database: Any) -> Store:
    return Store(database, contract)


@pytest.fixture
def accounts(service: Store) -> Aggregates[Account]:
    return service.aggregates(
        "accounts", to_document, from_document, indexes=[Index(("account", 1), unique=True)]
    )


def key(value: str, body: str = "b") -> IdempotencyKey:
    return IdempotencyKey(value, body, "deposit")


def add(accounts: Aggregates[Account], handle: str = "acc-1", **options: Any) -> Any:
    new = Account(handle, "bg-1", 0)
    return accounts.add(new, handle=handle, bill_group="bg-1", context=CONTEXT, result=view(new), **options)


def deposit(accounts: Aggregates[Account], amount: int = 1, bill_group: str = "bg-1", **options: Any) -> Any:
    def decide(old: Account) -> Outcome[Account]:
        new = replace(old, balance=old.balance + amount)
        happening = Happening("deposited", "acc-1", "bg-1", {"amount": amount, "poison": ""})
        return Outcome(new, [happening], view(new))

    return accounts.change("acc-1", bill_group=bill_group, context=CONTEXT, decide=decide, **options)


def balance(accounts: Aggregates[Account]) -> int:
    return accounts.get("acc-1", bill_group="bg-1").value.balance


def test_what_is_added_is_there_for_its_bill_group_only(accounts):
    add(accounts)
    assert accounts.get("acc-1", bill_group="bg-1").version == 1
    for asked in (
        lambda: accounts.get("acc-1", bill_group="bg-2"),
        lambda: accounts.get("acc-2", bill_group="bg-1"),
        lambda: deposit(accounts, bill_group="bg-2"),
    ):
        with pytest.raises(NotFound):
            asked()


def test_a_handle_is_taken_once(accounts):
    add(accounts)
    with pytest.raises(AlreadyExists):
        add(accounts)


def test_a_creation_with_a_key_is_answered_again(accounts):
    first = add(accounts, key=key("k1"))
    assert add(accounts, key=key("k1")) == first
    assert add(accounts, handle="acc-2", key=key("k1")) == first
    with pytest.raises(DomainError, match="key_used_for_something_else"):
        add(accounts, key=key("k1", body="another"))


def test_a_key_whose_answer_is_no_longer_kept_makes_nothing_new(accounts):
    add(accounts, key=key("k1"))
    accounts.collection.update_one({"_id": "acc-1"}, {"$set": {"answers": []}})
    with pytest.raises(DomainError, match="key_used_for_something_else"):
        add(accounts, handle="acc-2", key=key("k1"))


def test_a_change_moves_the_version_and_leaves_its_event(accounts, service):
    add(accounts)
    deposit(accounts, 5)
    assert accounts.get("acc-1", bill_group="bg-1").version == 2
    (outbox,) = service.outboxes
    (waiting,) = outbox.claim(10)
    (envelope,) = waiting.envelopes
    assert (envelope["type"], envelope["subject_version"], envelope["data"]["amount"]) == ("deposited", 2, 5)


def test_a_view_that_is_too_old_changes_nothing(accounts):
    add(accounts)
    deposit(accounts, expect_version=1)
    with pytest.raises(Stale):
        deposit(accounts, expect_version=1)
    assert balance(accounts) == 1


def test_an_event_has_one_effect(accounts):
    add(accounts)
    deposit(accounts, event_id="e1")
    assert deposit(accounts, event_id="e1") is None
    assert balance(accounts) == 1


def test_answers_are_kept_for_a_day(accounts):
    add(accounts)
    deposit(accounts, key=key("k1"))
    long_ago = utc_now() - timedelta(hours=25)
    accounts.collection.update_one({"_id": "acc-1"}, {"$set": {"answers.0.at": long_ago}})
    deposit(accounts, key=key("k2"))
    (document,) = accounts.collection.find({"_id": "acc-1"})
    assert [answer["key"] for answer in document["answers"]] == ["k2"]


def test_answers_to_requests_without_a_key_of_their_own_are_kept_for_a_minute(accounts):
    add(accounts)
    deposit(accounts, key=key(new_brief_key()))
    deposit(accounts, key=key("k1"))
    a_while_ago = utc_now() - timedelta(minutes=2)
    accounts.collection.update_one(
        {"_id": "acc-1"}, {"$set": {"answers.0.at": a_while_ago, "answers.1.at": a_while_ago}}
    )
    deposit(accounts, key=key("k2"))
    document = accounts.collection.find_one({"_id": "acc-1"})
    assert [answer["key"] for answer in document["answers"]] == ["k1", "k2"]


def test_a_document_does_not_grow_without_end(accounts):
    add(accounts)
    deposit(accounts, key=key("k0"))
    (answer,) = accounts.collection.find_one({"_id": "acc-1"})["answers"]
    many = [{**answer, "key": f"k{number}"} for number in range(MOST_KEPT)]
    accounts.collection.update_one({"_id": "acc-1"}, {"$set": {"answers": many}})
    with pytest.raises(DomainError, match="busy"):
        deposit(accounts, key=key("one-more"))
    deposit(accounts)


def test_what_was_published_is_gone_and_what_came_meanwhile_is_not(accounts, service):
    add(accounts)
    deposit(accounts, 1)
    (outbox,) = service.outboxes
    (waiting,) = outbox.claim(10)
    deposit(accounts, 2)
    outbox.published(waiting)
    (later,) = outbox.claim(10)
    assert [envelope["data"]["amount"] for envelope in later.envelopes] == [2]
    outbox.published(later)
    assert list(outbox.claim(10)) == []
    assert "outbox_at" not in accounts.collection.find_one({"_id": "acc-1"})


def test_what_one_relay_has_claimed_no_other_takes(accounts, service):
    add(accounts)
    deposit(accounts)
    (outbox,) = service.outboxes
    assert len(list(outbox.claim(10))) == 1
    assert list(outbox.claim(10)) == []


def test_fields_that_are_gone_are_removed(database):
    old = Store(database, contract).aggregates(
        "things", lambda thing: {"name": thing.name, "nick": thing.nick}, Thing.from_document
    )
    old.add(Thing("a", "b"), handle="t-1", bill_group="bg-1", context=CONTEXT)
    new = Store(database, contract).aggregates(
        "things", lambda thing: {"name": thing.name}, Thing.from_document
    )
    new.change("t-1", bill_group="bg-1", context=CONTEXT, decide=lambda _: Outcome(Thing("c", "")))
    assert "nick" not in new.collection.find_one({"_id": "t-1"})


def test_an_event_that_is_not_in_the_contract_is_a_mistake(accounts):
    with pytest.raises(KeyError):
        add(accounts, happenings=[Happening("exploded", "acc-1", "bg-1")])


@dataclass(frozen=True)
class Thing:
    name: str
    nick: str

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Thing:
        return cls(document["name"], document.get("nick", ""))

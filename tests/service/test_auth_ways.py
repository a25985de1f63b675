"""Ways in that need no e-mail, and previews: the auth service with a real broker and store."""

import secrets
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from pymongo import MongoClient

from deploy.local.waiting import wait_until
from shared.contracts.customer_words import SIGN_IN_WAYS
from shared.contracts.registry import CONTRACTS
from shared.kernel.context import Context, Principal, PrincipalKind, system
from shared.kernel.errors import DomainError
from shared.kernel.ids import new_id
from shared.messaging.client import RpcClient
from tests.support.fixtures import SuiteFactory
from tests.support.refusals import outcome
from tests.support.suite import Suite
from tests.support.visitor import ADDRESS, new_customer

STAFF = Context(principal=Principal(PrincipalKind.STAFF, "staff-jane"))


@pytest.fixture(scope="module")
def running(suite: SuiteFactory) -> Suite:
    return suite("customers", "auth")


@pytest.fixture(scope="module")
def client(running: Suite) -> Iterator[RpcClient]:
    client = RpcClient(running.settings["AMQP_URI"], CONTRACTS, timeout=30)
    company = {"name": "Merchant", "legal_name": "Merchant Ltd", "address": ADDRESS}
    client.customers.set_merchant(
        Context(principal=system("tests")), company=company, sign_in_ways=list(SIGN_IN_WAYS), key=new_id()
    )
    wait_until(
        lambda: outcome(lambda: client.auth.open_secret_link(somewhere(), secret="x")) == "secret_link_over",
        timeout=10,
        what="the merchant's choice",
    )
    yield client
    client.close()


@pytest.fixture
def customer(client: RpcClient) -> str:
    """The handle of a customer of their own."""
    name = new_customer(client).partition("@")[0]
    return f"cust-{name}"


def group_of(customer: str) -> str:
    return customer.replace("cust-", "bg-")


def somewhere() -> Context:
    """A stranger in a network of their own."""
    parts = [str(secrets.randbelow(256)) for _ in range(3)]
    return Context(address=f"10.{'.'.join(parts)}")


def make_link(client: RpcClient, customer: str) -> str:
    """A new secret link's secret."""
    made = client.auth.make_secret_link(STAFF, customer=customer, key=new_id())
    secret: str = made["url"].rpartition("/")[2]
    return secret


def is_open(client: RpcClient, session: dict[str, Any]) -> bool:
    return outcome(lambda: client.auth.get_session(somewhere(), token=session["token"])) == "ok"


def timeline(client: RpcClient, customer: str) -> list[dict[str, Any]]:
    found = client.customers.list_timeline(STAFF, bill_group=group_of(customer), limit=100)["items"]
    return list(found)


def everything_stored(running: Suite) -> str:
    """All that the services' databases hold."""
    with MongoClient[dict[str, Any]](running.settings["MONGO_URI"]) as mongo:
        return repr(
            [
                list(mongo[f"{running.settings['DATABASE_PREFIX']}{service}"][name].find())
                for service in ("auth", "customers")
                for name in mongo[f"{running.settings['DATABASE_PREFIX']}{service}"].list_collection_names()
            ]
        )


def test_a_secret_link_from_its_making_to_its_end(client: RpcClient, running: Suite, customer: str) -> None:
    old = make_link(client, customer)
    by_old = client.auth.open_secret_link(somewhere(), secret=old)
    assert (by_old["customer"], by_old["way"]) == (customer, "secret_link")

    new = make_link(client, customer)
    assert outcome(lambda: client.auth.open_secret_link(somewhere(), secret=old)) == "secret_link_over"
    assert not is_open(client, by_old)
    by_new = client.auth.open_secret_link(somewhere(), secret=new)
    shown = client.auth.get_secret_link(STAFF, customer=customer)
    assert shown["url"] == f"{running.url}/s/{new}"
    assert shown["last_used_at"] is not None

    stored = everything_stored(running)
    for secret in (old, new, by_old["token"], by_new["token"]):
        assert secret not in stored
    for service in ("auth", "customers"):
        assert new not in running.log(service)

    client.auth.revoke_secret_link(STAFF, customer=customer, key=new_id())
    assert outcome(lambda: client.auth.open_secret_link(somewhere(), secret=new)) == "secret_link_over"
    assert not is_open(client, by_new)
    wait_until(
        lambda: (
            {"secret_link_made", "secret_link_revoked"} <= {e["type"] for e in timeline(client, customer)}
        ),
        timeout=15,
        what="the events in the timeline",
    )
    (first,) = [
        each
        for each in timeline(client, customer)
        if each["type"] == "secret_link_made" and not each["data"]["again"]
    ]
    assert first["principal"] == "staff:staff-jane"


def test_no_session_of_an_old_link_outlives_it(client: RpcClient, customer: str) -> None:
    """Links are followed while they are replaced: what is open in the end was opened by the last one."""
    links = [make_link(client, customer)]

    def follow(_: int) -> tuple[str, dict[str, Any]]:
        secret = links[-1]
        try:
            return secret, client.auth.open_secret_link(somewhere(), secret=secret)
        except DomainError as error:
            return secret, {"refused": error.code}

    with ThreadPoolExecutor(8) as threads:
        following = [threads.submit(follow, number) for number in range(60)]
        for _ in range(5):
            links.append(make_link(client, customer))
        followed = [*(each.result() for each in following), follow(0)]
    opened = [(secret, session) for secret, session in followed if "token" in session]
    assert opened
    assert {session.get("refused") for _, session in followed} <= {None, "secret_link_over"}
    still = {secret for secret, session in opened if is_open(client, session)}
    assert still <= {links[-1]}


def test_a_secret_link_opens_nothing_that_is_switched_off(client: RpcClient, customer: str) -> None:
    secret = make_link(client, customer)
    session = client.auth.open_secret_link(somewhere(), secret=secret)

    def switch(access: str) -> None:
        client.customers.change_bill_group(STAFF, bill_group=group_of(customer), access=access, key=new_id())

    switch("off")
    wait_until(lambda: not is_open(client, session), timeout=15, what="the end of the session")
    assert outcome(lambda: client.auth.open_secret_link(somewhere(), secret=secret)) == "no_access"
    switch("on")
    assert client.auth.open_secret_link(somewhere(), secret=secret)


def test_a_password_from_handing_out_to_reset(client: RpcClient, running: Suite, customer: str) -> None:
    handed = client.auth.hand_out_credentials(STAFF, customer=customer, key=new_id())
    shown = {"user_name": handed["user_name"], "password": handed["password"]}
    session = client.auth.sign_in_with_password(somewhere(), **shown)
    assert (session["customer"], session["way"]) == (customer, "password")
    own = Context(principal=Principal(PrincipalKind.CUSTOMER, customer), session=session["session"])

    def change(old: str, new: str, key: str) -> None:
        client.auth.change_password(
            own, bill_group=group_of(customer), current_password=old, new_password=new, key=key
        )

    key = new_id()
    for _ in range(2):
        change(handed["password"], "seven wild geese over Lapland", key)
    assert is_open(client, session)
    assert outcome(lambda: client.auth.sign_in_with_password(somewhere(), **shown)) == "wrong_credentials"

    stored = everything_stored(running)
    for secret in (handed["password"], "seven wild geese", session["token"]):
        assert secret not in stored
        assert secret not in running.log("auth")
    assert "$argon2id$" in stored
    wait_until(
        lambda: (
            {"credentials_handed_out", "password_changed"}
            <= {each["type"] for each in timeline(client, customer)}
        ),
        timeout=15,
        what="the events in the timeline",
    )


def test_a_link_to_choose_a_password_in_many_browsers_at_once_sets_one(
    client: RpcClient, customer: str
) -> None:
    handed = client.auth.hand_out_credentials(STAFF, customer=customer, key=new_id())
    shown = {"user_name": handed["user_name"], "password": handed["password"]}
    client.auth.sign_in_with_password(somewhere(), **shown)
    told = client.auth.get_portal_credentials(STAFF, customer=customer)
    assert told["password"] is None
    token = told["reset_path"].rpartition("/")[2]
    passwords = [f"the password number {number}" for number in range(20)]

    def reset(password: str) -> str:
        return outcome(lambda: client.auth.reset_password(somewhere(), token=token, new_password=password))

    with ThreadPoolExecutor(10) as threads:
        ends = dict(zip(passwords, threads.map(reset, passwords), strict=True))

    assert Counter(ends.values()) == {"ok": 1, "reset_over": 19}
    for password, end in ends.items():
        opened = outcome(
            lambda password=password: client.auth.sign_in_with_password(
                somewhere(), user_name=handed["user_name"], password=password
            )
        )
        if end == "ok":
            assert opened == "ok"
            break


def test_an_opening_in_a_hundred_browsers_at_once_opens_one_session(
    client: RpcClient, running: Suite, customer: str
) -> None:
    asked = {
        "bill_group": group_of(customer),
        "path": "/invoices",
        "return_url": "https://app.example/back",
        "key": new_id(),
    }
    opening = client.auth.open_portal(STAFF, **asked)
    assert client.auth.open_portal(STAFF, **asked) == opening
    token = opening["url"].rpartition("/")[2]
    assert token not in everything_stored(running)

    with ThreadPoolExecutor(20) as threads:
        ends = list(
            threads.map(
                lambda _: outcome(lambda: client.auth.use_opening(somewhere(), token=token)), range(100)
            )
        )

    assert Counter(ends) == {"ok": 1, "opening_over": 99}
    (line,) = client.auth.list_sessions(STAFF, bill_group=group_of(customer))["items"]
    assert line["way"] == "app"


def test_a_preview_leaves_no_trace_but_one_in_the_timeline(
    client: RpcClient, running: Suite, customer: str
) -> None:
    group = group_of(customer)
    client.customers.change_customer(STAFF, customer=customer, access="off", key=new_id())
    key = new_id()
    started = client.auth.start_preview(STAFF, bill_group=group, key=key)
    assert client.auth.start_preview(STAFF, bill_group=group, key=key) == started
    shown = client.auth.get_preview(somewhere(), token=started["token"])
    assert (shown["customer"], shown["bill_group"], shown["way"]) == (customer, group, "preview")
    assert started["token"] not in everything_stored(running)

    assert client.auth.list_sessions(STAFF, bill_group=group)["items"] == []
    assert outcome(lambda: client.auth.get_session(somewhere(), token=started["token"])) == "no_session"
    wait_until(
        lambda: "portal_previewed" in {each["type"] for each in timeline(client, customer)},
        timeout=15,
        what="the event in the timeline",
    )
    (told,) = [each for each in timeline(client, customer) if each["type"] == "portal_previewed"]
    assert (told["principal"], told["data"]) == ("staff:staff-jane", {})

    client.auth.end_preview(somewhere(), token=started["token"])
    assert outcome(lambda: client.auth.get_preview(somewhere(), token=started["token"])) == "no_preview"


def test_whoever_may_only_look_changes_nothing_anywhere(client: RpcClient, customer: str) -> None:
    """Every method of the running services that changes something, with arguments that don't matter."""
    looking = replace(somewhere(), principal=Principal(PrincipalKind.CUSTOMER, customer), read_only=True)
    changing = [
        (service, method.name)
        for service in ("auth", "customers")
        for method in CONTRACTS[service].methods.values()
        if not method.only_reads
    ]
    assert len(changing) > 30
    ends = {each: outcome(lambda each=each: client.call(*each, looking)) for each in changing}
    assert {each: end for each, end in ends.items() if end != "read_only"} == {}
    group = client.customers.get_bill_group(looking, bill_group=group_of(customer))
    assert group["customer"] == customer

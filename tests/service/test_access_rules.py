"""Access rules with a real broker and store: two who add at the same time, and signing in by rule."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from deploy.local.waiting import wait_until
from shared.kernel.context import Context, Principal, PrincipalKind
from shared.kernel.errors import DomainError
from shared.kernel.ids import new_id
from shared.messaging.client import RpcClient
from tests.support.door import OPERATOR, Mailman, Portal
from tests.support.fixtures import SuiteFactory
from tests.support.refusals import outcome
from tests.support.suite import Suite
from tests.support.visitor import new_customer


@pytest.fixture(scope="module")
def running(suite: SuiteFactory) -> Suite:
    return suite("customers", "auth", "subscriptions")


@pytest.fixture
def bill_group(client: RpcClient) -> str:
    """A bill group of a customer of their own."""
    (way,) = client.customers.find_sign_ins(OPERATOR, email=new_customer(client))["items"]
    handle: str = way["bill_group"]
    return handle


@pytest.fixture
def firm(bill_group: str) -> str:
    """A domain that nobody else uses."""
    return f"{bill_group.removeprefix('bg-')}.example"


def grant_address(client: RpcClient, bill_group: str, address: str) -> Any:
    return client.auth.grant_address(OPERATOR, bill_group=bill_group, address=address, key=new_id())


def grant_domain(client: RpcClient, bill_group: str, domain: str, *replaces: str) -> Any:
    return client.auth.grant_domain(
        OPERATOR, bill_group=bill_group, domain=domain, replaces=list(replaces), key=new_id()
    )


def rules_of(client: RpcClient, bill_group: str) -> list[tuple[str, str]]:
    items = client.auth.list_access_rules(OPERATOR, bill_group=bill_group)["items"]
    return [(item["kind"], item["value"]) for item in items]


def test_rules_of_two_who_add_at_the_same_time_never_overlap(
    client: RpcClient, bill_group: str, firm: str
) -> None:
    addresses = [f"a{number}@{firm}" for number in range(12)]
    tasks = [lambda each=each: grant_address(client, bill_group, each) for each in addresses]
    # Each domain is granted as one who has seen no single address would.
    tasks[6:6] = [lambda: grant_domain(client, bill_group, firm)] * 2
    with ThreadPoolExecutor(14) as threads:
        outcomes = list(threads.map(outcome, tasks))

    kept = rules_of(client, bill_group)
    if ("domain", firm) in kept:
        assert kept == [("domain", firm)]
        assert Counter(outcomes) == {"ok": 1, "already_granted": 1, "domain_granted": 12}
    else:
        assert sorted(kept) == sorted(("address", each) for each in addresses)
        assert Counter(outcomes) == {"ok": 12, "addresses_covered": 2}


def test_one_address_that_two_add_at_the_same_time_is_there_once(
    client: RpcClient, bill_group: str, firm: str
) -> None:
    spellings = [f"max@{firm}", f"MAX@{firm}", f"Max@{firm.upper()}"] * 3
    with ThreadPoolExecutor(9) as threads:
        outcomes = list(threads.map(lambda each: outcome(grant_address, client, bill_group, each), spellings))

    assert Counter(outcomes) == {"ok": 1, "already_granted": 8}
    assert len(rules_of(client, bill_group)) == 1


def test_addresses_that_came_meanwhile_are_shown_again(client: RpcClient, bill_group: str, firm: str) -> None:
    grant_address(client, bill_group, f"max@{firm}")
    preview = client.auth.preview_domain_grant(OPERATOR, bill_group=bill_group, domain=firm)
    grant_address(client, bill_group, f"eva@{firm}")

    with pytest.raises(DomainError, match="addresses_covered") as more:
        grant_domain(client, bill_group, firm, *preview["covered"])
    grant_domain(client, bill_group, firm, *more.value.params["addresses"])

    assert rules_of(client, bill_group) == [("domain", firm)]


def test_the_same_request_again_adds_nothing(client: RpcClient, bill_group: str, firm: str) -> None:
    key = new_id()
    asked = {"bill_group": bill_group, "address": f"max@{firm}", "key": key}
    first = client.auth.grant_address(OPERATOR, **asked)
    assert client.auth.grant_address(OPERATOR, **asked) == first


def test_somebody_of_a_granted_domain_signs_in_and_is_somebody_of_their_own(
    client: RpcClient, mailman: Mailman, bill_group: str, firm: str
) -> None:
    max_ = Portal(client, mailman, f"max@{firm}")
    assert outcome(max_.ask) == "unknown_address"
    granted = grant_domain(client, bill_group, firm)

    session = max_.sign_in()

    assert (session["bill_group"], session["contact_role"]) == (bill_group, "guest")
    group = client.customers.get_bill_group(OPERATOR, bill_group=bill_group)
    assert group["contacts"]["billing"]["email"] != max_.email
    assert group["contacts"]["shipping"] is None

    # What a guest does bears their name.
    guest = Context(principal=Principal(PrincipalKind.CUSTOMER, session["principal"]))
    client.customers.change_numbers(
        guest,
        bill_group=bill_group,
        po_number="PO 7",
        vat_number="",
        registration_number="",
        version=group["version"],
        key=new_id(),
    )

    def timeline() -> dict[str, Any]:
        items = client.customers.list_timeline(OPERATOR, bill_group=bill_group)["items"]
        return {item["type"]: item for item in items}

    wait_until(
        lambda: {"access_rule_added", "signed_in", "numbers_changed"} <= timeline().keys(),
        timeout=20,
        every=0.1,
        what="the timeline",
    )
    told = timeline()
    assert told["access_rule_added"]["principal"] == str(OPERATOR.principal)
    assert told["access_rule_added"]["data"]["changes"][0]["new"] == firm
    assert told["signed_in"]["data"]["email"] == max_.email
    assert (
        told["signed_in"]["principal"]
        == told["numbers_changed"]["principal"]
        == f"customer:{session['principal']}"
    )

    client.auth.remove_access_rule(
        OPERATOR, bill_group=bill_group, rule=granted["items"][0]["rule"], key=new_id()
    )
    wait_until(
        lambda: not max_.is_signed_in(session), timeout=20, every=0.05, what="the end of the guest's session"
    )
    assert outcome(Portal(client, mailman, max_.email).ask) == "unknown_address"


def test_a_rule_opens_no_other_bill_group_and_nothing_that_is_switched_off(
    client: RpcClient, mailman: Mailman, bill_group: str, firm: str
) -> None:
    grant_address(client, bill_group, f"max@{firm}")
    client.customers.change_bill_group(OPERATOR, bill_group=bill_group, access="off", key=new_id())

    assert outcome(Portal(client, mailman, f"max@{firm}").ask) == "no_access"
    assert outcome(Portal(client, mailman, f"eva@{firm}").ask) == "unknown_address"
    assert outcome(Portal(client, mailman, f"max@mail.{firm}").ask) == "unknown_address"


def test_a_bill_group_that_is_not_there_has_no_rules(client: RpcClient, firm: str) -> None:
    for call in (
        lambda: rules_of(client, "bg-nobody"),
        lambda: grant_address(client, "bg-nobody", f"max@{firm}"),
        lambda: grant_domain(client, "bg-nobody", firm),
    ):
        assert outcome(call) == "not_found"


@pytest.fixture
def settings_restored(client: RpcClient, mailman: Mailman) -> Iterator[None]:
    """The settings for access as they are by default again, after a test."""
    yield
    client.customers.set_default_access(OPERATOR, access="on", reach="all", key=new_id())
    client.customers.set_access(OPERATOR, portal_without_contract="open", key=new_id())
    somebody = new_customer(client)
    wait_until(
        lambda: outcome(Portal(client, mailman, somebody).ask) == "ok",
        timeout=10,
        every=0.2,
        what="the settings as they were",
    )


def follow_the_default(client: RpcClient, email: str) -> str:
    """Let the customer with this address follow the default; their handle."""
    (way,) = client.customers.find_sign_ins(OPERATOR, email=email)["items"]
    handle: str = way["customer"]
    client.customers.change_customer(OPERATOR, customer=handle, access="default", key=new_id())
    return handle


@pytest.mark.usefixtures("settings_restored")
def test_a_default_for_all_ends_sessions_and_one_for_future_customers_does_not(
    client: RpcClient, mailman: Mailman
) -> None:
    portal = Portal(client, mailman, new_customer(client))
    customer = follow_the_default(client, portal.email)
    session = portal.sign_in()

    client.customers.set_default_access(OPERATOR, access="off", reach="future", key=new_id())
    assert portal.is_signed_in(session)
    assert client.customers.get_customer(OPERATOR, customer=customer)["access_now"] == "on"

    preview = client.customers.preview_default_access(OPERATOR, access="off")
    assert preview["following"] >= preview["changing"] >= 1
    done = client.customers.set_default_access(OPERATOR, access="off", reach="all", key=new_id())
    assert done["changed"] == preview["changing"]
    assert client.customers.preview_default_access(OPERATOR, access="off")["changing"] == 0
    wait_until(
        lambda: not portal.is_signed_in(session), timeout=20, every=0.05, what="the end of the session"
    )
    assert client.customers.get_customer(OPERATOR, customer=customer)["access_now"] == "off"


def begin_subscription(client: RpcClient, bill_group: str) -> str:
    """A subscription that runs from today; its handle."""
    product = client.subscriptions.create_product(OPERATOR, names={"en": "Portico"}, key=new_id())
    plan = client.subscriptions.create_plan(
        OPERATOR,
        product=product["product"],
        names={"en": "Monthly"},
        interval={"count": 1, "unit": "month"},
        prices=[{"currency": "EUR", "unit_amount": 1000}],
        key=new_id(),
    )
    begun = client.subscriptions.create_subscription(
        OPERATOR, bill_group=bill_group, plan=plan["plan"], key=new_id()
    )
    handle: str = begun["subscription"]
    return handle


@pytest.mark.usefixtures("settings_restored")
def test_without_a_contract_the_portal_may_be_closed(client: RpcClient, mailman: Mailman) -> None:
    portal = Portal(client, mailman, new_customer(client))
    session = portal.sign_in()

    client.customers.set_access(OPERATOR, portal_without_contract="closed", key=new_id())

    wait_until(
        lambda: not portal.is_signed_in(session), timeout=20, every=0.05, what="the end of the session"
    )
    assert outcome(Portal(client, mailman, portal.email).ask) == "no_access"


@pytest.mark.usefixtures("settings_restored")
def test_the_last_contract_that_ends_closes_the_portal(client: RpcClient, mailman: Mailman) -> None:
    portal = Portal(client, mailman, new_customer(client))
    (way,) = client.customers.find_sign_ins(OPERATOR, email=portal.email)["items"]
    subscription = begin_subscription(client, way["bill_group"])
    client.customers.set_access(OPERATOR, portal_without_contract="closed", key=new_id())
    wait_until(
        lambda: client.customers.get_merchant(OPERATOR)["portal_without_contract"] == "closed",
        timeout=10,
        every=0.1,
        what="the setting",
    )
    session = portal.sign_in()

    client.subscriptions.cancel_subscription(
        OPERATOR,
        bill_group=way["bill_group"],
        subscription=subscription,
        at="now",
        key=new_id(),
    )

    wait_until(
        lambda: not portal.is_signed_in(session), timeout=20, every=0.05, what="the end of the session"
    )


def test_who_is_in_already_may_switch_once_another_bill_group_admits_them(
    client: RpcClient, mailman: Mailman, bill_group: str
) -> None:
    email = new_customer(client)
    ada = Portal(client, mailman, email)
    session = ada.sign_in()

    def may_switch() -> bool:
        return bool(client.auth.get_session(OPERATOR, token=session["token"])["may_switch"])

    assert not may_switch()
    granted = grant_address(client, bill_group, email)
    wait_until(may_switch, timeout=10, what="the switch")
    (rule,) = granted["items"]
    client.auth.remove_access_rule(OPERATOR, bill_group=bill_group, rule=rule["rule"], key=new_id())
    wait_until(lambda: not may_switch(), timeout=10, what="its end")

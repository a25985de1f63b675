"""The auth service as a process, with a real broker and store, and the customers service beside it."""

import re
import secrets
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from deploy.local.waiting import wait_until
from services.auth.domain import limits
from services.auth.domain.challenges import MOST_TRIES
from services.auth.domain.limits import Limit
from services.auth.repository import Counters
from shared.contracts.auth import contract as auth_contract
from shared.kernel.context import Context
from shared.kernel.errors import DomainError
from shared.kernel.ids import new_id, new_token
from shared.messaging.client import RpcClient
from shared.storage import Store
from tests.support.door import OPERATOR, Mailman, Portal
from tests.support.fixtures import SharedStore, SuiteFactory
from tests.support.mailbox import Mailbox
from tests.support.refusals import outcome
from tests.support.suite import Suite
from tests.support.visitor import ADDRESS, new_customer


@pytest.fixture(scope="module")
def running(suite: SuiteFactory) -> Suite:
    return suite("customers", "auth", "notifications")


@pytest.fixture
def portal(client: RpcClient, mailman: Mailman) -> Portal:
    """A browser of a customer of their own."""
    return Portal(client, mailman, new_customer(client))


@pytest.fixture
def counters(store: SharedStore, database_prefix: str) -> Iterator[Counters]:
    with MongoClient[dict[str, Any]](store.uri, w="majority", journal=True) as mongo:
        yield Counters(Store(mongo[f"{database_prefix}auth"], auth_contract))


def wrong(code: str) -> str:
    """Another code."""
    return f"{(int(code) + 1) % 10**8:08}"


def everything_stored(running: Suite) -> str:
    """All that the auth service's database holds."""
    with MongoClient[dict[str, Any]](running.settings["MONGO_URI"]) as mongo:
        database = mongo[f"{running.settings['DATABASE_PREFIX']}auth"]
        return repr([list(database[name].find()) for name in database.list_collection_names()])


def test_a_session_from_sign_in_to_sign_out(portal: Portal) -> None:
    session = portal.sign_in()
    looked_up = portal.calls.get_session(portal.context, token=session["token"])
    assert looked_up == {name: value for name, value in session.items() if name != "token"}

    portal.calls.end_session(portal.context, token=session["token"])

    with pytest.raises(DomainError, match="no_session"):
        portal.calls.get_session(portal.context, token=session["token"])


def test_the_code_comes_by_mail(portal: Portal, mailbox: Mailbox) -> None:
    challenge = portal.ask()
    mail = mailbox.wait_for(to=portal.email)

    (code,) = re.findall(r"\b\d{8}\b", mail["text"])
    pasted = f" {code[:4]}-{code[4:]} "
    assert portal.try_code(challenge, pasted)["email"] == portal.email


def test_the_link_in_the_mail_signs_in_once(portal: Portal, mailbox: Mailbox) -> None:
    portal.ask()
    mail = mailbox.wait_for(to=portal.email)
    (link,) = set(re.findall(r"/login/link/(\S+)", mail["text"]))

    for _ in range(20):
        seen = portal.calls.get_link(portal.context, token=link, browser=portal.browser)
        assert (seen["state"], seen["needs_code"]) == ("open", False)
    assert portal.press(link)["email"] == portal.email
    assert outcome(portal.press, link) == "link_used"


def test_a_link_in_another_browser_needs_the_code_of_the_same_mail(portal: Portal) -> None:
    portal.ask()
    link, code = portal.mailman.link_for(portal.email), portal.mailman.code_for(portal.email)
    portal.browser = new_token()

    assert portal.calls.get_link(portal.context, token=link, browser=portal.browser)["needs_code"]
    assert outcome(portal.press, link) == "code_needed"
    assert outcome(portal.press, link, wrong(code)) == "wrong_code"
    assert portal.press(link, code)["email"] == portal.email


def choose_ways(portal: Portal, client: RpcClient, *ways: str) -> None:
    """The merchant offers these from now on; waits until auth has heard of it."""
    company = {"name": "Merchant", "legal_name": "Merchant Ltd", "address": ADDRESS}
    client.customers.set_merchant(OPERATOR, company=company, sign_in_ways=list(ways), key=new_id())

    def is_offered() -> bool:
        somebody = Portal(client, portal.mailman, portal.email)
        view = portal.calls.request_code(
            somebody.context, email=somebody.email, browser=somebody.browser, language="en"
        )
        return bool(view["ways"] == list(ways))

    wait_until(is_offered, timeout=10, every=0.4, what="the merchant's choice")


@pytest.fixture
def by_link_only(client: RpcClient, mailman: Mailman) -> Iterator[None]:
    somebody = Portal(client, mailman, new_customer(client))
    choose_ways(somebody, client, "link")
    yield
    choose_ways(Portal(client, mailman, new_customer(client)), client, "code", "link")


@pytest.mark.usefixtures("by_link_only")
def test_where_the_merchant_offers_links_only_the_code_is_but_their_second_step(portal: Portal) -> None:
    challenge = portal.ask()
    link, code = portal.mailman.link_for(portal.email), portal.mailman.code_for(portal.email)

    assert outcome(portal.try_code, challenge, code) == "way_not_offered"
    portal.browser = new_token()
    assert portal.press(link, code)["email"] == portal.email


def test_one_link_and_its_code_in_parallel_make_one_session(portal: Portal) -> None:
    challenge = portal.ask()
    link, code = portal.mailman.link_for(portal.email), portal.mailman.code_for(portal.email)

    def enter(number: int) -> str:
        if number % 10 == 0:
            return outcome(portal.try_code, challenge, code)
        return outcome(portal.press, link)

    with ThreadPoolExecutor(32) as threads:
        outcomes = Counter(threads.map(enter, range(100)))

    assert outcomes["ok"] == 1
    assert outcomes.keys() <= {"ok", "code_used", "link_used", "too_many_attempts"}


def test_the_customer_created_last_is_signed_in(client: RpcClient, mailman: Mailman) -> None:
    email = new_customer(client, created_at="2026-01-02T00:00:00+00:00")
    newest = Portal(client, mailman, email).sign_in()["customer"]
    new_customer(client, email, created_at="2026-01-01T00:00:00+00:00")

    again = Portal(client, mailman, email)

    assert again.try_code(again.ask(), mailman.code_for(email, number=2))["customer"] == newest


def test_one_code_posted_a_hundred_times_in_parallel_makes_one_session(portal: Portal) -> None:
    challenge = portal.ask()
    code = portal.mailman.code_for(portal.email)

    with ThreadPoolExecutor(32) as threads:
        outcomes = Counter(threads.map(lambda _: outcome(portal.try_code, challenge, code), range(100)))

    assert outcomes["ok"] == 1
    assert outcomes.keys() <= {"ok", "code_used", "too_many_attempts"}


def test_wrong_codes_in_parallel_get_no_more_tries_than_one_after_the_other(portal: Portal) -> None:
    challenge = portal.ask()
    code = portal.mailman.code_for(portal.email)

    with ThreadPoolExecutor(32) as threads:
        outcomes = Counter(threads.map(lambda _: outcome(portal.try_code, challenge, wrong(code)), range(40)))

    assert sum(outcomes.values()) == 40
    assert outcomes.keys() == {"wrong_code", "too_many_attempts"}
    assert outcomes["wrong_code"] <= MOST_TRIES
    assert outcome(portal.try_code, challenge, code) == "too_many_attempts"


def test_a_failure_count_survives_a_restart(portal: Portal, running: Suite) -> None:
    challenge = portal.ask()
    code = portal.mailman.code_for(portal.email)
    for _ in range(4):
        assert outcome(portal.try_code, challenge, wrong(code)) == "wrong_code"

    running.kill("auth")
    running.start("auth")

    assert outcome(portal.try_code, challenge, wrong(code)) == "too_many_attempts"
    assert outcome(portal.try_code, challenge, code) == "too_many_attempts"


def test_a_session_survives_a_restart(portal: Portal, running: Suite) -> None:
    token = portal.sign_in()["token"]

    running.kill("auth")
    running.start("auth")

    assert portal.calls.get_session(portal.context, token=token)["email"] == portal.email


def test_another_browser_can_not_use_the_code(portal: Portal) -> None:
    challenge = portal.ask()
    code = portal.mailman.code_for(portal.email)
    portal.browser = new_token()

    assert outcome(portal.try_code, challenge, code) == "not_found"


def test_a_resend_too_early_says_how_long_to_wait(portal: Portal) -> None:
    challenge = portal.ask()

    with pytest.raises(DomainError, match="resend_too_early") as refused:
        portal.calls.resend_code(portal.context, challenge=challenge, browser=portal.browser)
    assert 0 < refused.value.params["seconds"] <= 60


def test_an_unknown_address_is_told_so_ten_times(client: RpcClient, mailman: Mailman) -> None:
    portal = Portal(client, mailman, "")
    outcomes = []
    for _ in range(12):
        portal.email = f"{secrets.token_hex(6)}@example.com"
        outcomes.append(outcome(portal.ask))

    assert outcomes == ["unknown_address"] * 10 + ["ok"] * 2


def test_neither_code_nor_link_nor_token_stands_in_the_store_or_the_log(
    portal: Portal, running: Suite
) -> None:
    challenge = portal.ask()
    code = portal.mailman.code_for(portal.email)
    link = portal.mailman.link_for(portal.email)
    token = portal.try_code(challenge, code)["token"]

    stored = everything_stored(running)
    for secret in (code, link, token, portal.browser):
        assert secret not in stored
        assert secret not in running.log("auth")


def test_sessions_of_one_bill_group_are_listed_and_ended(portal: Portal, client: RpcClient) -> None:
    here = portal.sign_in()
    elsewhere = Portal(client, portal.mailman, portal.email)
    there = elsewhere.try_code(elsewhere.ask(), portal.mailman.code_for(portal.email, number=2))
    asked = {"bill_group": here["bill_group"]}

    listed = portal.calls.list_sessions(portal.context, **asked)["items"]
    assert {line["session"] for line in listed} == {here["session"], there["session"]}

    portal.calls.revoke_session(portal.context, **asked, session=there["session"], key=new_id())
    with pytest.raises(DomainError, match="no_session"):
        portal.calls.get_session(portal.context, token=there["token"])
    assert portal.calls.get_session(portal.context, token=here["token"])


@pytest.mark.parametrize("method", ["change_customer", "change_bill_group"])
def test_access_that_is_switched_off_ends_sessions(portal: Portal, client: RpcClient, method: str) -> None:
    session = portal.sign_in()
    whose = "customer" if method == "change_customer" else "bill_group"
    change = getattr(client.customers, method)
    change(OPERATOR, **{whose: session[whose]}, access="off", key=new_id())

    wait_until(
        lambda: not portal.is_signed_in(session), timeout=20, every=0.05, what="the end of the session"
    )


def change_email(client: RpcClient, context: Context, bill_group: str, email: str) -> None:
    group = client.customers.get_bill_group(context, bill_group=bill_group)
    client.customers.change_contact(
        context,
        bill_group=bill_group,
        role="billing",
        contact={**group["contacts"]["billing"], "email": email},
        version=group["version"],
        key=new_id(),
    )


def test_an_address_that_staff_changed_ends_its_sessions(portal: Portal, client: RpcClient) -> None:
    session = portal.sign_in()

    change_email(client, OPERATOR, session["bill_group"], f"new-{portal.email}")

    wait_until(
        lambda: not portal.is_signed_in(session), timeout=20, every=0.05, what="the end of the session"
    )


def test_an_address_that_its_owner_confirmed_keeps_the_session_that_did_it(
    portal: Portal, client: RpcClient
) -> None:
    here = portal.sign_in()
    elsewhere = Portal(client, portal.mailman, portal.email)
    there = elsewhere.try_code(elsewhere.ask(), portal.mailman.code_for(portal.email, number=2))
    # As a confirmation that is sent from the session comes: the new address holds at once.
    confirming = replace(OPERATOR, session=here["session"])

    change_email(client, confirming, here["bill_group"], f"new-{portal.email}")

    wait_until(lambda: not portal.is_signed_in(there), timeout=20, every=0.05, what="the end of the other")
    assert portal.is_signed_in(here)
    moved = portal.calls.get_session(portal.context, token=here["token"])
    assert moved["email"] == f"new-{portal.email}"


def test_a_form_is_kept_for_its_browser_and_bill_group(portal: Portal, running: Suite) -> None:
    session = portal.sign_in()
    portal.calls.end_session(portal.context, token=session["token"])
    fields = [{"name": "city", "value": "Llanfairpwllgwyngyll"}]
    asked = {"bill_group": session["bill_group"], "browser": portal.browser}

    kept = portal.calls.keep_form(
        portal.context, token=session["token"], browser=portal.browser, path="/details", fields=fields
    )["form"]

    found = portal.calls.get_form(portal.context, **asked, form=kept)
    assert (found["path"], found["fields"]) == ("/details", fields)
    for others in ({"bill_group": "bg-another"}, {"browser": new_token()}):
        with pytest.raises(DomainError, match="not_found"):
            portal.calls.get_form(portal.context, **{**asked, **others}, form=kept)
    assert "Llanfair" not in everything_stored(running)
    portal.calls.drop_form(portal.context, **asked, form=kept)
    with pytest.raises(DomainError, match="not_found"):
        portal.calls.get_form(portal.context, **asked, form=kept)


@pytest.mark.parametrize("most", [1, 10, 50])
def test_counts_in_parallel_never_exceed_the_limit(counters: Counters, most: int) -> None:
    limit = Limit("any", most, timedelta(days=1))
    now = datetime.now(UTC)

    with ThreadPoolExecutor(16) as threads:
        taken = sum(threads.map(lambda _: counters.take(limit, "one", now), range(most + 50)))

    assert taken == most
    assert counters.is_full(limit, "one", now)


def test_a_count_given_back_can_be_taken_again(counters: Counters) -> None:
    limit, now = limits.FAILURES_PER_ACCOUNT, datetime.now(UTC)
    for _ in range(limit.most):
        assert counters.take(limit, "one", now)
    assert not counters.take(limit, "one", now)

    counters.give_back(limit, "one", now)

    assert counters.take(limit, "one", now)
    assert not counters.take(limit, "one", now)
    assert not counters.is_full(limit, "another", now)

"""The portal on a bad day: a service, the store or the broker is away. Every page says so in time, and all heals."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
import requests

from deploy.local.broker import Broker
from deploy.local.store import Store
from deploy.local.waiting import wait_until
from tests.e2e.conftest import read_code
from tests.support.demo import EMAIL, load_one_customer
from tests.support.faults import frozen
from tests.support.fixtures import SuiteFactory
from tests.support.mailbox import Mailbox
from tests.support.suite import Suite

pytestmark = pytest.mark.slow
PAGES = ("/overview", "/details", "/subscriptions", "/payment-methods", "/invoices")
AWAY = "try again"
_TOKEN = re.compile(r'name="(csrf_token|key)"[^>]*value="([^"]+)"')


@pytest.fixture(scope="module")
def portal(suite: SuiteFactory, own_broker: Broker, own_store: Store) -> Suite:
    portal = suite(broker=own_broker, store=own_store).start_everything()
    load_one_customer(portal)
    return portal


@pytest.fixture(scope="module")
def visitor(portal: Suite, mailbox: Mailbox) -> Iterator[requests.Session]:
    """Somebody who is signed in."""
    with requests.Session() as session:
        session.headers["Accept-Language"] = "en"
        known = {mail["id"] for mail in mailbox.messages(EMAIL)}
        post(session, portal, "/login", email=EMAIL)
        answer = post(session, portal, "/login/code", code=read_code(mailbox, EMAIL, known))
        assert answer.url.endswith("/overview")
        yield session


def post(session: requests.Session, portal: Suite, path: str, **fields: str) -> requests.Response:
    """Open the page and send its form."""
    tokens = dict(_TOKEN.findall(session.get(portal.url + path, timeout=10).text))
    return session.post(portal.url + path, data={**tokens, **fields}, timeout=10)


def seen(visitor: requests.Session, portal: Suite, path: str) -> tuple[int, str, float]:
    """Status, text and seconds of a page."""
    started = time.monotonic()
    answer = visitor.get(portal.url + path, timeout=15)
    return answer.status_code, answer.text, time.monotonic() - started


def all_is_well(visitor: requests.Session, portal: Suite) -> bool:
    answers = [seen(visitor, portal, path) for path in PAGES]
    return all(status == 200 and AWAY not in text for status, text, _ in answers)


def test_a_service_that_is_stopped(portal: Suite, visitor: requests.Session) -> None:
    wait_until(lambda: all_is_well(visitor, portal), timeout=60, what="a good start")
    portal.stop("subscriptions")
    try:
        # Whoever comes at once waits for the next copy, which may be on its way, and then is told.
        status, text, seconds = seen(visitor, portal, "/overview")
        assert (status, seconds < 5) == (200, True)
        assert AWAY in text
        # From then on nobody waits.
        for path in ("/overview", "/subscriptions"):
            _, text, seconds = seen(visitor, portal, path)
            assert (path, seconds < 1) == (path, True)
            assert AWAY in text
        assert seen(visitor, portal, "/invoices")[0] == 200
        assert requests.get(f"{portal.url}/readyz", timeout=10).status_code == 503
    finally:
        portal.start("subscriptions")

    wait_until(lambda: all_is_well(visitor, portal), timeout=30, what="all to be well")


def test_a_broker_that_is_away(portal: Suite, visitor: requests.Session, own_broker: Broker) -> None:
    wait_until(lambda: all_is_well(visitor, portal), timeout=60, what="a good start")
    own_broker.kill()
    try:
        all_say_so_in_time(visitor, portal)
        assert requests.get(f"{portal.url}/healthz", timeout=5).status_code == 200
    finally:
        own_broker.start()

    wait_until(lambda: all_is_well(visitor, portal), timeout=60, what="all to be well")


def test_a_broker_that_hangs(portal: Suite, visitor: requests.Session, own_broker: Broker) -> None:
    wait_until(lambda: all_is_well(visitor, portal), timeout=60, what="a good start")
    with frozen(own_broker.pid):
        all_say_so_in_time(visitor, portal)

    wait_until(lambda: all_is_well(visitor, portal), timeout=60, what="all to be well")


def test_a_store_that_hangs(portal: Suite, visitor: requests.Session, own_store: Store) -> None:
    wait_until(lambda: all_is_well(visitor, portal), timeout=60, what="a good start")
    with frozen(own_store.pid):
        all_say_so_in_time(visitor, portal)

    wait_until(lambda: all_is_well(visitor, portal), timeout=60, what="all to be well")


def all_say_so_in_time(visitor: requests.Session, portal: Suite) -> None:
    """Each page is there within five seconds, and says that something is away and what to do."""
    for path in PAGES:
        status, text, seconds = seen(visitor, portal, path)
        assert seconds < 5, path
        # The first may come while the session is still known: then its sections say it.
        assert status in (200, 503, 504), path
        assert AWAY in text, path

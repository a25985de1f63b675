"""A portal with the demo data, and Chromium in front of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from pymongo import MongoClient

from deploy.local import owner_link
from shared.contracts.registry import CONTRACTS
from shared.messaging.client import RpcClient
from tests.support.demo import load_demo
from tests.support.mailbox import Mailbox
from tests.support.payer import Payer
from tests.support.suite import Suite

ANNA = "anna@blumenhof-ahrens.example"
OWNER_PASSWORD = "three lanterns on the quay"

_CODE = re.compile(r"\b(\d{4}) ?(\d{4})\b")

NewPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def portal(whole_suite: Suite) -> Suite:
    """Everything runs, and the demo data are loaded."""
    load_demo(whole_suite)
    return whole_suite


@pytest.fixture(scope="module", autouse=True)
def nothing_counted(portal: Suite) -> None:
    """All browsers have one address: what other files have asked for in this hour is not held against it."""
    with MongoClient[dict[str, object]](portal.settings["MONGO_URI"]) as mongo:
        mongo[f"{portal.settings['DATABASE_PREFIX']}auth"]["counters"].delete_many({})


@pytest.fixture(scope="module")
def client(portal: Suite) -> Iterator[RpcClient]:
    """A way to the services past the gateway."""
    with closing(RpcClient(portal.settings["AMQP_URI"], CONTRACTS, timeout=30)) as client:
        yield client


@pytest.fixture
def new_page(portal: Suite, browser: Browser) -> Iterator[NewPage]:
    """Makes pages, each in a browser of its own: without cookies, save where ``storage_state`` is given."""
    contexts: list[BrowserContext] = []

    def make(**options: object) -> Page:
        settings = {"locale": "en", "base_url": portal.url, **options}
        contexts.append(browser.new_context(**settings))  # type: ignore[arg-type]
        return contexts[-1].new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def signed_in(portal: Suite, browser: Browser, mailbox: Mailbox) -> dict[str, object]:
    """The cookies of a browser in which Anna is signed in: for ``new_page(storage_state=signed_in)``."""
    context = browser.new_context(locale="en", base_url=portal.url)
    sign_in(context.new_page(), mailbox, ANNA)
    state = context.storage_state()
    context.close()
    return state  # type: ignore[return-value]


@pytest.fixture
def payer(client: RpcClient) -> Payer:
    """Somebody with a subscription. Deletes nothing: nobody else knows of this customer."""
    found = Payer.new(client)
    found.subscribe("plan-planner-monthly")
    return found


@pytest.fixture(scope="session")
def owner(portal: Suite, browser: Browser) -> dict[str, object]:
    """The cookies of a browser in which the owner is signed in to the admin pages, as ``signed_in``."""
    link = owner_link.make(portal.env)
    assert link is not None, "this portal has an owner already"
    context = browser.new_context(locale="en", base_url=portal.url)
    page = context.new_page()
    page.goto(link)
    page.locator("#name").fill("Vera Lindt")
    page.locator("#email").fill("vera@nordlicht.example")
    page.locator("#password").fill(OWNER_PASSWORD)
    page.locator("#password_again").fill(OWNER_PASSWORD)
    page.locator("main button:not([type=button])").first.click()
    page.wait_for_url(re.compile("/admin(?!/set-up)"))
    state = context.storage_state()
    context.close()
    return state  # type: ignore[return-value]


def sign_in(page: Page, mailbox: Mailbox, email: str) -> None:
    """Go the way in: the address, the code in the mailbox, the overview."""
    known = {mail["id"] for mail in mailbox.messages(email)}
    ask_for_code(page, email)
    page.locator("#code").fill(read_code(mailbox, email, known))
    page.locator("main button").first.click()
    page.wait_for_url("**/overview")


def come_in_by(link: str, page: Page, mailbox: Mailbox, email: str) -> str:
    """Sign in through a portal link; the text of the mail."""
    known = {mail["id"] for mail in mailbox.messages(email)}
    page.goto(link)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("button", name="Send me a code").click()
    page.wait_for_url("**/login/code")
    page.get_by_label("Code").fill(read_code(mailbox, email, known))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/overview")
    (mail,) = [mail for mail in mailbox.messages(email) if mail["id"] not in known]
    text: str = mail["text"]
    return text


def ask_for_code(page: Page, email: str) -> None:
    """Go as far as the page where the code is entered."""
    page.goto("/login")
    page.locator("#email").fill(email)
    page.locator("main button").first.click()
    page.wait_for_url("**/login/code")


def read_code(mailbox: Mailbox, email: str, known: set[str]) -> str:
    """The code in the newest mail to ``email`` that is not among ``known``, as it is written there."""
    mail = mailbox.wait_for(
        lambda each: each["id"] not in known and bool(_CODE.search(each["text"])), to=email
    )
    found = _CODE.search(mail["text"])
    assert found is not None
    return found.group()

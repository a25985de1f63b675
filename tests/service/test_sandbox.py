"""The sandbox provider as a process: its API, and its pages in a browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from pymongo import MongoClient

from shared.kernel.ids import new_handle, new_id
from tests.support.fixtures import SuiteFactory
from tests.support.suite import Suite

CARD = {"number": "4242 4242 4242 4242", "expiry": "12/34", "cvc": "123"}
WAY_BACK = "/payment-methods/return?setup=setup-1"


@dataclass
class Merchant:
    """The merchant's server: asks the API with its key."""

    suite: Suite

    def ask(self, verb: str, path: str, *, key: str | None = None, **options: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {key or self.suite.settings['SANDBOX_KEY']}"}
        headers |= options.pop("headers", {})
        return requests.request(
            verb, f"{self.suite.sandbox_url}/v1{path}", headers=headers, timeout=10, **options
        )

    def begin(self, *, language: str = "en", idempotency_key: str | None = None, **changes: str) -> Any:
        body = {
            "reference": new_handle("setup"),
            "return_url": self.way_back,
            "language": language,
            **changes,
        }
        headers = {"Idempotency-Key": idempotency_key or new_id()}
        return self.ask("POST", "/setups", json=body, headers=headers)

    def setup(self, language: str = "en") -> dict[str, Any]:
        answer: dict[str, Any] = self.begin(language=language).json()
        return answer

    def fetch(self, setup: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self.ask("GET", f"/setups/{setup['id']}").json()
        return answer

    @property
    def way_back(self) -> str:
        return self.suite.url + WAY_BACK


class Portal(BaseHTTPRequestHandler):
    """Stands for the portal: there is something to come back to."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"the portal")

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        """Nothing is printed."""


@pytest.fixture(scope="module")
def merchant(suite: SuiteFactory) -> Iterator[Merchant]:
    running = suite("sandbox")
    with ThreadingHTTPServer(("127.0.0.1", int(running.settings["GATEWAY_PORT"])), Portal) as portal:
        thread = threading.Thread(target=portal.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield Merchant(running)
        portal.shutdown()
        thread.join()


@pytest.fixture
def visitor(page: Page) -> Page:
    """The customer's browser, which waits for nothing longer than a patient customer."""
    page.set_default_timeout(10_000)
    return page


def enter(page: Page, **fields: str) -> None:
    """Fill the form and send it."""
    for name, text in fields.items():
        page.fill(f"#{name}", text)
    page.locator("form button").first.click()


def post(setup: dict[str, Any], path: str = "", **form: str) -> requests.Response:
    """A form sent without a browser."""
    address, _, query = setup["url"].partition("?")
    return requests.post(f"{address}{path}?{query}", data=form, allow_redirects=False, timeout=10)


# The API.


def test_api_needs_the_key(merchant: Merchant) -> None:
    refused = merchant.ask("GET", "/setups/ss_1", key="guessed")

    assert refused.status_code == 401
    assert refused.headers["Content-Type"] == "application/problem+json"


def test_same_idempotency_key_gives_the_same_setup(merchant: Merchant) -> None:
    asked = {"idempotency_key": new_id(), "reference": "setup-1"}

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: merchant.begin(**asked).json(), range(8)))

    assert all(answer == answers[0] for answer in answers)
    assert merchant.begin(**{**asked, "reference": "setup-2"}).status_code == 409


@pytest.mark.parametrize(
    "return_url",
    ["https://evil.test/", "{portal}.evil.test/", "{portal}@evil.test/", "/", "javascript:alert(1)"],
)
def test_way_back_leads_to_the_portal_only(merchant: Merchant, return_url: str) -> None:
    refused = merchant.begin(return_url=return_url.format(portal=merchant.suite.url))

    assert refused.status_code == 422


@pytest.mark.parametrize("path", ["/setups/ss_1", "/methods/sm_1"])
def test_api_says_what_it_does_not_know(merchant: Merchant, path: str) -> None:
    assert merchant.ask("GET", path).status_code == 404


def test_request_without_idempotency_key_is_refused(merchant: Merchant) -> None:
    body = {"reference": "setup-1", "return_url": merchant.way_back}

    assert merchant.ask("POST", "/setups", json=body).status_code == 422


# The pages.


def test_card_is_added(merchant: Merchant, visitor: Page) -> None:
    setup = merchant.setup()
    visitor.goto(setup["url"])
    enter(visitor, **CARD)
    visitor.wait_for_url(merchant.way_back)

    ended = merchant.fetch(setup)
    assert ended["state"] == "succeeded"
    assert merchant.ask("GET", f"/methods/{ended['method']['id']}").json() == ended["method"]
    assert ended["method"]["expiry"] == {"year": 2034, "month": 12}
    assert (ended["method"]["brand"], ended["method"]["last4"]) == ("Visa", "4242")


def test_account_is_added_with_a_mandate(merchant: Merchant, visitor: Page) -> None:
    setup = merchant.setup("de")
    visitor.goto(setup["url"])
    visitor.get_by_role("link", name="Bankkonto").click()
    reference = visitor.locator(".mandate code").first.inner_text()
    wording = visitor.locator(".mandate p").first.inner_text()
    enter(visitor, iban="DE89 3704 0044 0532 0130 00")
    visitor.wait_for_url(merchant.way_back)

    method = merchant.fetch(setup)["method"]
    assert (method["kind"], method["brand"], method["last4"]) == ("sepa_debit", "DE", "3000")
    assert (method["mandate"]["reference"], method["mandate"]["text"]) == (reference, wording)


def test_the_same_number_has_the_same_fingerprint(merchant: Merchant) -> None:
    forms = [
        CARD,
        {**CARD, "number": CARD["number"].replace(" ", "-"), "expiry": "11/33"},
        {**CARD, "number": "5555 5555 5555 4444"},
        {"kind": "sepa_debit", "iban": "DE89 3704 0044 0532 0130 00"},
        {"kind": "sepa_debit", "iban": "de89370400440532013000"},
    ]
    prints = []
    for form in forms:
        setup = merchant.setup()
        requests.post(setup["url"], data=form, allow_redirects=False, timeout=10)
        prints.append(merchant.fetch(setup)["method"]["fingerprint"])
    assert prints[0] == prints[1] != prints[2]
    assert prints[3] == prints[4]
    assert not [print_ for print_ in prints if "4242" in print_]


def test_mistakes_stand_on_top_and_beside_their_fields_and_nothing_typed_is_lost(
    merchant: Merchant, visitor: Page
) -> None:
    visitor.goto(merchant.setup()["url"])
    enter(visitor, number="4242 4242 4242 4241", expiry="12/34", cvc="1")

    assert visitor.title().startswith("Error:")
    assert visitor.get_by_role("alert").get_by_role("link").count() == 2
    assert visitor.locator("#number").get_attribute("aria-invalid") == "true"
    assert "no card number" in visitor.locator("#number-mistake").inner_text()
    assert visitor.locator("#number").input_value() == "4242 4242 4242 4241"
    assert visitor.locator("#expiry").input_value() == "12/34"
    assert visitor.locator("#cvc").input_value() == ""


def test_declined_card_can_be_followed_by_another(merchant: Merchant, visitor: Page) -> None:
    setup = merchant.setup()
    visitor.goto(setup["url"])
    enter(visitor, **{**CARD, "number": "4000 0000 0000 0002"})
    assert "declined" in visitor.get_by_role("alert").inner_text()
    assert merchant.fetch(setup)["state"] == "open"

    enter(visitor, **CARD)
    visitor.wait_for_url(merchant.way_back)
    assert merchant.fetch(setup)["state"] == "succeeded"


def test_challenge_is_refused_tried_again_and_confirmed(merchant: Merchant, visitor: Page) -> None:
    setup = merchant.setup()
    visitor.goto(setup["url"])
    challenged = {**CARD, "number": "4000 0025 0000 3155"}
    enter(visitor, **challenged)
    assert merchant.fetch(setup)["state"] == "open"
    assert merchant.fetch(setup)["method"] is None

    visitor.get_by_role("button", name="No, refuse").click()
    assert "did not confirm" in visitor.get_by_role("alert").inner_text()

    enter(visitor, **challenged)
    visitor.get_by_role("button", name="Yes, it is me").click()
    visitor.wait_for_url(merchant.way_back)
    assert merchant.fetch(setup)["method"]["last4"] == "3155"


def test_customer_turns_back(merchant: Merchant, visitor: Page) -> None:
    setup = merchant.setup()
    visitor.goto(setup["url"])
    visitor.get_by_role("button", name="Cancel and go back").click()
    visitor.wait_for_url(merchant.way_back)

    assert merchant.fetch(setup)["state"] == "cancelled"


def test_five_declined_cards_end_it(merchant: Merchant) -> None:
    setup = merchant.setup()
    answers = [post(setup, **{**CARD, "number": "4000000000000002"}) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 303]
    assert (merchant.fetch(setup)["state"], merchant.fetch(setup)["reason"]) == ("failed", "card_declined")


def test_only_one_of_many_sent_at_once_counts(merchant: Merchant) -> None:
    setup = merchant.setup()

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: post(setup, **CARD), range(8)))

    assert {answer.status_code for answer in answers} == {303}
    # A method that another one had taken the place of would be found under its own id.
    assert merchant.ask("GET", f"/methods/{merchant.fetch(setup)['method']['id']}").status_code == 200


def test_what_has_ended_takes_nothing_more(merchant: Merchant) -> None:
    setup = merchant.setup()
    post(setup, "/cancel")
    post(setup, **CARD)
    post(setup, "/challenge", answer="confirm")

    assert merchant.fetch(setup)["state"] == "cancelled"
    assert requests.get(setup["url"], timeout=10).status_code == 200


def test_page_of_another_secret_is_not_there(merchant: Merchant) -> None:
    first, second = merchant.setup(), merchant.setup()
    stolen = first["url"].replace(first["id"], second["id"])

    assert requests.get(stolen, timeout=10).status_code == 404
    assert requests.post(stolen, data=CARD, timeout=10).status_code == 404
    assert merchant.fetch(second)["state"] == "open"


def test_language_is_the_browsers_where_none_was_asked_for(merchant: Merchant) -> None:
    setup = merchant.setup("fr")
    german = requests.get(setup["url"], headers={"Accept-Language": "de-AT,en;q=0.5"}, timeout=10)

    assert "Karte hinzufügen" in german.text
    assert "Add a card" in requests.get(setup["url"].replace("lang=fr", "lang=en"), timeout=10).text


def test_headers(merchant: Merchant) -> None:
    headers = requests.get(merchant.setup()["url"], timeout=10).headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"


def test_no_number_is_stored_or_logged(merchant: Merchant) -> None:
    numbers = ("378282246310005", "AT611904300234573201", "4000000000009995")
    post(merchant.setup(), number="3782 822463 10005", expiry="12/34", cvc="1234")
    post(merchant.setup(), kind="sepa_debit", iban=numbers[1])
    post(merchant.setup(), **{**CARD, "number": numbers[2]})

    with MongoClient(merchant.suite.settings["MONGO_URI"]) as client:
        database = client[f"{merchant.suite.settings['DATABASE_PREFIX']}sandbox"]
        kept = [
            str(document) for name in database.list_collection_names() for document in database[name].find()
        ]
    seen = "\n".join([*kept, merchant.suite.log("sandbox")])
    assert not [number for number in numbers if number in seen]
    assert "cvc" not in seen
    assert "'last4': '0005'" in seen


@pytest.mark.parametrize("scheme,language", [("light", "en"), ("dark", "de")])
def test_pages_are_accessible(merchant: Merchant, browser: Browser, scheme: str, language: str) -> None:
    setup = merchant.setup(language)
    # The checker is a script, which the pages' own policy would not let in.
    context = browser.new_context(
        color_scheme=scheme, bypass_csp=True, viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    found: dict[str, list[str]] = {}

    def check(name: str) -> None:
        found[name] = [violation["id"] for violation in Axe().run(page).response["violations"]]
        assert page.evaluate("document.documentElement.scrollWidth") <= 390

    page.goto(setup["url"])
    check("card")
    enter(page, number="1", expiry="1", cvc="1")
    check("mistakes")
    enter(page, **{**CARD, "number": "4000000000000002"})
    check("declined")
    page.goto(f"{setup['url']}&kind=sepa_debit")
    check("account")
    post(setup, **{**CARD, "number": "4000002500003155"})
    page.goto(setup["url"])
    check("challenge")
    post(setup, "/cancel")
    page.goto(setup["url"])
    check("ended")
    page.goto(f"{merchant.suite.sandbox_url}/nothing")
    check("nothing there")
    context.close()

    assert {name: ids for name, ids in found.items() if ids} == {}


def test_whole_way_by_keyboard(merchant: Merchant, visitor: Page) -> None:
    visitor.goto(merchant.setup()["url"])
    visitor.focus("#number")
    for text in (CARD["number"], CARD["expiry"], CARD["cvc"]):
        visitor.keyboard.type(text)
        visitor.keyboard.press("Tab")
    visitor.keyboard.press("Enter")

    visitor.wait_for_url(merchant.way_back)

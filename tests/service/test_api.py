"""The API over real services: one key one effect, nothing of others, and no entry without a valid key."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from deploy.local.waiting import wait_until
from services.gateway.api.operation import Operation
from services.gateway.api.table import OPERATIONS
from shared.kernel.ids import new_handle, new_id
from tests.support.demo import BILL_GROUP, load_one_customer, make_api_key
from tests.support.fixtures import SuiteFactory
from tests.support.suite import Suite

Json = dict[str, Any]
Answer = requests.Response

POSTS = 1_000 if os.environ.get("PORTICO_FUZZ") == "long" else 100
LINE = {"description": "Workshop", "quantity": "1.5", "unit_amount": 12_000}
SECONDS = 30


class Client:
    """A client of the API, with connections of its own."""

    def __init__(self, url: str, secret: str) -> None:
        self.url = f"{url}/api/v1"
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {secret}"

    def send(self, verb: str, path: str, key: str = "", **more: Any) -> Answer:
        headers = {"Idempotency-Key": key} if key else {}
        return self._session.request(verb, f"{self.url}{path}", headers=headers, timeout=SECONDS, **more)

    def get(self, path: str) -> Json:
        return _told(self.send("GET", path))

    def post(self, path: str, body: Json, key: str = "") -> Json:
        return _told(self.send("POST", path, key, json=body))

    def close(self) -> None:
        self._session.close()


@pytest.fixture(scope="module")
def running(suite: SuiteFactory) -> Suite:
    """Everything, with a customer who has a past."""
    running = suite(env={"API_REQUESTS_PER_MINUTE": "1000000"}).start_everything()
    load_one_customer(running)
    return running


@pytest.fixture(scope="module")
def secret(running: Suite) -> str:
    """A key that may do all."""
    return make_api_key(running)


@pytest.fixture
def client(running: Suite, secret: str) -> Iterator[Client]:
    client = Client(running.url, secret)
    yield client
    client.close()


@pytest.fixture(scope="module")
def stranger(running: Suite, secret: str) -> Iterator[str]:
    """The handle of a bill group to which nothing of the customer's belongs."""
    client = Client(running.url, secret)
    group = client.get(f"/bill-groups/{BILL_GROUP}")
    contacts = {"billing": group["contacts"]["billing"] | {"email": "stranger@example.com"}}
    customer = client.post("/customers", {"name": "A stranger"})["customer"]
    made = client.post(
        f"/customers/{customer}/bill-groups",
        {
            "currency": group["currency"],
            "time_zone": group["time_zone"],
            "language": group["language"],
            "contacts": contacts,
        },
    )
    yield made["bill_group"]
    client.close()


def test_one_key_has_one_effect_however_many_ask_at_once(
    running: Suite, secret: str, client: Client, stranger: str
) -> None:
    clients = [Client(running.url, secret), Client(running.url, secret)]
    path, key = f"/bill-groups/{stranger}/invoices", new_id()
    start = threading.Barrier(16)

    def ask(number: int) -> list[Answer]:
        start.wait()
        body = {"lines": [LINE], "note": "once"}
        return [clients[number % 2].send("POST", path, key, json=body) for _ in range(POSTS // 16 + 1)]

    with ThreadPoolExecutor(16) as pool:
        answers = [answer for some in pool.map(ask, range(16)) for answer in some]
    assert len(answers) >= POSTS
    # A change that doesn't know yet asks to be sent again; that is no other effect.
    done = [each for each in answers if each.status_code == 201]
    assert {each.status_code for each in answers} <= {201, 409, 503, 504}
    assert {each.json()["code"] for each in answers if each not in done} <= {
        "busy",
        "changed_meanwhile",
        "no_answer",
        "not_known_yet",
    }
    assert len({each.text for each in done}) == 1
    assert [each["invoice"] for each in client.get(path)["items"]] == [done[0].json()["invoice"]]

    other = client.send("POST", path, key, json={"lines": [LINE | {"unit_amount": 1}]})
    assert (other.status_code, other.json()["code"]) == (409, "key_used_for_something_else")
    for each in clients:
        each.close()


@pytest.fixture
def another(running: Suite) -> Iterator[Client]:
    """A client with an API key of its own."""
    client = Client(running.url, make_api_key(running))
    yield client
    client.close()


def test_one_key_has_one_effect_whichever_api_key_it_comes_with(client: Client, another: Client) -> None:
    contact = client.get(f"/bill-groups/{BILL_GROUP}")["contacts"]["billing"]
    group = {"currency": "EUR", "contacts": {"billing": contact | {"email": "rotated@example.com"}}}
    wanted, key = {"name": "Rotated", "bill_groups": [group]}, new_id()
    made = client.post("/customers", wanted, key)
    assert another.post("/customers", wanted, key) == made
    path, key = f"/customers/{made['customer']}/bill-groups", new_id()
    second = client.post(path, group, key)
    assert another.post(path, group, key) == second
    found = client.get(f"/bill-groups?customer={made['customer']}")["items"]
    assert sorted(each["bill_group"] for each in found) == sorted(
        [*made["bill_groups"], second["bill_group"]]
    )


def handles(client: Client) -> Json:
    """One handle of each kind that belongs to the customer's bill group, by the name of its placeholder."""
    group = f"/bill-groups/{BILL_GROUP}"
    lists = {
        "subscription": "subscriptions",
        "invoice": "invoices",
        "transaction": "transactions",
        "payment_method": "payment-methods",
    }
    return {name: client.get(f"{group}/{path}")["items"][0][name] for name, path in lists.items()}


FOREIGN = [
    operation
    for operation in OPERATIONS
    if "bill_group" in operation.placeholders
    and {"subscription", "invoice", "transaction", "payment_method"} & set(operation.placeholders)
]


@pytest.mark.parametrize("operation", [pytest.param(each, id=f"{each.verb} {each.path}") for each in FOREIGN])
def test_what_belongs_to_another_bill_group_is_not_there(
    client: Client, stranger: str, operation: Operation
) -> None:
    path = operation.path
    for name, handle in {**handles(client), "bill_group": stranger}.items():
        path = path.replace(f"<{name}>", handle)
    asked = WHAT_IS_ASKED.get(operation.method.name, {})
    how = {"json": asked} if operation.has_body else {"params": asked}
    answer = client.send(operation.verb, path, **how)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


# What fits each method's schema, so that only the handle is wrong.
WHAT_IS_ASKED: dict[str, Json] = {
    "preview_action": {"action": "cancel"},
    "choose_payment_method": {"payment_method": None},
    "change_invoice": {"lines": [LINE], "version": 1},
    "record_payment": {"amount": 100},
}


def test_pages_lead_through_everything(client: Client) -> None:
    whole = client.get(f"/bill-groups/{BILL_GROUP}/invoices?limit=100")
    address = f"{client.url}/bill-groups/{BILL_GROUP}/invoices?limit=3"
    found = []
    while address:
        answer = client.send("GET", address.removeprefix(client.url))
        found += answer.json()["items"]
        address = answer.links.get("next", {}).get("url", "")
    assert len(found) > 3
    # What was loaded just now may still be followed by its credits.
    assert [each["invoice"] for each in found] == [each["invoice"] for each in whole["items"]]


def test_a_cursor_of_another_list_is_none(client: Client) -> None:
    cursor = client.get(f"/bill-groups/{BILL_GROUP}/invoices?limit=1")["next_cursor"]
    for wrong in (cursor[:-3], "x", "%00"):
        answer = client.send("GET", f"/bill-groups/{BILL_GROUP}/invoices?cursor={wrong}")
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")


def test_a_key_may_do_what_it_was_made_for(running: Suite) -> None:
    client = Client(running.url, make_api_key(running, "invoices:write"))
    assert client.send("GET", f"/bill-groups/{BILL_GROUP}/invoices").status_code == 200
    for path in (f"/bill-groups/{BILL_GROUP}", "/settings", "/api-keys"):
        answer = client.send("GET", path)
        assert (answer.status_code, answer.json()["code"]) == (403, "missing_scope")
    client.close()


def test_a_key_that_is_withdrawn_is_refused_within_a_second(running: Suite, client: Client) -> None:
    made = client.post("/api-keys", {"name": "Short", "scopes": ["settings:read"]})
    other = Client(running.url, made["secret"])
    assert other.send("GET", "/settings").status_code == 200
    assert client.send("DELETE", f"/api-keys/{made['api_key']}").status_code == 200
    wait_until(
        lambda: other.send("GET", "/settings").status_code == 401, timeout=1.5, what="the key's withdrawal"
    )
    other.close()


def test_a_key_cannot_make_a_mightier_one(running: Suite) -> None:
    client = Client(running.url, make_api_key(running, "keys:write", "invoices:read"))
    answer = client.send("POST", "/api-keys", json={"name": "Mighty", "scopes": ["invoices:write"]})
    assert answer.status_code == 403
    client.close()


def test_what_is_no_key_stays_outside(running: Suite) -> None:
    for secret in ("", "portico_nobody_" + "x" * 43, new_handle("key")):
        client = Client(running.url, secret)
        answer = client.send("GET", "/settings")
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        client.close()


def _told(answer: Answer) -> Json:
    assert answer.ok, answer.text
    found: Json = answer.json()
    return found

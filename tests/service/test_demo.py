"""The demo data in real services."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from deploy.demo import files
from deploy.demo.loading import Loaded, Outcome, load
from deploy.local.waiting import wait_until
from shared.contracts.registry import CONTRACTS
from shared.kernel.clock import utc_now
from shared.kernel.context import Context, system
from shared.messaging.client import RpcClient
from tests.support.fixtures import SuiteFactory

pytestmark = pytest.mark.slow

STAFF = Context(principal=system("tests"))


@pytest.fixture(scope="module")
def client(suite: SuiteFactory) -> Iterator[RpcClient]:
    services = suite("customers", "subscriptions", "invoices", "payments")
    client = RpcClient(services.settings["AMQP_URI"], CONTRACTS)
    yield client
    client.close()


@pytest.fixture(scope="module")
def today() -> date:
    return utc_now().date()


@pytest.fixture(scope="module")
def told(client: RpcClient, today: date) -> list[Loaded]:
    """What became of each row when the data were loaded for the first time."""
    told: list[Loaded] = []
    load(client, today, told.append)
    return told


def test_everything_is_taken(told: list[Loaded]) -> None:
    assert [each for each in told if each.outcome is not Outcome.LOADED] == []


class FirstOfEach:
    """Passes on the first few calls of each method, and takes the others for done."""

    def __init__(self, client: RpcClient, few: int = 5) -> None:
        self._client = client
        self._asked = Counter[str]()
        self._few = few

    def call(self, service: str, method: str, context: Context, /, **arguments: object) -> object:
        self._asked[method] += 1
        if self._asked[method] > self._few:
            return {}
        return self._client.call(service, method, context, **arguments)


def test_loading_again_changes_nothing(client: RpcClient, today: date, told: list[Loaded]) -> None:
    before = client.customers.get_merchant(STAFF)
    again: list[Loaded] = []
    assert load(FirstOfEach(client), today, again.append) == 0
    assert len(again) == len(told)
    assert client.customers.get_merchant(STAFF) == before


def test_the_sign_ins_lead_somewhere(client: RpcClient, told: list[Loaded]) -> None:
    for each in files.read("signins"):
        found = client.customers.find_sign_ins(STAFF, email=each["email"])["items"]
        assert found, each["email"]
        assert found[0]["access"] == ("off" if "no access" in each["has"] else "on")
    petra = client.customers.find_sign_ins(STAFF, email="petra@vogel-studio.example")["items"]
    assert [each["customer"] for each in petra] == ["cust-0027", "cust-0026"]


def test_stages_are_those_of_the_files(client: RpcClient, told: list[Loaded]) -> None:
    expected = {
        "bg-0001": {"active"},
        "bg-0003": {"on_hold"},
        "bg-0004": {"on_hold"},
        "bg-0005": {"active", "cancelled"},
        "bg-0006": {"expired"},
        "bg-0017": {"trial"},
        "bg-0019": {"pending"},
    }
    for bill_group, stages in expected.items():
        page = client.subscriptions.list_subscriptions(STAFF, bill_group=bill_group)
        assert {each["stage"] for each in page["items"]} == stages, bill_group


def test_balances_are_those_of_the_files(client: RpcClient, told: list[Loaded]) -> None:
    expected = _open_amounts()

    def balances() -> dict[str, Any]:
        groups = files.bill_groups()
        return {
            group: client.invoices.invoice_summary(STAFF, bill_group=group)["outstanding"] for group in groups
        }

    wait_until(lambda: balances() == expected, timeout=60, what="all payments to reach their invoices")


def _open_amounts() -> dict[str, int]:
    """What each bill group owes, by documents and transactions."""
    owed = dict.fromkeys(files.bill_groups(), 0)
    for row in files.read("invoices"):
        owed[row["bill_group"]] += -row["total"] if "corrects" in row else row["total"]
    for row in files.read("transactions"):
        if row["state"] in ("settled", "refunded"):
            owed[row["bill_group"]] += -row["amount"] if row["kind"] == "settle" else row["amount"]
    return owed

"""The demo data in real services, brought in through the API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from deploy.demo import files
from deploy.demo.rows import rows
from deploy.importer.api import Api
from deploy.importer.folder import Rows
from deploy.importer.importing import Outcome, Result, bring_in
from deploy.local import api_key
from deploy.local.programs import GATEWAY, SERVICES
from deploy.local.waiting import wait_until
from shared.kernel.clock import utc_now
from shared.kernel.context import Context, system
from shared.messaging.client import RpcClient
from tests.support.demo import load_demo, make_api_key
from tests.support.fixtures import SuiteFactory
from tests.support.suite import Suite

pytestmark = pytest.mark.slow

STAFF = Context(principal=system("tests"))


@pytest.fixture(scope="module")
def running(suite: SuiteFactory) -> Suite:
    return suite(*SERVICES, GATEWAY)


@pytest.fixture(scope="module")
def told(running: Suite) -> list[Result]:
    """What became of each row when the data were loaded for the first time."""
    return load_demo(running)


def test_everything_is_taken_in(told: list[Result]) -> None:
    assert [each for each in told if each.outcome is not Outcome.TAKEN] == []
    assert len(told) == sum(map(len, rows(utc_now().date()).values()))


def test_loading_again_changes_nothing(running: Suite, client: RpcClient, told: list[Result]) -> None:
    few = {
        name: [*of_name[:5], *(row for row in of_name[5:] if "corrects" in row)]
        for name, of_name in rows(utc_now().date()).items()
    }
    before = client.customers.get_merchant(STAFF)
    again: list[Result] = []
    bring_in(Api(running.url, make_api_key(running)), Rows(few), again.append)
    assert [each for each in again if each.outcome is not Outcome.KEPT] == []
    assert client.customers.get_merchant(STAFF) == before


def test_the_sign_ins_lead_somewhere(client: RpcClient, told: list[Result]) -> None:
    for each in files.read("signins"):
        found = client.customers.find_sign_ins(STAFF, email=each["email"])["items"]
        assert found, each["email"]
        assert found[0]["access"] == ("off" if "no access" in each["has"] else "on")
    petra = client.customers.find_sign_ins(STAFF, email="petra@vogel-studio.example")["items"]
    assert [each["customer"] for each in petra] == ["cust-0027", "cust-0026"]


def test_stages_are_those_of_the_files(client: RpcClient, told: list[Result]) -> None:
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


def test_balances_are_those_of_the_files(client: RpcClient, told: list[Result]) -> None:
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


def test_a_key_for_this_machine_is_made_once_and_again_when_it_is_no_good(
    running: Suite, tmp_path: Path
) -> None:
    file = tmp_path / "api-key"
    api_key.ensure(file, running.url, running.env)
    made = file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    assert Api(running.url, made.strip()).get("/settings")

    api_key.ensure(file, running.url, running.env)
    assert file.read_text() == made

    file.write_text("portico_ofanotherstore_0123456789")
    api_key.ensure(file, running.url, running.env)
    assert Api(running.url, file.read_text().strip()).get("/settings")

"""A folder brought in by command: through the API, into real services."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from deploy.demo.rows import write
from deploy.importer.api import Api
from deploy.local.programs import GATEWAY, ROOT, SERVICES
from shared.kernel.clock import utc_now
from tests.support.demo import make_api_key
from tests.support.fixtures import SuiteFactory
from tests.support.suite import Suite

pytestmark = pytest.mark.slow

# So many invoices, to be quick.
FEW = 20
LISTS = ("/products", "/plans", "/customers", "/invoices", "/transactions", "/subscriptions")


@dataclass(frozen=True)
class Run:
    """What the command has said."""

    status: int
    printed: str
    problems: str
    reported: list[dict[str, Any]]


@pytest.fixture(scope="module")
def running(suite: SuiteFactory) -> Suite:
    return suite(*SERVICES, GATEWAY)


@pytest.fixture(scope="module")
def api(running: Suite) -> Api:
    return Api(running.url, make_api_key(running))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some of the demo's rows, and four more that can't be taken."""
    folder = tmp_path_factory.mktemp("folder")
    write(folder, utc_now().date())

    invoices = read(folder, "invoices")[:FEW]
    wrong_total = {**invoices[0], "number": "2099-00001", "total": invoices[0]["total"] + 1}
    save(folder, "invoices", [*invoices, wrong_total])

    customers = read(folder, "customers")
    nameless = {key: value for key, value in customers[0].items() if key != "name"} | {"customer": "nameless"}
    save(folder, "customers", [*customers, nameless, {**customers[0], "customer": "blue", "colour": "blue"}])

    handles = {f"inv-{invoice['number']}" for invoice in invoices}
    lines = [json.dumps(row) for row in read(folder, "transactions") if row["invoice"] in handles]
    (folder / "transactions.json").unlink()
    (folder / "transactions.jsonl").write_text("\n".join([lines[0], "{'no': 'JSON'}", *lines[1:]]))
    return folder


def read(folder: Path, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((folder / f"{name}.json").read_text())
    return rows


def save(folder: Path, name: str, rows: list[dict[str, Any]]) -> None:
    (folder / f"{name}.json").write_text(json.dumps(rows))


def bring_in(running: Suite, folder: Path, key: str) -> Run:
    report = folder.with_suffix(".report")
    done = subprocess.run(
        [sys.executable, "-m", "deploy.importer", str(folder), "--report", str(report)],
        env={**running.env, "PORTICO_URL": running.url, "PORTICO_API_KEY": key},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    reported = [json.loads(line) for line in report.read_text().splitlines()]
    return Run(done.returncode, done.stdout, done.stderr, reported)


@pytest.fixture(scope="module")
def first(running: Suite, folder: Path) -> Run:
    return bring_in(running, folder, make_api_key(running))


def counts(api: Api) -> dict[str, int]:
    return {path: sum(1 for _ in api.items(path)) for path in LISTS}


def test_refused_rows_are_named_with_their_reason(first: Run) -> None:
    assert first.status == 1, first.problems
    refused = {(row["file"], row["row"], row["handle"]): row["reason"] for row in first.reported}
    assert list(refused) == [
        ("customers.json", 31, "nameless"),
        ("customers.json", 32, "blue"),
        ("invoices.json", FEW + 1, "2099-00001"),
        ("transactions.jsonl", 2, None),
    ]
    nameless, blue, wrong_total, no_json = refused.values()
    assert nameless.startswith("invalid_request: ")
    assert "(name: " in nameless
    assert "(colour: " in blue
    assert wrong_total.startswith("amounts_do_not_fit: ")
    assert no_json.startswith("no JSON: ")
    for (file, number, _), reason in refused.items():
        assert any(
            line.startswith(f"refused: {file}, row {number}") and line.endswith(reason)
            for line in first.printed.splitlines()
        )


def test_the_rest_goes_in_with_its_number_and_date(first: Run, folder: Path, api: Api) -> None:
    kept = {invoice["number"]: invoice for invoice in api.items("/invoices")}
    wanted = read(folder, "invoices")[:FEW]
    assert {(number, invoice["created_on"], invoice["total"]) for number, invoice in kept.items()} == {
        (row["number"], row["created_on"], row["total"]) for row in wanted
    }
    assert counts(api) == {
        "/products": len(read(folder, "products")),
        "/plans": len(read(folder, "plans")),
        "/customers": len(read(folder, "customers")) - 2,
        "/invoices": FEW,
        "/transactions": len((folder / "transactions.jsonl").read_text().splitlines()) - 1,
        "/subscriptions": len(read(folder, "subscriptions")),
    }


def test_a_second_run_doubles_nothing_and_says_so(running: Suite, api: Api, folder: Path, first: Run) -> None:
    before = counts(api)
    # Another key is another client: what one has sent, the other's keys know nothing of.
    second = bring_in(running, folder, make_api_key(running))
    assert second.status == 1
    assert second.reported == first.reported
    assert "0 taken in" in second.printed.splitlines()[-1]
    assert counts(api) == before


def test_with_a_key_that_is_none_nothing_is_sent(running: Suite, folder: Path) -> None:
    done = bring_in(running, folder, "portico_nobodys_key")
    assert done.status == 2
    assert "invalid_api_key: " in done.problems
    assert "0 rows" in done.printed

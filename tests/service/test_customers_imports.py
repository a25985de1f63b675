"""Files with customers, brought in by the service itself: also where its process dies in between."""

from __future__ import annotations

from typing import Any

import pytest
from pymongo import MongoClient

from deploy.local.waiting import wait_until
from shared.kernel.context import Context, Principal, PrincipalKind
from shared.kernel.errors import DomainError
from shared.kernel.ids import new_handle, new_id
from shared.messaging.client import RpcClient
from tests.support.fixtures import SuiteFactory
from tests.support.suite import Suite

pytestmark = pytest.mark.slow

STAFF = Context(
    principal=Principal(PrincipalKind.STAFF, "jane"), address="192.0.2.7", user_agent="Firefox/140.0"
)
CUSTOMER = Context(principal=Principal(PrincipalKind.CUSTOMER, "cust-1"))
HEADER = "customer;name;email;line1;postal_code;city;country;currency;vat_number"


@pytest.fixture(scope="module")
def running(suite: SuiteFactory) -> Suite:
    return suite("customers")


class File:
    """A file with customers whose numbers nobody else has."""

    def __init__(self, client: RpcClient) -> None:
        self.client = client
        self.mark = new_handle("f")

    def row(self, number: int, **other: str) -> str:
        cells = {
            "customer": f"{self.mark}-{number}",
            "name": f"Company {number} of {self.mark}",
            "email": f"someone-{number}@{self.mark}.example",
            "line1": "Torstraße 1",
            "postal_code": "10119",
            "city": "Berlin",
            "country": "DE",
            "currency": "EUR",
            "vat_number": "",
        }
        return ";".join({**cells, **other}.values())

    def begin(self, *rows: str, key: str | None = None) -> dict[str, Any]:
        job: dict[str, Any] = self.client.customers.begin_import(
            STAFF, file_name="customers.csv", content="\n".join([HEADER, *rows]), key=key or new_id()
        )
        return job

    def get(self, job: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = self.client.customers.get_import(STAFF, job=job["job"])
        return found

    def done(self, job: dict[str, Any]) -> dict[str, Any]:
        wait_until(lambda: self.get(job)["state"] == "done", timeout=180, what="the import")
        return self.get(job)

    def report(self, job: dict[str, Any], **page: Any) -> dict[str, Any]:
        found: dict[str, Any] = self.client.customers.list_import_report(STAFF, job=job["job"], **page)
        return found

    def customer(self, number: int) -> dict[str, Any]:
        found: dict[str, Any] = self.client.customers.get_customer(STAFF, customer=f"{self.mark}-{number}")
        return found


@pytest.fixture
def file(client: RpcClient) -> File:
    return File(client)


def counts(job: dict[str, Any]) -> tuple[int, int, int]:
    return job["taken"], job["kept"], job["refused"]


def test_a_bad_row_is_reported_and_the_rest_brought_in(file: File) -> None:
    job = file.begin(
        file.row(1),
        file.row(2, email="nobody", country="XX"),
        file.row(3, vat_number="DE1"),
        file.row(4, currency="Euro"),
        file.row(1),
        file.row(5),
    )
    assert (job["state"], job["rows"]) == ("running", 6)
    assert counts(file.done(job)) == (2, 0, 4)
    assert {
        row["row"]: [(each["column"], each["code"]) for each in row["problems"]]
        for row in file.report(job)["items"]
    } == {
        3: [("country", "invalid_country"), ("email", "invalid_email")],
        4: [("vat_number", "invalid_vat_number")],
        5: [("currency", "invalid_currency")],
        6: [("customer", "doubled")],
    }
    assert file.report(job)["items"][0]["cells"]["email"] == "nobody"
    first = file.report(job, limit=3)
    assert [row["row"] for row in first["items"]] == [3, 4, 5]
    rest = file.report(job, limit=3, cursor=first["next_cursor"])
    assert ([row["row"] for row in rest["items"]], rest["next_cursor"]) == ([6], None)
    [group] = file.customer(5)["bill_groups"]
    assert file.client.customers.get_bill_group(STAFF, bill_group=group)["language"] == "en"
    with pytest.raises(DomainError, match="not_found"):
        file.customer(2)


def test_again_nothing_is_doubled(file: File) -> None:
    key = new_id()
    job = file.begin(file.row(1), file.row(2), key=key)
    assert file.begin(file.row(1), file.row(2), key=key)["job"] == job["job"]
    with pytest.raises(DomainError, match="key_used_for_something_else"):
        file.begin(file.row(1), key=key)
    assert counts(file.done(job)) == (2, 0, 0)
    again = file.begin(file.row(1), file.row(2, city="Hamburg"), file.row(3))
    assert again["job"] != job["job"]
    done = file.done(again)
    assert (counts(done), done["reported"]) == ((1, 2, 0), 1)
    [row] = file.report(again)["items"]
    assert (row["row"], row["outcome"]) == (3, "kept")
    assert row["problems"] == [{"column": "customer", "code": "already_exists"}]
    assert {job["job"], again["job"]} <= {
        each["job"] for each in file.client.customers.list_imports(STAFF)["items"]
    }


def test_whoever_began_it_stands_in_the_timeline(file: File) -> None:
    job = file.done(file.begin(file.row(1)))

    def told() -> list[dict[str, Any]]:
        page = file.client.customers.list_customer_timeline(STAFF, customer=f"{file.mark}-1")
        return [event for event in page["items"] if event["type"] == "customer_created"]

    def told_of_the_job() -> list[str]:
        page = file.client.customers.list_installation_timeline(STAFF, subject=job["job"])
        return [event["type"] for event in page["items"]]

    wait_until(told, timeout=20, what="the event")
    [event] = told()
    assert (event["principal"], event["address"], event["user_agent"]) == (
        "staff:jane",
        "192.0.2.7",
        "Firefox/140.0",
    )
    wait_until(lambda: len(told_of_the_job()) == 2, timeout=20, what="both events")
    assert set(told_of_the_job()) == {"import_started", "import_finished"}


@pytest.mark.parametrize(
    "content, reason, columns",
    [
        ("email;country;currency", "no_rows", []),
        ("email;country;currency;colour\na;b;c;d", "unknown_columns", ["colour"]),
        ("Dear Sir or Madam", "no_delimiter", []),
    ],
)
def test_what_is_no_such_file_begins_nothing(
    client: RpcClient, content: str, reason: str, columns: list[str]
) -> None:
    with pytest.raises(DomainError, match="invalid_file") as refused:
        client.customers.begin_import(STAFF, file_name="x.csv", content=content, key=new_id())
    assert refused.value.params == {"reason": reason, "columns": columns}


def test_it_is_for_the_merchants_side(file: File, client: RpcClient) -> None:
    job = file.begin(file.row(1))
    for ask in (
        lambda: client.customers.begin_import(CUSTOMER, file_name="x", content="x", key=new_id()),
        lambda: client.customers.get_import(CUSTOMER, job=job["job"]),
        lambda: client.customers.list_imports(CUSTOMER),
        lambda: client.customers.list_import_report(CUSTOMER, job=job["job"]),
    ):
        with pytest.raises(DomainError, match="not_allowed"):
            ask()


def test_a_thousand_rows_are_brought_in_once_though_the_process_is_killed_twice(
    running: Suite, file: File
) -> None:
    rows = [file.row(number, **({"email": "nobody"} if number % 100 == 0 else {})) for number in range(1000)]
    job = file.begin(*rows)
    for share in (100, 500):
        wait_until(
            lambda share=share: sum(counts(file.get(job))) >= share,  # type: ignore[misc]
            timeout=180,
            what=f"{share} rows",
        )
        running.kill("customers")
        running.start("customers")
    done = file.done(job)
    assert counts(done) == (990, 0, 10)
    report = file.report(job, limit=1000)["items"]
    assert [row["row"] for row in report] == [2 + number for number in range(0, 1000, 100)]
    with MongoClient(running.settings["MONGO_URI"]) as store:
        database = store[f"{running.settings['DATABASE_PREFIX']}customers"]
        mine = {"customer": {"$regex": f"^{file.mark}-"}}
        assert database["bill_groups"].count_documents(mine) == 990
        assert database["import_batches"].count_documents({"_id": {"$regex": f"^{job['job']}:"}}) == 0
        kept = database["import_report"].find_one({"_id": {"$regex": f"^{job['job']} "}})
        # Milliseconds are what the store keeps.
        assert f"{kept['remove_at']:%Y-%m-%dT%H:%M}" == done["kept_until"][:16]

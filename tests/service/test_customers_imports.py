"""Files with customers, brought in by the service itself: also where its process dies in between."""

from __future__ import annotations

from collections.abc import Sequence
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
OTHER_STAFF = Context(principal=Principal(PrincipalKind.STAFF, "jack"))
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

    def send(self, rows: Sequence[str], *, cut: int) -> dict[str, str | int]:
        """Send a file in parts of ``cut`` characters; what names it to ``begin_import``."""
        text, upload = "\n".join([HEADER, *rows]), new_handle("upl")
        parts = [text[place : place + cut] for place in range(0, len(text), cut)]
        for number, part in enumerate(parts):
            self.put(upload, number, part)
        return {"upload": upload, "parts": len(parts)}

    def put(self, upload: str, number: int, content: str) -> None:
        self.client.customers.put_import_part(
            STAFF, upload=upload, part=number, content=content, key=new_id()
        )

    def begin_sent(self, sent: dict[str, str | int], key: str = "") -> dict[str, Any]:
        job: dict[str, Any] = self.client.customers.begin_import(
            STAFF, file_name="long.csv", **sent, key=key or new_id()
        )
        return job

    def stop(self, job: dict[str, Any]) -> dict[str, Any]:
        stopped: dict[str, Any] = self.client.customers.stop_import(OTHER_STAFF, job=job["job"], key=new_id())
        return stopped

    def ended(self, job: dict[str, Any]) -> dict[str, Any]:
        wait_until(lambda: self.get(job)["finished_at"], timeout=180, what="the end of the import")
        return self.get(job)

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
    assert (job["state"], job["rows"]) == ("reading", 0)
    done = file.done(job)
    assert (done["rows"], counts(done)) == (6, (2, 0, 4))
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
        lambda: client.customers.put_import_part(CUSTOMER, upload="u", part=0, content="x", key=new_id()),
        lambda: client.customers.stop_import(CUSTOMER, job=job["job"], key=new_id()),
        lambda: client.customers.list_imports(CUSTOMER),
        lambda: client.customers.list_import_report(CUSTOMER, job=job["job"]),
    ):
        with pytest.raises(DomainError, match="not_allowed"):
            ask()


def test_a_long_file_comes_in_parts(file: File) -> None:
    sent = file.send([file.row(1), file.row(2, email="nobody"), file.row(3)], cut=37)
    upload, key = str(sent["upload"]), new_id()
    file.put(upload, 0, HEADER[:37])
    with pytest.raises(DomainError, match="already_exists"):
        file.put(upload, 0, "something else")
    job = file.begin_sent(sent, key)
    assert file.begin_sent(sent, key) == job
    assert counts(file.done(job)) == (2, 0, 1)
    assert [row["row"] for row in file.report(job)["items"]] == [3]
    # The text is gone by now, and the request is known all the same.
    assert file.begin_sent(sent, key)["job"] == job["job"]


def test_a_file_that_did_not_arrive_whole_begins_nothing(file: File) -> None:
    sent = file.send([file.row(1)], cut=40)
    with pytest.raises(DomainError, match="invalid_file") as refused:
        file.begin_sent({**sent, "parts": int(sent["parts"]) + 1})
    assert refused.value.params["reason"] == "incomplete"
    for wrong in ({"upload": sent["upload"]}, {**sent, "content": "x"}, {}):
        with pytest.raises(DomainError, match="invalid_request"):
            file.client.customers.begin_import(STAFF, file_name="x.csv", **wrong, key=new_id())


def test_it_is_stopped_and_brought_in_later_though_the_process_is_killed(running: Suite, file: File) -> None:
    rows = [file.row(number) for number in range(1500)]
    sent = file.send(rows, cut=50_000)
    job = file.begin_sent(sent)
    wait_until(lambda: sum(counts(file.get(job))) >= 100, timeout=180, what="100 rows")
    assert file.stop(job)["state"] == "stopping"
    running.kill("customers")
    running.start("customers")
    stopped = file.ended(job)
    done = sum(counts(stopped))
    assert stopped["state"] == "stopped"
    assert 100 <= done < 1500
    assert (stopped["rows"], file.stop(job)["state"]) == (1500, "stopped")
    with MongoClient(running.settings["MONGO_URI"]) as store:
        database = store[f"{running.settings['DATABASE_PREFIX']}customers"]
        mine = database["customers"].count_documents({"_id": {"$regex": f"^{file.mark}-"}})
        # What was in hand when the process was killed is in, and was not counted.
        assert done <= mine <= done + 50
        left = {"_id": {"$regex": f"^({job['job']}|{sent['upload']}):"}}
        for collection in ("import_batches", "import_parts"):
            assert database[collection].count_documents(left) == 0

    def told() -> dict[str, str]:
        page = file.client.customers.list_installation_timeline(STAFF, subject=job["job"])
        return {event["type"]: event["principal"] for event in page["items"]}

    expected = {"import_started": "staff:jane", "import_stopped": "staff:jack"}
    wait_until(lambda: told() == expected, timeout=20, what="both events")
    again = file.begin(*rows[: mine + 5])
    assert counts(file.done(again)) == (5, mine, 0)
    assert file.stop(again)["state"] == "done"


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

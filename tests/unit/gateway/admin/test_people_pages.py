"""The staff's pages of customers, bill groups, timelines, documents and imports, on fakes."""

from __future__ import annotations

import ast
import csv
import io
from pathlib import Path
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from deploy.local.programs import SERVICES
from services.gateway.admin.import_texts import FILE_TEXTS, ROW_TEXTS
from services.gateway.admin.imported_files import MOST_BYTES
from services.gateway.error_texts import FIELD_TEXTS
from services.gateway.timeline.words import WORDS
from shared.contracts.customer_imports import MOST_OF_A_PART
from shared.contracts.registry import CONTRACTS
from shared.kernel.errors import DomainError, Kind, NotFound
from tests.unit.gateway.admin.conftest import StaffAs
from tests.unit.gateway.admin.people_samples import ADDRESS_CHANGED, CUSTOMER, DONE, JOB, REPORTED, answers
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices
from tests.unit.gateway.samples import BILL_GROUP
from tests.unit.gateway.section_samples import event, page

PAGES = (
    "/admin/customers",
    "/admin/customers/new",
    "/admin/customers/cust-0001",
    "/admin/customers/cust-0001/change",
    "/admin/customers/cust-0001/timeline",
    "/admin/customers/cust-0001/bill-groups/new",
    "/admin/bill-groups/bg-0001",
    "/admin/bill-groups/bg-0001/contacts/billing",
    "/admin/bill-groups/bg-0001/contacts/shipping",
    "/admin/bill-groups/bg-0001/contacts/shipping/remove",
    "/admin/bill-groups/bg-0001/numbers",
    "/admin/bill-groups/bg-0001/settings",
    "/admin/bill-groups/bg-0001/preferences/billing",
    "/admin/bill-groups/bg-0001/timeline",
    "/admin/bill-groups/bg-0001/documents",
    "/admin/bill-groups/bg-0001/documents/inv-2026-0042",
    "/admin/timeline",
    "/admin/import",
    "/admin/import/imp-1",
)
AWAY = DomainError("service_away", Kind.RETRY)


@pytest.fixture(autouse=True)
def _answers(services: FakeServices) -> None:
    for (service, method), answer in answers().items():
        services.on(service, method, answer)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_page_is_there(staff: Browser, path: str, language: str) -> None:
    assert staff.get(path, headers={"Accept-Language": language}).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_strangers_are_sent_to_the_door(stranger: Browser, path: str) -> None:
    assert "/admin/login" in stranger.get(path).headers["Location"]


@pytest.mark.parametrize("service", ["subscriptions", "invoices", "payments"])
@pytest.mark.parametrize("path", ["/admin/customers/cust-0001", "/admin/bill-groups/bg-0001"])
def test_a_service_that_is_away_takes_only_its_own_part_with_it(
    staff: Browser, services: FakeServices, path: str, service: str
) -> None:
    for method in CONTRACTS[service].methods:
        services.on(service, method, AWAY)
    shown = staff.get(path)
    assert shown.status_code == 200
    assert shown.text.count("could not be loaded") == 1
    assert "Lange Reihe 12" in shown.text


def test_what_is_looked_for_is_asked_of_several_at_once(staff: Browser, services: FakeServices) -> None:
    found = {"subject": "sub-0042", "source": "subscriptions", "customer": "cust-7", "bill_group": "bg-7"}
    services.on("customers", "find_subject", {"items": [found]})
    shown = staff.get("/admin/customers?q=sub-0042&access=on&sort=name").text
    [asked] = services.asked("find_customers")
    assert (asked.arguments["q"], asked.arguments["access"], asked.arguments["sort"]) == (
        "sub-0042",
        "on",
        "name",
    )
    assert [call.arguments["search"] for call in services.asked("find_invoices")] == ["sub-0042"]
    assert "/admin/bill-groups/bg-7" in shown


@pytest.mark.parametrize("text", ["", "ab", "Müller & Söhne", "two words 1"])
def test_what_is_no_number_is_looked_for_among_customers_only(
    staff: Browser, services: FakeServices, text: str
) -> None:
    staff.get("/admin/customers", query_string={"q": text})
    assert services.asked("find_invoices") == services.asked("find_subject") == []


@pytest.mark.parametrize("query", ["sort=size", "access=maybe", f"q={'x' * 201}", f"cursor={'x' * 501}"])
def test_an_address_that_says_nonsense_shows_the_first_page(staff: Browser, query: str) -> None:
    shown = staff.get(f"/admin/customers?{query}")
    assert shown.status_code == 400
    assert "Bergmann Apotheke" in shown.text


def test_a_page_that_is_gone_is_said_to_be(staff: Browser, services: FakeServices) -> None:
    def find(cursor: str | None = None, **_: Any) -> dict[str, Any]:
        if cursor:
            raise DomainError("invalid_cursor")
        return page(CUSTOMER)

    services.on("customers", "find_customers", find)
    shown = staff.get("/admin/customers?cursor=old")
    assert shown.status_code == 400
    assert "no longer exists" in shown.text


def test_a_customer_is_created_with_a_bill_group(staff: Browser, services: FakeServices) -> None:
    services.on("customers", "create_customer", {**CUSTOMER, "customer": "cust-9"})
    sent = staff.post("/admin/customers/new", **NEW)
    assert (sent.status_code, sent.headers["Location"]) == (303, "/admin/customers/cust-9")
    [asked] = services.asked("create_customer")
    assert asked.arguments["name"] == "Roe"
    [group] = asked.arguments["bill_groups"]
    assert (group["currency"], group["language"], group["time_zone"]) == ("CHF", "de", "Europe/Zurich")
    assert group["contacts"]["billing"]["address"]["city"] == "Bern"
    assert str(asked.context.principal) == "staff:staff-0001"


NEW = {
    "customer_name": "Roe",
    "access": "on",
    "currency": "CHF",
    "language": "de",
    "time_zone": "Europe/Zurich",
    "name": "Jane Roe",
    "email": "jane@roe.example",
    "country": "CH",
    "line1": "Gasse 1",
    "postal_code": "3011",
    "city": "Bern",
}


def test_what_is_wrong_with_a_new_customer_stands_next_to_its_field(
    staff: Browser, services: FakeServices
) -> None:
    fields = {"name": "required", "contacts.billing.email": "invalid_email", "time_zone": "unknown_time_zone"}
    services.on("customers", "create_customer", DomainError("invalid_customer", fields=fields))
    shown = staff.post("/admin/customers/new", **{**NEW, "name": "Jane <Roe>"})
    assert shown.status_code == 422
    for field in ("customer_name", "email", "time_zone"):
        assert f'id="{field}-error"' in shown.text
    assert 'id="name-error"' not in shown.text
    assert "Jane &lt;Roe&gt;" in shown.text


def test_a_customer_that_somebody_else_has_changed_shows_both(staff: Browser, services: FakeServices) -> None:
    current = {**CUSTOMER, "name": "Bergmann & Co.", "version": 9}
    stale = DomainError("changed_meanwhile", Kind.CONFLICT, current=current)
    services.on("customers", "change_customer", stale)
    shown = staff.post("/admin/customers/cust-0001/change", customer_name="Bergmann neu", access="default")
    assert shown.status_code == 409
    assert "Bergmann neu" in shown.text
    assert "Bergmann &amp; Co." in shown.text
    assert 'name="version" value="9"' in shown.text


def test_an_address_is_changed_as_in_the_portal(staff: Browser, services: FakeServices) -> None:
    services.on("customers", "change_contact", BILL_GROUP)
    fields = {"name": "Anna Berg", "email": "anna@x.example", "country": "DE", "city": "Lübeck"}
    sent = staff.post("/admin/bill-groups/bg-0001/contacts/billing", **fields)
    assert sent.status_code == 303
    [asked] = services.asked("change_contact")
    assert asked.arguments["bill_group"] == "bg-0001"
    assert asked.arguments["version"] == 7
    assert asked.arguments["contact"]["address"]["city"] == "Lübeck"


@pytest.mark.parametrize(
    "path, method, fields, both",
    [
        ("contacts/billing", "change_contact", {"name": "B", "city": "Lübeck", "country": "DE"}, "Hamburg"),
        ("numbers", "change_numbers", {"po_number": "PO-1"}, "PO-4711"),
        (
            "settings",
            "change_bill_group",
            {"language": "en", "time_zone": "UTC", "access": "off"},
            "Saved meanwhile",
        ),
        ("preferences/billing", "change_preferences", {"language": "en", "time_zone": ""}, "Saved meanwhile"),
    ],
)
def test_a_stale_form_of_a_bill_group_shows_both(
    staff: Browser, services: FakeServices, path: str, method: str, fields: dict[str, str], both: str
) -> None:
    stale = DomainError("changed_meanwhile", Kind.CONFLICT, current={**BILL_GROUP, "version": 8})
    services.on("customers", method, stale)
    shown = staff.post(f"/admin/bill-groups/bg-0001/{path}", **fields)
    assert shown.status_code == 409
    assert both in shown.text
    assert 'name="version" value="8"' in shown.text


def test_a_note_goes_into_the_timeline(staff: Browser, services: FakeServices) -> None:
    note = {"note": "note-1", "bill_group": "bg-0001", "text": "x", "created_at": "2026-11-21T10:00:00+00:00"}
    services.on("customers", "add_note", note)
    sent = staff.post(
        "/admin/bill-groups/bg-0001/notes", seen="/admin/bill-groups/bg-0001", text="Call on Monday"
    )
    assert sent.status_code == 303
    assert services.asked("add_note")[0].arguments["text"] == "Call on Monday"
    empty = staff.post("/admin/bill-groups/bg-0001/notes", seen="/admin/bill-groups/bg-0001", text=" \n ")
    assert empty.status_code == 422


def test_who_may_only_look_finds_no_buttons_and_is_refused(staff_as: StaffAs, services: FakeServices) -> None:
    looker = staff_as("read_only")
    assert "/admin/customers/new" not in looker.get("/admin/customers").text
    assert "contacts/billing" not in looker.get("/admin/bill-groups/bg-0001").text
    for path in ("/admin/customers/new", "/admin/bill-groups/bg-0001/contacts/billing", "/admin/import"):
        assert looker.get(path).status_code == 403


@pytest.mark.parametrize("path", [path for path in PAGES if "0001" in path and "inv-" not in path])
def test_what_is_not_there_is_not_found(staff: Browser, services: FakeServices, path: str) -> None:
    services.on("customers", "get_customer", NotFound())
    services.on("customers", "get_bill_group", NotFound())
    assert staff.get(path).status_code == 404


# Timelines.


def test_a_change_is_told_field_by_field_with_who_and_from_where(staff: Browser) -> None:
    shown = staff.get("/admin/customers/cust-0001/timeline").text
    for text in (
        "Contact changed: billing contact",
        "Hamburg",
        "Lübeck",
        "Germany",
        "198.51.100.7",
        "Firefox on Linux",
    ):
        assert text in shown
    assert "nothing" in shown


def test_somebody_of_the_staff_is_named(staff: Browser, services: FakeServices) -> None:
    services.on(
        "customers", "list_customer_timeline", page({**ADDRESS_CHANGED, "principal": "staff:staff-0002"})
    )
    known = {"principal": "staff:staff-0002", "name": "Vera Lindt", "detail": "vera@nordlicht.example"}
    services.on("auth", "name_principals", {"items": [known]})
    assert "Vera Lindt" in staff.get("/admin/customers/cust-0001/timeline").text
    services.on("auth", "name_principals", AWAY)
    assert "staff-0002" in staff.get("/admin/customers/cust-0001/timeline").text


@pytest.mark.parametrize(
    "query, asked",
    [
        ("kind=payments", {"source": "payments"}),
        ("kind=customers.contact_changed", {"type": "contact_changed"}),
        ("kind=nonsense", {}),
        ("subject=sub-0001", {"subject": "sub-0001"}),
        (
            "since=2026-11-01&until=2026-11-02",
            {"recorded_from": "2026-11-01T00:00:00+00:00", "recorded_to": "2026-11-03T00:00:00+00:00"},
        ),
    ],
)
def test_a_timeline_is_narrowed_as_the_address_says(
    staff: Browser, services: FakeServices, query: str, asked: dict[str, str]
) -> None:
    for path, method in (
        ("/admin/customers/cust-0001/timeline", "list_customer_timeline"),
        ("/admin/bill-groups/bg-0001/timeline", "list_timeline"),
        ("/admin/timeline", "list_installation_timeline"),
    ):
        assert staff.get(f"{path}?{query}").status_code == 200
        arguments = dict(services.asked(method)[-1].arguments)
        for name in ("customer", "bill_group", "cursor"):
            arguments.pop(name, None)
        assert arguments == asked


@pytest.mark.parametrize(
    "query, field",
    [("subject=a+b", "subject"), ("since=soon", "since"), ("until=1066-10-14", "until"),
     ("since=2026-11-02&until=2026-11-01", "until")],
)  # fmt: skip
def test_a_filter_that_says_nonsense_says_so(staff: Browser, query: str, field: str) -> None:
    shown = staff.get(f"/admin/timeline?{query}")
    assert shown.status_code == 400
    assert f'id="{field}-error"' in shown.text


def test_every_event_of_every_contract_has_a_sentence() -> None:
    events = {f"{name}.{event}" for name in SERVICES for event in CONTRACTS[name].events}
    assert events - set(WORDS) == set(), "say in services/gateway/timeline/words_of_… what happened"


def test_what_this_gateway_has_not_heard_of_has_its_bare_name(staff: Browser, services: FakeServices) -> None:
    services.on("customers", "list_installation_timeline", page(event("thing_happened_oddly", odd=[1])))
    assert "Thing happened oddly" in staff.get("/admin/timeline").text


# Imports.


def upload(staff: Browser, content: bytes, name: str = "customers.csv", page: str = "") -> Any:
    shown = page or staff.get("/admin/import").text
    tokens = {
        field: shown.partition(f'name="{field}" value="')[2].partition('"')[0]
        for field in ("csrf_token", "key")
    }
    # Encoded here: the client would leave open what it puts into a file of its own.
    boundary, body = encode_multipart({**tokens, "file": FileStorage(io.BytesIO(content), name)})
    return staff.client.post(
        "/admin/import", data=body, content_type=f"multipart/form-data; boundary={boundary}"
    )


def test_a_file_is_taken_and_watched(staff: Browser, services: FakeServices) -> None:
    services.on("customers", "begin_import", DONE)
    sent = upload(staff, "\ufeffemail;country;currency\nü@x.example;DE;EUR".encode(), "files/Kunden.csv")
    assert (sent.status_code, sent.headers["Location"]) == (303, "/admin/import/imp-1")
    [asked] = services.asked("begin_import")
    assert asked.arguments["file_name"] == "Kunden.csv"
    assert asked.arguments["content"].startswith("email;")
    running = staff.get("/admin/import/imp-1").text
    assert "data-look-again" in running
    assert "25 of 40 rows" in running
    services.on("customers", "get_import", DONE)
    assert "data-look-again" not in staff.get("/admin/import/imp-1").text


def test_what_is_no_such_file_is_refused_with_what_to_do(staff: Browser, services: FakeServices) -> None:
    assert "CSV UTF-8" in upload(staff, "Müller".encode("latin-1")).text
    services.on(
        "customers", "begin_import", DomainError("invalid_file", reason="unknown_columns", columns=["colour"])
    )
    refused = upload(staff, b"email;colour")
    assert refused.status_code == 422
    assert "“colour”" in refused.text
    assert "Please choose a file" in staff.post("/admin/import").text


def test_a_file_may_be_larger_than_a_form_and_yet_not_of_any_size(
    staff: Browser, services: FakeServices
) -> None:
    services.on("customers", "begin_import", DONE)
    assert upload(staff, b"email;country;currency\n" + b"x" * 400_000).status_code == 303
    claimed = {"CONTENT_LENGTH": "90000000", "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    assert staff.client.post("/admin/import", environ_overrides=claimed).status_code == 413
    refused = upload(staff, b"x" * (MOST_BYTES + 1))
    assert (refused.status_code, "more than 24 MB" in refused.text) == (422, True)
    assert "at most 24 MB" in staff.get("/admin/import").text


def test_a_long_file_is_sent_in_parts_which_are_the_same_each_time(
    staff: Browser, services: FakeServices
) -> None:
    services.on("customers", "begin_import", DONE)
    services.on("customers", "put_import_part", {"upload": "upl-1", "part": 0})
    text = "email;country;currency\n" + "ü" * 2_000_000
    shown = staff.get("/admin/import").text
    for content in (text, text, f"{text}!"):
        assert upload(staff, content.encode("utf-8-sig"), page=shown).status_code == 303
    parts = [asked.arguments for asked in services.asked("put_import_part")]
    once, again, other = parts[:3], parts[3:6], parts[6:]
    assert [part["part"] for part in once] == [0, 1, 2]
    assert max(len(part["content"]) for part in once) <= MOST_OF_A_PART
    assert "".join(part["content"] for part in once) == text
    assert once == again
    assert {part["upload"] for part in once}.isdisjoint(part["upload"] for part in other)
    [begun, *_] = [asked.arguments for asked in services.asked("begin_import")]
    assert (begun["upload"], begun["parts"], "content" in begun) == (once[0]["upload"], 3, False)


def test_nothing_is_sent_of_a_long_file_in_another_encoding(staff: Browser, services: FakeServices) -> None:
    refused = upload(staff, b"email;country;currency\n" + b"x" * 3_000_000 + "ü".encode("latin-1"))
    assert "CSV UTF-8" in refused.text
    assert "CSV UTF-8" in upload(staff, "email;country".encode("utf-16")).text
    assert not services.asked("put_import_part")
    assert not services.asked("begin_import")


@pytest.mark.parametrize(
    "state, rows, heading, can_be_stopped, badge",
    [
        ("reading", 3000, "3,000 rows so far", True, "Under way"),
        ("running", 40, "25 of 40 rows", True, "Under way"),
        ("stopping", 40, "25 of 40 rows", False, "Is being stopped"),
        ("stopped", 40, "25 of 40 rows", False, "Stopped"),
        ("done", 40, "40 of 40 rows", False, "Done"),
    ],
)
def test_how_far_a_file_is(
    staff: Browser,
    services: FakeServices,
    state: str,
    rows: int,
    heading: str,
    can_be_stopped: bool,
    badge: str,
) -> None:
    ended = state in ("stopped", "done")
    job = {**(DONE if ended else JOB), "state": state, "rows": rows}
    services.on("customers", "get_import", job if state == "done" else {**job, "taken": JOB["taken"]})
    shown = staff.get("/admin/import/imp-1").text
    assert heading in shown
    assert badge in shown
    assert ("/imp-1/stop" in shown and "Stop the import" in shown) is can_be_stopped
    assert ("Send the same file again" in shown) is (state == "stopped")
    assert ("data-look-again" in shown) is not ended


@pytest.mark.parametrize(
    "state, said", [("stopping", "What was brought in stays"), ("done", "nothing to stop")]
)
def test_an_import_is_stopped(staff: Browser, services: FakeServices, state: str, said: str) -> None:
    services.on("customers", "stop_import", {**JOB, "state": state})
    sent = staff.post("/admin/import/imp-1/stop", seen="/admin/import/imp-1")
    assert (sent.status_code, sent.headers["Location"]) == (303, "/admin/import/imp-1")
    [asked] = services.asked("stop_import")
    assert asked.arguments["job"] == "imp-1"
    assert said in staff.get("/admin/import/imp-1").text


def test_refused_rows_are_shown_and_can_be_downloaded(staff: Browser, services: FakeServices) -> None:
    shown = staff.get("/admin/import/imp-1").text
    assert "Müller &lt;b&gt;" in shown
    assert "email: Please enter an e-mail address" in shown
    report = staff.get("/admin/import/imp-1/report.csv")
    assert report.mimetype == "text/csv"
    [row] = csv.DictReader(io.StringIO(report.data.decode("utf-8-sig"), newline=""))
    assert (row["row"], row["outcome"], row["name"]) == ("5", "refused", REPORTED["cells"]["name"])


@pytest.mark.parametrize(
    "module, texts", [("reading", FILE_TEXTS | ROW_TEXTS), ("rows", FIELD_TEXTS | ROW_TEXTS)]
)
def test_every_code_of_files_and_rows_has_a_text(module: str, texts: dict[str, Any]) -> None:
    path = Path(__file__).parents[4] / "shared" / "customer_csv" / f"{module}.py"
    found = {
        node.args[-1 if node.func.id == "Problem" else 0]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("Problem", "FileRefused")
    }
    codes = {node.value for node in found if isinstance(node, ast.Constant)}
    assert len(codes) > 2
    assert codes <= set(texts)

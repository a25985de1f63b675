"""Requests of the API become calls, and replies become answers."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest

from shared.kernel.context import Principal, PrincipalKind
from shared.kernel.errors import DomainError, Kind, NotFound
from tests.unit.gateway import samples
from tests.unit.gateway.api.conftest import Program
from tests.unit.gateway.fakes import FakeServices

PAGE: dict[str, Any] = {"items": [], "next_cursor": None}
WORKSHOP = {"description": "Workshop", "unit_amount": 12000}


def test_reading_goes_to_the_method_and_its_reply_comes_back_as_it_is(
    program: Program, services: FakeServices
) -> None:
    answer = program.get("/bill-groups/bg-0001", headers={"Accept-Language": "de"})
    assert answer.status_code == 200
    assert answer.json == samples.BILL_GROUP
    (call,) = services.asked("get_bill_group")
    assert call.arguments == {"bill_group": "bg-0001"}
    assert call.context.principal == Principal(PrincipalKind.API_KEY, "key-1")
    assert call.context.language == "de"
    assert call.context.request_id == answer.headers["X-Request-Id"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_query_has_the_other_fields_in_their_types(program: Program, services: FakeServices) -> None:
    services.on("invoices", "list_invoices", PAGE)
    answer = program.get("/bill-groups/bg-0001/invoices?status=open&limit=7")
    assert answer.status_code == 200
    assert services.asked("list_invoices")[0].arguments == {
        "bill_group": "bg-0001",
        "status": "open",
        "limit": 7,
    }


def test_a_page_names_the_next_one(program: Program, services: FakeServices) -> None:
    services.on("invoices", "list_invoices", {"items": [], "next_cursor": "a+b"})
    answer = program.get("/bill-groups/bg-0001/invoices?cursor=old&status=open")
    assert answer.headers["Link"] == (
        '<http://localhost/api/v1/bill-groups/bg-0001/invoices?status=open&cursor=a%2Bb>; rel="next"'
    )
    services.on("invoices", "list_invoices", PAGE)
    assert "Link" not in program.get("/bill-groups/bg-0001/invoices").headers


def test_a_change_has_its_body_its_path_and_its_key(program: Program, services: FakeServices) -> None:
    services.on("customers", "change_contact", samples.BILL_GROUP)
    contact = {"name": "Anna", "email": "anna@example.com"}
    answer = program.send(
        "PUT",
        "/bill-groups/bg-0001/contacts/billing",
        json={"contact": contact, "version": 7},
        headers={"Idempotency-Key": "order-0815"},
    )
    assert answer.status_code == 200
    assert services.asked("change_contact")[0].arguments == {
        "bill_group": "bg-0001",
        "role": "billing",
        "contact": contact,
        "version": 7,
        "key": "order-0815",
    }


def test_a_change_without_a_key_gets_one_of_its_own(program: Program, services: FakeServices) -> None:
    services.on("customers", "remove_shipping_contact", samples.BILL_GROUP)
    for _ in range(2):
        program.send("DELETE", "/bill-groups/bg-0001/contacts/shipping?version=7")
    one, other = services.asked("remove_shipping_contact")
    assert one.arguments["version"] == 7
    assert one.arguments["key"] != other.arguments["key"]


@pytest.mark.parametrize("key", ["short", "x" * 101, "with blank", "umlaut-ä-key"])
def test_a_key_that_is_none_is_refused(program: Program, services: FakeServices, key: str) -> None:
    answer = program.send(
        "DELETE", "/bill-groups/bg-0001/contacts/shipping?version=7", headers={"Idempotency-Key": key}
    )
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["errors"] == [
        {"parameter": "Idempotency-Key", "detail": "Must be 8 to 100 visible ASCII characters."}
    ]
    assert not services.asked("remove_shipping_contact")


def test_a_creation_says_so(program: Program, services: FakeServices) -> None:
    services.on("payments", "begin_payment_method", {"setup": "set-1", "url": "http://provider/1"})
    answer = program.post("/bill-groups/bg-0001/payment-methods", json={"return_url": "http://localhost/x"})
    assert answer.status_code == 201
    assert answer.json == {"setup": "set-1", "url": "http://provider/1"}


def test_a_file_comes_as_itself(program: Program, services: FakeServices) -> None:
    services.on(
        "invoices", "get_invoice_pdf", {"filename": "R-1.pdf", "pdf": b64encode(b"%PDF-1.7").decode()}
    )
    answer = program.get("/bill-groups/bg-0001/invoices/inv-1.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.data == b"%PDF-1.7"
    assert "R-1.pdf" in answer.headers["Content-Disposition"]


def test_cookies_are_not_looked_at(program: Program, services: FakeServices) -> None:
    program.client.set_cookie("session", samples.TOKEN)
    program.client.set_cookie("language", "de")
    assert program.client.get("/api/v1/bill-groups/bg-0001").status_code == 401
    program.get("/bill-groups/bg-0001")
    assert not services.asked("get_session")
    assert services.asked("get_bill_group")[0].context.language == "en"


def test_head_and_options(program: Program) -> None:
    head = program.send("HEAD", "/bill-groups/bg-0001")
    assert (head.status_code, head.data) == (200, b"")
    options = program.send("OPTIONS", "/bill-groups/bg-0001")
    assert options.status_code == 200
    assert "GET" in options.headers["Allow"]


@pytest.mark.parametrize(
    "path", ["/nowhere", "/bill-groups/", "/bill-groups/a%20b", "/bill-groups/bg-0001/x"]
)
def test_an_address_that_leads_nowhere(program: Program, path: str) -> None:
    answer = program.get(path)
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    assert answer.json["code"] == "not_found"


def test_an_address_that_can_be_nothings_is_not_there(program: Program, services: FakeServices) -> None:
    answer = program.send(
        "PUT", "/bill-groups/bg-0001/contacts/private", json={"contact": {"name": "Anna"}, "version": 7}
    )
    assert answer.status_code == 404
    assert not services.asked("change_contact")


def test_a_method_that_is_not_there(program: Program) -> None:
    answer = program.send("PATCH", "/bill-groups/bg-0001/numbers")
    assert answer.status_code == 405
    assert answer.mimetype == "application/problem+json"
    assert set(answer.headers["Allow"].split(", ")) == {"OPTIONS", "PUT"}


@pytest.mark.parametrize(
    "error, status, retry_after",
    [
        (NotFound(), 404, None),
        (DomainError("changed_meanwhile", Kind.CONFLICT), 409, None),
        (DomainError("service_away", Kind.RETRY, service="customers"), 503, "5"),
        (DomainError("not_known_yet", Kind.UNKNOWN), 504, "5"),
        (DomainError("too_many_requests", Kind.RETRY, seconds=42), 429, "42"),
        (DomainError("invented_next_year"), 422, None),
    ],
)
def test_errors_of_services_are_problems(
    program: Program, services: FakeServices, error: DomainError, status: int, retry_after: str | None
) -> None:
    services.on("customers", "get_bill_group", error)
    answer = program.get("/bill-groups/bg-0001")
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert answer.headers.get("Retry-After") == retry_after
    problem = answer.json
    assert problem is not None
    assert problem["code"] == error.code
    assert problem["status"] == status
    assert problem["type"] == f"http://localhost/api/docs#{error.code}"
    assert problem["request_id"] == answer.headers["X-Request-Id"]
    assert problem["title"]
    assert problem["detail"]


@pytest.mark.parametrize(
    "fault", [DomainError("internal", Kind.RETRY, secret="inside"), ZeroDivisionError("inside")]
)
def test_a_fault_tells_nothing_but_the_request_id(
    program: Program, services: FakeServices, fault: Exception
) -> None:
    def broken(**_arguments: object) -> dict[str, object]:
        raise fault

    services.on("customers", "get_bill_group", broken)
    answer = program.get("/bill-groups/bg-0001")
    assert answer.status_code == 500
    assert answer.mimetype == "application/problem+json"
    assert "inside" not in answer.text
    assert answer.headers["X-Request-Id"] in answer.text


def test_a_field_that_a_service_names_is_pointed_at_where_the_request_has_it(
    program: Program, services: FakeServices
) -> None:
    fields = {"address.city": "required", "version": "invented_next_year"}
    services.on("customers", "change_contact", DomainError("invalid_contact", fields=fields))
    contact = {"name": "Anna"}
    answer = program.send(
        "PUT", "/bill-groups/bg-0001/contacts/billing", json={"contact": contact, "version": 7}
    )
    assert answer.json is not None
    assert [each["pointer"] for each in answer.json["errors"]] == ["#/contact/address/city", "#/version"]


def test_a_draft_of_an_invoice_keeps_what_was_sent(program: Program, services: FakeServices) -> None:
    services.on("invoices", "create_invoice", DomainError("no_tax_rule"))
    program.post("/bill-groups/bg-0001/invoices", data=json.dumps({"lines": [WORKSHOP]}), headers=JSON)
    assert services.asked("create_invoice")[0].arguments["lines"] == [WORKSHOP]


JSON = {"Content-Type": "application/json; charset=UTF-8"}

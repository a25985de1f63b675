"""Bodies and queries that can't be used are refused with their place, and never a fault."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.gateway.api.conftest import Program
from tests.unit.gateway.fakes import FakeServices

LINE = {"description": "Workshop", "unit_amount": 12000}
INVOICES = "/bill-groups/bg-0001/invoices"
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"7",
        b"null",
        b'{"note": NaN}',
        b'{"note": Infinity}',
        b'{"note": 1e999}',
        b'{"note": 1' + b"0" * 5000 + b"}",
        b'{"note": 9007199254740993}',
        b'{"note": "\\ud800"}',
        b'{"\\udfff": 1}',
        b'{"note": "\xff"}',
        b'{"note": ' + b"[" * 100_000,
        b'{"note": ' + b"[" * 30 + b"]" * 30 + b"}",
        b"\xef\xbb\xbf{}",
        '{"note": "ä"}'.encode("utf-16"),
    ],
)
def test_what_is_no_usable_json_is_malformed(program: Program, services: FakeServices, body: bytes) -> None:
    answer = program.post(INVOICES, data=body, headers=JSON)
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["code"] == "malformed_request"
    assert not services.asked("create_invoice")


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1", ""],
)
def test_other_types_of_content(program: Program, content_type: str) -> None:
    answer = program.post(INVOICES, data=b"{}", headers={"Content-Type": content_type})
    assert answer.status_code == 415
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    "body, errors",
    [
        ({"lines": [LINE], "colour": 1}, [("#/colour", "Unknown field.")]),
        ({"lines": [LINE | {"qty": 1}]}, [("#/lines/0/qty", "Unknown field.")]),
        ({"lines": [LINE], "bill_group": "bg-0002"}, [("#/bill_group", "Unknown field.")]),
        ({"lines": [LINE], "key": "k" * 20}, [("#/key", "Unknown field.")]),
        ({}, [("#/lines", "Missing data for required field.")]),
        ({"lines": [LINE | {"unit_amount": "5"}]}, [("#/lines/0/unit_amount", "Not a valid integer.")]),
        (
            {"lines": [LINE | {"quantity": 1.5}]},
            [("#/lines/0/quantity", "Not a decimal number in text, like 19.5.")],
        ),
        ({"lines": [LINE], "due_days": "14"}, [("#/due_days", "Not a valid integer.")]),
    ],
)
def test_fields_that_cannot_be_used_are_named(
    program: Program, services: FakeServices, body: dict[str, Any], errors: list[tuple[str, str]]
) -> None:
    answer = program.post(INVOICES, json=body)
    assert answer.status_code == 422
    assert answer.json is not None
    assert [(each["pointer"], each["detail"]) for each in answer.json["errors"]] == errors
    assert not services.asked("create_invoice")


@pytest.mark.parametrize("quantity", ["1E+400000000", "1E-400000000", "1e13", "NaN", "0.0000000000001"])
def test_numbers_that_cannot_be_reckoned_with(program: Program, quantity: str) -> None:
    answer = program.post(INVOICES, json={"lines": [LINE | {"quantity": quantity}]})
    assert answer.status_code == 422


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30"])
def test_days_that_cannot_be_reckoned_with(program: Program, day: str) -> None:
    period = {"start": day, "end": "2026-12-31"}
    answer = program.post(INVOICES, json={"lines": [LINE | {"period": period}]})
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["errors"][0]["pointer"] == "#/lines/0/period/start"


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_moments_at_the_edge_of_time(program: Program, moment: str) -> None:
    answer = program.post("/imports/customers", json={"created_at": moment})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "query, error",
    [
        ("colour=red", ("colour", "Unknown field.")),
        ("status=open&status=draft", ("status", "May be given once.")),
        ("limit=ten", ("limit", "Not a valid integer.")),
        ("limit=1" + "0" * 5000, ("limit", "Not a valid integer.")),
        ("status=mine", ("status", None)),
        ("bill_group=bg-2", ("bill_group", "Unknown field.")),
    ],
)
def test_a_query_that_cannot_be_used(program: Program, query: str, error: tuple[str, str | None]) -> None:
    answer = program.get(f"{INVOICES}?{query}")
    assert answer.status_code == 422
    assert answer.json is not None
    (found,) = answer.json["errors"]
    assert found["parameter"] == error[0]
    assert error[1] in (None, found["detail"])


def test_a_flag_in_the_body_is_a_flag(program: Program, services: FakeServices) -> None:
    answer = program.send("PUT", "/bill-groups/bg-0001/auto-pay", json={"auto_pay": "yes"})
    assert answer.status_code == 422
    answer = program.send("PUT", "/bill-groups/bg-0001/auto-pay", json={"auto_pay": False})
    assert services.asked("set_auto_pay")[0].arguments["auto_pay"] is False


def test_a_body_that_is_too_large(program: Program, services: FakeServices) -> None:
    answer = program.post(INVOICES, json={"note": "x" * 300_000})
    assert answer.status_code == 413
    assert answer.mimetype == "application/problem+json"


def test_an_import_may_be_larger(program: Program) -> None:
    assert program.post("/imports/products", json={"x": "x" * 300_000}).status_code == 422
    assert program.post("/imports/products", json={"x": "x" * 2_100_000}).status_code == 413

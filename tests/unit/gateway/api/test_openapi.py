"""The description is valid and says what the views do."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator

from services.gateway.api.openapi import describe
from services.gateway.api.table import OPERATIONS

Json = dict[str, Any]


@pytest.fixture(scope="module")
def described() -> Json:
    return describe("http://localhost/api/v1")


def operation(described: Json, verb: str, path: str) -> Json:
    found: Json = described["paths"][path][verb]
    return found


def schema(described: Json, name: str) -> Json:
    found: Json = described["components"]["schemas"][name]
    return found


def test_it_is_valid(described: Json) -> None:
    OpenAPIV31SpecValidator(described).validate()


def test_it_is_served(app: Flask, described: Json) -> None:
    answer = app.test_client().get("/api/v1/openapi.json")
    assert answer.mimetype == "application/json"
    assert answer.json == described


def test_every_operation_is_in_it(described: Json) -> None:
    ids = [each["operationId"] for path in described["paths"].values() for each in path.values()]
    assert sorted(ids) == sorted(each.name for each in OPERATIONS)
    assert len(set(ids)) == len(ids)


def test_names_of_schemas_are_no_makeshift(described: Json) -> None:
    assert [name for name in described["components"]["schemas"] if name[-1].isdigit()] == []


def test_an_operation(described: Json) -> None:
    told = operation(described, "put", "/bill-groups/{bill_group}/contacts/{role}")
    assert told["security"] == [{"apiKey": ["customers:write"]}]
    bill_group, role, key = told["parameters"]
    assert bill_group["schema"]["pattern"] == "^[a-zA-Z0-9_@-]{1,255}$"
    assert role["schema"]["enum"] == ["billing", "shipping"]
    assert key == {"$ref": "#/components/parameters/idempotencyKey"}
    assert told["requestBody"]["required"] is True
    assert {"200", "400", "401", "403", "404", "409", "413", "415", "422", "429", "500", "503", "504"} <= set(
        told["responses"]
    )


def test_a_query_has_no_null(described: Json) -> None:
    told = operation(described, "get", "/bill-groups/{bill_group}/invoices")
    by_name = {each["name"]: each for each in told["parameters"]}
    assert by_name["status"]["required"] is False
    assert by_name["status"]["schema"]["type"] == "string"
    assert None not in by_name["status"]["schema"]["enum"]
    assert by_name["limit"]["schema"] == {"type": "integer", "default": 25, "minimum": 1, "maximum": 100}


def test_requests_refuse_what_they_do_not_know_and_replies_may_grow(described: Json) -> None:
    assert schema(described, "ChangeContact")["additionalProperties"] is False
    assert schema(described, "ContactInput")["additionalProperties"] is False
    assert "additionalProperties" not in schema(described, "Contact")


def test_fields_of_contracts_look_like_themselves(described: Json) -> None:
    item = schema(described, "SubscriptionItem")["properties"]
    assert item["amount"]["type"] == "integer"
    assert item["amount"]["description"] == "Minor units of the currency."
    assert item["currency"]["pattern"] == "^[A-Z]{3}$"
    assert item["next_billing_on"] == {"type": ["string", "null"], "format": "date"}
    assert item["cancelled_at"]["format"] == "date-time"
    assert item["interval"] == {"$ref": "#/components/schemas/Interval"}
    assert schema(described, "PricePart")["properties"]["quantity"]["type"] == "string"
    assert schema(described, "InvoiceItem")["description"].startswith("A document in a list. `number`,")


def test_a_file_is_described_as_itself(described: Json) -> None:
    told = operation(described, "get", "/bill-groups/{bill_group}/invoices/{invoice}.pdf")
    assert list(told["responses"]["200"]["content"]) == ["application/pdf"]

"""Every error has a text for developers, and says which field it is about."""

from __future__ import annotations

import string
from typing import Any

import pytest
from flask import Flask, g

from services.gateway.api.problem_texts import CODES, TEXTS
from services.gateway.api.problems import of_domain_error
from shared.kernel.errors import DomainError


def test_every_code_of_every_contract_has_a_text() -> None:
    assert set(TEXTS) == set(CODES)


@pytest.mark.parametrize("code", sorted(TEXTS))
def test_texts_are_sentences(code: str) -> None:
    title, detail = TEXTS[code]
    assert title[0].isupper()
    assert title[-1] not in string.punctuation
    assert detail[-1] == "."


def problem(app: Flask, error: DomainError) -> dict[str, Any]:
    with app.test_request_context():
        g.request_id = "r-1"
        answer = of_domain_error(error).json
    assert isinstance(answer, dict)
    return answer


@pytest.mark.parametrize(
    "fields, errors",
    [
        ({"email": "invalid_email"}, [("#/email", "Is no e-mail address.")]),
        ({"address.city": "required"}, [("#/address/city", "Is required.")]),
        ({"lines": {0: {"net": ["Too small."]}}}, [("#/lines/0/net", "Too small.")]),
        ({"period": {"_schema": ["Ends too early."]}}, [("#/period", "Ends too early.")]),
        ({"a/b~c": "invented_next_year"}, [("#/a~1b~0c", "invented_next_year")]),
    ],
)
def test_fields_are_pointed_at(app: Flask, fields: dict[str, Any], errors: list[tuple[str, str]]) -> None:
    told = problem(app, DomainError("invalid_request", fields=fields))["errors"]
    assert [(each["pointer"], each["detail"]) for each in told] == errors


def test_params_are_told(app: Flask) -> None:
    told = problem(app, DomainError("method_needed", subscriptions=["sub-1"]))
    assert told["params"] == {"subscriptions": ["sub-1"]}
    assert "errors" not in told

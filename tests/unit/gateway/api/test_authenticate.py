"""Only a valid key with the scope gets through, and nobody asks for too much."""

from __future__ import annotations

import pytest
from flask import Flask

from services.gateway.app import create_app
from services.gateway.brief import Brief
from shared.kernel.errors import DomainError, Kind
from tests.unit.gateway.api.conftest import SECRET, Program, keys
from tests.unit.gateway.conftest import settings
from tests.unit.gateway.fakes import FakeServices


def test_without_a_key(app: Flask) -> None:
    answer = app.test_client().get("/api/v1/settings")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="portico"'
    assert answer.json is not None
    assert answer.json["code"] == "api_key_needed"


@pytest.mark.parametrize(
    "header",
    [
        f"Basic {SECRET}",
        "Bearer",
        "Bearer ",
        SECRET,
    ],
)
def test_what_is_no_bearer_key(program: Program, header: str) -> None:
    answer = program.get("/settings", headers={"Authorization": header})
    assert answer.json is not None
    assert (answer.status_code, answer.json["code"]) == (401, "api_key_needed")


@pytest.mark.parametrize("secret", ["portico_key1_wrong", "x" * 5000, "ümlaut", f"{SECRET} {SECRET}"])
def test_a_wrong_key(program: Program, services: FakeServices, secret: str) -> None:
    answer = program.get("/settings", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="portico", error="invalid_token"'
    assert answer.json is not None
    assert answer.json["code"] == "invalid_api_key"
    assert secret not in answer.text
    assert not services.asked("get_merchant")


def test_a_missing_scope(program: Program, services: FakeServices) -> None:
    keys(services, "customers:write", "settings:read")
    answer = program.send("PUT", "/settings", json={})
    assert answer.status_code == 403
    assert answer.json is not None
    assert (answer.json["code"], answer.json["params"]) == ("missing_scope", {"scope": "settings:write"})
    assert program.get("/settings").status_code == 200


def test_a_key_is_asked_about_once_a_moment(program: Program, services: FakeServices) -> None:
    for _ in range(3):
        program.get("/settings")
    assert len(services.asked("check_api_key")) == 1


def test_auth_being_away_is_not_a_wrong_key(program: Program, services: FakeServices) -> None:
    services.on("auth", "check_api_key", DomainError("service_away", Kind.RETRY))
    answer = program.get("/settings")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


def test_guessing_keys_is_slowed_down(program: Program, services: FakeServices) -> None:
    statuses = [
        program.get("/settings", headers={"Authorization": f"Bearer wrong-{i}"}).status_code
        for i in range(25)
    ]
    assert statuses == [401] * 20 + [429] * 5
    assert len(services.asked("check_api_key")) == 20


def test_guessing_holds_up_nobody_whose_key_was_good(app: Flask, program: Program) -> None:
    assert program.get("/settings").status_code == 200
    for i in range(25):
        program.get("/settings", headers={"Authorization": f"Bearer wrong-{i}"})
    app.extensions["portico_api_keys"] = Brief(0)
    assert program.get("/settings").status_code == 200


def test_a_key_has_so_many_requests_a_minute(services: FakeServices) -> None:
    program = Program(create_app(settings(api_requests_per_minute="3"), services).test_client())
    keys(services, "settings:read")
    answers = [program.get("/settings") for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert [each.headers["RateLimit-Remaining"] for each in answers] == ["2", "1", "0", "0"]
    assert {each.headers["RateLimit-Limit"] for each in answers} == {"3"}
    assert 1 <= int(answers[0].headers["RateLimit-Reset"]) <= 60
    problem = answers[-1].json
    assert problem is not None
    assert problem["code"] == "rate_limited"
    assert answers[-1].headers["Retry-After"] == answers[-1].headers["RateLimit-Reset"]

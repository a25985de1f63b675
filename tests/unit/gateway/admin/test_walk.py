"""Every admin route with every role and with nobody: what it asks for and answers is what the table of roles says.

Routes that are added are walked by themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from marshmallow import ValidationError
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from services.gateway.admin import permissions
from services.gateway.admin.desk import gate_of
from shared.contracts.registry import CONTRACTS
from shared.contracts.scopes import ROLES
from shared.kernel.context import Context
from shared.kernel.errors import DomainError
from tests.unit.gateway.admin.conftest import StaffAs
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import Answered, FakeServices

# What lies in front of the gate: the door itself.
OPEN = {
    "admin_sign_in.ask",
    "admin_sign_in.sign_in",
    "admin_sign_in.ask_code",
    "admin_sign_in.confirm",
    "admin_sign_in.sign_out",
    "admin_set_up.show",
    "admin_set_up.use",
}
# Asked for by the frame of each page, on nobody's behalf: who is signed in, and whose portal this is.
OF_THE_FRAME = {"auth.get_staff_session", "customers.get_merchant"}
ENDING_SESSIONS = {"auth.end_staff_session"}


class Sceptics(FakeServices):
    """Services that refuse what their contract does not take, as real ones do."""

    def begin(self, service: str, method: str, context: Context, /, **arguments: Any) -> Answered:
        try:
            return super().begin(service, method, context, **arguments)
        except ValidationError as error:
            return Answered(DomainError("invalid_request", fields=error.messages))


@pytest.fixture
def services() -> FakeServices:
    return Sceptics()


def admin_rules(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        if f"{rule.rule}/".startswith("/admin/"):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method


def gated(app: Flask) -> list[tuple[Rule, str]]:
    return [(rule, method) for rule, method in admin_rules(app) if rule.endpoint not in OPEN]


def address(app: Flask, rule: Rule) -> str:
    values = {name: _example(rule, name) for name in rule.arguments}
    built = app.url_map.bind("localhost").build(rule.endpoint, values)
    return str(built)


def _example(rule: Rule, name: str) -> str:
    """Something that the converter of this part of the address takes."""
    converter = rule._converters[name]
    items = sorted(getattr(converter, "items", ()))
    return items[0] if items else "example-0001"


def send(browser: Browser, app: Flask, rule: Rule, method: str) -> TestResponse:
    path = address(app, rule)
    if method == "GET":
        return browser.get(path)
    token = browser.get("/admin/account").text.split('name="csrf_token" value="')[1].split('"')[0]
    return browser.client.open(path, method=method, data={"csrf_token": token, "key": "k" * 32})


@pytest.fixture
def nothing_there(services: FakeServices) -> FakeServices:
    """Services that know nothing of what is asked for, so that each page stops at its first question."""
    for name, contract in CONTRACTS.items():
        for method in contract.methods:
            if f"{name}.{method}" not in OF_THE_FRAME | ENDING_SESSIONS:
                services.on(name, method, DomainError("not_found"))
    return services


def account_of(services: FakeServices) -> None:
    account = {
        "staff": "staff-0001",
        "email": "vera@nordlicht.example",
        "name": "Vera",
        "role": "owner",
        "has_second_factor": False,
        "recovery_codes_left": 0,
    }
    services.on("auth", "get_staff_account", account)
    services.on("auth", "list_staff_sessions", {"items": []})


def test_every_route_has_the_gate(app: Flask) -> None:
    for rule, _method in admin_rules(app):
        is_gated = gate_of(app.view_functions[rule.endpoint]) is not None
        assert is_gated is (rule.endpoint not in OPEN), rule.endpoint
    assert len(gated(app)) > 20


def test_with_nobody_signed_in_every_route_leads_to_the_door(
    app: Flask, stranger: Browser, services: FakeServices
) -> None:
    token = stranger.get("/admin/login").text.split('name="csrf_token" value="')[1].split('"')[0]
    for rule, method in gated(app):
        services.calls.clear()
        path = address(app, rule)
        answer = stranger.client.open(path, method=method, data={"csrf_token": token, "key": "k" * 32})
        if method == "GET":
            assert answer.status_code == 302, path
            assert answer.location.startswith("/admin/login"), path
        else:
            assert answer.status_code == 403, path
        assert {f"{call.service}.{call.method}" for call in services.calls} <= OF_THE_FRAME, path


@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_what_the_table_says_and_nothing_else(
    app: Flask, staff_as: StaffAs, nothing_there: FakeServices, role: str
) -> None:
    browser = staff_as(role)
    account_of(nothing_there)
    for rule, method in gated(app):
        nothing_there.calls.clear()
        answer = send(browser, app, rule, method)
        asked = {f"{call.service}.{call.method}" for call in nothing_there.calls}
        where = f"{method} {rule.rule} as {role}"
        for rpc in asked - OF_THE_FRAME - ENDING_SESSIONS:
            assert permissions.may(ROLES[role], *rpc.split(".")), f"{where} asked for {rpc}"
        needs = gate_of(app.view_functions[rule.endpoint])
        if needs and not permissions.may(ROLES[role], *needs.split(".")):
            assert answer.status_code == 403, where
        else:
            assert answer.status_code < 500, where


@pytest.mark.parametrize("role", [role for role in ROLES if role != "owner"])
def test_what_no_one_but_owners_may(
    app: Flask, staff_as: StaffAs, nothing_there: FakeServices, role: str
) -> None:
    browser = staff_as(role)
    account_of(nothing_there)
    for rule, method in gated(app):
        if rule.endpoint.split(".")[0] in ("admin_staff", "admin_api_keys"):
            answer = send(browser, app, rule, method)
            assert answer.status_code == 403, f"{method} {rule.rule}"


@pytest.mark.parametrize("entry", ["/admin/staff", "/admin/api-keys"])
def test_the_navigation_hides_what_is_not_allowed(
    staff_as: StaffAs, nothing_there: FakeServices, entry: str
) -> None:
    account_of(nothing_there)
    link = f'href="{entry}"'
    assert link in staff_as("owner").get("/admin/account").text
    assert link not in staff_as("read_only").get("/admin/account").text

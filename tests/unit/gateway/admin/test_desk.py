"""The gate of the admin pages, and what each role may ask for behind it."""

from __future__ import annotations

import pytest
from flask import Flask, g

from services.gateway.admin import permissions
from services.gateway.admin.desk import Desk, staff_page
from services.gateway.admin.navigation import ENTRIES
from shared.contracts.registry import CONTRACTS
from shared.contracts.scopes import ROLES, SCOPES, included
from shared.kernel.errors import DomainError
from tests.unit.gateway.admin.conftest import StaffAs, session_of
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices

NO_SESSION = DomainError("no_session")


@pytest.fixture
def app(new_app: Flask) -> Flask:
    """One to which a page is added."""
    return new_app


@pytest.fixture
def desk_view(app: Flask) -> list[Desk]:
    """A page behind the gate at /admin/probe, and the desks that it was given."""
    seen: list[Desk] = []

    @staff_page
    def probe(desk: Desk) -> str:
        seen.append(desk)
        return "<main></main>"

    @staff_page(needs="customers.create_customer")
    def probe_new(desk: Desk) -> str:
        seen.append(desk)
        return "<main></main>"

    app.add_url_rule("/admin/probe", "probe", probe, methods=["GET", "POST"])
    app.add_url_rule("/admin/probe/new", "probe_new", probe_new)
    return seen


def test_nobody_gets_in_without_a_session(
    stranger: Browser, services: FakeServices, desk_view: list[Desk]
) -> None:
    answer = stranger.get("/admin/probe?page=2")
    assert answer.status_code == 302
    assert answer.location == "/admin/login?next=/admin/probe?page%3D2"
    assert not desk_view
    assert not services.asked("get_staff_session")


@pytest.mark.usefixtures("desk_view")
def test_a_customers_session_opens_nothing_here(visitor: Browser) -> None:
    assert visitor.get("/admin/probe").location == "/admin/login?next=/admin/probe"


@pytest.mark.usefixtures("desk_view")
def test_a_session_that_is_over_leads_to_the_door(staff: Browser, services: FakeServices) -> None:
    services.on("auth", "get_staff_session", NO_SESSION)
    assert staff.get("/admin/probe").location.startswith("/admin/login")
    page = staff.get("/admin/login")
    assert "You are no longer signed in." in page.text


@pytest.mark.usefixtures("desk_view")
def test_what_was_sent_when_the_session_was_over_stays_on_the_page(
    staff: Browser, services: FakeServices
) -> None:
    token = staff.get("/admin/customers/new").text.split('name="csrf_token" value="')[1].split('"')[0]
    services.on("auth", "get_staff_session", NO_SESSION)
    staff.client.application.extensions["portico_staff_sessions"].forget("")
    other = staff.client
    other.set_cookie("staff", "another-token-that-was-never-seen")
    answer = other.post("/admin/probe", data={"csrf_token": token, "name": "Bergmann <b>", "key": "k" * 20})
    assert answer.status_code == 403
    assert 'name="name" value="Bergmann &lt;b&gt;"' in answer.text
    assert 'href="/admin/login"' in answer.text


def test_the_gate_says_who_asks(staff: Browser, services: FakeServices, desk_view: list[Desk]) -> None:
    staff.get("/admin/probe")
    assert desk_view[0].staff == "staff-0001"
    context = services.asked("get_staff_session")[0].context
    assert str(context.principal) == "anonymous:"
    staff.get("/admin/customers/new")
    merchant = services.asked("get_merchant")[-1].context
    assert (str(merchant.principal), merchant.session) == ("staff:staff-0001", "ses-staff-1")


def test_a_form_of_somebody_else_is_not_taken(staff: Browser, desk_view: list[Desk]) -> None:
    answer = staff.post("/admin/probe", seen="/admin/customers/new", owner="staff-0002")
    assert answer.status_code == 409
    assert "vera@nordlicht.example" in answer.text
    assert not desk_view


@pytest.mark.parametrize("role", ROLES)
def test_a_page_for_those_who_may(staff_as: StaffAs, role: str, desk_view: list[Desk]) -> None:
    answer = staff_as(role).get("/admin/probe/new")
    may = "customers:write" in ROLES[role]
    assert answer.status_code == (200 if may else 403)
    assert bool(desk_view) is may
    if not may:
        assert "You are not allowed to do this." in answer.text
        assert "Administration" in answer.text


@pytest.mark.parametrize("role", ROLES)
def test_the_desk_asks_for_what_the_role_allows_and_nothing_else(
    app: Flask, services: FakeServices, role: str
) -> None:
    services.on("customers", "find_customers", {"items": [], "next_cursor": None})
    services.on("customers", "change_customer", DomainError("not_found"))
    desk = Desk(session_of(role))
    with app.test_request_context("/admin"):
        g.request_id = "r"
        desk.call("customers", "find_customers")
        change = {"customer": "cust-0001", "version": 1, "name": "New", "key": "k" * 20}
        error = "not_found" if "customers:write" in ROLES[role] else "not_allowed"
        with pytest.raises(DomainError, match=error):
            desk.call("customers", "change_customer", **change)
        assert desk.may("customers", "change_customer") is (error == "not_found")
    assert len(services.asked("change_customer")) == (error == "not_found")


def test_what_stands_in_no_table_is_a_fault() -> None:
    with pytest.raises(LookupError):
        Desk(session_of("owner")).may("customers", "find_sign_ins")


def test_what_can_be_imported_and_done_by_hand_needs_the_right_to_do_it_by_hand() -> None:
    assert permissions.SCOPES_OF["customers.set_merchant"] == {"settings:write"}
    assert permissions.SCOPES_OF["customers.import_customer"] == {"import"}


def test_tables_name_what_there_is() -> None:
    methods = {f"{name}.{method}" for name, contract in CONTRACTS.items() for method in contract.methods}
    assert set(permissions.WITHOUT_ROW) <= methods
    assert set(permissions.WITHOUT_ROW.values()) <= {*SCOPES, permissions.ANYBODY}


def test_roles_have_known_scopes_and_what_they_include() -> None:
    for scopes in ROLES.values():
        assert scopes <= set(SCOPES)
        assert scopes == included(scopes)
    assert ROLES["owner"] == set(SCOPES)
    assert all(scope.endswith(":read") for scope in ROLES["read_only"])
    for role in ("billing", "support", "read_only"):
        assert not {"staff:read", "keys:read", "settings:write"} & ROLES[role]


def test_navigation_shows_what_is_there_and_allowed(staff: Browser) -> None:
    page = staff.get("/admin/customers/new").text
    there = {rule.rule for rule in staff.client.application.url_map.iter_rules()}
    for entry in ENTRIES:
        assert (f'href="{entry.path}"' in page) is (entry.path in there), entry.path


def test_errors_keep_the_frame(staff: Browser, stranger: Browser) -> None:
    for browser in (staff, stranger):
        answer = browser.get("/admin/nowhere")
        assert answer.status_code == 404
        assert "Administration" in answer.text
        assert 'href="/admin"' in answer.text
    assert "Vera Lindt" in staff.get("/admin/nowhere").text
    assert "Administration" not in stranger.get("/nowhere").text

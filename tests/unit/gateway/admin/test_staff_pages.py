"""Pages about staff, their own access and API keys."""

from __future__ import annotations

from typing import Any

import pytest

from shared.contracts.scopes import SCOPES
from shared.kernel.errors import DomainError
from tests.unit.gateway.admin.conftest import TOKEN_OF, StaffAs, session_of
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices

UWE: dict[str, Any] = {
    "staff": "staff-0002",
    "email": "uwe@nordlicht.example",
    "name": "Uwe <Holm>",
    "role": "support",
    "state": "active",
    "has_second_factor": True,
    "created_at": "2026-11-20T10:00:00+00:00",
    "created_by": "staff:staff-0001",
    "link_expires_at": None,
    "deactivated_at": None,
}
ACCOUNT = {
    "staff": "staff-0001",
    "email": "vera@nordlicht.example",
    "name": "Vera Lindt",
    "role": "owner",
    "has_second_factor": False,
    "recovery_codes_left": 0,
}
SESSION = {
    "session": "ses-other",
    "way": "password",
    "address": "192.0.2.7",
    "user_agent": "",
    "created_at": "2026-11-21T10:00:00+00:00",
    "last_seen_at": "2026-11-21T10:00:00+00:00",
    "expires_at": "2026-11-21T11:00:00+00:00",
}
KEY: dict[str, Any] = {
    "api_key": "key-0001",
    "name": "The <shop>",
    "scopes": ["customers:read", "import"],
    "state": "active",
    "created_at": "2026-11-20T10:00:00+00:00",
    "created_by": "staff:staff-0001",
    "expires_at": None,
    "last_used_at": None,
    "withdrawn_at": None,
}
NEW = {"token": "a-new-token-of-many-characters", "session": session_of("owner")}


@pytest.fixture(autouse=True)
def answers(services: FakeServices) -> None:
    services.on("auth", "list_staff", {"items": [UWE], "next_cursor": "more"})
    services.on("auth", "get_staff", UWE)
    for method in ("invite_staff", "change_staff", "deactivate_staff", "send_staff_link"):
        services.on("auth", method, UWE)
    services.on("auth", "get_staff_account", ACCOUNT)
    services.on("auth", "list_staff_sessions", {"items": [SESSION, SESSION | {"session": "ses-staff-1"}]})
    services.on("auth", "list_api_keys", {"items": [KEY], "next_cursor": None})
    services.on("auth", "create_api_key", KEY | {"secret": "portico_0123456789abcdef_secret"})
    services.on("auth", "withdraw_api_key", KEY | {"state": "withdrawn"})
    named = {"principal": "staff:staff-0001", "name": "Vera Lindt", "detail": "vera@nordlicht.example"}
    services.on("auth", "name_principals", {"items": [named]})
    services.on("auth", "get_second_factor_to_come", {"secret": "ABCDEFGHIJKL", "uri": "otpauth://totp/x"})
    services.on("auth", "confirm_second_factor", {"codes": ["abcd-efgh-jkmn-pqrs"]})
    services.on("auth", "change_staff_password", NEW)


def test_the_list(staff: Browser) -> None:
    page = staff.get("/admin/staff").text
    for text in ("Uwe &lt;Holm&gt;", "uwe@nordlicht.example", "Support", "cursor=more", "/admin/staff/new"):
        assert text in page


def test_an_invitation(staff: Browser, services: FakeServices) -> None:
    answer = staff.post(
        "/admin/staff/new", name="Uwe", email=" uwe@nordlicht.example ", role="billing", language="de"
    )
    assert (answer.status_code, answer.location) == (303, "/admin/staff")
    asked = services.asked("invite_staff")[0].arguments
    assert (asked["email"], asked["role"], asked["language"]) == ("uwe@nordlicht.example", "billing", "de")
    assert "A letter with a link is on its way to uwe@nordlicht.example." in staff.get("/admin/staff").text


@pytest.mark.parametrize(
    "fields, text",
    [
        ({"name": ""}, "Please enter a name."),
        ({"email": ""}, "Please enter an e-mail address"),
        ({"role": "king"}, "Not a valid choice"),
    ],
)
def test_an_invitation_that_lacks_something_loses_nothing(
    staff: Browser, services: FakeServices, fields: dict[str, str], text: str
) -> None:
    sent = {"name": "Uwe Holm", "email": "uwe@nordlicht.example", "role": "support", "language": "de"}
    answer = staff.post("/admin/staff/new", **sent | fields)
    assert answer.status_code == 422
    assert text in answer.text
    assert not services.asked("invite_staff")
    kept = {name: value for name, value in sent.items() if name not in fields and name != "language"}
    for value in kept.values():
        assert f'value="{value}"' in answer.text


def test_an_address_that_is_taken(staff: Browser, services: FakeServices) -> None:
    services.on("auth", "invite_staff", DomainError("email_taken"))
    answer = staff.post("/admin/staff/new", name="Uwe", email="u@x.example", role="owner", language="de")
    assert answer.status_code == 409
    assert 'href="#email"' in answer.text


def test_changing_somebody(staff: Browser, services: FakeServices) -> None:
    answer = staff.post("/admin/staff/staff-0002", name="Uwe Holm", role="billing")
    assert answer.location == "/admin/staff/staff-0002"
    asked = services.asked("change_staff")[0].arguments
    assert (asked["staff"], asked["name"], asked["role"]) == ("staff-0002", "Uwe Holm", "billing")


def test_the_last_owner_can_not_be_changed(staff: Browser, services: FakeServices) -> None:
    services.on("auth", "change_staff", DomainError("last_owner"))
    answer = staff.post("/admin/staff/staff-0002", name="Uwe", role="billing")
    assert answer.status_code == 409
    assert "Somebody has to be the owner." in answer.text
    services.on("auth", "deactivate_staff", DomainError("last_owner"))
    answer = staff.post("/admin/staff/staff-0002/deactivate")
    assert answer.status_code == 409
    assert "Somebody has to be the owner." in answer.text


def test_a_new_link(staff: Browser, services: FakeServices) -> None:
    path = "/admin/staff/staff-0002"
    staff.post(f"{path}/link", seen=path, language="de", drops_second_factor="yes")
    asked = services.asked("send_staff_link")[0].arguments
    assert (asked["drops_second_factor"], asked["language"]) == (True, "de")


def test_deactivating_says_what_will_happen(staff: Browser, services: FakeServices) -> None:
    path = "/admin/staff/staff-0002/deactivate"
    assert "All sessions of uwe@nordlicht.example end at once" in staff.get(path).text
    assert not services.asked("deactivate_staff")
    assert staff.post(path).location == "/admin/staff/staff-0002"
    assert services.asked("deactivate_staff")


def test_my_access(staff: Browser) -> None:
    page = staff.get("/admin/account").text
    assert page.index("This session") < page.index("End this session")
    assert "/admin/account/second-factor" in page


def test_changing_my_password(staff: Browser, services: FakeServices) -> None:
    words = {"password": "four words make it", "password_again": "four words make it"}
    answer = staff.post("/admin/account/password", present_password="the old one", **words)
    assert answer.location == "/admin/account"
    asked = services.asked("change_staff_password")[0].arguments
    assert asked == {"password": "the old one", "new_password": "four words make it"}
    assert any("a-new-token" in each for each in answer.headers.getlist("Set-Cookie"))
    staff.client.set_cookie("staff", TOKEN_OF["owner"])
    services.on("auth", "change_staff_password", DomainError("wrong_password"))
    answer = staff.post("/admin/account/password", present_password="another", **words)
    assert answer.status_code == 422
    assert "This is not your password." in answer.text
    assert "four words" not in answer.text


def test_setting_the_second_factor_up(staff: Browser, services: FakeServices) -> None:
    services.on("auth", "begin_second_factor", {})
    first = "/admin/account/second-factor"
    assert staff.post(first, password="mine").location == f"{first}/code"
    page = staff.get(f"{first}/code").text
    assert "ABCD EFGH IJKL" in page
    picture = staff.get(f"{first}/code.svg")
    assert picture.mimetype == "image/svg+xml"
    assert picture.headers["Cache-Control"] == "no-store"
    assert "<svg" in picture.text
    answer = staff.post(f"{first}/code", code="123 456")
    assert "abcd-efgh-jkmn-pqrs" in answer.text
    services.on("auth", "confirm_second_factor", DomainError("wrong_second_factor"))
    answer = staff.post(f"{first}/code", code="123 456")
    assert answer.status_code == 422
    assert "This code is not right" in answer.text


def test_nothing_to_confirm_leads_to_the_beginning(staff: Browser, services: FakeServices) -> None:
    services.on("auth", "get_second_factor_to_come", DomainError("no_second_factor_to_come"))
    assert staff.get("/admin/account/second-factor/code").location == "/admin/account/second-factor"


def test_what_was_not_confirmed_in_time_leads_there_too(staff: Browser, services: FakeServices) -> None:
    path = "/admin/account/second-factor/code"
    services.on("auth", "get_second_factor_to_come", {"secret": "ABCDEFGHIJKL", "uri": "otpauth://totp/x"})
    services.on("auth", "confirm_second_factor", DomainError("no_second_factor_to_come"))
    assert staff.post(path, code="123 456").location == "/admin/account/second-factor"
    assert "there are ten minutes for it" in staff.get("/admin/account/second-factor").text


def test_switching_the_second_factor_off(staff: Browser, services: FakeServices) -> None:
    services.on("auth", "drop_second_factor", DomainError("wrong_password"))
    path = "/admin/account/second-factor/remove"
    answer = staff.post(path, password="wrong")
    assert "This is not your password." in answer.text
    services.on("auth", "drop_second_factor", {})
    assert staff.post(path, password="right").location == "/admin/account"


def test_ending_sessions(staff: Browser, services: FakeServices) -> None:
    services.on("auth", "revoke_staff_session", {})
    services.on("auth", "revoke_other_staff_sessions", {})
    services.on("auth", "end_staff_session", {})
    here = "/admin/account"
    assert staff.post(f"{here}/sessions/ses-other/end", seen=here).location == here
    assert services.asked("revoke_staff_session")[0].arguments["session"] == "ses-other"
    assert staff.post(f"{here}/sessions/end-others", seen=here).location == here
    assert staff.post(f"{here}/sessions/ses-staff-1/end", seen=here).location == "/admin/login"


def test_keys_with_who_made_them(staff: Browser, services: FakeServices) -> None:
    page = staff.get("/admin/api-keys").text
    for text in ("The &lt;shop&gt;", "Customers: see", "Bring in data", "Vera Lindt", "key-0001/withdraw"):
        assert text in page
    services.on("auth", "list_api_keys", {"items": [], "next_cursor": None})
    assert "No keys yet" in staff.get("/admin/api-keys").text


def test_a_new_key_shows_its_secret_once(staff: Browser, services: FakeServices) -> None:
    assert all(f'value="{scope}"' in staff.get("/admin/api-keys/new").text for scope in SCOPES)
    answer = staff.post(
        "/admin/api-keys/new", name=" The shop ", scopes=["customers:read", "import"], days="0"
    )
    assert "portico_0123456789abcdef_secret" in answer.text
    asked = services.asked("create_api_key")[0].arguments
    assert (asked["name"], asked["scopes"], asked["expires_at"]) == (
        "The shop",
        ["customers:read", "import"],
        None,
    )
    staff.post("/admin/api-keys/new", name="The shop", scopes="import", days="30")
    assert services.asked("create_api_key")[1].arguments["expires_at"]


def test_a_key_that_may_nothing(staff: Browser, services: FakeServices) -> None:
    answer = staff.post("/admin/api-keys/new", name="The shop", days="30")
    assert answer.status_code == 422
    assert "Please choose what the key may do." in answer.text
    assert 'value="The shop"' in answer.text


def test_withdrawing_a_key(staff: Browser, services: FakeServices) -> None:
    path = "/admin/api-keys/key-0001/withdraw"
    assert "It was never used." in staff.get(path).text
    assert not services.asked("withdraw_api_key")
    assert staff.post(path).location == "/admin/api-keys"
    assert staff.get("/admin/api-keys/key-9999/withdraw").status_code == 404


def test_signing_in_in_two_steps(stranger: Browser, services: FakeServices) -> None:
    entry = {"token": "a-token-that-stands-for-a-password", "session": None}
    services.on("auth", "sign_in_staff", entry)
    answer = stranger.post("/admin/login", email="vera@nordlicht.example", password="right")
    assert answer.location == "/admin/login/code"
    services.on("auth", "confirm_staff_sign_in", DomainError("wrong_second_factor"))
    answer = stranger.post("/admin/login/code", code="000000")
    assert answer.status_code == 422
    services.on("auth", "confirm_staff_sign_in", NEW)
    answer = stranger.post("/admin/login/code", code="123456")
    assert answer.location == "/admin"
    assert services.asked("confirm_staff_sign_in")[1].arguments["token"] == entry["token"]
    cookies = answer.headers.getlist("Set-Cookie")
    assert any(each.startswith("staff=a-new-token") for each in cookies)
    assert any(each.startswith("staff_entry=;") for each in cookies)


def test_a_code_without_a_password_leads_to_the_beginning(stranger: Browser, services: FakeServices) -> None:
    assert stranger.get("/admin/login/code").location.startswith("/admin/login")
    stranger.client.set_cookie("staff_entry", "a-token-that-stands-for-a-password")
    services.on("auth", "confirm_staff_sign_in", DomainError("sign_in_over"))
    assert stranger.post("/admin/login/code", code="1").location.startswith("/admin/login")


def test_who_may_only_look_gets_no_buttons(staff_as: StaffAs) -> None:
    page = staff_as("read_only").get("/admin/account").text
    assert "/admin/staff" not in page
    assert staff_as("support").get("/admin/staff").status_code == 403

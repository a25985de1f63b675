"""The "Customer Portal" pages of a bill group, and the settings of who gets in."""

from __future__ import annotations

from typing import Any

import pytest

from shared.contracts.scopes import ROLES
from shared.kernel.errors import DomainError, Kind, NotFound
from tests.unit.gateway import samples
from tests.unit.gateway.admin.conftest import StaffAs
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices

PAGE = "/admin/bill-groups/bg-0001/access"
SETTINGS = "/admin/settings/access"
LINK = "https://portal.example/p/bg-0001.0123"
RULES = {
    "bill_group": "bg-0001",
    "items": [
        {
            "rule": "rule-1",
            "kind": "domain",
            "value": "müller.example",
            "in_ascii": "xn--mller-kva.example",
            "added_at": "2026-11-21T10:00:00+00:00",
            "added_by": "staff:jane",
        },
        {
            "rule": "rule-2",
            "kind": "address",
            "value": "max@firm.example",
            "in_ascii": "max@firm.example",
            "added_at": "2026-11-20T10:00:00+00:00",
            "added_by": "staff:jane",
        },
    ],
}
CUSTOMER: dict[str, Any] = {
    "customer": "cust-0001",
    "version": 3,
    "name": "Bergmann Apotheke",
    "access": "default",
    "access_now": "on",
    "created_at": "2026-01-01T00:00:00+00:00",
    "bill_groups": ["bg-0001"],
}


def preview(*covered: str, public: bool = False, domain: str = "firm.example") -> dict[str, Any]:
    return {"domain": domain, "in_ascii": domain, "covered": list(covered), "is_public_provider": public}


@pytest.fixture(autouse=True)
def answers(services: FakeServices) -> None:
    services.on("customers", "get_customer", CUSTOMER)
    services.on("auth", "list_access_rules", RULES)
    services.on("auth", "get_portal_link", {"bill_group": "bg-0001", "url": LINK})
    services.on("auth", "grant_address", RULES)
    services.on("auth", "grant_domain", RULES)
    services.on("auth", "remove_access_rule", RULES)
    services.on("auth", "preview_domain_grant", preview())
    services.on("customers", "change_bill_group", samples.BILL_GROUP)


def test_all_of_it_is_on_one_page(staff: Browser) -> None:
    page = staff.get(PAGE).text
    assert "@müller.example" in page
    assert "xn--mller-kva.example" in page
    assert "max@firm.example" in page
    assert "anna@bergmann-apotheke.example" in page
    assert f'readonly value="{LINK}"' in page
    assert 'action="/admin/bill-groups/bg-0001/preview"' in page
    assert "As set for all customers: on" in page
    assert ">Open</span>" in page


@pytest.mark.parametrize(
    "group, customer, is_open",
    [("on", "on", True), ("off", "on", False), ("on", "off", False), ("off", "off", False)],
)
def test_it_is_open_where_both_switches_are_on(
    staff: Browser, services: FakeServices, group: str, customer: str, is_open: bool
) -> None:
    services.on("customers", "get_bill_group", {**samples.BILL_GROUP, "access": group})
    services.on("customers", "get_customer", {**CUSTOMER, "access_now": customer})
    page = staff.get(PAGE).text
    assert (">Open</span>" in page) is is_open
    assert (">Closed</span>" in page) is not is_open


def test_an_address_is_added(staff: Browser, services: FakeServices) -> None:
    answer = staff.post(f"{PAGE}/addresses", seen=PAGE, address=" eva@firm.example ")
    assert (answer.status_code, answer.location) == (303, PAGE)
    (asked,) = services.asked("grant_address")
    assert asked.arguments["bill_group"] == "bg-0001"
    assert asked.arguments["address"].strip() == "eva@firm.example"
    assert str(asked.context.principal) == "staff:staff-0001"
    assert "eva@firm.example has access now." in staff.get(PAGE).text


@pytest.mark.parametrize(
    "error, status, text",
    [
        (DomainError("one_at_a_time"), 422, "one at a time"),
        (DomainError("invalid_email"), 422, "like name@example.com"),
        (DomainError("domain_granted", domain="firm.example"), 409, "All addresses of firm.example"),
        (DomainError("already_granted"), 409, "a rule for this already"),
        (DomainError("too_many_rules", most=500), 409, "at most 500"),
    ],
)
def test_what_is_wrong_with_an_address_stands_next_to_it(
    staff: Browser, services: FakeServices, error: DomainError, status: int, text: str
) -> None:
    services.on("auth", "grant_address", error)
    page = staff.post(f"{PAGE}/addresses", seen=PAGE, address="max@firm.example, eva@firm.example")
    assert page.status_code == status
    assert 'id="address-error"' in page.text
    assert 'href="#address"' in page.text
    assert text in page.text
    assert 'value="max@firm.example, eva@firm.example"' in page.text
    assert 'id="domain-error"' not in page.text


def test_an_empty_field_is_no_address(staff: Browser, services: FakeServices) -> None:
    assert staff.post(f"{PAGE}/addresses", seen=PAGE, address="").status_code == 422
    assert staff.post(f"{PAGE}/domains", seen=PAGE, domain="").status_code == 422
    assert services.asked("grant_address") == services.asked("grant_domain") == []


def test_what_nobody_knows_yet_is_sent_again_with_its_key(staff: Browser, services: FakeServices) -> None:
    services.on("auth", "grant_address", DomainError("not_known_yet", Kind.UNKNOWN))
    page = staff.post(f"{PAGE}/addresses", seen=PAGE, address="max@firm.example")
    assert page.status_code == 504
    (asked,) = services.asked("grant_address")
    assert f'value="{asked.arguments["key"]}"' in page.text
    assert 'value="max@firm.example"' in page.text


def test_a_domain_that_covers_nothing_is_granted_at_once(staff: Browser, services: FakeServices) -> None:
    answer = staff.post(f"{PAGE}/domains", seen=PAGE, domain="Firm.example")
    assert (answer.status_code, answer.location) == (303, PAGE)
    (asked,) = services.asked("grant_domain")
    assert (asked.arguments["domain"], asked.arguments["replaces"]) == ("firm.example", [])


@pytest.mark.parametrize(
    "found", [preview("max@firm.example", "eva@firm.example"), preview(public=True), preview("x@y.example")]
)
def test_a_domain_that_covers_addresses_or_is_everybodys_is_asked_about(
    staff: Browser, services: FakeServices, found: dict[str, Any]
) -> None:
    services.on("auth", "preview_domain_grant", found)
    answer = staff.post(f"{PAGE}/domains", seen=PAGE, domain="firm.example")
    assert answer.location == f"{PAGE}/domains/confirm?domain=firm.example"
    assert services.asked("grant_domain") == []
    page = staff.get(answer.location).text
    assert ("public mail provider" in page) is found["is_public_provider"]
    for address in found["covered"]:
        assert f'name="replaces" value="{address}"' in page


def test_confirming_replaces_what_was_named(staff: Browser, services: FakeServices) -> None:
    services.on("auth", "preview_domain_grant", preview("max@firm.example", "eva@firm.example"))
    seen = f"{PAGE}/domains/confirm?domain=firm.example"
    named = ["max@firm.example", "eva@firm.example"]
    answer = staff.post(f"{PAGE}/domains/confirm", seen=seen, domain="firm.example", replaces=named)
    assert (answer.status_code, answer.location) == (303, PAGE)
    (asked,) = services.asked("grant_domain")
    assert asked.arguments["replaces"] == named


def test_addresses_that_came_meanwhile_are_shown_again(staff: Browser, services: FakeServices) -> None:
    services.on("auth", "preview_domain_grant", preview("max@firm.example", "eva@firm.example"))
    services.on("auth", "grant_domain", DomainError("addresses_covered", Kind.CONFLICT, addresses=[]))
    seen = f"{PAGE}/domains/confirm?domain=firm.example"
    page = staff.post(
        f"{PAGE}/domains/confirm", seen=seen, domain="firm.example", replaces=["max@firm.example"]
    )
    assert page.status_code == 409
    assert "that you have not seen yet" in page.text
    assert page.text.count('name="replaces"') == 2


def test_addresses_that_came_between_the_look_and_the_grant_are_asked_about(
    staff: Browser, services: FakeServices
) -> None:
    services.on("auth", "grant_domain", DomainError("addresses_covered", Kind.CONFLICT, addresses=[]))
    answer = staff.post(f"{PAGE}/domains", seen=PAGE, domain="firm.example")
    assert answer.location == f"{PAGE}/domains/confirm?domain=firm.example"


@pytest.mark.parametrize("code", ["one_at_a_time", "invalid_domain", "already_granted"])
def test_what_is_wrong_with_a_domain_stands_next_to_it(
    staff: Browser, services: FakeServices, code: str
) -> None:
    services.on("auth", "preview_domain_grant", DomainError(code))
    for page in (
        staff.post(f"{PAGE}/domains", seen=PAGE, domain="firm.example, x.example"),
        staff.get(f"{PAGE}/domains/confirm?domain=firm.example, x.example"),
    ):
        assert page.status_code in (409, 422)
        assert 'id="domain-error"' in page.text
        assert 'value="firm.example, x.example"' in page.text


def test_removing_a_rule_asks_first(staff: Browser, services: FakeServices) -> None:
    seen = f"{PAGE}/rules/rule-1/remove"
    page = staff.get(seen).text
    assert "Remove the rule for müller.example?" in page
    assert services.asked("remove_access_rule") == []
    assert staff.post(seen).location == PAGE
    (asked,) = services.asked("remove_access_rule")
    assert asked.arguments["rule"] == "rule-1"
    assert staff.get(f"{PAGE}/rules/rule-9/remove").status_code == 404


def test_switching_off_asks_first_and_switching_on_does_not(staff: Browser, services: FakeServices) -> None:
    assert "whoever is signed in is signed out at once" in staff.get(f"{PAGE}/switch").text
    assert staff.post(f"{PAGE}/switch", access="off").location == PAGE
    services.on("customers", "get_bill_group", {**samples.BILL_GROUP, "access": "off"})
    assert staff.post(f"{PAGE}/switch", seen=PAGE, access="on").location == PAGE
    asked = [each.arguments["access"] for each in services.asked("change_bill_group")]
    assert asked == ["off", "on"]


@pytest.mark.parametrize("role", sorted(ROLES))
def test_who_may_only_look_sees_no_buttons_and_is_refused(
    staff_as: StaffAs, services: FakeServices, role: str
) -> None:
    browser = staff_as(role)
    may = "customers:write" in ROLES[role]
    page = browser.get(PAGE)
    assert page.status_code == 200
    assert (f'action="{PAGE}/addresses"' in page.text) is may
    assert (f'href="{PAGE}/rules/rule-1/remove"' in page.text) is may
    for path in ("domains/confirm?domain=firm.example", "rules/rule-1/remove", "switch"):
        assert browser.get(f"{PAGE}/{path}").status_code == (200 if may else 403)
    posts = {"addresses": {"address": "a@b.example"}, "rules/rule-1/remove": {}, "switch": {"access": "off"}}
    for path, fields in posts.items():
        answer = browser.post(f"{PAGE}/{path}", seen=PAGE, **fields)
        assert answer.status_code == (303 if may else 403)


def test_of_a_bill_group_that_is_not_there_is_no_page(staff: Browser, services: FakeServices) -> None:
    services.on("customers", "get_bill_group", NotFound())
    assert staff.get(PAGE).status_code == 404


# The settings


@pytest.fixture(autouse=True)
def settings(services: FakeServices) -> None:
    def count(access: str) -> dict[str, Any]:
        return {"access": access, "present": "on", "following": 12, "changing": 0 if access == "on" else 12}

    def done(access: str, reach: str, key: str) -> dict[str, Any]:
        assert key
        return {"access": access, "reach": reach, "changed": 12 if reach == "all" else 0, "version": 9}

    services.on("customers", "preview_default_access", count)
    services.on("customers", "set_default_access", done)
    services.on("customers", "set_access", samples.MERCHANT)


def test_the_default_for_future_customers_is_set_at_once(staff: Browser, services: FakeServices) -> None:
    answer = staff.post(f"{SETTINGS}/default", seen=SETTINGS, access="off", reach="future")
    assert (answer.status_code, answer.location) == (303, SETTINGS)
    (asked,) = services.asked("set_default_access")
    assert (asked.arguments["access"], asked.arguments["reach"]) == ("off", "future")
    assert "who are added from now on" in staff.get(SETTINGS).text


def test_the_default_for_all_is_set_after_its_number_was_shown(
    staff: Browser, services: FakeServices
) -> None:
    answer = staff.post(f"{SETTINGS}/default", seen=SETTINGS, access="off", reach="all")
    assert answer.location == f"{SETTINGS}/default/all?access=off"
    assert services.asked("set_default_access") == []
    page = staff.get(answer.location).text
    assert "It closes for 12 customers who may enter now." in page
    assert "12 customers follow the default" in page
    assert staff.post(f"{SETTINGS}/default/all", seen=answer.location, access="off").location == SETTINGS
    (asked,) = services.asked("set_default_access")
    assert (asked.arguments["access"], asked.arguments["reach"]) == ("off", "all")
    assert "The portal is closed now for 12 customers." in staff.get(SETTINGS).text


def test_customers_by_an_older_default_are_named(staff: Browser, services: FakeServices) -> None:
    services.on(
        "customers",
        "preview_default_access",
        {"access": "on", "present": "on", "following": 12, "changing": 5},
    )
    assert "5 of them are off, by a default of before" in staff.get(SETTINGS).text


def test_the_portal_without_a_contract(staff: Browser, services: FakeServices) -> None:
    answer = staff.post(SETTINGS, portal_without_contract="closed")
    assert (answer.status_code, answer.location) == (303, SETTINGS)
    (asked,) = services.asked("set_access")
    assert asked.arguments["portal_without_contract"] == "closed"
    assert asked.arguments["version"] == samples.MERCHANT["version"]


def test_a_setting_that_somebody_else_changed_is_shown_beside_what_was_chosen(
    staff: Browser, services: FakeServices
) -> None:
    current = {**samples.MERCHANT, "version": 9, "portal_without_contract": "open"}
    services.on("customers", "set_access", DomainError("changed_meanwhile", Kind.CONFLICT, current=current))
    page = staff.post(SETTINGS, portal_without_contract="closed")
    assert page.status_code == 409
    assert "Saved meanwhile: Open, so that old invoices stay in reach" in page.text
    assert 'name="version" value="9"' in page.text


@pytest.mark.parametrize("role", sorted(ROLES))
def test_settings_are_changed_by_those_who_may(staff_as: StaffAs, services: FakeServices, role: str) -> None:
    may_look, may = "settings:read" in ROLES[role], "settings:write" in ROLES[role]
    browser = staff_as(role)
    page = browser.get(SETTINGS)
    assert page.status_code == (200 if may_look else 403)
    assert ("Set the default</button>" in page.text) is may
    assert browser.get(f"{SETTINGS}/default/all?access=off").status_code == (200 if may else 403)
    if may_look and not may:
        assert browser.post(SETTINGS, portal_without_contract="closed").status_code == 403
        sent = browser.post(f"{SETTINGS}/default", seen=SETTINGS, access="off", reach="future")
        assert sent.status_code == 403
        assert services.asked("set_access") == services.asked("set_default_access") == []


def test_nothing_chosen_is_no_default(staff: Browser, services: FakeServices) -> None:
    page = staff.post(f"{SETTINGS}/default", seen=SETTINGS, access="maybe", reach="all")
    assert page.status_code == 422
    assert services.asked("set_default_access") == []


@pytest.mark.parametrize("path", ["addresses", "domains"])
def test_a_page_that_was_refused_can_be_loaded_anew(staff: Browser, path: str) -> None:
    assert staff.get(f"{PAGE}/{path}").location == PAGE
    assert staff.get(f"{SETTINGS}/default").location == SETTINGS

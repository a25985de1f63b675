"""Previews of the portal: every page as the contact sees it, and nothing can be changed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, Rule

from shared.contracts.registry import CONTRACTS
from shared.kernel.errors import DomainError, Kind
from tests.unit.gateway import samples
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices

REFUSED = "Nothing can be changed in a preview"
# Parts of the site that are no pages of the portal.
OTHER = ("/admin", "/api/", "/static/", "/healthz", "/readyz", "/metrics", "/webhooks")
# What changes nothing but the browser, and the way out.
STILL_TAKEN = {"language.choose", "previews.end"}


@pytest.fixture
def staff_looking(app: Flask) -> Browser:
    """A browser in which somebody of the staff looks at Anna's portal."""
    client = app.test_client()
    client.set_cookie("preview", samples.PREVIEW_TOKEN)
    return Browser(client)


def portal_rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if not rule.rule.startswith(OTHER)]


def paths(app: Flask, rule: Rule, method: str) -> Iterator[str]:
    """An address for the rule, its parts filled in with what fits."""
    values = {
        name: sorted(converter.items)[0] if isinstance(converter, AnyConverter) else "thing-0001"
        for name, converter in rule._converters.items()
    }
    yield app.url_map.bind("localhost").build(rule.endpoint, values, method=method)


def csrf_token(browser: Browser) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/overview").text)
    assert found is not None
    return found[1]


def changes(services: FakeServices) -> set[str]:
    """What was asked for that changes something, by whom it is not refused by the services."""
    return {
        f"{call.service}.{call.method}"
        for call in services.calls
        if call.method != "ping"
        and not CONTRACTS[call.service].methods[call.method].only_reads
        and not call.context.read_only
    }


def test_each_page_says_that_it_is_a_preview_and_whose(staff_looking: Browser) -> None:
    for path in ("/overview", "/details", "/sessions", "/nowhere", "/subscriptions/thing-0001/cancel"):
        page = staff_looking.get(path).text
        assert "Jane Miller sees the portal as Anna Berg does" in page, path
        assert 'action="/preview/end"' in page


def test_a_customers_own_pages_say_nothing_of_it(visitor: Browser) -> None:
    assert "/preview/end" not in visitor.get("/overview").text


def test_all_is_asked_for_as_the_customer_who_may_only_look(
    staff_looking: Browser, services: FakeServices
) -> None:
    assert staff_looking.get("/overview").status_code == 200
    (asked,) = services.asked("billing_summary")
    assert str(asked.context.principal) == f"customer:{samples.SESSION['customer']}"
    assert asked.context.read_only
    assert asked.arguments["bill_group"] == samples.PREVIEW["bill_group"]


def test_every_form_of_the_portal_is_refused(
    app: Flask, staff_looking: Browser, services: FakeServices
) -> None:
    """New routes are walked, too: whatever takes a form and is no page of the staff's."""
    token = csrf_token(staff_looking)
    walked = 0
    for rule in portal_rules(app):
        for method in sorted((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}):
            if rule.endpoint in STILL_TAKEN:
                continue
            for path in paths(app, rule, method):
                form = {"csrf_token": token, "key": "a-key-that-fits", "owner": samples.SESSION["bill_group"]}
                answer = staff_looking.client.open(path, method=method, data=form)
                assert answer.status_code == 403, path
                assert REFUSED in answer.text, path
                walked += 1
    assert walked >= 20
    assert changes(services) == set()


def test_what_is_only_looked_at_changes_nothing_either(
    app: Flask, staff_looking: Browser, services: FakeServices
) -> None:
    """Some addresses do something when they are opened (a secret link, a way back from a provider)."""
    services.on("subscriptions", "running_with_method", {"items": []})
    for rule in portal_rules(app):
        if "GET" in (rule.methods or ()):
            for path in paths(app, rule, "GET"):
                staff_looking.get(path, query_string={"setup": "setup-0001"})
    (way_back,) = services.asked("finish_payment_method")
    assert way_back.context.read_only
    assert changes(services) == set()


def test_what_a_service_refuses_is_told_as_such(staff_looking: Browser, services: FakeServices) -> None:
    services.on("auth", "open_secret_link", DomainError("read_only"))
    answer = staff_looking.get("/s/some-secret")
    assert answer.status_code == 403
    assert REFUSED in answer.text


def test_the_language_can_be_chosen(staff_looking: Browser) -> None:
    answer = staff_looking.post("/language", seen="/overview", language="de")
    assert answer.status_code == 302
    assert "Vorschau" in staff_looking.get("/overview").text


def test_ending_it_leads_back_to_the_staffs_pages(staff_looking: Browser, services: FakeServices) -> None:
    answer = staff_looking.post("/preview/end", seen="/overview")
    assert answer.location == "/admin/customers/cust-0001/access"
    assert staff_looking.client.get_cookie("preview") is None
    (ended,) = services.asked("end_preview")
    assert not ended.context.read_only


def test_one_that_is_over_is_not_taken_for_the_session_of_the_same_browser(
    staff_looking: Browser, services: FakeServices
) -> None:
    token = csrf_token(staff_looking)
    staff_looking.client.set_cookie("session", samples.TOKEN)
    services.on("auth", "get_preview", DomainError("no_preview"))
    staff_looking.client.application.extensions["portico_previews"]._kept.clear()
    form = {"csrf_token": token, "key": "a-key-that-fits", "auto_pay": "off"}

    answer = staff_looking.client.post("/auto-pay", data=form)
    assert answer.status_code == 403
    assert "The preview is over" in answer.text
    assert not services.asked("set_auto_pay")

    # From now on the cookie is gone: what the preview has shown still fits no session.
    late = staff_looking.client.post("/auto-pay", data=form | {"owner": "preview bg-0001"})
    assert late.status_code == 409
    assert not services.asked("set_auto_pay")


def test_forms_of_a_preview_name_it_as_their_owner(staff_looking: Browser) -> None:
    assert 'name="owner" value="preview bg-0001"' in staff_looking.get("/auto-pay").text


def test_while_nobody_knows_whether_it_runs_nothing_is_done(
    staff_looking: Browser, services: FakeServices
) -> None:
    token = csrf_token(staff_looking)
    staff_looking.client.application.extensions["portico_previews"]._kept.clear()
    services.on("auth", "get_preview", DomainError("service_away", Kind.RETRY))
    staff_looking.client.set_cookie("session", samples.TOKEN)
    form = {"csrf_token": token, "key": "a-key-that-fits", "auto_pay": "off"}
    assert staff_looking.client.post("/auto-pay", data=form).status_code == 503
    assert not services.asked("set_auto_pay")


def test_files_are_served_without_asking(staff_looking: Browser, services: FakeServices) -> None:
    assert staff_looking.get("/static/portico.js").status_code == 200
    assert staff_looking.get("/healthz").status_code == 200
    assert not services.asked("get_preview")

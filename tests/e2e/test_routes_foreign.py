"""Every address of the portal, with what belongs to another customer: it is not there, and nothing happens to it."""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import APIRequestContext
from werkzeug.routing import AnyConverter, Rule

from services.gateway.app import create_app
from shared.kernel.context import Context, system
from shared.messaging.client import RpcClient
from shared.settings import Settings
from tests.e2e.conftest import ANNA, NewPage
from tests.support.suite import Suite

OWN, FOREIGN = "bg-0001", "bg-0008"
# Parts of addresses that name nobody's object; sessions of others are tried in test_signing_in.
NO_HANDLES = {
    "session",
    "filename",
    "version",
    "role",
    "action",
    "token",
    "form",
    "secret",
    "portal_link",
    "provider",
}
# Objects of a bill group: which method lists them, and how they are called there.
OBJECTS = {
    "subscription": ("subscriptions", "list_subscriptions"),
    "payment_method": ("payments", "list_payment_methods"),
    "invoice": ("invoices", "list_invoices"),
}
_CONTEXT = Context(principal=system("tests"))
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@pytest.fixture(scope="module")
def gateway() -> Flask:
    """The application, for its addresses."""
    settings = Settings(amqp_uri="amqp://", mongo_uri="mongodb://", portico_secret="s" * 32)
    return create_app(settings)


@pytest.fixture
def anna(new_page: NewPage, signed_in: dict[str, object]) -> APIRequestContext:
    """What Anna's browser can send."""
    return new_page(storage_state=signed_in).context.request


def handles(client: RpcClient, bill_group: str) -> dict[str, str]:
    """One object of each kind that belongs to ``bill_group``."""
    return {
        kind: client.call(service, method, _CONTEXT, bill_group=bill_group)["items"][0][kind]
        for kind, (service, method) in OBJECTS.items()
    }


def everything(client: RpcClient, bill_group: str) -> list[dict[str, Any]]:
    """All that a customer could change there."""
    found = [client.call(*asked, _CONTEXT, bill_group=bill_group) for asked in OBJECTS.values()]
    mine = handles(client, bill_group)
    for service, method, kind in [
        ("subscriptions", "get_subscription", "subscription"),
        ("invoices", "get_invoice", "invoice"),
    ]:
        found.append(client.call(service, method, _CONTEXT, bill_group=bill_group, **{kind: mine[kind]}))
    return found


def rules(gateway: Flask) -> list[Rule]:
    """The routes of the portal.

    Those of the API are walked by tests/service/test_api.py, the staff's by tests/unit/gateway/admin/test_walk.py.
    """
    return [rule for rule in gateway.url_map.iter_rules() if not rule.rule.startswith(("/api/", "/admin"))]


def addresses(gateway: Flask, values: dict[str, str]) -> list[tuple[str, str]]:
    """(method, path) for every route that names an object, filled with ``values``."""
    return [
        (method, path)
        for rule in rules(gateway)
        if rule.arguments - NO_HANDLES
        for path in _paths(gateway, rule, values)
        for method in _methods(rule)
    ]


def _paths(gateway: Flask, rule: Rule, values: dict[str, str]) -> list[str]:
    converters = rule._converters
    choices = [
        sorted(converter.items) if isinstance(converter, AnyConverter) else [values[name]]
        for name, converter in converters.items()
    ]
    urls = gateway.url_map.bind("localhost")
    return [
        urls.build(rule.endpoint, dict(zip(converters, chosen, strict=True)), method=_methods(rule)[0])
        for chosen in product(*choices)
    ]


def _methods(rule: Rule) -> list[str]:
    return sorted(set(rule.methods or ()) - {"HEAD", "OPTIONS"})


def status(browser: APIRequestContext, method: str, path: str) -> int:
    """The status of the answer; a form is sent with all that makes it a true one."""
    if method == "GET":
        return browser.get(path, max_redirects=0).status
    found = _TOKEN.search(browser.get("/overview").text())
    assert found is not None
    form = {"csrf_token": found[1], "key": f"foreign-{path}", "fingerprint": "f" * 32, "payment_method": ""}
    return browser.post(path, form=form, max_redirects=0).status


def test_each_route_names_only_known_kinds_of_objects(gateway: Flask) -> None:
    for rule in rules(gateway):
        assert rule.arguments <= NO_HANDLES | set(OBJECTS), f"{rule}: add it here, with a foreign handle"


def test_nothing_of_another_customer_can_be_seen_or_changed(
    gateway: Flask, client: RpcClient, anna: APIRequestContext
) -> None:
    before = everything(client, FOREIGN)
    walked = addresses(gateway, handles(client, FOREIGN))
    assert len(walked) >= 18
    seen = {(method, path): status(anna, method, path) for method, path in walked}
    assert {asked: found for asked, found in seen.items() if found != 404} == {}
    assert everything(client, FOREIGN) == before


def test_the_same_addresses_are_there_for_what_is_their_own(
    gateway: Flask, client: RpcClient, anna: APIRequestContext
) -> None:
    walked = [path for method, path in addresses(gateway, handles(client, OWN)) if method == "GET"]
    assert [path for path in walked if status(anna, "GET", path) == 404] == []


def test_another_customers_payment_method_pays_for_nothing(
    client: RpcClient, anna: APIRequestContext
) -> None:
    own, foreign = handles(client, OWN), handles(client, FOREIGN)
    found = _TOKEN.search(anna.get("/overview").text())
    assert found is not None
    form = {"csrf_token": found[1], "key": "foreign-method", "payment_method": foreign["payment_method"]}
    answer = anna.post(f"/subscriptions/{own['subscription']}/payment-method", form=form, max_redirects=0)
    assert answer.status == 422
    stored = client.call(
        "subscriptions", "get_subscription", _CONTEXT, bill_group=OWN, subscription=own["subscription"]
    )
    assert stored["payment_method"] is None


def test_another_customers_setup_can_not_be_finished(
    portal: Suite, client: RpcClient, anna: APIRequestContext
) -> None:
    begun = client.call(
        "payments",
        "begin_payment_method",
        _CONTEXT,
        bill_group=FOREIGN,
        return_url=f"{portal.url}/payment-methods/return",
        key="foreign-setup",
    )
    assert anna.get(f"/payment-methods/return?setup={begun['setup']}", max_redirects=0).status == 404


def test_nobody_switches_to_what_is_not_open_to_them(client: RpcClient, anna: APIRequestContext) -> None:
    found = _TOKEN.search(anna.get("/overview").text())
    assert found is not None
    form = {"csrf_token": found[1], "key": "foreign-switch", "to": FOREIGN}
    answer = anna.post("/switch", form=form, max_redirects=0)
    assert (answer.status, answer.headers["location"]) == (303, "/switch")
    assert "/login" not in anna.get("/overview").url
    before = client.call("auth", "list_sessions", _CONTEXT, bill_group=FOREIGN)["items"]
    assert before == []


def test_another_bill_groups_portal_link_opens_nothing(
    client: RpcClient, anna: APIRequestContext, new_page: NewPage
) -> None:
    url = client.call("auth", "get_portal_link", _CONTEXT, bill_group=FOREIGN)["url"]
    page = anna.get(url, max_redirects=0)
    assert page.status == 200
    found = _TOKEN.search(page.text())
    assert found is not None
    form = {"csrf_token": found[1], "key": "foreign-link", "email": ANNA}
    assert anna.post(url, form=form, max_redirects=0).status == 422
    assert new_page().context.request.get(url.replace(FOREIGN, OWN), max_redirects=0).status == 404


def test_the_staffs_pages_about_bill_groups_are_no_customers(
    client: RpcClient, anna: APIRequestContext
) -> None:
    for bill_group in (OWN, FOREIGN):
        path = f"/admin/bill-groups/{bill_group}/access"
        answer = anna.get(path, max_redirects=0)
        assert (answer.status, answer.headers["location"]) == (302, f"/admin/login?next={path}")
        assert client.call("auth", "list_access_rules", _CONTEXT, bill_group=bill_group)["items"] == []

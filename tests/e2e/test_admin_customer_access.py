"""Secret link, password, preview and the merchant's app: handed out by staff, used by customers, and over at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.routing import AnyConverter, Rule

from deploy.local.waiting import wait_until
from services.gateway.app import create_app
from shared.contracts.auth_ways import DEEP_LINKS
from shared.contracts.customer_words import SIGN_IN_WAYS, SetMerchant
from shared.kernel.clock import utc_now
from shared.kernel.context import Context, system
from shared.kernel.ids import new_id
from shared.messaging.client import RpcClient
from shared.settings import Settings
from tests.e2e.conftest import NewPage
from tests.support.looks import look, look_in_each_language
from tests.support.mailbox import Mailbox
from tests.support.suite import Suite
from tests.support.visitor import new_customer

TESTS = Context(principal=system("tests"))
CHOSEN, ANOTHER = "seven wild geese over Lapland", "a quiet harbour in late autumn"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@pytest.fixture(scope="module", autouse=True)
def all_ways(client: RpcClient, portal: Suite) -> Iterator[None]:
    """The merchant offers all ways in; afterwards those of before."""
    before = client.customers.get_merchant(TESTS)["sign_in_ways"]
    offer(client, list(SIGN_IN_WAYS))
    yield
    offer(client, before)


@pytest.fixture
def customer(client: RpcClient) -> dict[str, str]:
    """A customer of their own: handle, bill group and address."""
    email = new_customer(client)
    (way,) = client.customers.find_sign_ins(TESTS, email=email)["items"]
    return {"customer": way["customer"], "bill_group": way["bill_group"], "email": email}


def offer(client: RpcClient, ways: list[str]) -> None:
    """Offer these ways in from now on; waits until auth and gateway have heard of it."""
    merchant = client.customers.get_merchant(TESTS)
    known = {name: merchant[name] for name in SetMerchant().fields if name in merchant}
    client.customers.set_merchant(
        TESTS, **{**known, "sign_in_ways": ways, "version": merchant["version"], "key": new_id()}
    )
    wait_until(
        lambda: client.customers.get_merchant(TESTS)["sign_in_ways"] == ways, timeout=10, what="the ways"
    )


def test_a_secret_link_is_made_followed_replaced_and_then_refused(
    new_page: NewPage, owner: dict[str, object], customer: dict[str, str]
) -> None:
    staff = new_page(storage_state=owner)
    staff.goto(f"/admin/customers/{customer['customer']}/access")
    look_in_each_language(staff)
    staff.get_by_role("link", name="Make a link").click()
    look_in_each_language(staff)
    staff.get_by_label("Good for how many days").fill("30")
    staff.get_by_role("button", name="Make the link").click()
    old = staff.locator("#secret-url").input_value()
    look_in_each_language(staff)

    visitor = new_page()
    answer = visitor.goto(old)
    assert answer is not None
    assert visitor.url.endswith("/overview")
    visitor.goto("/sessions")
    expect(visitor.get_by_text("with the personal link")).to_be_visible()

    staff.get_by_role("link", name="Make a new link").click()
    look_in_each_language(staff)
    staff.get_by_role("button", name="Make the link").click()
    new = staff.locator("#secret-url").input_value()
    assert new != old
    # Whoever came in with the old one is out, and it opens nothing.
    wait_until(lambda: signed_out(visitor), timeout=10, every=0.3, what="the end of the session")
    visitor.goto(old)
    expect(visitor.get_by_text("opens nothing any more")).to_be_visible()
    visitor.goto(new)
    assert visitor.url.endswith("/overview")

    staff.get_by_role("link", name="Revoke").click()
    look_in_each_language(staff)
    staff.get_by_role("button", name="Revoke the link").click()
    visitor.goto(new)
    expect(visitor.get_by_text("opens nothing any more")).to_be_visible()


def signed_out(page: Page) -> bool:
    page.goto("/overview")
    return "/login" in page.url


def test_looking_at_a_secret_link_opens_nothing(
    new_page: NewPage, client: RpcClient, customer: dict[str, str]
) -> None:
    made = client.auth.make_secret_link(TESTS, customer=customer["customer"], key=new_id())
    for _ in range(20):
        assert new_page().context.request.head(made["url"], max_redirects=0).status == 200
    assert client.auth.get_secret_link(TESTS, customer=customer["customer"])["last_used_at"] is None
    sessions = client.auth.list_sessions(TESTS, bill_group=customer["bill_group"])
    assert sessions["items"] == []


def test_a_secret_stands_in_no_log(
    new_page: NewPage, client: RpcClient, portal: Suite, customer: dict[str, str]
) -> None:
    made = client.auth.make_secret_link(TESTS, customer=customer["customer"], key=new_id())
    new_page().goto(made["url"])
    secret = made["url"].rpartition("/")[2]
    for program in portal.programs:
        assert secret not in portal.log(program), program


@pytest.mark.parametrize("script", [True, False])
def test_a_password_is_handed_out_changed_and_chosen_anew(
    new_page: NewPage,
    owner: dict[str, object],
    mailbox: Mailbox,
    customer: dict[str, str],
    script: bool,
) -> None:
    staff = new_page(storage_state=owner, java_script_enabled=script)
    staff.goto(f"/admin/customers/{customer['customer']}/access")
    staff.get_by_role("link", name="Hand out a password").click()
    if script:
        look_in_each_language(staff)
    staff.get_by_role("button", name="Generate the password").click()
    user_name = staff.locator("#user-name").input_value()
    password = staff.locator("#password").input_value()
    if script:
        look(staff)

    visitor = new_page(java_script_enabled=script)
    visitor.goto("/login")
    visitor.get_by_role("link", name="user name and password").click()
    if script:
        look_in_each_language(visitor)
    come_in(visitor, user_name.upper(), password)
    visitor.goto("/password")
    if script:
        look_in_each_language(visitor)
    visitor.get_by_label("Present password").fill(password)
    visitor.get_by_label("New password").fill(CHOSEN)
    visitor.get_by_label("The same password again").fill(CHOSEN)
    visitor.get_by_role("button", name="Change the password").click()
    expect(visitor.get_by_text("Your password is changed.")).to_be_visible()

    elsewhere = new_page(java_script_enabled=script)
    elsewhere.goto("/login/password")
    elsewhere.get_by_label("User name").fill(user_name)
    elsewhere.get_by_label("Password", exact=True).fill(password)
    elsewhere.get_by_role("button", name="Sign in").click()
    expect(elsewhere.get_by_text("belong together")).to_be_visible()

    elsewhere.get_by_role("link", name="Password forgotten?").click()
    if script:
        look_in_each_language(elsewhere)
    elsewhere.get_by_label("User name").fill(user_name)
    elsewhere.get_by_role("button", name="Send me a link").click()
    expect(elsewhere.get_by_role("heading", name="Look into your mail")).to_be_visible()
    if script:
        look(elsewhere)
    mail = mailbox.wait_for(lambda each: "/password/reset/" in each["text"], to=customer["email"])
    link = re.search(r"\S+/password/reset/\S+", mail["text"])
    assert link is not None
    for _ in range(5):
        assert new_page().context.request.get(link[0]).status == 200
    elsewhere.goto(link[0])
    if script:
        look_in_each_language(elsewhere)
    elsewhere.get_by_label("New password").fill(ANOTHER)
    elsewhere.get_by_label("The same password again").fill(ANOTHER)
    elsewhere.get_by_role("button", name="Set the password").click()
    come_in(elsewhere, user_name, ANOTHER)
    wait_until(lambda: signed_out(visitor), timeout=10, every=0.3, what="the end of the other session")

    again = new_page().goto(link[0])
    assert again is not None
    assert again.status == 404
    mailbox.wait_for(lambda each: "/password/forgotten" in each["text"], to=customer["email"])


def come_in(page: Page, user_name: str, password: str) -> None:
    page.get_by_label("User name").fill(user_name)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/overview")


def test_the_merchants_app_opens_one_action_and_is_led_back_to(
    new_page: NewPage, client: RpcClient, customer: dict[str, str]
) -> None:
    opening = client.auth.open_portal(
        TESTS,
        bill_group=customer["bill_group"],
        path="/payment-methods/new",
        return_url="https://app.example/account",
        key=new_id(),
    )
    page = new_page()
    assert page.context.request.head(opening["url"]).status == 200
    page.goto(opening["url"])
    assert page.url.endswith("/payment-methods/new")
    back = page.get_by_role("link", name="Back to")
    assert back.get_attribute("href") == "https://app.example/account"
    look_in_each_language(page)
    again = new_page()
    again.goto(opening["url"])
    expect(again.get_by_text("already used, or is too old")).to_be_visible()


def test_a_preview_shows_everything_and_changes_nothing(
    new_page: NewPage, owner: dict[str, object], client: RpcClient
) -> None:
    group = client.customers.get_bill_group(TESTS, bill_group="bg-0001")
    page = new_page(storage_state=owner)
    page.goto(f"/admin/customers/{group['customer']}/access")
    began = utc_now()
    page.get_by_role("button", name="Preview").first.click()
    page.wait_for_url("**/overview")
    expect(page.get_by_role("complementary", name="Preview")).to_contain_text("Vera Lindt")
    look_in_each_language(page)
    for path in ("/details", "/subscriptions", "/invoices", "/payment-methods", "/sessions"):
        page.goto(path)
        expect(page.get_by_role("button", name="End preview")).to_be_visible()

    page.goto("/auto-pay")
    page.locator("main form button").first.click()
    expect(page.get_by_role("heading", name="Nothing can be changed in a preview")).to_be_visible()
    look(page)
    walk(page, client)

    page.goto("/overview")
    page.get_by_role("button", name="End preview").click()
    page.wait_for_url(f"**/admin/customers/{group['customer']}/access")
    wait_until(
        lambda: told(client, began) == ["portal_previewed"], timeout=15, what="the one event of the preview"
    )
    sessions = client.auth.list_sessions(TESTS, bill_group="bg-0001")["items"]
    assert "preview" not in {each["way"] for each in sessions}


def told(client: RpcClient, since: datetime) -> list[str]:
    """What customers and staff have done in the bill group since then, by the kinds of its events."""
    found = client.customers.list_timeline(
        TESTS, bill_group="bg-0001", recorded_from=since.isoformat(), limit=100
    )
    return [each["type"] for each in found["items"] if each["principal"].startswith(("customer:", "staff:"))]


def walk(page: Page, client: RpcClient) -> None:
    """Send a true form to every address of the portal that takes one, with the customer's own objects."""
    found = _TOKEN.search(page.context.request.get("/overview").text())
    assert found is not None
    own = {
        "subscription": ("subscriptions", "list_subscriptions"),
        "payment_method": ("payments", "list_payment_methods"),
        "invoice": ("invoices", "list_invoices"),
    }
    values: dict[str, Any] = {
        kind: client.call(*asked, TESTS, bill_group="bg-0001")["items"][0][kind]
        for kind, asked in own.items()
    }
    gateway = create_app(Settings(amqp_uri="amqp://", mongo_uri="mongodb://", portico_secret="s" * 32))
    walked = 0
    for rule in gateway.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and not rule.rule.startswith(("/admin", "/api/", "/webhooks")):
            if rule.endpoint in ("language.choose", "previews.end"):
                continue
            form = {"csrf_token": found[1], "key": f"walk-{new_id()}", "fingerprint": "f" * 32}
            answer = page.context.request.post(address(gateway, rule, values), form=form, max_redirects=0)
            assert answer.status == 403, rule
            assert "Nothing can be changed in a preview" in answer.text(), rule
            walked += 1
    assert walked >= 20


def address(gateway: Flask, rule: Rule, values: dict[str, Any]) -> str:
    parts = {
        name: sorted(converter.items)[0]
        if isinstance(converter, AnyConverter)
        else values.get(name, "thing-0001")
        for name, converter in rule._converters.items()
    }
    return gateway.url_map.bind("localhost").build(rule.endpoint, parts, method="POST")


def test_the_pages_that_the_app_may_lead_to_are_there() -> None:
    gateway = create_app(Settings(amqp_uri="amqp://", mongo_uri="mongodb://", portico_secret="s" * 32))
    addresses = gateway.url_map.bind("localhost")
    for path in DEEP_LINKS:
        assert addresses.test(path.replace("<handle>", "thing-0001"), method="GET"), path

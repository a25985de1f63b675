"""The merchant sets up the portal on the admin pages, and customers see it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

from deploy.demo.logo import logo as demo_logo
from deploy.local.waiting import wait_until
from services.gateway.look import shades
from shared.kernel.context import Context, system
from shared.kernel.ids import new_id
from shared.messaging.client import RpcClient
from shared.webhooks import Secret
from tests.e2e.conftest import NewPage, sign_in
from tests.support.looks import LANGUAGES, look
from tests.support.mailbox import Mailbox
from tests.support.payer import Payer
from tests.support.suite import Suite

SYSTEM = Context(principal=system("tests"))
SETTINGS = "/admin/settings"
PAGES = [
    f"{SETTINGS}/company",
    f"{SETTINGS}/company/logo/remove",
    f"{SETTINGS}/portal",
    f"{SETTINGS}/documents",
    f"{SETTINGS}/payments",
    f"{SETTINGS}/payments/sandbox/key",
    f"{SETTINGS}/payments/sandbox/key/remove",
    f"{SETTINGS}/payments/sandbox/webhook-secret",
    f"{SETTINGS}/payments/sandbox/webhook-secret/remove",
]
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
# A mark beside what drawing programs leave behind, and what a browser would run.
SVG = b"""<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 60" onload="alert(1)">
<script>alert(2)</script><defs><linearGradient id="g"><stop stop-color="#7a3cc2"/>
<stop offset="1" stop-color="#c2503c"/></linearGradient></defs>
<rect width="60" height="60" rx="14" fill="url(#g)"/>
<path d="M14 44 30 14l16 30h-9l-7-14-7 14z" fill="#fff"/>
<path d="M78 18h18v6H84v6h10v6H84v12h-6zm28 0h6v24h12v6h-18zm28 0h6v30h-6zm14 0h22v6h-8v24h-6V24h-8z" fill="#7a3cc2"/>
</svg>"""


@pytest.fixture(autouse=True)
def as_it_was(client: RpcClient) -> Iterator[None]:
    """The settings are put back, the demo's logo, too: others look at the same portal."""
    before = client.customers.get_merchant(SYSTEM)
    yield
    client.customers.set_merchant(SYSTEM, **{**before, "version": None}, key=new_id())
    if client.customers.get_merchant(SYSTEM)["logo"] != before["logo"]:
        client.customers.set_logo(SYSTEM, image=demo_logo(), key=new_id())
    client.payments.switch_provider(SYSTEM, provider="sandbox", on=True, key=new_id())
    [provider] = client.payments.list_providers(SYSTEM)["items"]
    if provider["key"]["source"] == "stored":
        client.payments.remove_provider_key(SYSTEM, provider="sandbox", key=new_id())
    if provider["webhooks"]["secret"]["source"] == "stored":
        client.payments.remove_webhook_secret(SYSTEM, provider="sandbox", key=new_id())


def desk(new_page: NewPage, owner: dict[str, object], path: str, **options: Any) -> Page:
    page = new_page(storage_state=owner, **options)
    page.goto(f"{SETTINGS}/{path}")
    return page


def save(page: Page) -> None:
    page.locator("main .actions button", has_text="Save").click()
    expect(page.locator(".notice.good")).to_contain_text("saved")


def appears(page: Page, path: str, selector: str) -> None:
    """Customers see it by themselves: each gateway process asks for the settings again after a second."""

    def there() -> bool:
        page.goto(path)
        return bool(page.locator(selector).count())

    wait_until(there, timeout=10, what=f"{selector} on {path}")


def test_the_portal_is_branded(new_page: NewPage, owner: dict[str, object]) -> None:
    page = desk(new_page, owner, "portal")
    page.locator("#accent").fill("#ffd400")
    light, _dark = shades("#ffd400")
    expect(page.locator(".shade-light")).to_have_css("background-color", _rgb(light))
    page.locator("#headline_en").fill("Everything about your subscription, in one place")
    page.locator("#headline_de").fill("Alles zu Ihrem Abonnement an einem Ort")
    save(page)
    page.goto(f"{SETTINGS}/company")
    shown_before = page.locator(".logo-shown img").get_attribute("src")
    page.locator("#logo").set_input_files(FilePayload(name="logo.svg", mimeType="image/svg+xml", buffer=SVG))
    page.get_by_role("button", name="Upload").click()
    expect(page.locator(".notice.good")).to_contain_text("The logo is saved")
    logo = page.locator(".logo-shown img")
    assert logo.get_attribute("src") != shown_before
    # As high as a logo may be, with the pixels of a dense screen.
    assert logo.evaluate("image => image.naturalHeight") == 80

    customer = new_page(color_scheme="light")
    alerts: list[str] = []
    customer.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    appears(customer, "/login", ".headline")
    expect(customer.locator(".headline")).to_have_text("Everything about your subscription, in one place")
    expect(customer.locator("main button.wide")).to_have_css("background-color", _rgb(light))
    assert customer.locator(".masthead img.logo").evaluate("image => image.naturalHeight") == 80
    customer.locator('button[lang="de"]').click()
    expect(customer.locator(".headline")).to_have_text("Alles zu Ihrem Abonnement an einem Ort")
    assert alerts == []


def test_a_picture_that_is_no_logo_is_told_why(new_page: NewPage, owner: dict[str, object]) -> None:
    page = desk(new_page, owner, "company")
    text = SVG.replace(b"</svg>", b"<text>Flit</text></svg>")
    page.locator("#logo").set_input_files(FilePayload(name="logo.svg", mimeType="image/svg+xml", buffer=text))
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("#problems")).to_be_focused()
    expect(page.locator("#logo-error")).to_contain_text("turn it into paths")
    look(page)


def test_without_scripts_the_server_shows_the_shades(new_page: NewPage, owner: dict[str, object]) -> None:
    page = desk(new_page, owner, "portal", java_script_enabled=False, color_scheme="light")
    page.locator("#accent").fill("#00ffcc")
    page.locator("#show-colour").click()
    light, dark = shades("#00ffcc")
    expect(page.locator(".shade-light")).to_have_css("background-color", _rgb(light))
    expect(page.locator(".shade-dark")).to_have_css("background-color", _rgb(dark))
    expect(page.locator("#accent")).to_have_value("#00ffcc")
    expect(page.locator(".notice")).to_have_count(0)


def test_what_is_turned_off_is_gone_and_refused(
    new_page: NewPage, owner: dict[str, object], mailbox: Mailbox, payer: Payer, portal: Suite
) -> None:
    customer = new_page()
    sign_in(customer, mailbox, payer.email)
    customer.goto("/subscriptions")
    customer.locator("main tbody a, main .card h2 a, main a[href^='/subscriptions/sub-']").first.click()
    customer.wait_for_url("**/subscriptions/sub-*")
    subscription = customer.url
    customer.locator("main a[href$='/cancel']").click()
    customer.wait_for_url("**/cancel")
    left_open = customer.context.new_page()
    left_open.goto(f"{subscription}/cancel")

    page = desk(new_page, owner, "portal")
    page.get_by_label("Cancel subscriptions").uncheck()
    save(page)

    def gone() -> bool:
        customer.goto(subscription)
        return not customer.locator("main a[href$='/cancel']").count()

    wait_until(gone, timeout=10, what="the button to go")
    # The page that stood open is refused by the service, and says so.
    left_open.locator("main form button").last.click()
    expect(left_open.locator("main")).to_contain_text("be done here")
    client = payer.client
    [kept] = client.subscriptions.list_subscriptions(SYSTEM, bill_group=payer.bill_group)["items"]
    assert kept["status"] in ("active", "trial", "pending")
    assert kept["stage"] != "cancelled"


def test_another_numbering_shows_on_the_next_invoice(
    new_page: NewPage, owner: dict[str, object], mailbox: Mailbox, payer: Payer
) -> None:
    page = desk(new_page, owner, "documents")
    page.locator("#invoice").fill("{year}")
    save_button = page.locator("main .actions button", has_text="Save")
    save_button.click()
    expect(page.locator("#invoice-error")).to_be_visible()
    page.locator("#invoice").fill("FL/{year}/{number:4}")
    page.get_by_role("button", name="Show the next numbers").click()
    number = page.locator(".example strong").first.inner_text()
    assert number.startswith("FL/")
    save(page)
    line = {"description": "Consulting", "quantity": "1", "unit_amount": 1000}
    mine = {"bill_group": payer.bill_group}
    draft = payer.client.invoices.create_invoice(SYSTEM, **mine, lines=[line], key=new_id())
    payer.client.invoices.issue_invoice(SYSTEM, **mine, invoice=draft["invoice"], key=new_id())
    customer = new_page()
    sign_in(customer, mailbox, payer.email)
    customer.goto("/invoices")
    expect(customer.locator("main")).to_contain_text(number)


def test_without_a_provider_no_payment_method_is_added(
    new_page: NewPage, owner: dict[str, object], mailbox: Mailbox, payer: Payer
) -> None:
    customer = new_page()
    sign_in(customer, mailbox, payer.email)
    customer.goto("/payment-methods/new")
    page = desk(new_page, owner, "payments")
    page.get_by_role("button", name="Turn off").click()
    expect(page.locator(".notice.good")).to_contain_text("is off")
    customer.locator("main form button").click()
    expect(customer.locator("main .notice.bad")).to_contain_text("No new payment methods can be added")
    assert not customer.locator("main a[href='/payment-methods/new']").count()

    page.get_by_role("link", name="Another key").click()
    page.locator("#provider_key").fill("sk_test_abcdefgh9876")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("•••• 9876")
    assert "sk_test_abcdefgh" not in page.content()


def test_two_of_the_staff_do_not_overwrite_each_other(new_page: NewPage, owner: dict[str, object]) -> None:
    one, other = desk(new_page, owner, "documents"), desk(new_page, owner, "documents")
    company = desk(new_page, owner, "company")
    one.locator("#payment_days").fill("21")
    save(one)
    other.locator("#payment_days").fill("30")
    other.locator("main .actions button", has_text="Save").click()
    expect(other.locator(".meanwhile")).to_have_text("Saved meanwhile: 21")
    expect(other.locator("#payment_days")).to_have_value("30")
    # Another page's settings were not touched by it.
    company.locator("#phone").fill("+49 4131 555 0100")
    save(company)
    save(other)
    one.goto(f"{SETTINGS}/documents")
    expect(one.locator("#payment_days")).to_have_value("30")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_are_accessible(
    new_page: NewPage, owner: dict[str, object], client: RpcClient, language: str
) -> None:
    key = {"provider_key": "sk_test_abcdefgh9876", "key": new_id()}
    client.payments.set_provider_key(SYSTEM, provider="sandbox", **key)
    client.payments.set_webhook_secret(SYSTEM, provider="sandbox", webhook_secret=Secret.new(), key=new_id())
    page = new_page(storage_state=owner, locale=language, viewport=WIDE)
    for path in PAGES:
        page.goto(path)
        assert page.url.endswith(path)
        look(page)


def _rgb(colour: str) -> str:
    return "rgb({}, {}, {})".format(*bytes.fromhex(colour.removeprefix("#")))

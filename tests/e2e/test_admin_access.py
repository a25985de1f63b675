"""The "Customer Portal" dialog: rules, switch and portal link; who comes in by them; and switching between accounts."""

from __future__ import annotations

import re
import secrets

import pytest
from playwright.sync_api import Page, expect

from deploy.local.waiting import wait_until
from shared.kernel.context import Context, system
from shared.messaging.client import RpcClient
from tests.e2e.conftest import NewPage, come_in_by, sign_in
from tests.support.looks import look, look_in_each_language
from tests.support.mailbox import Mailbox
from tests.support.visitor import new_customer

STAFF = Context(principal=system("tests"))


@pytest.fixture
def bill_group(client: RpcClient) -> str:
    """A bill group of a customer of their own."""
    (way,) = client.customers.find_sign_ins(STAFF, email=new_customer(client))["items"]
    handle: str = way["bill_group"]
    return handle


@pytest.fixture
def firm() -> str:
    """A domain that nobody else uses."""
    return f"firm-{secrets.token_hex(4)}.example"


@pytest.mark.parametrize("script", [True, False])
def test_a_domain_is_granted_and_somebody_of_it_comes_in_through_the_portal_link(
    new_page: NewPage,
    owner: dict[str, object],
    mailbox: Mailbox,
    bill_group: str,
    firm: str,
    script: bool,
) -> None:
    page = new_page(storage_state=owner, java_script_enabled=script)
    page.goto(f"/admin/bill-groups/{bill_group}/access")

    # A list is refused, and nothing that was typed is lost.
    page.get_by_label("E-mail address").fill(f"max@{firm}, eva@{firm}")
    page.get_by_role("button", name="Add address").click()
    expect(page.locator("#address-error")).to_contain_text("one at a time")
    expect(page.get_by_label("E-mail address")).to_have_value(f"max@{firm}, eva@{firm}")
    if script:
        look(page)
    page.get_by_label("E-mail address").fill(f"Max@{firm}")
    page.get_by_role("button", name="Add address").click()
    expect(page.get_by_text(f"Max@{firm} has access now.")).to_be_visible()

    # The domain names the address that it replaces.
    page.get_by_label("E-mail domain").fill(firm)
    page.get_by_role("button", name="Add domain").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Grant access to everybody of {firm}?")
    expect(page.locator(".covered")).to_contain_text(f"Max@{firm}")
    if script:
        look_in_each_language(page)
    page.get_by_role("button", name="Grant access").click()
    row = page.get_by_role("row").filter(has_text=f"@{firm}")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Whole domain")
    page.get_by_label("E-mail address").fill(f"eva@{firm}")
    page.get_by_role("button", name="Add address").click()
    expect(page.locator("#address-error")).to_contain_text("needs no rule of its own")
    page.goto(f"/admin/bill-groups/{bill_group}/access")
    if script:
        look_in_each_language(page)

    # Somebody of it comes in, as nobody's contact.
    link = page.get_by_role("textbox", name="Portal link").input_value()
    guest = new_page(java_script_enabled=script)
    mail = come_in_by(link, guest, mailbox, f"eva@{firm}")
    assert "It opens the account" in mail
    expect(guest.locator(".account")).to_contain_text(f"eva@{firm}")
    assert guest.locator('a[href="/details/preferences"]').count() == 0
    assert guest.locator('a[href="/switch"]').count() == 0
    guest.goto("/details")
    expect(guest.get_by_role("heading", level=1)).to_be_visible()

    # Without the rule they are out.
    row.get_by_role("link", name="Remove").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Remove the rule for {firm}?")
    if script:
        look_in_each_language(page)
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("The rule is removed.")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text=f"@{firm}")).to_have_count(0)
    expect_signed_out(guest)
    stranger = new_page(java_script_enabled=script)
    stranger.goto(link)
    stranger.get_by_label("E-mail address").fill(f"eva@{firm}")
    stranger.get_by_role("button", name="Send me a code").click()
    expect(stranger.locator("#email-error")).to_be_visible()


def expect_signed_out(page: Page) -> None:
    """The session is over, as soon as the news has come."""

    def is_out() -> bool:
        page.goto("/overview")
        return "/login" in page.url

    wait_until(is_out, timeout=20, every=0.2, what="the end of the session")


def test_a_public_mail_provider_is_warned_of(
    new_page: NewPage, owner: dict[str, object], bill_group: str
) -> None:
    page = new_page(storage_state=owner)
    page.goto(f"/admin/bill-groups/{bill_group}/access")
    page.get_by_label("E-mail domain").fill("gmail.com")
    page.get_by_role("button", name="Add domain").click()
    expect(page.get_by_text("gmail.com is a public mail provider")).to_be_visible()
    look_in_each_language(page)
    page.get_by_role("link", name="Leave it as it is").click()
    assert page.get_by_role("row").filter(has_text="@gmail.com").count() == 0


def test_the_portal_is_switched_off_and_on(
    new_page: NewPage, owner: dict[str, object], mailbox: Mailbox, client: RpcClient
) -> None:
    email = new_customer(client)
    (way,) = client.customers.find_sign_ins(STAFF, email=email)["items"]
    customer = new_page()
    sign_in(customer, mailbox, email)
    page = new_page(storage_state=owner)
    page.goto(f"/admin/bill-groups/{way['bill_group']}/access")
    expect(page.locator(".page-head .badge")).to_have_text("Open")

    page.get_by_role("link", name="Switch off").click()
    look_in_each_language(page)
    page.get_by_role("button", name="Switch off").click()
    expect(page.locator(".page-head .badge")).to_have_text("Closed")
    look_in_each_language(page)
    expect_signed_out(customer)

    page.get_by_role("button", name="Switch on").click()
    expect(page.locator(".page-head .badge")).to_have_text("Open")
    sign_in(customer, mailbox, email)


def test_a_portal_link_that_is_cut_off_says_what_to_do(
    new_page: NewPage, client: RpcClient, bill_group: str
) -> None:
    url: str = client.auth.get_portal_link(STAFF, bill_group=bill_group)["url"]
    page = new_page()
    page.goto(url)
    look_in_each_language(page)
    page.goto(url[:-3])
    expect(page.get_by_role("heading", level=1)).to_have_text("This portal link is not right")
    look_in_each_language(page)
    page.get_by_role("link", name="Sign in with my e-mail address").click()
    expect(page).to_have_url("/login")


@pytest.mark.parametrize("script", [True, False])
def test_whoever_has_two_accounts_switches_between_them(
    new_page: NewPage, mailbox: Mailbox, client: RpcClient, script: bool
) -> None:
    email = new_customer(client)
    (way,) = client.customers.find_sign_ins(STAFF, email=email)["items"]
    (other,) = client.customers.find_sign_ins(STAFF, email=new_customer(client))["items"]
    client.auth.grant_address(
        STAFF, bill_group=other["bill_group"], address=email, key=f"grant-{secrets.token_hex(8)}"
    )
    page = new_page(java_script_enabled=script)
    sign_in(page, mailbox, email)
    before = page.context.cookies()
    page.locator(".account summary").click()
    page.get_by_role("link", name="Switch account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Switch account")
    cards = page.locator(".accounts li")
    expect(cards).to_have_count(2)
    expect(cards.filter(has_text="You are here")).to_have_count(1)
    if script:
        look_in_each_language(page)
    page.get_by_role("button", name="Switch to").click()
    page.wait_for_url("**/overview")
    expect(page.get_by_text(re.compile("You are now in the account"))).to_be_visible()

    # The session before is over, and its cookie opens nothing.
    left = new_page()
    left.context.add_cookies([each for each in before if "session" in each["name"]])  # type: ignore[list-item]
    left.goto("/overview")
    assert "/login" in left.url
    page.goto("/sessions")
    expect(page.get_by_role("heading", level=1)).to_have_text("Where I am signed in")
    assert way["bill_group"] != other["bill_group"]


def test_the_default_for_access(new_page: NewPage, owner: dict[str, object]) -> None:
    page = new_page(storage_state=owner)
    page.goto("/admin/settings/access")
    look_in_each_language(page)
    page.get_by_label("For all customers without a switch of their own").check()
    page.get_by_role("button", name="Set the default").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Open the portal for all customers?")
    expect(page.get_by_text("It opens for 0 customers who are shut out now.")).to_be_visible()
    look_in_each_language(page)
    page.get_by_role("button", name="Open it for all").click()
    expect(page.get_by_text("The portal is open now for 0 customers more.")).to_be_visible()
    page.goto("/admin/settings/access/default/all?access=off")
    expect(page.get_by_role("heading", level=1)).to_have_text("Close the portal for all customers?")
    look_in_each_language(page)

"""The merchant's first day with the portal, from the owner's set-up link to a secret link that is refused."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from deploy.local import owner_link
from deploy.local.waiting import wait_until
from tests.e2e.conftest import OWNER_PASSWORD, come_in_by
from tests.support.fixtures import SuiteFactory
from tests.support.mailbox import Mailbox
from tests.support.suite import Suite

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def fresh(suite: SuiteFactory) -> Suite:
    """A portal in which nobody has done anything yet."""
    return suite().start_everything()


@pytest.fixture
def newcomer(fresh: Suite, browser: Browser) -> Iterator[Callable[[], Page]]:
    """Makes pages, each in a browser of its own."""
    contexts = []

    def make() -> Page:
        contexts.append(browser.new_context(locale="en", base_url=fresh.url))
        return contexts[-1].new_page()

    yield make
    for context in contexts:
        context.close()


def test_the_first_day(fresh: Suite, newcomer: Callable[[], Page], mailbox: Mailbox) -> None:
    firm = f"f{secrets.token_hex(4)}.example"
    staff = newcomer()
    set_up_the_owner(staff, fresh)
    brand_the_portal(staff)
    customer = create_a_customer(staff, firm)

    # A domain is granted, and somebody of it comes in through the portal link.
    staff.locator('main a[href^="/admin/bill-groups/"]').first.click()
    group = staff.url
    staff.goto(f"{group}/access")
    staff.get_by_label("E-mail domain").fill(firm)
    staff.get_by_role("button", name="Add domain").click()
    expect(staff.get_by_role("row").filter(has_text="Whole domain")).to_contain_text(firm)
    portal_link = staff.get_by_role("textbox", name="Portal link").input_value()
    guest = newcomer()
    come_in_by(portal_link, guest, mailbox, f"eva@{firm}")
    guest.goto("/login")
    guest.wait_for_url("**/overview")
    expect(guest.locator(".masthead")).to_contain_text("Nordstern")

    # They change an address, and staff see who it was, from where, and what it was before.
    guest.goto("/details/billing")
    guest.locator("#city").fill("Lübeck")
    guest.locator("#postal_code").fill("23552")
    guest.locator("main .actions button").first.click()
    guest.wait_for_url("**/details")
    staff.goto(f"{customer}/timeline")
    change = staff.locator(".events > li", has_text="Contact changed").first
    comes(staff, lambda: change.count() > 0, "the change in the timeline")
    for part in ("Berlin", "Lübeck", f"eva@{firm}", "127.0.0.1"):
        expect(change).to_contain_text(part)

    # Staff look at the portal as the customer sees it, and can change nothing.
    staff.goto(f"{customer}/access")
    staff.get_by_role("button", name="Preview").click()
    staff.wait_for_url("**/overview")
    expect(staff.locator("body")).to_contain_text("Preview")
    staff.goto("/details/billing")
    staff.locator("#city").fill("Kiel")
    staff.locator("main .actions button").first.click()
    staff.goto("/details")
    expect(staff.locator("main")).to_contain_text("Lübeck")
    staff.get_by_role("button", name="End preview").click()
    staff.wait_for_url(re.compile("/admin/"))

    # A secret link opens the portal until there is another one.
    first = make_a_secret_link(staff, customer)
    holder = newcomer()
    holder.goto(first)
    holder.wait_for_url("**/overview")
    second = make_a_secret_link(staff, customer)
    assert second != first
    comes(holder, lambda: "/login" in holder.url, "the end of the session that the first link opened")
    stranger = newcomer()
    stranger.goto(first)
    assert "/overview" not in stranger.url
    expect(stranger.locator("main")).to_contain_text("link")
    stranger.goto(second)
    stranger.wait_for_url("**/overview")


def set_up_the_owner(page: Page, portal: Suite) -> None:
    link = owner_link.make(portal.env)
    assert link is not None
    page.goto(link)
    page.locator("#name").fill("Vera Lindt")
    page.locator("#email").fill("vera@nordstern.example")
    page.locator("#password").fill(OWNER_PASSWORD)
    page.locator("#password_again").fill(OWNER_PASSWORD)
    page.locator("main button:not([type=button])").first.click()
    page.wait_for_url(re.compile("/admin(?!/set-up)"))
    assert owner_link.make(portal.env) is None, "there is an owner now"


def brand_the_portal(page: Page) -> None:
    page.goto("/admin/settings/company")
    page.locator("#name").fill("Nordstern")
    fill_address(page)
    page.locator("main .actions button", has_text="Save").click()
    expect(page.locator(".notice.good")).to_contain_text("saved")
    page.goto("/admin/settings/portal")
    page.locator("#accent").fill("#7a3cc2")
    page.locator('input[value="secret_link"]').check()
    page.locator("main .actions button", has_text="Save").click()
    expect(page.locator(".notice.good")).to_contain_text("saved")


def create_a_customer(page: Page, firm: str) -> str:
    """The address of the customer's page."""
    page.goto("/admin/customers/new")
    page.locator("#customer_name").fill("Hansen & Roe")
    page.locator("#name").fill("Jane Roe")
    page.locator("#email").fill(f"jane@{firm}")
    fill_address(page)
    page.get_by_role("button", name="Create customer").click()
    page.wait_for_url(re.compile("/admin/customers/cust-"))
    return page.url


def fill_address(page: Page) -> None:
    page.locator("#country").select_option("DE")
    page.locator("#line1").fill("Torstraße 1")
    page.locator("#postal_code").fill("10119")
    page.locator("#city").fill("Berlin")


def make_a_secret_link(page: Page, customer: str) -> str:
    page.goto(f"{customer}/access/secret-link")
    page.get_by_role("button", name="Make the link").click()
    link: str = page.locator("#secret-url").input_value()
    return link


def comes(page: Page, condition: Callable[[], bool], what: str) -> None:
    """Reload the page until it is so: news travel by events."""

    def is_so() -> bool:
        page.reload()
        return condition()

    wait_until(is_so, timeout=10, what=what)

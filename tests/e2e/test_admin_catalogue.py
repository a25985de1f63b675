"""From a new product to a customer who keeps the old price of its plan: in a browser, with and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from deploy.local.waiting import wait_until
from shared.kernel.ids import new_handle
from tests.e2e.conftest import NewPage
from tests.support.looks import LANGUAGES, look
from tests.support.payer import SYSTEM, Payer

Owner = dict[str, object]

MADE = "main button:not(.second):not([hidden])"


def sell(page: Page, name: str) -> tuple[str, str]:
    """A new product with a plan of 1,234.50 EUR a month and 50 EUR once; the addresses of both."""
    page.goto("/admin/products")
    page.get_by_role("link", name="New product").click()
    page.locator("#name_en").fill(name)
    page.locator("#name_de").fill(f"{name} auf Deutsch")
    page.locator(MADE).click()
    expect(page.locator(".notice.good")).to_contain_text(name)
    product = page.url
    page.get_by_role("link", name="Add a plan").click()
    page.locator("#name_en").fill("Monthly")
    page.locator("#unit_amount-0").fill("1,234.50")
    page.locator("#setup_fee-0").fill("50")
    page.locator("#minimum_term_months").fill("12")
    page.locator(MADE).click()
    expect(page.locator("h1")).to_have_text("Monthly")
    return product, page.url


def subscribe(page: Page, payer: Payer, plan: str) -> str:
    """Subscribe the customer to two of the plan at half price for two months; the address of what was begun."""
    page.goto(f"/admin/bill-groups/{payer.bill_group}/subscriptions/new?plan={handle_of(plan)}")
    page.locator("#quantity").fill("2")
    page.locator("#discount").select_option("percent")
    page.locator("#discount_value").fill("50")
    page.locator("#discount_periods").fill("2")
    page.locator("#discount_name_en").fill("Welcome")
    page.locator(MADE).click()
    expect(page.locator("h1")).to_have_text("The first invoices")
    return page.url


def handle_of(address: str) -> str:
    return address.rsplit("/", 1)[1].partition("?")[0]


def totals(page: Page) -> list[str]:
    """What each invoice that is shown comes to."""
    return page.locator(".bill .card-head strong").all_inner_texts()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_customer_keeps_the_price_that_they_were_shown(
    new_page: NewPage, owner: Owner, payer: Payer, *, scripts: bool
) -> None:
    page = new_page(storage_state=owner, java_script_enabled=scripts)
    product, plan = sell(page, new_handle("atelier"))

    subscribe(page, payer, plan)
    shown = totals(page)
    # Half of 2 × 1,234.50, and 50 once, with 19 % taxes; then half; then all of it.
    assert shown == ["€1,528.56", "€1,469.06", "€2,938.11"]
    page.get_by_role("button", name="Begin the subscription").click()
    expect(page.locator(".notice.good")).to_contain_text("is subscribed to")
    subscription = page.url
    handle = handle_of(subscription)

    mine = {"bill_group": payer.bill_group, "subscription": handle}

    def billed() -> list[int]:
        found = payer.client.invoices.list_invoices(SYSTEM, **mine)["items"]
        return [each["total"] for each in found if each["number"]]

    wait_until(lambda: billed() == [152856], timeout=60, what="the first invoice, as it was shown")

    page.goto(plan)
    page.get_by_role("link", name="Change", exact=True).click()
    page.locator("#unit_amount-0").fill("1,500")
    page.get_by_role("button", name="See what changes").click()
    for said in ("Make version 2?", "€1,234.50", "€1,500.00", "1 subscription"):
        expect(page.locator("main")).to_contain_text(said)
    page.get_by_role("button", name="Make version 2").click()
    expect(page.locator(".notice.good")).to_contain_text("version 2")

    page.goto(subscription)
    expect(page.locator("main")).to_contain_text("The plan is at version 2 by now")
    kept = payer.client.subscriptions.get_subscription(SYSTEM, **mine)
    assert (kept["plan_version"], kept["unit_amount"]) == (1, 123450)

    for kind in (plan, product):
        page.goto(f"{kind}/archive")
        page.locator("main button.danger").click()
        expect(page.locator(".lead .badge")).to_have_text("Archived")
    page.goto(f"/admin/bill-groups/{payer.bill_group}/subscriptions/new?plan={handle_of(plan)}")
    page.locator(MADE).click()
    expect(page.locator("#problems")).to_contain_text("This plan is archived.")
    assert payer.client.subscriptions.get_subscription(SYSTEM, **mine)["status"] == "active"


def test_staff_hold_resume_and_end_a_subscription(new_page: NewPage, owner: Owner, payer: Payer) -> None:
    page = new_page(storage_state=owner)
    (mine,) = payer.client.subscriptions.list_subscriptions(SYSTEM, bill_group=payer.bill_group)["items"]
    there = f"/admin/subscriptions/{mine['subscription']}"
    page.goto(f"/admin/subscriptions?q={payer.email}")
    page.locator("main table a").click()
    page.wait_for_url(f"**{there}")

    page.get_by_role("link", name="Pause", exact=True).click()
    page.get_by_label("At once").check()
    page.get_by_role("button", name="Show what happens then").click()
    expect(page.locator(".consequences")).to_contain_text("the customer can't resume")
    page.get_by_role("button", name="Pause subscription").click()
    expect(page.locator("main")).to_contain_text("Your side has paused it")

    page.get_by_role("link", name="Resume", exact=True).click()
    page.get_by_role("button", name="Resume subscription").click()
    expect(page.locator(".notice.good")).to_contain_text("goes on")

    page.get_by_role("link", name="Cancel subscription").click()
    page.get_by_role("button", name="Cancel subscription").click()
    expect(page.locator(".lead .badge")).to_contain_text("Cancelled, until")
    page.get_by_role("link", name="Take back the cancellation").click()
    page.get_by_role("button", name="Take back the cancellation").click()
    expect(page.locator(".lead .badge")).to_have_text("Active")

    page.goto(f"{there}/cancel?at=now")
    expect(page.locator(".consequences")).to_contain_text("It ends at once.")
    page.get_by_role("button", name="Cancel subscription").click()
    expect(page.locator(".lead .badge")).to_have_text("Ended")
    wait_until(lambda: said(page, there, "by Vera Lindt"), timeout=30, what="who did it, in the history")


def said(page: Page, there: str, text: str) -> bool:
    page.goto(there)
    return text in page.locator("#history + .history").inner_text()


def test_amounts_are_typed_as_the_language_has_them(new_page: NewPage, owner: Owner) -> None:
    page = new_page(storage_state=owner, locale="de")
    page.goto("/admin/plans/new?product=prod-planner")
    page.locator("#name_en").fill(new_handle("plan"))
    page.locator("#unit_amount-0").fill("1,234.50")
    page.locator(MADE).click()
    expect(page.locator("#unit_amount-0-error")).to_have_text(
        "Bitte geben Sie einen Betrag ein wie 1.234,50."
    )
    expect(page.locator("#unit_amount-0")).to_have_value("1,234.50")
    page.locator("#unit_amount-0").fill("1.234,50")
    page.locator(MADE).click()
    expect(page.locator("dl.facts")).to_contain_text("1.234,50")
    page.goto(f"{page.url}/archive")
    page.locator("main button.danger").click()
    expect(page.locator(".lead .badge")).to_have_text("Archiviert")


def paths(page: Page) -> list[str]:
    """The pages of the catalogue and of subscriptions, as the lists lead to them."""
    found = ["/admin/products", "/admin/products/new", "/admin/plans", "/admin/plans/new"]
    found += ["/admin/subscriptions", "/admin/subscriptions?q=nobody-is-called-so"]
    for kind, more in (
        ("products", ("/change", "/archive")),
        ("plans", ("/change", "/archive")),
        ("subscriptions", ()),
    ):
        page.goto(f"/admin/{kind}")
        there = page.locator("main table a").first.get_attribute("href")
        assert there is not None
        found += [there, *(there + each for each in more)]
    page.goto("/admin/subscriptions?stage=active")
    active = page.locator("main table a").first.get_attribute("href")
    assert active is not None
    return [*found, active, f"{active}/pause", f"{active}/cancel"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_are_accessible(new_page: NewPage, owner: Owner, payer: Payer, language: str) -> None:
    page = new_page(storage_state=owner, locale=language)
    for path in paths(page):
        page.goto(path)
        look(page)
    new = f"/admin/bill-groups/{payer.bill_group}/subscriptions/new"
    page.goto(new)
    page.locator(MADE).click()
    expect(page.locator("#problems")).to_be_visible()
    look(page)
    page.goto(f"{new}?plan=plan-planner-monthly")
    look(page)
    page.locator(MADE).click()
    expect(page.locator(".bill")).to_have_count(3)
    look(page)
    page.goto("/admin/plans/plan-planner-monthly/change")
    page.locator("#unit_amount-0").fill("99")
    page.locator("#name_en").fill("Otherwise")
    page.locator(MADE).click()
    expect(page.locator("#changes")).to_be_visible()
    look(page)

"""The staff's pages of customers in a browser: from the first form to the timeline, and a file brought in."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from deploy.local.waiting import wait_until
from tests.e2e.conftest import NewPage
from tests.support.looks import LANGUAGES, look

HEADER = "customer;name;email;line1;postal_code;city;country;currency"
PATIENCE = 30_000


def create(page: Page, mark: str) -> str:
    """Create a customer by the form; the address of their page."""
    page.goto("/admin/customers/new")
    page.locator("#customer_name").fill(f"Roe {mark}")
    page.locator("#name").fill("Jane Roe")
    page.locator("#email").fill(f"jane@{mark}.example")
    page.locator("#country").select_option("DE")
    page.locator("#line1").fill("Torstraße 1")
    page.locator("#postal_code").fill("10119")
    page.locator("#city").fill("Berlin")
    page.get_by_role("button", name="Create customer").click()
    page.wait_for_url(re.compile("/admin/customers/cust-"))
    return page.url


def test_a_customer_from_the_first_form_to_the_timeline(new_page: NewPage, owner: dict[str, object]) -> None:
    page = new_page(storage_state=owner)
    mark = f"m{secrets.token_hex(4)}"
    customer = create(page, mark)
    page.goto(f"/admin/customers?q={mark}")
    page.get_by_role("link", name=f"Roe {mark}").click()
    page.wait_for_url(customer)

    page.locator('main a[href^="/admin/bill-groups/"]').first.click()
    page.get_by_role("link", name="Change: Billing contact").click()
    page.locator("#city").fill("Lübeck")
    page.locator("#postal_code").fill("23552")
    page.locator("main .actions button").click()
    expect(page.locator("main")).to_contain_text("The contact is saved")

    page.goto(f"{customer}/timeline")
    change = page.locator(".events > li", has_text="Contact changed")

    def is_told() -> bool:
        page.reload()
        return change.count() > 0

    wait_until(is_told, timeout=30, what="the change in the timeline")
    expect(change).to_contain_text("Berlin")
    expect(change).to_contain_text("Lübeck")
    expect(change).to_contain_text("Vera Lindt")
    expect(change).to_contain_text("127.0.0.1")
    page.locator("#kind").select_option("payments")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("main")).to_contain_text("No events match")


def test_an_import_is_stopped_without_scripts(
    new_page: NewPage, owner: dict[str, object], tmp_path: Path
) -> None:
    page = new_page(storage_state=owner, java_script_enabled=False)
    mark = f"f{secrets.token_hex(4)}"
    rows = [
        f"{mark}-{n};Company {n};c{n}@{mark}.example;Torstraße 1;10119;Berlin;DE;EUR" for n in range(3000)
    ]
    file = tmp_path / "customers.csv"
    file.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    page.goto("/admin/import")
    page.locator("#file").set_input_files(file)
    page.locator("main form button").click()
    page.get_by_role("button", name="Stop the import").click()
    expect(page.locator(".notice.good")).to_contain_text("What was brought in stays.")

    def stopped() -> bool:
        page.get_by_role("link", name="Look again").click()
        return not page.get_by_role("link", name="Look again").count()

    if page.get_by_role("link", name="Look again").count():
        wait_until(stopped, timeout=PATIENCE / 1000, what="the import to stop")
    expect(page.locator(".badge").first).to_have_text("Stopped")
    expect(page.locator("main")).to_contain_text("Send the same file again to bring them in.")
    expect(page.get_by_role("button", name="Stop the import")).to_have_count(0)


def test_a_file_with_a_bad_row(new_page: NewPage, owner: dict[str, object], tmp_path: Path) -> None:
    page = new_page(storage_state=owner)
    mark = f"f{secrets.token_hex(4)}"
    rows = [f"{mark}-{n};Company {n};c{n}@{mark}.example;Torstraße 1;10119;Berlin;DE;EUR" for n in range(3)]
    rows.insert(1, f"{mark}-bad;Bad row;nobody;Torstraße 1;10119;Berlin;DE;EUR")
    file = tmp_path / "customers.csv"
    file.write_text("\n".join([HEADER, *rows]), encoding="utf-8-sig")
    page.goto("/admin/import")
    page.locator("#file").set_input_files(file)
    page.locator("main form button").click()
    page.wait_for_url(re.compile("/admin/import/imp-"))
    # The page looks again by itself.
    expect(page.locator("main")).to_contain_text("Done, with refused rows", timeout=PATIENCE)
    expect(page.locator("main")).to_contain_text("Row 3")
    expect(page.locator("main")).to_contain_text("email: Please enter an e-mail address")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download all of them as CSV").click()
    report = download.value.path().read_text(encoding="utf-8-sig")
    assert "Bad row" in report
    assert f"{mark}-0" not in report
    page.goto(f"/admin/customers?q={mark}")
    assert page.locator("main tbody tr").count() == 3


def pages(page: Page) -> list[str]:
    """One of each kind, as the list leads to them."""
    page.goto("/admin/customers?q=Blumenhof")
    customer = page.locator('main tbody a[href^="/admin/customers/"]').first.get_attribute("href")
    page.goto(str(customer))
    group = page.locator('main a[href^="/admin/bill-groups/"]').first.get_attribute("href")
    page.goto(f"{group}/documents")
    document = page.locator('main tbody a[href*="/documents/"]').first.get_attribute("href")
    return [
        "/admin/customers",
        "/admin/customers?q=nobody-at-all-1",
        "/admin/customers/new",
        f"{customer}",
        f"{customer}/change",
        f"{customer}/timeline",
        f"{customer}/bill-groups/new",
        f"{group}",
        f"{group}/contacts/billing",
        f"{group}/numbers",
        f"{group}/settings",
        f"{group}/preferences/billing",
        f"{group}/timeline",
        f"{group}/documents",
        f"{document}",
        "/admin/timeline",
        "/admin/import",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_accessible(new_page: NewPage, owner: dict[str, object], language: str) -> None:
    page = new_page(storage_state=owner, locale=language)
    for path in pages(page):
        page.goto(path)
        look(page)

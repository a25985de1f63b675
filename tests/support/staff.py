"""The staff of a suite under test, as Chromium sees their door."""

from __future__ import annotations

from playwright.sync_api import Page

PASSWORD = "kettle orbit marble"


def come_in(page: Page, link: str) -> None:
    """Use the set-up link of an invitation: choose a password."""
    page.goto(link)
    page.locator("#password").fill(PASSWORD)
    page.locator("#password_again").fill(PASSWORD)
    page.locator("main button:not([type=button])").first.click()
    page.wait_for_url(lambda url: "/set-up/" not in url)


def sign_in_staff(page: Page, email: str) -> None:
    """Enter address and password."""
    page.goto("/admin/login")
    page.locator("#email").fill(email)
    page.locator("#password").fill(PASSWORD)
    page.locator("main button:not([type=button])").first.click()
    page.wait_for_url(lambda url: not url.endswith("/admin/login"))

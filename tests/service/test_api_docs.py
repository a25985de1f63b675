"""The documentation in a browser: complete, within the policy of its page, and from our own host alone."""

from __future__ import annotations

from playwright.sync_api import ConsoleMessage, Page

from services.gateway.api.table import OPERATIONS
from tests.support.demo import make_api_key
from tests.support.suite import Suite


def test_the_documentation_shows_and_tries_the_operations(whole_suite: Suite, page: Page) -> None:
    complaints: list[str] = []
    asked: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        complaints.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{whole_suite.url}/api/docs")
    page.locator(".opblock").first.wait_for()
    assert page.locator(".opblock").count() == len(OPERATIONS)

    page.locator("button.authorize").first.click()
    page.locator(".auth-container input").fill(make_api_key(whole_suite, "settings:read"))
    page.locator(".auth-btn-wrapper button.authorize").click()
    page.locator(".auth-btn-wrapper button.btn-done").click()
    operation = page.locator("#operations-Customers-get_merchant")
    operation.locator(".opblock-summary-control").click()
    operation.locator(".try-out__btn").click()
    operation.locator("button.execute").click()
    operation.locator(".live-responses-table .response-col_status", has_text="200").wait_for()

    assert complaints == []
    assert {url for url in asked if not url.startswith((whole_suite.url, "data:"))} == set()

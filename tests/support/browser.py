"""Headless Chromium for tests: the system's own, driven by playwright."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium_path() -> str:
    """Where the system's Chromium is; RuntimeError says how it gets there."""
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    raise RuntimeError("There is no Chromium on this machine: make setup-tests installs it.")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for the session; each test makes contexts (visitors) of its own in it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(), args=["--disable-dev-shm-usage", "--disable-quic"]
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a fresh visitor who reads English."""
    context = browser.new_context(locale="en-GB")
    yield context.new_page()
    context.close()

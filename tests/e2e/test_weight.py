"""What a first visit costs: 60 KB over the wire with an empty cache, and nothing from any other host."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import NewPage
from tests.support.suite import Suite

MOST = 60_000


@dataclass
class Wire:
    """What a page loads, as the browser counts it: bytes with headers, by address."""

    bytes: dict[str, int] = field(default_factory=dict)
    _addresses: dict[str, str] = field(default_factory=dict)

    def watch(self, page: Page) -> None:
        """Count from now on, without a cache."""
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.loadingFinished", self._loaded)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def _asked(self, event: dict[str, Any]) -> None:
        self._addresses[event["requestId"]] = event["request"]["url"]

    def _loaded(self, event: dict[str, Any]) -> None:
        self.bytes[self._addresses[event["requestId"]]] = int(event["encodedDataLength"])

    @property
    def asked(self) -> set[str]:
        """The hosts that were asked for anything."""
        # The arrow of a select is a data: address of the browser itself.
        return {urlsplit(address).netloc for address in self._addresses.values() if address[:5] != "data:"}


@pytest.mark.parametrize("path", ["/login", "/overview", "/invoices"])
def test_a_first_page_is_light_and_asks_nobody_else(
    new_page: NewPage, portal: Suite, signed_in: dict[str, object], path: str
) -> None:
    page = new_page(**({} if path == "/login" else {"storage_state": signed_in}))
    wire = Wire()
    wire.watch(page)
    page.goto(path, wait_until="networkidle")

    assert any("/logo." in address for address in wire.bytes)
    assert any(address.endswith(path) for address in wire.bytes)
    assert sum(wire.bytes.values()) <= MOST, wire.bytes
    assert wire.asked == {urlsplit(portal.url).netloc}


def test_the_logo_is_served_in_the_size_in_which_it_is_shown(
    new_page: NewPage, signed_in: dict[str, object]
) -> None:
    page = new_page(storage_state=signed_in)
    page.goto("/overview")
    logo = page.locator("img.logo")
    has = logo.evaluate("logo => [logo.naturalWidth, logo.naturalHeight]")
    shown = logo.evaluate("logo => [logo.width, logo.height]")
    # Screens that are dense show two pixels in the place of one.
    assert has == [2 * each for each in shown]

"""No address outside the portal is ever gone back to."""

import pytest

from services.payments.return_urls import is_under, is_web_address, with_setup

PORTAL = "https://billing.example.com"


@pytest.mark.parametrize(
    "url",
    [
        "https://billing.example.com",
        "https://billing.example.com/",
        "https://billing.example.com/payment-methods/new?lang=de",
    ],
)
def test_address_in_the_portal(url: str) -> None:
    assert is_under(PORTAL, url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/payment-methods",
        "//billing.example.com/",
        "http://billing.example.com/",
        "https://billing.example.com.evil.test/",
        "https://billing.example.com@evil.test/",
        "https://evil.test/https://billing.example.com/",
        "https://billing.example.com:8443/",
        "https:\\\\billing.example.com/",
        "https://billing.example.com\\@evil.test/",
        "https://billing.example.com/\n",
        " https://billing.example.com/",
        "javascript:alert(1)",
    ],
)
def test_address_elsewhere(url: str) -> None:
    assert not is_under(PORTAL, url)


def test_portal_in_a_folder() -> None:
    portal = "https://example.com/billing/"

    assert is_under(portal, "https://example.com/billing")
    assert is_under(portal, "https://example.com/billing/overview")
    assert not is_under(portal, "https://example.com/billing-of-others/")
    assert not is_under(portal, "https://example.com/billing/../admin")


def test_setup_is_added_once() -> None:
    url = with_setup("https://billing.example.com/new?lang=de&setup=old", "setup-1")

    assert url == "https://billing.example.com/new?lang=de&setup=setup-1"


@pytest.mark.parametrize("url", ["https://shop.example/account?tab=cards", "http://127.0.0.1:3000/back"])
def test_address_of_the_web(url: str) -> None:
    assert is_web_address(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/back",
        "//shop.example/",
        "javascript:alert(1)",
        "ftp://shop.example/",
        "https://",
        "https:///back",
        "https://[::1/",
        "https://shop.example:99999/",
        "https://shop.example\\@evil.test/",
        "https://shop.example/ back",
    ],
)
def test_no_address_of_the_web(url: str) -> None:
    assert not is_web_address(url)
    assert not is_under(url, url)

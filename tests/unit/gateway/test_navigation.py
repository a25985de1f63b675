"""Which section of the navigation a page belongs to."""

import pytest
from flask import Flask

from services.gateway.navigation import SECTIONS


@pytest.mark.parametrize(
    "address, section",
    [
        ("/overview", "/overview"),
        ("/details/billing?x=1", "/details"),
        ("/subscriptions/sub-1/pause", "/subscriptions"),
        ("/payment-methods/new", "/payment-methods"),
        ("/auto-pay", "/payment-methods"),
        ("/invoices/inv-1", "/invoices"),
        ("/payments?kind=refund", "/invoices"),
        ("/sessions", None),
        ("/payments-of-others", None),
    ],
)
def test_the_section_of_a_page(app: Flask, address: str, section: str | None) -> None:
    with app.test_request_context(address):
        assert [each.path for each in SECTIONS if each.is_here] == ([section] if section else [])

"""Who was behind an event: whose names are asked for, and what is said of those that nobody knows."""

from __future__ import annotations

import pytest
from flask import Flask

from services.gateway.timeline.people import Names, Who, has_name, principals_of

GUEST = "customer:guest-2bce3ad4866ef28f"


def test_a_page_tells_who_was_behind_its_events() -> None:
    page = {"items": [{"principal": "staff:staff-1"}, {"principal": GUEST}]}
    assert list(principals_of(page, None)) == ["staff:staff-1", GUEST]


@pytest.mark.parametrize(
    "principal, named",
    [
        ("staff:staff-1", True),
        ("api_key:key-1", True),
        (GUEST, True),
        ("customer:cust-0001", False),
        ("system:invoices", False),
        ("anonymous:", False),
        ("", False),
    ],
)
def test_staff_keys_and_guests_have_names_that_auth_knows(principal: str, named: bool) -> None:
    assert has_name(principal) is named


def test_a_guest_is_known_by_their_address() -> None:
    known = Names([{"principal": GUEST, "name": "eva@hansen.example", "detail": "guest-2bce3ad4866ef28f"}])
    assert known.of(GUEST) == Who("eva@hansen.example", "guest-2bce3ad4866ef28f")
    assert (known.known(GUEST), known.known("staff:staff-1")) == ("eva@hansen.example", "")


def test_a_payment_provider_is_named_and_what_we_do_ourselves_is_nobodys(app: Flask) -> None:
    with app.test_request_context():
        assert Names().of("system:sandbox") == Who("Payment provider", "Sandbox, for trying out")
        assert Names().of("system:payments") == Who("Automatically")

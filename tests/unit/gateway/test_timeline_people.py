"""Who was behind an event: whose names are asked for, and what is said of those that nobody knows."""

from __future__ import annotations

from services.gateway.timeline.people import Names, Who, pages_of

GUEST = "customer:guest-2bce3ad4866ef28f"


def test_names_are_asked_of_those_who_have_one() -> None:
    principals = [
        "staff:staff-1",
        "customer:cust-0001",
        "system:invoices",
        GUEST,
        "anonymous:",
        "api_key:key-1",
        GUEST,
    ]
    page = {"items": [{"principal": each} for each in principals]}
    assert pages_of(page, None) == ["api_key:key-1", GUEST, "staff:staff-1"]


def test_a_guest_is_known_by_their_address() -> None:
    known = Names([{"principal": GUEST, "name": "eva@hansen.example", "detail": "guest-2bce3ad4866ef28f"}])
    assert known.of(GUEST) == Who("eva@hansen.example", "guest-2bce3ad4866ef28f")

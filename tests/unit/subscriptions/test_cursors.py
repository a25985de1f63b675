"""Cursors lead back to their place, and to nowhere else."""

from __future__ import annotations

import base64
import json

import pytest

from services.subscriptions import cursors
from shared.kernel.errors import DomainError

PLACE = ["2026-04-10", "sub_1@x-2"]


def encoded(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


def test_a_cursor_leads_back_to_its_place():
    cursor = cursors.write("-starts_on", PLACE)
    assert cursors.read("-starts_on", 2, cursor) == PLACE
    longest = cursors.write("-starts_on", ["2026-04-10", "s" * 255])
    assert len(longest) <= 500


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "nonsense",
        "é",
        "AAAA",
        cursors.write("starts_on", PLACE),
        cursors.write("-starts_on", PLACE[:1]),
        encoded({"-starts_on": PLACE}),
        encoded(["-starts_on", {"$gt": ""}, "sub-1"]),
        encoded(["-starts_on", 1, 2]),
        encoded(["-starts_on", "2026-04-10", "\ud800"]),
    ],
)
def test_anything_else_is_refused(cursor):
    with pytest.raises(DomainError, match="invalid_cursor"):
        cursors.read("-starts_on", 2, cursor)

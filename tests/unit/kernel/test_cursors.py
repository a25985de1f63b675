import base64
import json

import pytest

from shared.kernel import cursors
from shared.kernel.errors import DomainError


@pytest.mark.parametrize("place", ["2026-01-01 cust-1", "müller 山田 cust-1", ""])
def test_a_cursor_leads_back_to_its_place(place: str) -> None:
    cursor = cursors.write("-created", place)
    assert cursor is not None
    assert cursor.isascii()
    assert cursors.read("-created", cursor) == place


def test_the_first_page_and_the_end() -> None:
    assert cursors.read("name", None) is None
    assert cursors.write("name", None) is None


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "", "x", "ä", "!!", "a" * 500, encoded({}), encoded([]), encoded(["name"]), encoded(["name", 1]),
        encoded(["name", None]), encoded(["name", "a", "b"]), encoded(["-name", "a"]), encoded(["name", "\ud800"]),
        encoded("ab"), encoded(7), encoded(None),
    ],
)  # fmt: skip
def test_what_is_no_cursor_of_this_list_is_refused(cursor: str) -> None:
    with pytest.raises(DomainError, match="invalid_cursor"):
        cursors.read("name", cursor)

"""When VIES is asked, and what is kept of its answers."""

from datetime import UTC, datetime, timedelta

import pytest

from services.customers.domain.numbers import parts_for_vies
from services.customers.domain.vat_checks import Lookup, VatCheck

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    "number, parts",
    [
        ("DE136695976", ("DE", "136695976")),
        ("EL094259216", ("EL", "094259216")),
        ("XI110305878", ("XI", "110305878")),
        ("GB980780684", None),
        ("CHE107787577IVA", None),
        ("", None),
    ],
)
def test_only_numbers_of_the_union_are_looked_up(number: str, parts: tuple[str, str] | None) -> None:
    assert parts_for_vies(number) == parts


def test_an_answer_is_kept_and_ends_the_asking() -> None:
    lookup = Lookup("bg-1", "DE136695976", NOW, 0)
    assert lookup.result(True, NOW) == (VatCheck("valid", NOW), None)
    assert lookup.result(False, NOW) == (VatCheck("invalid", NOW), None)


def test_without_an_answer_it_is_asked_ever_more_rarely_and_then_no_more() -> None:
    pauses = []
    for attempts in range(6):
        check, again = Lookup("bg-1", "DE136695976", NOW, attempts).result(None, NOW)
        assert check == VatCheck("unknown", NOW)
        pauses.append(again - NOW if again else None)
    waits = [pause for pause in pauses[:-1] if pause]
    assert waits == sorted(waits)
    assert waits[0] == timedelta(minutes=1)
    assert len(waits) == 5
    assert pauses[-1] is None

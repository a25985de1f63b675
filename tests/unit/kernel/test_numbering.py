"""Numbers, their series, and numbers from elsewhere."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.numbering import PATTERNS, Number, Numbering

DAY = date(2026, 3, 9)
INVOICES, CREDIT_NOTES = Numbering(PATTERNS["invoice"]), Numbering(PATTERNS["credit_note"])
SOME = [
    INVOICES,
    CREDIT_NOTES,
    Numbering("{number}"),
    Numbering("{year}{month}-{number:3}/A"),
    Numbering("{number:6}.{year}"),
]


def test_a_number_says_its_year() -> None:
    assert INVOICES.series_on(DAY) == "2026-#"
    assert INVOICES.number_on(DAY, 42) == Number("2026-00042", "2026-#", 42)
    assert CREDIT_NOTES.number_on(DAY, 7).text == "CN-2026-00007"
    assert Numbering("R{month}/{number}").number_on(DAY, 5) == Number("R03/5", "R03-#", 5)


@pytest.mark.parametrize(
    "one, other, shared",
    [
        ("{year}-{number:5}", "{year}-{number:3}", True),
        ("{year}-{number:5}", "{year}/{number:5}", True),
        ("{year}-{number}", "2026-{number}", True),
        ("{year}-{number}", "RE-{year}-{number}", False),
        ("{number}-{year}", "{year}-{number}", False),
        ("{year}{month}-{number}", "{year}-{number}", False),
    ],
)
def test_numbers_that_could_be_taken_for_each_other_share_a_series(
    one: str, other: str, shared: bool
) -> None:
    assert (Numbering(one).series_on(DAY) == Numbering(other).series_on(DAY)) is shared


@pytest.mark.parametrize(
    "text, series, sequence",
    [
        ("2024-00017", "2024-#", 17),
        ("2024-123456", "2024-#", 123456),
        ("2024-17", None, None),
        ("2024-017000", None, None),
        ("RE-2024-00017", None, None),
        ("", None, None),
    ],
)
def test_numbers_from_elsewhere(text: str, series: str | None, sequence: int | None) -> None:
    assert INVOICES.read(text) == Number(text, series, sequence)


@given(st.sampled_from(SOME), st.integers(1, 10**12), st.dates())
def test_what_is_written_is_read(numbering: Numbering, sequence: int, day: date) -> None:
    number = numbering.number_on(day, sequence)
    assert numbering.read(number.text) == number
    assert number.series == numbering.series_on(day)


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "{year}",
        "{number}{number}",
        "#{number}",
        "{number:0}",
        "{number:05d}",
        "{number:13}",
        "{day}{number}",
        "{number",
        "{number}}",
        " {number}",
        "{number}\n",
        "ä{number}",
        "<{number}>",
        "A" * 40 + "{number}",
        "{year.real}{number}",
        "{0}{number}",
    ],
)
def test_what_is_no_pattern(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"one \{number\}"):
        Numbering(pattern)

"""Numbers, their series, and numbers from elsewhere."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.invoices.domain.numbering import CREDIT_NOTES, INVOICES, Number, Numbering

DAY = date(2026, 3, 9)


def test_a_number_says_its_year() -> None:
    assert INVOICES.series_on(DAY) == "2026-#"
    assert INVOICES.number("2026-#", 42) == Number("2026-00042", "2026-#", 42)
    assert CREDIT_NOTES.number(CREDIT_NOTES.series_on(DAY), 7).text == "CN-2026-00007"
    assert (
        Numbering("R{month}/{number}").number(Numbering("R{month}/{number}").series_on(DAY), 5).text
        == "R03/5"
    )


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


@given(
    st.sampled_from(
        [INVOICES, CREDIT_NOTES, Numbering("{number}"), Numbering("{year}{month}-{number:03d}/A")]
    ),
    st.integers(1, 10**12),
    st.dates(),
)
def test_what_is_written_is_read(numbering: Numbering, sequence: int, day: date) -> None:
    number = numbering.number(numbering.series_on(day), sequence)
    assert numbering.read(number.text) == number


@pytest.mark.parametrize("pattern", ["", "{year}", "{number}{number}", "#{number}"])
def test_a_pattern_has_one_number(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"one \{number\}"):
        Numbering(pattern)

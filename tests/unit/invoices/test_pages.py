"""Pages go on where they ended, whatever is known of how many documents there are."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.invoices.pages import EVERYWHERE, Density, Order, Span, before, days, overlap, spans
from shared.kernel.errors import DomainError

DAYS = st.dates(date(2000, 1, 1), date(2030, 1, 1))
ORDERS = st.sampled_from([Order("created", True), Order("created", False), Order("due", True)])


def within(place: str, span: Span) -> bool:
    start, end = span
    return (start is None or place > start) and (end is None or place < end)


@given(ORDERS, st.lists(DAYS, min_size=1, max_size=60), DAYS, DAYS, st.integers(0, 5_000), st.integers(1, 30))
def test_spans_cover_all_that_follows_once_and_in_order(
    order: Order, days: list[date], one: date, other: date, count: int, limit: int
) -> None:
    places = sorted({f"{day}|{index}" for index, day in enumerate(days)}, reverse=order.descending)
    density = Density(count, min(one, other), max(one, other))
    for after in (None, places[len(places) // 2], places[-1]):
        behind = places if after is None else places[places.index(after) + 1 :]
        found = [
            place for span in spans(order, after, density, limit) for place in places if within(place, span)
        ]
        assert found == behind


def test_many_documents_are_looked_for_in_short_spans() -> None:
    density = Density(1000, date(2024, 1, 1), date(2024, 1, 1) + timedelta(days=999))
    first, *_ = spans(Order("created", True), None, density, 25)
    assert first == (before(density.last - timedelta(days=37)), None)


@pytest.mark.parametrize(
    "order, density",
    [
        (Order("total", True), Density(1000, date(2024, 1, 1), date(2026, 1, 1))),
        (Order("created", True), None),
        (Order("created", True), Density(75, date(2024, 1, 1), date(2026, 1, 1))),
    ],
)
def test_few_documents_and_other_orders_are_read_at_once(order: Order, density: Density | None) -> None:
    assert list(spans(order, None, density, 25)) == [(None, None)]


def test_days_include_both_ends() -> None:
    span = days(date(2026, 1, 1), date(2026, 1, 31))
    inside = ("2026-01-01|n|x", "2026-01-31|~|x")
    outside = ("2025-12-31|~|x", "2026-02-01||x")
    assert [within(place, span) for place in (*inside, *outside)] == [True, True, False, False]
    assert within("0001-01-01|x", days(None, date(1, 1, 1)))
    assert days(None, None) == EVERYWHERE


@pytest.mark.parametrize(
    "one, other, both",
    [
        (("b", "d"), ("a", "c"), ("b", "c")),
        ((None, "d"), ("a", None), ("a", "d")),
        (EVERYWHERE, EVERYWHERE, EVERYWHERE),
    ],
)
def test_what_lies_in_both(one: Span, other: Span, both: Span) -> None:
    assert overlap(one, other) == overlap(other, one) == both


def test_a_cursor_without_a_day_is_refused() -> None:
    density = Density(1000, date(2024, 1, 1), date(2026, 1, 1))
    with pytest.raises(DomainError, match="invalid_cursor"):
        list(spans(Order("created", True), "nonsense", density, 25))

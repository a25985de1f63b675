"""Pages of transactions go on where they ended, through whatever spans they are gathered."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.payments.pages import Place, Span, Wanted
from shared.kernel import cursors
from shared.kernel.errors import DomainError
from tests.unit.payments.examples import NOW

AGES = st.lists(st.timedeltas(timedelta(days=-3), timedelta(days=900)), max_size=40)


def lies_in(moment: datetime, wanted: Wanted, span: Span) -> bool:
    at = wanted.query(span).get("at", {})
    ends_behind = "$lt" not in at or moment < at["$lt"]
    begins_before = "$gt" not in at or at["$gt"] < moment
    return begins_before and ends_behind and moment <= at.get("$lte", moment)


@given(AGES, st.integers(0, 400), st.integers(0, 400))
def test_spans_cover_the_time_that_is_wanted_once(ages: list[timedelta], until: int, length: int) -> None:
    """Whole milliseconds, as the store keeps them."""
    moments = [NOW - timedelta(milliseconds=age // timedelta(milliseconds=1)) for age in ages]
    end = NOW - timedelta(days=until)
    for within in ((None, None), (None, end), (end - timedelta(days=length), end)):
        for bill_group in (None, "bg-1"):
            wanted = Wanted(bill_group, within=within)
            expected = [moment for moment in moments if lies_in(moment, wanted, (None, None))]
            found = [each for span in wanted.spans(NOW) for each in moments if lies_in(each, wanted, span)]
            assert sorted(found) == sorted(expected)


def test_a_time_goes_up_to_its_end_and_does_not_include_it() -> None:
    wanted = Wanted("bg-1", within=(NOW - timedelta(days=1), NOW))
    ends = [NOW - timedelta(days=1), NOW - timedelta(milliseconds=1), NOW]
    assert [lies_in(moment, wanted, (None, None)) for moment in ends] == [True, True, False]


def test_a_page_of_all_bill_groups_begins_with_the_latest_week() -> None:
    first, *_ = Wanted(None).spans(NOW)
    assert first == (NOW - timedelta(days=7), None)
    after = Place(NOW - timedelta(days=100), "txn-1")
    (first, *_) = Wanted(None, after=after).spans(NOW)
    assert first == (NOW - timedelta(days=107), None)


def test_a_page_of_one_bill_group_begins_with_the_latest_months() -> None:
    spans = list(Wanted("bg-1").spans(NOW))
    assert (len(spans), spans[0]) == (3, (NOW - timedelta(days=90), None))


@pytest.mark.parametrize(
    "wanted", [Wanted("bg-1", invoice="inv-1"), Wanted(None, invoice="inv-1"), Wanted("bg-1", ascending=True)]
)
def test_what_is_little_or_begins_with_the_oldest_is_read_at_once(wanted: Wanted) -> None:
    assert list(wanted.spans(NOW)) == [(None, None)]


def test_a_page_leaves_out_what_was_shown_of_its_first_moment() -> None:
    place = Place(NOW, "txn-5")
    assert Wanted("bg-1", after=place).query((None, None)) == {
        "bill_group": "bg-1",
        "at": {"$lte": NOW},
        "$or": [{"at": {"$lt": NOW}}, {"_id": {"$lt": "txn-5"}}],
    }
    assert Wanted("bg-1", after=place, ascending=True).query((None, None))["at"] == {
        "$gt": NOW - timedelta(milliseconds=1)
    }


def test_a_place_survives_as_a_cursor() -> None:
    place = Place(NOW, "txn-5")
    assert Place.read("-at", place.cursor("-at")) == place
    assert Place.read("-at", None) is None


def test_a_place_is_told_in_utc_wherever_it_was_written() -> None:
    found = Place.read("-at", cursors.write("-at", "2026-01-01T00:30:00+01:00~txn-1"))
    assert found is not None
    assert found.at.isoformat() == "2025-12-31T23:30:00+00:00"


@pytest.mark.parametrize(
    "place",
    [
        "x",
        "2026-01-01~txn-1",
        "2026-01-01T00:00:00~txn-1",
        "2026-01-01T00:00:00+00:00~",
        "0001-01-01T00:00:00+00:00~txn-1",
        "9999-12-31T23:59:59-23:00~txn-1",
    ],
)
def test_what_is_no_place_is_refused(place: str) -> None:
    with pytest.raises(DomainError, match="invalid_cursor"):
        Place.read("-at", cursors.write("-at", place))

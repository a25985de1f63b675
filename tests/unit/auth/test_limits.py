from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.auth.domain.limits import FAILURES_PER_ACCOUNT, Limit
from tests.unit.auth.fakes import NOON

MOMENTS = st.timedeltas(timedelta(0), timedelta(days=4000)).map(lambda passed: NOON + passed)


@given(MOMENTS, st.integers(1, 100_000))
def test_each_moment_lies_in_one_window(now, seconds) -> None:
    limit = Limit("any", 1, timedelta(seconds=seconds))

    assert limit.window_start(now) <= now < limit.window_end(now)
    assert limit.window_start(limit.window_end(now)) == limit.window_end(now)


def test_a_limit_that_is_reached_says_when_to_come_again() -> None:
    error = FAILURES_PER_ACCOUNT.reached(NOON)

    assert error.code == "too_many_requests"
    assert error.params == {"retry_at": "2026-03-02T00:00:00+00:00", "seconds": 12 * 3600}


def test_guessing_at_one_account_stays_under_a_millionth_a_day() -> None:
    assert FAILURES_PER_ACCOUNT.most / 10**8 < 2**-20

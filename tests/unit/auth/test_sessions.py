from datetime import timedelta

import pytest

from services.auth.domain.sessions import Reason, Session
from shared.kernel.errors import DomainError
from tests.unit.auth.fakes import NOON

STARTED = Session(
    id="session-1",
    customer="cust-1",
    bill_group="bg-1",
    contact_role="billing",
    email="ada@example.com",
    name="Ada",
    language="en",
    way="code",
    address="192.0.2.7",
    user_agent="a browser",
    created_at=NOON,
    last_seen_at=NOON,
)


def test_a_session_ends_an_hour_after_it_was_last_used() -> None:
    used = STARTED.seen(NOON + timedelta(minutes=30))

    assert used.is_open(NOON + timedelta(minutes=89, seconds=59))
    assert not used.is_open(NOON + timedelta(minutes=90))


def test_a_session_ends_after_a_day_however_much_it_is_used() -> None:
    used = STARTED.seen(NOON + timedelta(hours=23, minutes=59))

    assert used.is_open(NOON + timedelta(hours=23, minutes=59, seconds=59))
    assert not used.is_open(NOON + timedelta(hours=24))


def test_an_ended_session_opens_nothing() -> None:
    ended, happenings = STARTED.ended(NOON, Reason.SIGNED_OUT)

    with pytest.raises(DomainError, match="no_session"):
        ended.check_open(NOON)
    assert [happening.type for happening in happenings] == ["signed_out"]


def test_ending_it_twice_tells_of_it_once() -> None:
    ended, _ = STARTED.ended(NOON, Reason.REVOKED)

    assert ended.ended(NOON, Reason.SIGNED_OUT) == (ended, [])


def test_use_is_written_down_once_a_minute() -> None:
    assert not STARTED.wants_seen(NOON + timedelta(seconds=59))
    assert STARTED.wants_seen(NOON + timedelta(seconds=60))

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.mails import GIVE_UP_AFTER, Mail, Status, back_off
from tests.unit.notifications.fakes import NOON

WAITING = Mail(
    id="e1",
    event="auth.code_requested",
    bill_group="bg-1",
    data={"email": "ada@example.com", "sealed": "sealed"},
    recipient="ada@example.com",
    created_at=NOON,
    due_at=NOON,
    expires_at=NOON + timedelta(minutes=10),
)
SENDING = WAITING.claimed("c1", NOON).handing_over(NOON)


def test_a_mail_that_certainly_was_not_sent_waits_for_another_try() -> None:
    for mail in (WAITING.claimed("c1", NOON), SENDING):
        postponed = mail.postponed(NOON, "smtp_451")

        assert postponed.status is Status.WAITING
        assert postponed.attempts == 1
        assert postponed.due_at > NOON
        assert postponed.claim is None
        assert postponed.data["sealed"] == "sealed"


@pytest.mark.parametrize(
    "finished, status",
    [
        (SENDING.sent(), Status.SENT),
        (SENDING.failed("smtp_550"), Status.FAILED),
        (SENDING.lost_sight_of("TimeoutError"), Status.UNKNOWN),
        (WAITING.expired(), Status.EXPIRED),
        (WAITING.unwanted(), Status.UNWANTED),
    ],
)
def test_a_mail_that_is_done_with_keeps_no_sealed_code(finished: Mail, status: Status) -> None:
    assert finished.status is status
    assert finished.data == {"email": "ada@example.com"}


def test_a_mail_that_nobody_takes_is_given_up_after_days() -> None:
    mail = replace(WAITING, expires_at=None)

    assert mail.postponed(NOON + GIVE_UP_AFTER, "TimeoutError").status is Status.FAILED


def test_a_code_is_of_no_use_when_it_has_expired() -> None:
    assert WAITING.is_of_use(NOON + timedelta(minutes=9, seconds=59))
    assert not WAITING.is_of_use(NOON + timedelta(minutes=10))
    assert replace(WAITING, expires_at=None).is_of_use(NOON + timedelta(days=300))


@given(st.integers(1, 10_000), st.booleans())
def test_pauses_grow_up_to_a_limit(attempts: int, is_urgent: bool) -> None:
    pause, next_pause = (back_off(number, is_urgent=is_urgent) for number in (attempts, attempts + 1))

    assert timedelta(seconds=5) <= pause <= next_pause
    assert next_pause <= (timedelta(seconds=20) if is_urgent else timedelta(minutes=30))

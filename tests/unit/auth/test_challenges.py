from dataclasses import replace
from datetime import timedelta

import pytest

from services.auth.domain.challenges import MOST_TRIES, VALID_FOR, Challenge, State, Way
from shared.kernel.errors import DomainError, NotFound
from tests.unit.auth.fakes import NOON

SENT = Challenge(
    email="ada@example.com",
    account="account",
    browser="browser",
    language="en",
    code_hash="hash",
    is_decoy=False,
    sent_at=NOON,
)


def after(**passed: float):
    """The moment so long after the code was sent."""
    return NOON + timedelta(**passed)


@pytest.mark.parametrize(
    "challenge, now, state, error",
    [
        (SENT, NOON, State.OPEN, None),
        (replace(SENT, tries=MOST_TRIES - 1), NOON, State.OPEN, None),
        (SENT, after(minutes=9, seconds=59), State.OPEN, None),
        (SENT, after(minutes=10), State.EXPIRED, "code_expired"),
        (replace(SENT, tries=MOST_TRIES), NOON, State.WORN_OUT, "too_many_attempts"),
        (replace(SENT, used_at=NOON), NOON, State.USED, "code_used"),
        (replace(SENT, used_at=NOON), after(minutes=10), State.USED, "code_used"),
    ],
)
def test_what_can_be_done_with_a_code(challenge, now, state, error) -> None:
    assert challenge.state(now) is state
    if error is None:
        challenge.check_open(now, Way.CODE)
    else:
        with pytest.raises(DomainError, match=error):
            challenge.check_open(now, Way.CODE)


def test_a_code_is_good_for_no_more_than_ten_minutes() -> None:
    assert timedelta(minutes=10) >= VALID_FOR


@pytest.mark.parametrize(
    "now, seconds",
    [(NOON, 60), (after(seconds=0.5), 60), (after(seconds=59), 1), (after(seconds=59.999), 1)],
)
def test_another_code_can_not_be_had_within_sixty_seconds(now, seconds) -> None:
    with pytest.raises(DomainError, match="resend_too_early") as refused:
        SENT.check_resend(now)
    assert refused.value.params == {"seconds": seconds}


@pytest.mark.parametrize("now", [after(seconds=60), after(hours=3)])
def test_another_code_can_be_had_after_sixty_seconds(now) -> None:
    SENT.check_resend(now)
    assert SENT.seconds_until_resend(now) == 0


def test_a_used_challenge_sends_no_other_code() -> None:
    with pytest.raises(DomainError, match="code_used"):
        replace(SENT, used_at=NOON).check_resend(after(seconds=61))


def test_another_browser_does_not_learn_that_the_challenge_exists() -> None:
    with pytest.raises(NotFound):
        SENT.check_browser("another browser")

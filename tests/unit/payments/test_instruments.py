"""Until when a card can be charged."""

from datetime import UTC, datetime

import pytest

from services.payments.domain.instruments import Expiry, ExpiryState, Instrument, InstrumentKind


@pytest.mark.parametrize(
    "year, month, state",
    [
        (2026, 5, ExpiryState.EXPIRED),
        (2025, 12, ExpiryState.EXPIRED),
        (2026, 6, ExpiryState.SOON),
        (2026, 7, ExpiryState.SOON),
        (2026, 8, ExpiryState.OK),
        (2027, 1, ExpiryState.OK),
    ],
)
def test_state_of_an_expiry_in_june_2026(year: int, month: int, state: ExpiryState) -> None:
    assert Expiry(year, month).state(datetime(2026, 6, 15, tzinfo=UTC)) is state


def test_card_is_valid_to_the_last_moment_of_its_month() -> None:
    expiry = Expiry(2026, 6)

    assert expiry.state(datetime(2026, 6, 30, 23, 59, 59, tzinfo=UTC)) is ExpiryState.SOON
    assert expiry.state(datetime(2026, 7, 1, tzinfo=UTC)) is ExpiryState.EXPIRED


def test_account_does_not_expire() -> None:
    account = Instrument(InstrumentKind.SEPA_DEBIT, "DE", "3000")

    assert account.expiry_state(datetime(2099, 1, 1, tzinfo=UTC)) is ExpiryState.OK

from datetime import date, timedelta

import pytest

from deploy.demo import files
from deploy.demo.files import Row
from deploy.demo.rolling import roll_subscription, roll_wallet

AS_OF = files.as_of()
PLANS = files.plans()
SUBSCRIPTIONS = files.read("subscriptions")["subscriptions"]
DAYS_LATER = [0, 1, 10, 45, 400]


def rolled(row: Row, days: int) -> Row:
    return roll_subscription(row, PLANS[row["plan"]], as_of=AS_OF, today=AS_OF + timedelta(days=days))


def test_on_the_day_of_the_files_nothing_is_changed() -> None:
    assert [rolled(row, 0) for row in SUBSCRIPTIONS] == SUBSCRIPTIONS


@pytest.mark.parametrize("days", DAYS_LATER)
def test_what_runs_is_billed_next_in_the_future(days: int) -> None:
    tomorrow = AS_OF + timedelta(days=days + 1)
    for row in SUBSCRIPTIONS:
        if "hold" in row or "expiry" in row or "paid_until" not in row:
            continue
        paid_until = rolled(row, days)["paid_until"]
        assert date.fromisoformat(paid_until) > tomorrow
        assert rolled(row, days)["starts_on"] == row["starts_on"]
        if "cancellation" in row:
            assert rolled(row, days)["cancellation"]["expires_on"] == paid_until


@pytest.mark.parametrize("days", DAYS_LATER)
def test_what_is_to_come_stays_as_far_ahead(days: int) -> None:
    for row in SUBSCRIPTIONS:
        later = rolled(row, days)
        for before, after in (
            (row.get("hold", {}).get("resume_on"), later.get("hold", {}).get("resume_on")),
            (row["starts_on"], later["starts_on"]) if "paid_until" not in row else (None, None),
        ):
            if before:
                assert date.fromisoformat(after) - date.fromisoformat(before) == timedelta(days=days)


def test_cards_expire_as_many_months_ahead() -> None:
    wallet = {"items": [{"expiry": {"month": 11, "year": 2026}}, {"mandate": {}}]}
    later = roll_wallet(wallet, as_of=date(2026, 11, 20), today=date(2027, 1, 3))
    assert later == {"items": [{"expiry": {"month": 1, "year": 2027}}, {"mandate": {}}]}
    assert roll_wallet(wallet, as_of=date(2026, 11, 20), today=date(2026, 10, 1)) == wallet

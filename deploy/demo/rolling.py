"""Brings the running parts of the demo to the day on which they are loaded.

Documents and payments keep their real dates. Subscriptions keep their first day, and so the days on which
their periods begin, but count as paid up to the end of the period that today lies in: the next bill comes in the
future, and nobody is flooded with bills for the time since the files were made. What is still to come (a trial's
end, a first day, the end of a pause, cards that expire) moves on with today.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from deploy.demo.files import Row
from deploy.demo.periods import period_with
from services.subscriptions.domain.periods import add_months


def roll_subscription(subscription: Row, plan: Row, *, as_of: date, today: date) -> Row:
    """The subscription as it looks ``today``, where the file shows it on the day ``as_of``."""
    if today <= as_of or "expiry" in subscription:
        return subscription
    passed = today - as_of
    rolled = dict(subscription)
    if "paid_until" not in subscription:
        rolled["starts_on"] = _later(subscription["starts_on"], passed)
    elif "hold" in subscription:
        hold = subscription["hold"]
        if "resume_on" in hold:
            rolled["hold"] = {**hold, "resume_on": _later(hold["resume_on"], passed)}
    else:
        # It may be tomorrow already where the customer is.
        paid_until = period_with(today + timedelta(days=1), subscription, plan).end
        rolled["paid_until"] = paid_until.isoformat()
        if "cancellation" in subscription:
            cancelled_at = datetime.fromisoformat(subscription["cancellation"]["cancelled_at"]) + passed
            rolled["cancellation"] = {
                "cancelled_at": cancelled_at.isoformat(),
                "expires_on": paid_until.isoformat(),
            }
    return rolled


def roll_wallet(wallet: Row, *, as_of: date, today: date) -> Row:
    """The wallet with cards that expire as far from ``today`` as the file's do from ``as_of``."""
    months = max(0, (today.year - as_of.year) * 12 + today.month - as_of.month)
    return {**wallet, "items": [_roll_card(item, months) for item in wallet["items"]]}


def _roll_card(item: Row, months: int) -> Row:
    if "expiry" not in item:
        return item
    last_month = add_months(date(item["expiry"]["year"], item["expiry"]["month"], 1), months)
    return {**item, "expiry": {"month": last_month.month, "year": last_month.year}}


def _later(day: str, passed: timedelta) -> str:
    return (date.fromisoformat(day) + passed).isoformat()

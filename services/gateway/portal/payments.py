"""The payment history: all transactions of the bill group."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import to_utc

from services.gateway.asking import Visit, section
from services.gateway.visitors import signed_in
from shared.contracts.payment_views import TRANSACTION_KINDS, TRANSACTION_STAGES

blueprint = Blueprint("payments", __name__, url_prefix="/payments")


@blueprint.get("")
@signed_in
def show_all(visit: Visit) -> ResponseReturnValue:
    """What was paid, refunded, or tried, the latest first, as the filters say, a page at a time."""
    first, last = _day("from"), _day("to")
    asked: dict[str, Any] = {
        "kind": _one_of(TRANSACTION_KINDS, request.args.get("kind")),
        "stage": _one_of(tuple(TRANSACTION_STAGES), request.args.get("stage")),
        "at_from": _begins(first) if first else None,
        "at_to": _begins(last + timedelta(days=1)) if last else None,
    }
    found = visit.begin(
        "payments",
        "list_transactions",
        cursor=request.args.get("cursor"),
        **{
            name: value.isoformat() if isinstance(value, datetime) else value for name, value in asked.items()
        },
    )
    return render_template(
        "payments/list.html",
        found=section(found),
        asked=asked,
        filtered=any(value is not None for value in asked.values()),
        days={name: request.args.get(name, "") for name in ("from", "to")},
        wrong={name for name, day in (("from", first), ("to", last)) if request.args.get(name) and not day},
        backwards=bool(first and last and first > last),
    )


def _day(name: str) -> date | None:
    """The day in the address, None where there is none, or what stands there is no day of a calendar in use."""
    try:
        day = date.fromisoformat(request.args.get(name, "").strip())
    except ValueError:
        return None
    return day if 1900 < day.year < 2199 else None


def _begins(day: date) -> datetime:
    """The moment at which a day begins where the customer reads it."""
    return to_utc(datetime.combine(day, time())).replace(tzinfo=UTC)


def _one_of(known: tuple[str, ...], value: str | None) -> str | None:
    return value if value in known else None

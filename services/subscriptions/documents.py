"""Domain objects ↔ documents. Days are kept as ISO 8601 text: the store knows moments only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from services.subscriptions.catalogue_documents import from_interval, from_price, to_interval, to_price
from services.subscriptions.domain.discounts import Discount
from services.subscriptions.domain.periods import Period, start_of
from services.subscriptions.domain.plans import Terms
from services.subscriptions.domain.subscription import (
    Cancellation,
    ExpireReason,
    Expiry,
    Hold,
    HoldReason,
    ScheduledPause,
    Side,
    Status,
    Subscription,
)
from shared.kernel.money import Money

Document = dict[str, Any]
A = TypeVar("A")
B = TypeVar("B")

# Running subscriptions have places below this one, expired ones above.
FIRST_EXPIRED = "1"


def from_subscription(subscription: Subscription) -> Document:
    """The state, and beside it what is searched by: ``stage``, ``place`` in lists, and ``wake_at``, when time does
    something.
    """
    document = {
        "customer": subscription.customer,
        "time_zone": subscription.time_zone,
        "terms": _from_terms(subscription.terms),
        "quantity": subscription.quantity,
        "discount": _maybe(_from_discount, subscription.discount),
        "payment_method": subscription.payment_method,
        "status": subscription.status.value,
        "starts_on": subscription.starts_on.isoformat(),
        "trial_end": _maybe(date.isoformat, subscription.trial_end),
        "term_start": subscription.term_start.isoformat(),
        "anchor": subscription.anchor.isoformat(),
        "period": _maybe(_from_period, subscription.period),
        "setup_fee_due": subscription.setup_fee_due,
        "scheduled_pause": _maybe(_from_pause, subscription.scheduled_pause),
        "hold": _maybe(_from_hold, subscription.hold),
        "cancellation": _maybe(_from_cancellation, subscription.cancellation),
        "expiry": _maybe(_from_expiry, subscription.expiry),
        "imported_as": subscription.imported_as,
        "stage": subscription.stage,
        "place": place(subscription),
    }
    if subscription.next_step_on:
        document["wake_at"] = start_of(subscription.next_step_on, subscription.time_zone)
    return document


def to_subscription(document: Document) -> Subscription:
    return Subscription(
        handle=document["_id"],
        bill_group=document["bill_group"],
        customer=document["customer"],
        time_zone=document["time_zone"],
        terms=_to_terms(document["terms"]),
        quantity=document["quantity"],
        discount=_maybe(_to_discount, document["discount"]),
        payment_method=document["payment_method"],
        status=Status(document["status"]),
        starts_on=date.fromisoformat(document["starts_on"]),
        trial_end=_maybe(date.fromisoformat, document["trial_end"]),
        term_start=date.fromisoformat(document["term_start"]),
        anchor=date.fromisoformat(document["anchor"]),
        period=_maybe(_to_period, document["period"]),
        setup_fee_due=document["setup_fee_due"],
        scheduled_pause=_maybe(_to_pause, document["scheduled_pause"]),
        hold=_maybe(_to_hold, document["hold"]),
        cancellation=_maybe(_to_cancellation, document["cancellation"]),
        expiry=_maybe(_to_expiry, document["expiry"]),
        imported_as=document["imported_as"],
    )


def place(subscription: Subscription) -> str:
    """Where it stands in its bill group's list: running ones first, the latest first. One text, so one index
    range.
    """
    rank = 0 if subscription.running else int(FIRST_EXPIRED)
    days_to_the_end_of_time = (date.max - subscription.starts_on).days
    return f"{rank} {days_to_the_end_of_time:07d} {subscription.handle}"


def _from_terms(terms: Terms) -> Document:
    return {
        "product": terms.product,
        "product_names": dict(terms.product_names),
        "plan": terms.plan,
        "plan_version": terms.plan_version,
        "plan_names": dict(terms.plan_names),
        "interval": from_interval(terms.interval),
        "price": from_price(terms.price),
        "trial_days": terms.trial_days,
        "notice_days": terms.notice_days,
        "minimum_term_months": terms.minimum_term_months,
        "tax_code": terms.tax_code,
    }


def _to_terms(document: Document) -> Terms:
    interval, price = to_interval(document["interval"]), to_price(document["price"])
    return Terms(**{**document, "interval": interval, "price": price})


def _from_discount(discount: Discount) -> Document:
    return {
        "names": dict(discount.names),
        "percent": _maybe(str, discount.percent),
        "amount": discount.amount and discount.amount.minor,
        "currency": discount.amount and discount.amount.currency,
        "periods_left": discount.periods_left,
    }


def _to_discount(document: Document) -> Discount:
    percent, amount = document["percent"], document["amount"]
    return Discount(
        names=document["names"],
        percent=_maybe(Decimal, percent),
        amount=None if amount is None else Money(amount, document["currency"]),
        periods_left=document["periods_left"],
    )


def _from_period(period: Period) -> Document:
    return {"start": period.start.isoformat(), "end": period.end.isoformat()}


def _to_period(document: Document) -> Period:
    return Period(date.fromisoformat(document["start"]), date.fromisoformat(document["end"]))


def _from_pause(pause: ScheduledPause) -> Document:
    return {
        "on": pause.on.isoformat(),
        "by": pause.by.value,
        "resume_on": _maybe(date.isoformat, pause.resume_on),
    }


def _to_pause(document: Document) -> ScheduledPause:
    return ScheduledPause(
        date.fromisoformat(document["on"]),
        Side(document["by"]),
        _maybe(date.fromisoformat, document["resume_on"]),
    )


def _from_hold(hold: Hold) -> Document:
    return {
        "since": hold.since.isoformat(),
        "reason": hold.reason.value,
        "by": hold.by.value,
        "resume_on": _maybe(date.isoformat, hold.resume_on),
    }


def _to_hold(document: Document) -> Hold:
    return Hold(
        since=date.fromisoformat(document["since"]),
        reason=HoldReason(document["reason"]),
        by=Side(document["by"]),
        resume_on=_maybe(date.fromisoformat, document["resume_on"]),
    )


def _from_cancellation(cancellation: Cancellation) -> Document:
    return {
        "at": cancellation.at,
        "by": cancellation.by.value,
        "expires_on": cancellation.expires_on.isoformat(),
        "reason": cancellation.reason,
        "comment": cancellation.comment,
    }


def _to_cancellation(document: Document) -> Cancellation:
    return Cancellation(
        at=document["at"],
        by=Side(document["by"]),
        expires_on=date.fromisoformat(document["expires_on"]),
        reason=document["reason"],
        comment=document["comment"],
    )


def _from_expiry(expiry: Expiry) -> Document:
    return {"on": expiry.on.isoformat(), "reason": expiry.reason.value}


def _to_expiry(document: Document) -> Expiry:
    return Expiry(date.fromisoformat(document["on"]), ExpireReason(document["reason"]))


def _maybe(convert: Callable[[A], B], value: A | None) -> B | None:
    return None if value is None else convert(value)

"""What the service answers with, made from what the domain holds. The fields stand in the contract."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from services.subscriptions.domain import billing
from services.subscriptions.domain.asking import Action
from services.subscriptions.domain.beginning import Beginning
from services.subscriptions.domain.billing import Bill, Line
from services.subscriptions.domain.discounts import Discount
from services.subscriptions.domain.happenings import line_facts, period_facts
from services.subscriptions.domain.periods import Interval
from services.subscriptions.domain.plans import Plan, Price, Product, in_language
from services.subscriptions.domain.previews import Preview
from services.subscriptions.domain.subscription import HoldReason, Side, Status, Subscription
from shared.contracts.subscription_words import ATTENTION, MOST_ATTENTION
from shared.kernel.money import total

View = dict[str, Any]


def of_product(product: Product) -> View:
    return {
        "product": product.handle,
        "product_version": product.version,
        "names": dict(product.names),
        "archived": product.archived,
    }


def of_plan(plan: Plan) -> View:
    return {
        "plan": plan.handle,
        "product": plan.product,
        "archived": plan.archived,
        **_of_version(plan),
    }


def of_plan_version(plan: Plan, until: datetime | None, running_count: int) -> View:
    """What the plan was or is in one version, which held up to ``until``."""
    return {**_of_version(plan), "until": until, "running_count": running_count}


def of_item(subscription: Subscription, language: str) -> View:
    """A subscription in a list."""
    terms = subscription.terms
    return {
        "subscription": subscription.handle,
        "status": subscription.status.value,
        "stage": subscription.stage,
        "product_name": in_language(terms.product_names, language),
        "plan_name": in_language(terms.plan_names, language),
        "quantity": subscription.quantity,
        "unit_amount": terms.price.unit.minor,
        "amount": billing.price_of_an_interval(subscription).minor,
        "currency": terms.currency,
        "interval": _of_interval(terms.interval),
        "next_billing_on": subscription.next_billing_on,
        "cancelled_at": subscription.cancellation.at if subscription.cancellation else None,
        "expires_at": subscription.expires_at,
        "access_until": subscription.access_until,
        "on_hold_reason": subscription.hold.reason.value if subscription.hold else None,
        "payment_method": subscription.payment_method,
    }


def of_found(subscription: Subscription, language: str) -> View:
    """A subscription in a list of many bill groups'."""
    return {
        **of_item(subscription, language),
        "bill_group": subscription.bill_group,
        "customer": subscription.customer,
        "product": subscription.terms.product,
        "plan": subscription.terms.plan,
        "started_on": subscription.starts_on,
    }


def of_subscription(subscription: Subscription, language: str, actions: Sequence[Action]) -> View:
    """All about a subscription, with the ``actions`` that its asker may take."""
    terms, hold, expiry = subscription.terms, subscription.hold, subscription.expiry
    upcoming = billing.upcoming(subscription)
    return {
        **of_item(subscription, language),
        "customer": subscription.customer,
        "product": terms.product,
        "plan": terms.plan,
        "plan_version": terms.plan_version,
        "started_on": subscription.starts_on,
        "current_period": period_facts(subscription.period) if subscription.period else None,
        "trial_end": subscription.trial_end,
        "items": [_of_price_part(subscription, language)],
        "discount": _of_discount(subscription.discount) if subscription.discount else None,
        "pending_change": _of_pending_change(subscription),
        "held_by": hold.by.value if hold else None,
        "held_since": hold.since if hold else None,
        "resume_on": subscription.resume_on,
        "minimum_term_end": subscription.minimum_term_end,
        "notice_days": terms.notice_days,
        "expired_on": expiry.on if expiry else None,
        "expire_reason": expiry.reason.value if expiry else None,
        "upcoming": _of_bill(upcoming, language) if upcoming else None,
        "actions": [action.value for action in actions],
    }


def of_beginning(beginning: Beginning, language: str) -> View:
    """What would be begun."""
    new = beginning.step.subscription
    return {
        "fingerprint": beginning.fingerprint,
        "status_after": new.status.value,
        "starts_on": new.starts_on,
        "trial_end": new.trial_end,
        "plan_version": new.terms.plan_version,
        "minimum_term_end": new.minimum_term_end,
        "currency": new.terms.currency,
        "bills": [_of_bill(bill, language) for bill in beginning.bills],
    }


def of_preview(preview: Preview, language: str) -> View:
    """What an action would do."""
    return {
        "action": preview.action.value,
        "fingerprint": preview.fingerprint,
        "status_after": preview.status_after.value,
        "effective_on": preview.effective_on,
        "access_until": preview.access_until,
        "resume_on": preview.resume_on,
        "charges": [{**_of_line(line, language), "amount": line.net.minor} for line in preview.charges],
        "credit": preview.credit.minor,
        "currency": preview.credit.currency,
        "next_billing_on_before": preview.next_billing_on_before,
        "next_billing_on_after": preview.next_billing_on_after,
        "amount_next": preview.amount_next.minor if preview.amount_next else None,
        "next_bill": _of_bill(preview.next_bill, language) if preview.next_bill else None,
        "consequences": [code.value for code in preview.codes],
    }


def of_summary(running: Sequence[Subscription], language: str) -> View:
    """What a bill group's running subscriptions come to."""
    billed = [(day, each) for each in running if (day := each.next_billing_on)]
    next_on = min((day for day, _ in billed), default=None)
    intervals = _in_order(each.terms.interval for _, each in billed)
    attention = [note for each in running if (note := _attention(each, language))]
    return {
        "active_count": sum(each.status is Status.ACTIVE for each in running),
        "running_count": len(running),
        "next_billing_on": next_on,
        "next_amount": _sum_of_bills([each for day, each in billed if day == next_on]),
        "currency": running[0].terms.currency if running else None,
        "frequencies": [_of_interval(interval) for interval in intervals],
        "attention": sorted(attention, key=_urgency)[:MOST_ATTENTION],
        "attention_count": len(attention),
    }


def of_running(running: Iterable[Subscription], language: str) -> View:
    """Running subscriptions with the payment method chosen for each."""
    return {
        "items": [
            {
                "subscription": each.handle,
                "product_name": in_language(each.terms.product_names, language),
                "payment_method": each.payment_method,
            }
            for each in running
        ]
    }


def _sum_of_bills(subscriptions: Sequence[Subscription]) -> int | None:
    """What the next bills of ``subscriptions`` come to, in minor units; None without any."""
    bills = [bill for bill in map(billing.upcoming, subscriptions) if bill]
    return total((bill.net for bill in bills), bills[0].net.currency).minor if bills else None


def _attention(subscription: Subscription, language: str) -> View | None:
    hold = subscription.hold
    if hold and hold.reason is HoldReason.DUNNING:
        code, on = "held_for_payment", None
    elif hold and hold.by is Side.MERCHANT:
        code, on = "held_by_merchant", subscription.resume_on
    elif hold:
        code, on = "paused", subscription.resume_on
    elif subscription.cancellation:
        code, on = "ends", subscription.access_until
    elif subscription.scheduled_pause:
        code, on = "pause_planned", subscription.scheduled_pause.on
    elif subscription.status is Status.TRIAL:
        code, on = "trial_ends", subscription.trial_end
    else:
        return None
    return {
        "code": code,
        "subscription": subscription.handle,
        "product_name": in_language(subscription.terms.product_names, language),
        "on": on,
    }


def _urgency(note: View) -> tuple[int, date]:
    """The more urgent kind first, and of one kind what comes first; what has no day comes last."""
    return ATTENTION.index(note["code"]), note["on"] or date.max


def _in_order(intervals: Iterable[Interval]) -> list[Interval]:
    """Each interval once, the most frequent first."""
    units = ("day", "week", "month", "year")
    return sorted(set(intervals), key=lambda each: (units.index(each.unit.value), each.count))


def _of_version(plan: Plan) -> View:
    return {
        "plan_version": plan.version,
        "since": plan.since,
        "names": dict(plan.names),
        "interval": _of_interval(plan.interval),
        "prices": [_of_price(price) for price in plan.prices],
        "trial_days": plan.trial_days,
        "notice_days": plan.notice_days,
        "minimum_term_months": plan.minimum_term_months,
        "tax_code": plan.tax_code,
    }


def _of_price(price: Price) -> View:
    return {
        "currency": price.unit.currency,
        "unit_amount": price.unit.minor,
        "setup_fee": price.setup_fee.minor,
    }


def _of_interval(interval: Interval) -> View:
    return {"unit": interval.unit.value, "count": interval.count}


def _of_price_part(subscription: Subscription, language: str) -> View:
    return {
        "description": in_language(billing.described(subscription), language),
        "quantity": subscription.quantity,
        "unit_amount": subscription.terms.price.unit.minor,
        "amount": billing.price_of_an_interval(subscription).minor,
    }


def _of_discount(discount: Discount) -> View:
    return {
        "names": dict(discount.names),
        "percent": discount.percent,
        "amount": discount.amount.minor if discount.amount else None,
        "periods_left": discount.periods_left,
    }


def _of_pending_change(subscription: Subscription) -> View | None:
    pause = subscription.scheduled_pause
    return {"kind": "pause", "on": pause.on, "resume_on": pause.resume_on} if pause else None


def _of_bill(bill: Bill, language: str) -> View:
    return {
        "on": bill.on,
        "currency": bill.net.currency,
        "lines": [_of_line(line, language) for line in bill.lines],
        "net": bill.net.minor,
    }


def _of_line(line: Line, language: str) -> View:
    return {**line_facts(line), "description": in_language(line.descriptions, language)}

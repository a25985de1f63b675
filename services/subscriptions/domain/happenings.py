"""What is told to others when something happened. The fields stand in the contract."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.subscriptions.domain import differences
from services.subscriptions.domain.billing import Bill, Line
from services.subscriptions.domain.periods import Period
from services.subscriptions.domain.plans import DEFAULT_LANGUAGE, Plan, Product
from services.subscriptions.domain.subscription import Hold, Subscription
from shared.kernel.happening import Happening


def product_created(product: Product) -> Happening:
    return Happening("product_created", product.handle, "", _product_facts(product))


def product_changed(product: Product, before: Product) -> Happening:
    changes = differences.of_products(before, product)
    return Happening("product_changed", product.handle, "", _product_facts(product) | {"changes": changes})


def product_archived(product: Product) -> Happening:
    return Happening("product_archived", product.handle, "", _product_facts(product))


def plan_created(plan: Plan) -> Happening:
    return Happening("plan_created", plan.handle, "", _plan_facts(plan))


def plan_changed(plan: Plan, before: Plan) -> Happening:
    changes = differences.of_plans(before, plan)
    return Happening("plan_changed", plan.handle, "", _plan_facts(plan) | {"changes": changes})


def plan_archived(plan: Plan) -> Happening:
    return Happening("plan_archived", plan.handle, "", _plan_facts(plan))


def _product_facts(product: Product) -> dict[str, Any]:
    return {"product": product.handle, "names": dict(product.names)}


def _plan_facts(plan: Plan) -> dict[str, Any]:
    return {
        "plan": plan.handle,
        "plan_version": plan.version,
        "product": plan.product,
        "names": dict(plan.names),
    }


def created(subscription: Subscription) -> Happening:
    return _happening("subscription_created", subscription)


def started(subscription: Subscription) -> Happening:
    return _happening(
        "subscription_started",
        subscription,
        started_on=subscription.starts_on,
        trial_end=subscription.trial_end,
    )


def renewed(subscription: Subscription, bill: Bill) -> Happening:
    """A period has begun and is to be billed."""
    return _happening(
        "subscription_renewed",
        subscription,
        plan_version=subscription.terms.plan_version,
        quantity=subscription.quantity,
        period=period_facts(bill.period),
        currency=subscription.terms.currency,
        lines=[line_facts(line) for line in bill.lines],
        payment_method=subscription.payment_method,
    )


def pause_scheduled(subscription: Subscription) -> Happening:
    pause = subscription.scheduled_pause
    assert pause is not None
    return _happening(
        "subscription_pause_scheduled",
        subscription,
        on=pause.on,
        resume_on=pause.resume_on,
        held_by=pause.by.value,
    )


def pause_withdrawn(subscription: Subscription) -> Happening:
    return _happening("subscription_pause_withdrawn", subscription)


def paused(subscription: Subscription, hold: Hold) -> Happening:
    return _happening(
        "subscription_paused",
        subscription,
        on=hold.since,
        resume_on=hold.resume_on,
        held_by=hold.by.value,
    )


def resumed(subscription: Subscription, on: date, period: Period) -> Happening:
    return _happening("subscription_resumed", subscription, on=on, period=period_facts(period))


def cancelled(subscription: Subscription) -> Happening:
    cancellation = subscription.cancellation
    assert cancellation is not None
    return _happening(
        "subscription_cancelled",
        subscription,
        cancelled_at=cancellation.at,
        expires_at=subscription.expires_at,
        access_until=subscription.access_until,
        reason=cancellation.reason,
        comment=cancellation.comment,
    )


def uncancelled(subscription: Subscription) -> Happening:
    return _happening("subscription_uncancelled", subscription, next_billing_on=subscription.next_billing_on)


def expired(subscription: Subscription) -> Happening:
    expiry = subscription.expiry
    assert expiry is not None
    return _happening("subscription_expired", subscription, on=expiry.on, reason=expiry.reason.value)


def payment_method_chosen(subscription: Subscription, before: str | None) -> Happening:
    return _happening(
        "subscription_payment_method_chosen",
        subscription,
        payment_method=subscription.payment_method,
        payment_method_before=before,
    )


def period_facts(period: Period) -> dict[str, date]:
    """``period`` as the contract's Period."""
    return {"start": period.start, "end": period.end}


def line_facts(line: Line) -> dict[str, Any]:
    """``line`` as the contract's Line."""
    return {
        "description": line.descriptions[DEFAULT_LANGUAGE],
        "descriptions": dict(line.descriptions),
        "quantity": line.quantity,
        "unit_amount": line.unit.minor,
        "discount": line.discount.minor,
        "tax_code": line.tax_code,
        "period": period_facts(line.period) if line.period else None,
    }


def _happening(type_: str, subscription: Subscription, **more: Any) -> Happening:
    terms = subscription.terms
    facts = {
        "subscription": subscription.handle,
        "customer": subscription.customer,
        "product": terms.product,
        "plan": terms.plan,
        "product_names": dict(terms.product_names),
        "plan_names": dict(terms.plan_names),
        "status": subscription.status.value,
    }
    return Happening(type_, subscription.handle, subscription.bill_group, facts | more)

"""Products and plans ↔ documents."""

from __future__ import annotations

from typing import Any

from services.subscriptions.domain.periods import Interval, Unit
from services.subscriptions.domain.plans import Names, Plan, Price, Product
from shared.kernel import search
from shared.kernel.money import Money

Document = dict[str, Any]


def from_product(product: Product) -> Document:
    """The state, and beside it what it is found by."""
    return {
        "names": dict(product.names),
        "archived": product.archived,
        "product_version": product.version,
        **_found_by(product.handle, product.names),
    }


def to_product(document: Document) -> Product:
    return Product(
        handle=document["_id"],
        names=document["names"],
        archived=document.get("archived", False),
        version=document.get("product_version", 1),
    )


def from_plan(plan: Plan) -> Document:
    """The state with all former versions, and beside it what it is found by."""
    return {
        **_from_version(plan),
        "product": plan.product,
        "archived": plan.archived,
        "former": [_from_version(former) for former in plan.former],
        **_found_by(plan.handle, plan.names),
    }


def to_plan(document: Document) -> Plan:
    former = tuple(_to_version(document, version) for version in document.get("former", ()))
    return _to_version(document, document, archived=document.get("archived", False), former=former)


def from_interval(interval: Interval) -> Document:
    return {"unit": interval.unit.value, "count": interval.count}


def to_interval(document: Document) -> Interval:
    return Interval(Unit(document["unit"]), document["count"])


def from_price(price: Price) -> Document:
    return {
        "currency": price.unit.currency,
        "unit_amount": price.unit.minor,
        "setup_fee": price.setup_fee.minor,
    }


def to_price(document: Document) -> Price:
    currency = document["currency"]
    return Price(Money(document["unit_amount"], currency), Money(document["setup_fee"], currency))


def _from_version(plan: Plan) -> Document:
    return {
        "plan_version": plan.version,
        "names": dict(plan.names),
        "interval": from_interval(plan.interval),
        "prices": [from_price(price) for price in plan.prices],
        "trial_days": plan.trial_days,
        "notice_days": plan.notice_days,
        "minimum_term_months": plan.minimum_term_months,
        "tax_code": plan.tax_code,
        "since": plan.since,
    }


def _to_version(plan: Document, version: Document, **more: Any) -> Plan:
    return Plan(
        handle=plan["_id"],
        version=version["plan_version"],
        product=plan["product"],
        names=version["names"],
        interval=to_interval(version["interval"]),
        prices=tuple(to_price(price) for price in version["prices"]),
        trial_days=version["trial_days"],
        notice_days=version["notice_days"],
        minimum_term_months=version["minimum_term_months"],
        tax_code=version["tax_code"],
        since=version.get("since"),
        **more,
    )


def _found_by(handle: str, names: Names) -> Document:
    found_by = search.words([handle, *names.values()])
    return {"beginnings": search.beginnings(found_by), "words": "".join(f"\n{word}" for word in found_by)}

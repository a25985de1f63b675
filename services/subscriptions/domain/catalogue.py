"""What becomes of products and plans: made, changed, archived."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, TypeVar

from services.subscriptions.domain import happenings
from services.subscriptions.domain.plans import Names, Plan, Product
from shared.kernel.happening import Happening

T = TypeVar("T", Product, Plan)


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """A product or a plan as it is after something, and what happened: nothing, where it was so before."""

    value: T
    happenings: tuple[Happening, ...] = ()


def new_product(product: Product) -> Listed[Product]:
    """``product`` is sold from now on."""
    return Listed(product, (happenings.product_created(product),))


def renamed(product: Product, names: Names) -> Listed[Product]:
    """``product`` under other names. Subscriptions that run keep theirs."""
    if names == product.names:
        return Listed(product)
    new = replace(product, names=names, version=product.version + 1)
    return Listed(new, (happenings.product_changed(new, product),))


def product_archived(product: Product) -> Listed[Product]:
    """``product`` is not sold any more, under none of its plans."""
    if product.archived:
        return Listed(product)
    archived = replace(product, archived=True)
    return Listed(archived, (happenings.product_archived(archived),))


def new_plan(plan: Plan) -> Listed[Plan]:
    """``plan`` is on offer from now on."""
    return Listed(plan, (happenings.plan_created(plan),))


def revised(plan: Plan, newer: Plan, now: datetime) -> Listed[Plan]:
    """``plan`` with the content of ``newer`` from ``now`` on. What runs keeps the version that it has."""
    new = plan.revised(newer, now)
    return Listed(plan) if new == plan else Listed(new, (happenings.plan_changed(new, plan),))


def plan_archived(plan: Plan) -> Listed[Plan]:
    """Nothing is sold under ``plan`` any more."""
    if plan.archived:
        return Listed(plan)
    archived = replace(plan, archived=True)
    return Listed(archived, (happenings.plan_archived(archived),))

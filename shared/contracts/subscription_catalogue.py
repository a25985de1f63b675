"""The catalogue: products, and the plans under which they are sold.

What is archived is not sold any more: it takes no new subscriptions and can't be changed; those that run keep what
they agreed on.
"""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from shared.contracts.base import (
    Change,
    Currency,
    Handle,
    Listing,
    Message,
    Minor,
    Moment,
    OneOf,
    Request,
    Text,
)
from shared.contracts.subscription_words import TAX_CODES, Interval, names_field

# So many subscriptions under one version of a plan are counted; where there are more, there are at least so many.
MOST_COUNTED = 1000


class Price(Message):
    """The price of one unit and one interval, and a fee once at the start, in minor units of ``currency``."""

    currency = Currency(required=True)
    unit_amount = Minor(required=True)
    setup_fee = Minor(load_default=0)


class PriceView(Price):
    """A price as it is shown: with its fee, be there one or not."""

    setup_fee = Minor(required=True)


def prices_field(**options: Any) -> fields.List[Any]:
    """Prices, one for each currency."""
    return fields.List(fields.Nested(Price), validate=validate.Length(1, 50), **options)


def days_field(**options: Any) -> fields.Integer:
    """A number of days, up to two years."""
    return fields.Integer(strict=True, validate=validate.Range(0, 730), **options)


def months_field(**options: Any) -> fields.Integer:
    """A number of months, up to ten years."""
    return fields.Integer(strict=True, validate=validate.Range(0, 120), **options)


def version_field() -> fields.Integer:
    """The version that the asker has seen; where it is another one by now, the answer is ``changed_meanwhile``."""
    return fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=1))


class ProductView(Message):
    """A product as it is now; ``product_version`` grows by one with each change of its names."""

    product = Handle(required=True)
    product_version = fields.Integer(required=True)
    names = names_field(required=True)
    archived = fields.Boolean(required=True)


class FindProducts(Listing):
    """By handle; with ``archived`` only those that are, or only those that are not.

    ``q`` is what one remembers: beginnings of words of a name, in any language, or of the handle; all must be there.
    """

    q = Text(200, load_default="")
    archived = fields.Boolean(load_default=None, allow_none=True)


class ProductPage(Message):
    """A page of products."""

    items = fields.List(fields.Nested(ProductView), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class GetProduct(Request):
    """One product."""

    product = Handle(required=True)


class CreateProduct(Change):
    """Without ``product`` it gets a handle of its own."""

    product = Handle(load_default=None, allow_none=True)
    names = names_field(required=True)


class ChangeProduct(Change):
    """The whole new ``names``. Subscriptions that run keep the names that they were begun with."""

    product = Handle(required=True)
    product_version = version_field()
    names = names_field(required=True)


class ArchiveProduct(Change):
    """For good. Nobody can subscribe to any of its plans any more."""

    product = Handle(required=True)


class Conditions(Message):
    """What a plan is in one version, which holds ``since`` a moment; None where that was not kept yet."""

    plan_version = fields.Integer(required=True)
    since = Moment(required=True, allow_none=True)
    names = names_field(required=True)
    interval = fields.Nested(Interval, required=True)
    prices = fields.List(fields.Nested(PriceView), required=True)
    trial_days = fields.Integer(required=True)
    notice_days = fields.Integer(required=True)
    minimum_term_months = fields.Integer(required=True)
    tax_code = OneOf(TAX_CODES, required=True)


class PlanView(Conditions):
    """A plan as it is now; ``plan_version`` grows by one with each change."""

    plan = Handle(required=True)
    product = Handle(required=True)
    archived = fields.Boolean(required=True)


class PlanVersion(Conditions):
    """A version of a plan. It held up to ``until``; the present one has none.

    ``running_count`` subscriptions run under it, or more, if it is ``MOST_COUNTED``.
    """

    until = Moment(required=True, allow_none=True)
    running_count = fields.Integer(required=True)


class ListPlanVersions(Listing):
    """All that a plan was and is, the latest version first."""

    plan = Handle(required=True)


class PlanVersions(Message):
    """A page of the versions of a plan."""

    items = fields.List(fields.Nested(PlanVersion), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class FindPlans(Listing):
    """By handle: those of ``product``, and with ``archived`` only those that are, or only those that are not.

    ``q`` is what one remembers: beginnings of words of a name, in any language, or of the handle; all must be there.
    """

    q = Text(200, load_default="")
    product = Handle(load_default=None, allow_none=True)
    archived = fields.Boolean(load_default=None, allow_none=True)


class PlanPage(Message):
    """A page of plans."""

    items = fields.List(fields.Nested(PlanView), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class GetPlan(Request):
    """One plan, as it is now."""

    plan = Handle(required=True)


class CreatePlan(Change):
    """Without ``plan`` it gets a handle of its own."""

    plan = Handle(load_default=None, allow_none=True)
    product = Handle(required=True)
    names = names_field(required=True)
    interval = fields.Nested(Interval, required=True)
    prices = prices_field(required=True)
    trial_days = days_field(load_default=0)
    notice_days = days_field(load_default=0)
    minimum_term_months = months_field(load_default=0)
    tax_code = OneOf(TAX_CODES, load_default="standard")


class ChangePlan(Change):
    """What is given takes the place of what was; all of it together is a new version of the plan.

    Subscriptions that run keep the version that they were begun with.
    """

    plan = Handle(required=True)
    plan_version = version_field()
    names = names_field()
    interval = fields.Nested(Interval)
    prices = prices_field()
    trial_days = days_field()
    notice_days = days_field()
    minimum_term_months = months_field()
    tax_code = OneOf(TAX_CODES)


class ArchivePlan(Change):
    """For good. Nobody can subscribe to it any more."""

    plan = Handle(required=True)

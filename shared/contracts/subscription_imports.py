"""What is imported into the subscriptions service: products, plans, and subscriptions from elsewhere."""

from __future__ import annotations

from marshmallow import fields, validate

from shared.contracts.base import (
    Change,
    ChangeOfBillGroup,
    Currency,
    Day,
    Handle,
    Message,
    Minor,
    Moment,
    Rate,
    Text,
)
from shared.contracts.subscription_words import (
    EXPIRE_REASONS,
    HOLD_REASONS,
    SIDES,
    TAX_CODES,
    Interval,
    names_field,
    one_of,
)


class ImportProduct(Change):
    product = Handle(required=True)
    names = names_field(required=True)


class ProductView(ImportProduct):
    class Meta(ImportProduct.Meta):
        exclude = ("key",)


class Price(Message):
    """The price of one unit and one interval, and a fee once at the start, in minor units of ``currency``."""

    currency = Currency(required=True)
    unit_amount = Minor(required=True)
    setup_fee = Minor(load_default=0)


class ImportPlan(Change):
    """Another content under the same handle is a new version of the plan; running subscriptions keep
    theirs.
    """

    plan = Handle(required=True)
    product = Handle(required=True)
    names = names_field(required=True)
    interval = fields.Nested(Interval, required=True)
    prices = fields.List(fields.Nested(Price), required=True, validate=validate.Length(1, 50))
    trial_days = fields.Integer(load_default=0, validate=validate.Range(0, 730))
    notice_days = fields.Integer(load_default=0, validate=validate.Range(0, 730))
    minimum_term_months = fields.Integer(load_default=0, validate=validate.Range(0, 120))
    tax_code = one_of(TAX_CODES, load_default="standard")


class PlanView(Message):
    plan = Handle(required=True)
    plan_version = fields.Integer(required=True)


class ImportDiscount(Message):
    """``percent`` or ``amount`` (minor units, off each period); ``periods`` None is without end."""

    names = names_field(required=True)
    percent = Rate(load_default=None, allow_none=True, validate=validate.Range(0, 100))
    amount = Minor(load_default=None, allow_none=True)
    periods = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, 1200))


class ImportHold(Message):
    since = Day(required=True)
    reason = one_of(HOLD_REASONS, load_default="on_demand")
    by = one_of(SIDES, load_default="customer")
    resume_on = Day(load_default=None, allow_none=True)


class ImportCancellation(Message):
    cancelled_at = Moment(required=True)
    by = one_of(SIDES, load_default="customer")
    expires_on = Day(required=True)


class ImportExpiry(Message):
    expired_on = Day(required=True)
    reason = one_of(EXPIRE_REASONS, load_default="cancelled")


class ImportSubscription(ChangeOfBillGroup):
    """A subscription as it stands elsewhere, or a new one.

    ``starts_on`` is its first day, and the anchor of its periods. ``paid_until`` says that the periods
    up to this day were billed elsewhere (it must be the end of one of them); None means that nothing
    was billed yet: the billing run bills from the first day (or the end of the trial) on, also what
    lies in the past. ``trial_end`` None takes the plan's trial.
    ``currency`` and ``time_zone`` are the bill group's.
    """

    subscription = Handle(required=True)
    customer = Handle(required=True)
    plan = Handle(required=True)
    currency = Currency(required=True)
    time_zone = Text(60, required=True)
    quantity = fields.Integer(load_default=1, validate=validate.Range(1, 1_000_000))
    starts_on = Day(required=True)
    paid_until = Day(load_default=None, allow_none=True)
    trial_end = Day(load_default=None, allow_none=True)
    discount = fields.Nested(ImportDiscount, load_default=None, allow_none=True)
    payment_method = Handle(load_default=None, allow_none=True)
    hold = fields.Nested(ImportHold, load_default=None, allow_none=True)
    cancellation = fields.Nested(ImportCancellation, load_default=None, allow_none=True)
    expiry = fields.Nested(ImportExpiry, load_default=None, allow_none=True)

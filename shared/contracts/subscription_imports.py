"""What is imported into the subscriptions service: products, plans, and subscriptions from elsewhere."""

from __future__ import annotations

from marshmallow import fields, validate

from shared.contracts.base import (
    ChangeOfBillGroup,
    Currency,
    Day,
    Handle,
    Message,
    Minor,
    Moment,
    OneOf,
    Rate,
    Text,
)
from shared.contracts.subscription_catalogue import CreatePlan, CreateProduct
from shared.contracts.subscription_words import EXPIRE_REASONS, HOLD_REASONS, SIDES, names_field


class ImportProduct(CreateProduct):
    """A product, new or with other names."""

    product = Handle(required=True)


class ImportPlan(CreatePlan):
    """Another content under the same handle is a new version of the plan; running subscriptions keep
    theirs.
    """

    plan = Handle(required=True)


class ImportDiscount(Message):
    """``percent`` or ``amount`` (minor units, off each period); ``periods`` None is without end."""

    names = names_field(required=True)
    percent = Rate(load_default=None, allow_none=True, validate=validate.Range(0, 100))
    amount = Minor(load_default=None, allow_none=True)
    periods = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, 1200))


class ImportHold(Message):
    """On hold ``since`` a day; ``resume_on`` is the day on which it resumes by itself."""

    since = Day(required=True)
    reason = OneOf(HOLD_REASONS, load_default="on_demand")
    by = OneOf(SIDES, load_default="customer")
    resume_on = Day(load_default=None, allow_none=True)


class ImportCancellation(Message):
    """Cancelled at a moment; ``expires_on`` is the first day without it."""

    cancelled_at = Moment(required=True)
    by = OneOf(SIDES, load_default="customer")
    expires_on = Day(required=True)


class ImportExpiry(Message):
    """Ended; ``expired_on`` is the first day without it."""

    expired_on = Day(required=True)
    reason = OneOf(EXPIRE_REASONS, load_default="cancelled")


class ImportSubscription(ChangeOfBillGroup):
    """A subscription as it stands elsewhere, or a new one.

    ``starts_on`` is its first day, and the anchor of its periods. ``paid_until`` says that the periods
    up to this day were billed elsewhere (it must be the end of one of them); None means that nothing
    was billed yet: the billing run bills from the first day (or the end of the trial) on, also what
    lies in the past, at most 1,000 periods. ``trial_end`` None takes the plan's trial. A plan that is
    archived by now will do.
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

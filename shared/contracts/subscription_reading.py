"""What can be read of subscriptions: lists, details, and what they come to."""

from __future__ import annotations

from marshmallow import fields, validate

from shared.contracts.base import (
    Currency,
    Day,
    Handle,
    Listing,
    Message,
    Minor,
    Moment,
    OfBillGroup,
    OneOf,
    PageRequest,
    Rate,
    Request,
    Text,
)
from shared.contracts.subscription_words import (
    ACTIONS,
    ATTENTION,
    EXPIRE_REASONS,
    HOLD_REASONS,
    SIDES,
    STAGES,
    STATUSES,
    Bill,
    Interval,
    Period,
    names_field,
)

ORDERS = ("starts_on", "-starts_on")


class DiscountView(Message):
    """A discount: ``percent``, or ``amount`` off each period; ``periods_left`` None is without end."""

    names = names_field(required=True)
    percent = Rate(required=True, allow_none=True)
    amount = Minor(required=True, allow_none=True)
    periods_left = fields.Integer(required=True, allow_none=True)


class PendingChange(Message):
    """The one change that waits for its day: ``kind`` is ``pause``."""

    kind = OneOf(("pause",), required=True)
    on = Day(required=True)
    resume_on = Day(required=True, allow_none=True)


class PricePart(Message):
    """A part of the price of one interval, before discounts."""

    description = Text(required=True)
    quantity = Rate(required=True)
    unit_amount = Minor(required=True)
    amount = Minor(required=True)


class SubscriptionItem(Message):
    """A subscription in a list. Names are in the asker's language.

    ``stage`` is what to show: a running subscription that was cancelled has the stage ``cancelled`` and
    its real state in ``status``. ``amount`` is the net price of an interval before discounts.
    ``access_until`` is the last day of a cancelled one.
    """

    subscription = Handle(required=True)
    status = OneOf(STATUSES, required=True)
    stage = OneOf(STAGES, required=True)
    product_name = Text(required=True)
    plan_name = Text(required=True)
    quantity = fields.Integer(required=True)
    unit_amount = Minor(required=True)
    amount = Minor(required=True)
    currency = Currency(required=True)
    interval = fields.Nested(Interval, required=True)
    next_billing_on = Day(required=True, allow_none=True)
    cancelled_at = Moment(required=True, allow_none=True)
    expires_at = Moment(required=True, allow_none=True)
    access_until = Day(required=True, allow_none=True)
    on_hold_reason = OneOf(HOLD_REASONS, required=True, allow_none=True)
    payment_method = Handle(required=True, allow_none=True)


class SubscriptionView(SubscriptionItem):
    """All about one subscription. ``actions`` are those that the asker may do now.

    ``held_by`` is ``customer`` or ``merchant`` while on hold. ``payment_method`` None means the bill
    group's default.
    """

    customer = Handle(required=True)
    product = Handle(required=True)
    plan = Handle(required=True)
    plan_version = fields.Integer(required=True)
    started_on = Day(required=True)
    current_period = fields.Nested(Period, required=True, allow_none=True)
    trial_end = Day(required=True, allow_none=True)
    items = fields.List(fields.Nested(PricePart), required=True)
    discount = fields.Nested(DiscountView, required=True, allow_none=True)
    pending_change = fields.Nested(PendingChange, required=True, allow_none=True)
    held_by = OneOf(SIDES, required=True, allow_none=True)
    held_since = Day(required=True, allow_none=True)
    resume_on = Day(required=True, allow_none=True)
    minimum_term_end = Day(required=True, allow_none=True)
    notice_days = fields.Integer(required=True)
    expired_on = Day(required=True, allow_none=True)
    expire_reason = OneOf(EXPIRE_REASONS, required=True, allow_none=True)
    upcoming = fields.Nested(Bill, required=True, allow_none=True)
    actions = fields.List(OneOf(ACTIONS), required=True)


class ListSubscriptions(PageRequest):
    """Running ones first, newest first; then the expired ones. ``stage`` tells those that are cancelled from the
    others of their ``status``.
    """

    status = OneOf(STATUSES, load_default=None, allow_none=True)
    stage = OneOf(STAGES, load_default=None, allow_none=True)


class SubscriptionPage(Message):
    """A page of subscriptions."""

    items = fields.List(fields.Nested(SubscriptionItem), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class GetSubscription(OfBillGroup):
    """One subscription of the bill group."""

    subscription = Handle(required=True)


class FindSubscriptions(Listing):
    """Of all bill groups, those that fit every filter that is given; ``-`` sorts the latest first.

    ``q`` is a subscription's handle, or what one remembers of its customer: beginnings of words of their name, of a
    contact's name, company or e-mail address, or of a handle.
    """

    q = Text(200, load_default="")
    bill_group = Handle(load_default=None, allow_none=True)
    customer = Handle(load_default=None, allow_none=True)
    status = OneOf(STATUSES, load_default=None, allow_none=True)
    stage = OneOf(STAGES, load_default=None, allow_none=True)
    product = Handle(load_default=None, allow_none=True)
    plan = Handle(load_default=None, allow_none=True)
    sort = OneOf(ORDERS, load_default="-starts_on")


class FoundSubscription(SubscriptionItem):
    """A subscription in a list of many bill groups'. ``started_on`` is its first day, also of one to come."""

    bill_group = Handle(required=True)
    customer = Handle(required=True)
    product = Handle(required=True)
    plan = Handle(required=True)
    started_on = Day(required=True)


class FoundSubscriptions(Message):
    """``more_customers`` is true where ``q`` fits more customers than are looked at: the 50 that were created last."""

    items = fields.List(fields.Nested(FoundSubscription), required=True)
    more_customers = fields.Boolean(required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class Attention(Message):
    """Something that the customer should know of: ``on`` is the day that it is about, if it has one."""

    code = OneOf(ATTENTION, required=True)
    subscription = Handle(required=True)
    product_name = Text(required=True)
    on = Day(required=True, allow_none=True)


class BillingSummary(Message):
    """``next_amount`` is the net sum of all that is billed on ``next_billing_on``. ``currency`` is None
    without subscriptions. ``attention`` are the most urgent ones, at most 10 of ``attention_count``.
    """

    active_count = fields.Integer(required=True)
    running_count = fields.Integer(required=True)
    next_billing_on = Day(required=True, allow_none=True)
    next_amount = Minor(required=True, allow_none=True)
    currency = Currency(required=True, allow_none=True)
    frequencies = fields.List(fields.Nested(Interval), required=True)
    attention = fields.List(fields.Nested(Attention), required=True)
    attention_count = fields.Integer(required=True)


class RunningItem(Message):
    """A subscription that is not expired, and what pays it."""

    subscription = Handle(required=True)
    product_name = Text(required=True)
    payment_method = Handle(required=True, allow_none=True)


class RunningWithMethod(Message):
    """All that are not expired; ``payment_method`` None means the bill group's default."""

    items = fields.List(fields.Nested(RunningItem), required=True)


class FindActiveContracts(Request):
    """Whether these bill groups have a subscription that is neither pending nor expired."""

    bill_groups = fields.List(Handle(), required=True, validate=validate.Length(max=5000))


class ActiveContracts(Message):
    """Those that have one."""

    bill_groups = fields.List(Handle(), required=True)

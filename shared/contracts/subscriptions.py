"""Subscriptions: products, plans, the lifecycle of what customers subscribed to, and the billing run.

All amounts are net, in minor units of the currency beside them; taxes are the business of invoices.
Days are calendar days in the bill group's time zone. A period is half-open: its ``end`` is the first
day that no longer belongs to it.
"""

from __future__ import annotations

from marshmallow import fields, validate

from shared.contracts.base import (
    ChangeOfBillGroup,
    Contract,
    Currency,
    Day,
    ErrorCode,
    EventType,
    Handle,
    Hears,
    Message,
    Method,
    Minor,
    Moment,
    OfBillGroup,
    PageRequest,
    Rate,
    Text,
)
from shared.contracts.subscription_events import (
    Cancelled,
    Expired,
    MethodChosen,
    Paused,
    PlanFacts,
    ProductFacts,
    Renewed,
    Resumed,
    Started,
    SubscriptionFacts,
    Uncancelled,
)
from shared.contracts.subscription_imports import (
    ImportPlan,
    ImportProduct,
    ImportSubscription,
    PlanView,
    ProductView,
)
from shared.contracts.subscription_words import (
    ACTIONS,
    ATTENTION,
    CANCEL_REASONS,
    CONSEQUENCES,
    EXPIRE_REASONS,
    HOLD_REASONS,
    SIDES,
    STAGES,
    STATUSES,
    WHEN,
    Interval,
    Line,
    Period,
    names_field,
    one_of,
)
from shared.kernel.errors import Kind

__all__ = ["ACTIONS", "CANCEL_REASONS", "CONSEQUENCES", "WHEN", "contract"]


class DiscountView(Message):
    """A discount: ``percent``, or ``amount`` off each period; ``periods_left`` None is without end."""

    names = names_field(required=True)
    percent = Rate(required=True, allow_none=True)
    amount = Minor(required=True, allow_none=True)
    periods_left = fields.Integer(required=True, allow_none=True)


class PendingChange(Message):
    """The one change that waits for its day: ``kind`` is ``pause``."""

    kind = one_of(("pause",), required=True)
    on = Day(required=True)
    resume_on = Day(required=True, allow_none=True)


class PricePart(Message):
    """A part of the price of one interval, before discounts."""

    description = Text(required=True)
    quantity = Rate(required=True)
    unit_amount = Minor(required=True)
    amount = Minor(required=True)


class Upcoming(Message):
    """What would be billed next, as things stand: ``net`` is the sum of the lines, without taxes."""

    on = Day(required=True)
    currency = Currency(required=True)
    lines = fields.List(fields.Nested(Line), required=True)
    net = Minor(required=True)


class SubscriptionItem(Message):
    """A subscription in a list. Names are in the asker's language.

    ``stage`` is what to show: a running subscription that was cancelled has the stage ``cancelled`` and
    its real state in ``status``. ``amount`` is the net price of an interval before discounts.
    ``access_until`` is the last day of a cancelled one.
    """

    subscription = Handle(required=True)
    status = one_of(STATUSES, required=True)
    stage = one_of(STAGES, required=True)
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
    on_hold_reason = one_of(HOLD_REASONS, required=True, allow_none=True)
    payment_method = Handle(required=True, allow_none=True)


class SubscriptionView(SubscriptionItem):
    """All about one subscription. ``actions`` are those that the asker may do now.

    ``held_by`` is ``customer`` or ``merchant`` while on hold. ``payment_method`` None means the bill
    group's default.
    """

    customer = Handle(required=True)
    product = Handle(required=True)
    plan = Handle(required=True)
    started_on = Day(required=True)
    current_period = fields.Nested(Period, required=True, allow_none=True)
    trial_end = Day(required=True, allow_none=True)
    items = fields.List(fields.Nested(PricePart), required=True)
    discount = fields.Nested(DiscountView, required=True, allow_none=True)
    pending_change = fields.Nested(PendingChange, required=True, allow_none=True)
    held_by = one_of(SIDES, required=True, allow_none=True)
    held_since = Day(required=True, allow_none=True)
    resume_on = Day(required=True, allow_none=True)
    minimum_term_end = Day(required=True, allow_none=True)
    notice_days = fields.Integer(required=True)
    expired_on = Day(required=True, allow_none=True)
    expire_reason = one_of(EXPIRE_REASONS, required=True, allow_none=True)
    upcoming = fields.Nested(Upcoming, required=True, allow_none=True)
    actions = fields.List(one_of(ACTIONS), required=True)


class ListSubscriptions(PageRequest):
    """Running ones first, newest first; then the expired ones."""

    status = one_of(STATUSES, load_default=None, allow_none=True)


class SubscriptionPage(Message):
    items = fields.List(fields.Nested(SubscriptionItem), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class GetSubscription(OfBillGroup):
    subscription = Handle(required=True)


class PreviewAction(OfBillGroup):
    """``at`` and ``resume_on`` as for the change itself; what doesn't belong to the action is not
    looked at.
    """

    subscription = Handle(required=True)
    action = one_of(ACTIONS, required=True)
    at = one_of(WHEN, load_default=None, allow_none=True)
    resume_on = Day(load_default=None, allow_none=True)


class Charge(Message):
    """What is billed at once by an action, net."""

    description = Text(required=True)
    amount = Minor(required=True)


class Preview(Message):
    """What an action would do, in money and dates. ``fingerprint`` goes back with the change itself.

    ``effective_on`` is the day from which it holds; ``access_until`` the last day of use, None without end.
    ``amount_next`` is the net amount of the next regular bill, None where there is none.
    """

    action = one_of(ACTIONS, required=True)
    fingerprint = fields.String(required=True)
    status_after = one_of(STATUSES, required=True)
    effective_on = Day(required=True)
    access_until = Day(required=True, allow_none=True)
    resume_on = Day(required=True, allow_none=True)
    charges = fields.List(fields.Nested(Charge), required=True)
    credit = Minor(required=True)
    currency = Currency(required=True)
    next_billing_on_before = Day(required=True, allow_none=True)
    next_billing_on_after = Day(required=True, allow_none=True)
    amount_next = Minor(required=True, allow_none=True)
    consequences = fields.List(one_of(CONSEQUENCES), required=True)


class ActOnSubscription(ChangeOfBillGroup):
    """``fingerprint`` is the preview's; with another result by now the answer is ``preview_outdated``."""

    subscription = Handle(required=True)
    fingerprint = fields.String(required=True, validate=validate.Length(max=100))


class PauseSubscription(ActOnSubscription):
    """``at`` None is the period's end. ``resume_on`` must lie after the day on which the pause begins."""

    at = one_of(WHEN, load_default=None, allow_none=True)
    resume_on = Day(load_default=None, allow_none=True)


class CancelSubscription(ActOnSubscription):
    """``at`` None is the period's end; ``now`` is for staff. Reason and comment are told to staff."""

    at = one_of(WHEN, load_default=None, allow_none=True)
    reason = one_of(CANCEL_REASONS, load_default=None, allow_none=True)
    comment = Text(2000, load_default="")


class ChoosePaymentMethod(ChangeOfBillGroup):
    """``payment_method`` None is the bill group's default, whichever that is."""

    subscription = Handle(required=True)
    payment_method = Handle(required=True, allow_none=True)


class Attention(Message):
    """Something that the customer should know of: ``on`` is the day that it is about, if it has one."""

    code = one_of(ATTENTION, required=True)
    subscription = Handle(required=True)
    product_name = Text(required=True)
    on = Day(required=True, allow_none=True)


class BillingSummary(Message):
    """``next_amount`` is the net sum of all that is billed on ``next_billing_on``. ``currency`` is None
    without subscriptions.
    """

    active_count = fields.Integer(required=True)
    running_count = fields.Integer(required=True)
    next_billing_on = Day(required=True, allow_none=True)
    next_amount = Minor(required=True, allow_none=True)
    currency = Currency(required=True, allow_none=True)
    frequencies = fields.List(fields.Nested(Interval), required=True)
    attention = fields.List(fields.Nested(Attention), required=True)


class RunningItem(Message):
    subscription = Handle(required=True)
    product_name = Text(required=True)
    payment_method = Handle(required=True, allow_none=True)


class RunningWithMethod(Message):
    """All that are not expired; ``payment_method`` None means the bill group's default."""

    items = fields.List(fields.Nested(RunningItem), required=True)


contract = Contract.of(
    "subscriptions",
    methods=[
        Method("list_subscriptions", ListSubscriptions, SubscriptionPage),
        Method("get_subscription", GetSubscription, SubscriptionView),
        Method("preview_action", PreviewAction, Preview),
        Method("pause_subscription", PauseSubscription, SubscriptionView),
        Method("resume_subscription", ActOnSubscription, SubscriptionView),
        Method("cancel_subscription", CancelSubscription, SubscriptionView),
        Method("uncancel_subscription", ActOnSubscription, SubscriptionView),
        Method("choose_payment_method", ChoosePaymentMethod, SubscriptionView),
        Method("billing_summary", OfBillGroup, BillingSummary),
        Method("running_with_method", OfBillGroup, RunningWithMethod),
        Method("import_product", ImportProduct, ProductView),
        Method("import_plan", ImportPlan, PlanView),
        Method("import_subscription", ImportSubscription, SubscriptionView),
    ],
    events=[
        EventType("product_changed", ProductFacts),
        EventType("plan_changed", PlanFacts),
        EventType("subscription_created", SubscriptionFacts),
        EventType("subscription_started", Started),
        EventType("subscription_renewed", Renewed),
        EventType("subscription_pause_scheduled", Paused),
        EventType("subscription_pause_withdrawn", SubscriptionFacts),
        EventType("subscription_paused", Paused),
        EventType("subscription_resumed", Resumed),
        EventType("subscription_cancelled", Cancelled),
        EventType("subscription_uncancelled", Uncancelled),
        EventType("subscription_expired", Expired),
        EventType("subscription_payment_method_chosen", MethodChosen),
    ],
    errors=[
        ErrorCode("not_allowed", Kind.REFUSED, 403),
        ErrorCode("not_possible", Kind.REFUSED, 409),
        ErrorCode("switched_off", Kind.REFUSED, 403),
        ErrorCode("held_by_merchant", Kind.REFUSED, 409),
        ErrorCode("cancelled_by_merchant", Kind.REFUSED, 409),
        ErrorCode("held_for_payment", Kind.REFUSED, 409),
        ErrorCode("invalid_resume_date", Kind.REFUSED, 422),
        ErrorCode("preview_outdated", Kind.CONFLICT, 409),
        ErrorCode("unknown_payment_method", Kind.REFUSED, 422),
        ErrorCode("no_price_in_currency", Kind.REFUSED, 422),
        ErrorCode("invalid_subscription", Kind.REFUSED, 422),
        ErrorCode("invalid_plan", Kind.REFUSED, 422),
        ErrorCode("already_exists", Kind.REFUSED, 409),
    ],
    hears=[Hears("forget_payment_method", ("payments.payment_method_removed",))],
)

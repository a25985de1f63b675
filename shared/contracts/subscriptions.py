"""Subscriptions: products, plans, the lifecycle of what customers have subscribed to, and the billing
run.

All amounts are net, in minor units of the currency beside them; taxes are the business of invoices.
Days are calendar days in the bill group's time zone. A period is half-open: its ``end`` is the first
day that no longer belongs to it.
"""

from __future__ import annotations

from marshmallow import ValidationError, fields, validate

from shared.contracts.base import (
    Change,
    ChangeOfBillGroup,
    Contract,
    Currency,
    Day,
    ErrorCode,
    EventType,
    Handle,
    Message,
    Method,
    Minor,
    Moment,
    OfBillGroup,
    PageRequest,
    Rate,
    Text,
)
from shared.kernel.errors import Kind

STATUSES = ("pending", "trial", "active", "on_hold", "expired")
STAGES = ("pending", "trial", "active", "on_hold", "cancelled", "expired")
ACTIONS = ("pause", "resume", "cancel", "uncancel")
WHEN = ("now", "period_end")
HOLD_REASONS = ("on_demand", "dunning")
EXPIRE_REASONS = ("on_demand", "cancelled", "dunning", "fixed")
SIDES = ("customer", "merchant")
UNITS = ("day", "week", "month", "year")
TAX_CODES = ("standard", "reduced", "exempt", "zero")
CANCEL_REASONS = ("too_expensive", "not_used", "missing_feature", "other_provider", "quality", "other")
LANGUAGES = ("en", "de")

# What a preview says will happen; each has a text in the gateway.
CONSEQUENCES = (
    "paused_now",
    "paused_at_period_end",
    "not_billed_while_paused",
    "paid_days_not_refunded",
    "resumes_by_itself",
    "resumes_on_request",
    "scheduled_pause_replaced",
    "scheduled_pause_withdrawn",
    "paid_period_goes_on",
    "new_period_begins",
    "ends_at_period_end",
    "ends_after_notice",
    "ends_after_minimum_term",
    "ends_at_trial_end",
    "ends_at_once",
    "never_starts",
    "billed_until_the_end",
    "not_billed_again",
    "can_be_undone",
    "goes_on",
)
ATTENTION = ("held_for_payment", "held_by_merchant", "paused", "trial_ends", "ends")


def one_of(choices: tuple[str, ...], **options: object) -> fields.String:
    """One word of ``choices``."""
    return fields.String(validate=validate.OneOf(choices), **options)  # type: ignore[arg-type]


def _has_english(names: dict[str, str]) -> None:
    if "en" not in names:
        raise ValidationError("en is missing")


def names_field(**options: object) -> fields.Dict:
    """A name in each language that it has: ``{"en": …, "de": …}``; English is always there."""
    return fields.Dict(
        keys=fields.String(validate=validate.OneOf(LANGUAGES)),
        values=Text(200, required=True),
        validate=_has_english,
        **options,  # type: ignore[arg-type]
    )


class Interval(Message):
    """How often is billed: every ``count`` ``unit``s."""

    unit = one_of(UNITS, required=True)
    count = fields.Integer(required=True, strict=True, validate=validate.Range(1, 366))


class Period(Message):
    """The days from ``start`` up to, not including, ``end``."""

    start = Day(required=True)
    end = Day(required=True)


class Line(Message):
    """What is charged: ``quantity`` × ``unit_amount`` (rounded half up) − ``discount``.

    ``description`` is English in events and in the asker's language in replies; ``descriptions`` is the
    same in each language that the product has.
    """

    description = Text(required=True)
    descriptions = names_field(required=True)
    quantity = Rate(required=True)
    unit_amount = Minor(required=True)
    discount = Minor(required=True)
    tax_code = one_of(TAX_CODES, required=True)
    period = fields.Nested(Period, required=True, allow_none=True)


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


class ProductFacts(Message):
    product = Handle(required=True)
    names = names_field(required=True)


class PlanFacts(Message):
    plan = Handle(required=True)
    plan_version = fields.Integer(required=True)
    product = Handle(required=True)
    names = names_field(required=True)


class SubscriptionFacts(Message):
    """What every event about a subscription says: the state is the one after it."""

    subscription = Handle(required=True)
    customer = Handle(required=True)
    product = Handle(required=True)
    plan = Handle(required=True)
    product_names = names_field(required=True)
    plan_names = names_field(required=True)
    status = one_of(STATUSES, required=True)


class Started(SubscriptionFacts):
    """The first day has come: of the trial, if ``trial_end`` (its first day after) is there."""

    started_on = Day(required=True)
    trial_end = Day(required=True, allow_none=True)


class Paused(SubscriptionFacts):
    """``on`` is the first day on hold; ``resume_on`` the day on which it resumes by itself."""

    on = Day(required=True)
    resume_on = Day(required=True, allow_none=True)
    held_by = one_of(SIDES, required=True)


class Resumed(SubscriptionFacts):
    """``period`` is the one that goes on, or begins."""

    on = Day(required=True)
    period = fields.Nested(Period, required=True)


class Cancelled(SubscriptionFacts):
    cancelled_at = Moment(required=True)
    expires_at = Moment(required=True)
    access_until = Day(required=True)
    reason = one_of(CANCEL_REASONS, required=True, allow_none=True)
    comment = Text(2000, required=True)


class Uncancelled(SubscriptionFacts):
    next_billing_on = Day(required=True, allow_none=True)


class Expired(SubscriptionFacts):
    on = Day(required=True)
    reason = one_of(EXPIRE_REASONS, required=True)


class Renewed(SubscriptionFacts):
    """A period has begun, the first one too, and is to be billed, in advance: one invoice for each such
    event.
    """

    plan_version = fields.Integer(required=True)
    quantity = fields.Integer(required=True)
    period = fields.Nested(Period, required=True)
    currency = Currency(required=True)
    lines = fields.List(fields.Nested(Line), required=True)
    payment_method = Handle(required=True, allow_none=True)


class MethodChosen(SubscriptionFacts):
    payment_method = Handle(required=True, allow_none=True)


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
)

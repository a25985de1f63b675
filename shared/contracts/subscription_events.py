"""What the events of the subscriptions service say."""

from __future__ import annotations

from marshmallow import fields

from shared.contracts.base import (
    Currency,
    Day,
    Handle,
    Message,
    Moment,
    OneOf,
    Text,
)
from shared.contracts.subscription_words import (
    CANCEL_REASONS,
    EXPIRE_REASONS,
    SIDES,
    STATUSES,
    Line,
    Period,
    names_field,
)


class ProductFacts(Message):
    """What every event about a product says."""

    product = Handle(required=True)
    names = names_field(required=True)


class CatalogueChange(Message):
    """One field (``names.de``, ``price.EUR``, ``notice_days``), before and after; empty where it was not there."""

    field = fields.String(required=True)
    old = fields.String(required=True)
    new = fields.String(required=True)


class ProductChanged(ProductFacts):
    """``product_changed``: what is another now."""

    changes = fields.List(fields.Nested(CatalogueChange))


class PlanFacts(Message):
    """What every event about a plan says."""

    plan = Handle(required=True)
    plan_version = fields.Integer(required=True)
    product = Handle(required=True)
    names = names_field(required=True)


class PlanChanged(PlanFacts):
    """``plan_changed``: what is another in this version; it holds for new subscriptions."""

    changes = fields.List(fields.Nested(CatalogueChange))


class SubscriptionFacts(Message):
    """What every event about a subscription says: the state is the one after it."""

    subscription = Handle(required=True)
    customer = Handle(required=True)
    product = Handle(required=True)
    plan = Handle(required=True)
    product_names = names_field(required=True)
    plan_names = names_field(required=True)
    status = OneOf(STATUSES, required=True)


class Started(SubscriptionFacts):
    """The first day has come: of the trial, if ``trial_end`` (its first day after) is there."""

    started_on = Day(required=True)
    trial_end = Day(required=True, allow_none=True)


class Paused(SubscriptionFacts):
    """``on`` is the first day on hold; ``resume_on`` the day on which it resumes by itself."""

    on = Day(required=True)
    resume_on = Day(required=True, allow_none=True)
    held_by = OneOf(SIDES, required=True)


class Resumed(SubscriptionFacts):
    """``period`` is the one that goes on, or begins."""

    on = Day(required=True)
    period = fields.Nested(Period, required=True)


class Cancelled(SubscriptionFacts):
    """It ends at ``expires_at``; ``access_until`` is its last day. ``comment`` is in the words of whoever cancelled."""

    cancelled_at = Moment(required=True)
    expires_at = Moment(required=True)
    access_until = Day(required=True)
    reason = OneOf(CANCEL_REASONS, required=True, allow_none=True)
    comment = Text(2000, required=True)


class Uncancelled(SubscriptionFacts):
    """It goes on; None of a day where nothing more is billed."""

    next_billing_on = Day(required=True, allow_none=True)


class Expired(SubscriptionFacts):
    """It has ended; ``on`` is the first day without it."""

    on = Day(required=True)
    reason = OneOf(EXPIRE_REASONS, required=True)


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
    """What pays from now on, and what paid before; None is the bill group's default."""

    payment_method = Handle(required=True, allow_none=True)
    payment_method_before = Handle(allow_none=True)

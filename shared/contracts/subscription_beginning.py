"""How a subscription is begun, and what it would come to."""

from __future__ import annotations

from marshmallow import fields, validate

from shared.contracts.base import ChangeOfBillGroup, Currency, Day, Handle, Message, OfBillGroup, OneOf
from shared.contracts.subscription_catalogue import days_field
from shared.contracts.subscription_imports import ImportDiscount
from shared.contracts.subscription_words import STATUSES, Bill


class Wanted(Message):
    """What is subscribed to: ``plan`` as it is now, at its price in the bill group's currency."""

    plan = Handle(required=True)
    quantity = fields.Integer(load_default=1, strict=True, validate=validate.Range(1, 1_000_000))
    starts_on = Day(load_default=None, allow_none=True)
    trial_days = days_field(load_default=None, allow_none=True)
    discount = fields.Nested(ImportDiscount, load_default=None, allow_none=True)
    payment_method = Handle(load_default=None, allow_none=True)


class PreviewSubscription(Wanted, OfBillGroup):
    """What would come of a creation with the same fields. Amounts are net."""


class SubscriptionPreview(Message):
    """What would be begun. ``bills`` are the first three that it leads to, net, or as many as it takes to see the
    price after the discount, at most 13. ``trial_end`` is the first day after the trial, ``minimum_term_end`` the first
    on which a cancellation may take effect. ``fingerprint`` may go back with the creation.
    """

    fingerprint = fields.String(required=True)
    status_after = OneOf(STATUSES, required=True)
    starts_on = Day(required=True)
    plan_version = fields.Integer(required=True)
    trial_end = Day(required=True, allow_none=True)
    minimum_term_end = Day(required=True, allow_none=True)
    currency = Currency(required=True)
    bills = fields.List(fields.Nested(Bill), required=True)


class CreateSubscription(Wanted, ChangeOfBillGroup):
    """The plan is taken as it is now, at its price in the bill group's currency. Without ``subscription`` it gets a
    handle of its own.

    ``starts_on`` is today, in the bill group's time zone, or a later day. Without ``trial_days`` the trial is the
    plan's; 0 is none. ``discount`` is ``percent`` or ``amount`` off each of ``periods`` periods, or off all of them.
    Without ``payment_method`` the bill group's default pays.

    With the ``fingerprint`` of a preview it is begun only if the same would come of it; else the answer is
    ``preview_outdated``.
    """

    subscription = Handle(load_default=None, allow_none=True)
    fingerprint = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=100))

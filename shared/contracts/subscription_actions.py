"""What people do to subscriptions: pausing, resuming, cancelling, with a preview first, and choosing how to pay."""

from __future__ import annotations

from marshmallow import fields, validate

from shared.contracts.base import (
    ChangeOfBillGroup,
    Currency,
    Day,
    Handle,
    Message,
    Minor,
    OfBillGroup,
    OneOf,
    Text,
)
from shared.contracts.subscription_words import (
    ACTIONS,
    CANCEL_REASONS,
    CONSEQUENCES,
    STATUSES,
    WHEN,
    Bill,
    Line,
)


class PreviewAction(OfBillGroup):
    """``at`` and ``resume_on`` as for the change itself; what doesn't belong to the action is not
    looked at.
    """

    subscription = Handle(required=True)
    action = OneOf(ACTIONS, required=True)
    at = OneOf(WHEN, load_default=None, allow_none=True)
    resume_on = Day(load_default=None, allow_none=True)


class Charge(Line):
    """What is billed at once by an action: ``amount`` is the line's, net. All of them come on one invoice."""

    amount = Minor(required=True)


class Preview(Message):
    """What an action would do, in money and dates. ``fingerprint`` goes back with the change itself.

    ``effective_on`` is the day from which it holds; ``access_until`` the last day of use, None without end.
    ``next_bill`` is the next regular bill, ``amount_next`` what it comes to, net; None where there is none.
    """

    action = OneOf(ACTIONS, required=True)
    fingerprint = fields.String(required=True)
    status_after = OneOf(STATUSES, required=True)
    effective_on = Day(required=True)
    access_until = Day(required=True, allow_none=True)
    resume_on = Day(required=True, allow_none=True)
    charges = fields.List(fields.Nested(Charge), required=True)
    credit = Minor(required=True)
    currency = Currency(required=True)
    next_billing_on_before = Day(required=True, allow_none=True)
    next_billing_on_after = Day(required=True, allow_none=True)
    amount_next = Minor(required=True, allow_none=True)
    next_bill = fields.Nested(Bill, required=True, allow_none=True)
    consequences = fields.List(OneOf(CONSEQUENCES), required=True)


class ActOnSubscription(ChangeOfBillGroup):
    """``fingerprint`` is the preview's; with another result by now the answer is ``preview_outdated``. The merchant's
    side may leave it out: then it is done, whatever comes of it.
    """

    subscription = Handle(required=True)
    fingerprint = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=100))


class PauseSubscription(ActOnSubscription):
    """From the period's end on, or from ``at`` ``now`` on. ``resume_on`` must lie after the day on which the pause
    begins; without it somebody has to resume it.

    With the ``fingerprint`` of a preview it is done only if the same would come of it; else the answer is
    ``preview_outdated``.
    """

    at = OneOf(WHEN, load_default=None, allow_none=True)
    resume_on = Day(load_default=None, allow_none=True)


class CancelSubscription(ActOnSubscription):
    """To the end of the paid period, once notice and minimum term are over; or at once, with ``at`` ``now``, which is
    for the merchant's side only. ``reason`` and ``comment`` are told to staff.

    With the ``fingerprint`` of a preview it is done only if the same would come of it; else the answer is
    ``preview_outdated``.
    """

    at = OneOf(WHEN, load_default=None, allow_none=True)
    reason = OneOf(CANCEL_REASONS, load_default=None, allow_none=True)
    comment = Text(2000, load_default="")


class ChoosePaymentMethod(ChangeOfBillGroup):
    """``payment_method`` None is the bill group's default, whichever that is."""

    subscription = Handle(required=True)
    payment_method = Handle(required=True, allow_none=True)

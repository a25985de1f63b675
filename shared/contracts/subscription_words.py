"""The words that subscriptions are spoken of with, and the parts that its messages share."""

from __future__ import annotations

from marshmallow import ValidationError, fields, validate

from shared.contracts.base import Currency, Day, Message, Minor, OneOf, Rate, Text

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
    "resumed_early_goes_on",
    "billed_from_resumption",
    "resumes_by_itself",
    "resumes_on_request",
    "scheduled_pause_replaced",
    "scheduled_pause_withdrawn",
    "minimum_term_ends_pause",
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
# The most urgent first.
ATTENTION = ("held_for_payment", "held_by_merchant", "ends", "trial_ends", "pause_planned", "paused")
# So many of them are told; how many there are beyond these is counted.
MOST_ATTENTION = 10


def _has_english(names: dict[str, str]) -> None:
    if "en" not in names:
        raise ValidationError("en is missing")


def names_field(**options: object) -> fields.Dict:
    """A name in each language that it has: ``{"en": …, "de": …}``; English is always there."""
    return fields.Dict(
        keys=fields.String(validate=validate.OneOf(LANGUAGES)),
        values=Text(200, required=True),
        validate=_has_english,
        metadata={"required": ["en"], "examples": [{"en": "Team plan", "de": "Team-Tarif"}]},
        **options,  # type: ignore[arg-type]
    )


class Interval(Message):
    """How often is billed: every ``count`` ``unit``s."""

    unit = OneOf(UNITS, required=True)
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
    tax_code = OneOf(TAX_CODES, required=True)
    period = fields.Nested(Period, required=True, allow_none=True)


class Bill(Message):
    """What is billed on the day ``on``, by an invoice of its own: ``net`` is the sum of the lines, without taxes."""

    on = Day(required=True)
    currency = Currency(required=True)
    lines = fields.List(fields.Nested(Line), required=True)
    net = Minor(required=True)

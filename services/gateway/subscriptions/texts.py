"""What is said about subscriptions and their actions: one sentence for each code of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from services.gateway.formats import day

CONSEQUENCE_TEXTS = {
    "paused_now": _("The subscription is paused at once."),
    "paused_at_period_end": _(
        "You can use it until the paid period ends; from %(effective_on)s on it is paused."
    ),
    "not_billed_while_paused": _("Nothing is billed while it is paused."),
    "paid_days_not_refunded": _("Days that are already paid are not refunded."),
    "resumed_early_goes_on": _(
        "If it resumes before the paid period is over, that period goes on without a new bill."
    ),
    "billed_from_resumption": _(
        "If it resumes after the paid period, a new period begins on that day and is billed."
    ),
    "resumes_by_itself": _("It resumes by itself on %(resume_on)s."),
    "resumes_on_request": _("It stays paused until you resume it here."),
    "scheduled_pause_replaced": _("This takes the place of the pause that was planned before."),
    "scheduled_pause_withdrawn": _("The planned pause is dropped."),
    "minimum_term_ends_pause": _(
        "The pause ends now: the subscription goes on, and is billed, until the minimum term is over."
    ),
    "paid_period_goes_on": _("The period that you have paid for goes on; nothing is billed before it ends."),
    "new_period_begins": _("A new period begins on %(effective_on)s and is billed in advance."),
    "ends_at_period_end": _("It ends with the paid period. Your last day is %(access_until)s."),
    "ends_after_notice": _("It ends after the period of notice. Your last day is %(access_until)s."),
    "ends_after_minimum_term": _(
        "It ends with the minimum term that was agreed. Your last day is %(access_until)s."
    ),
    "ends_at_trial_end": _("It ends with the trial. Your last day is %(access_until)s."),
    "ends_at_once": _("It ends at once."),
    "never_starts": _("It will not start, and nothing is billed for it."),
    "billed_until_the_end": _("Until then it is billed as before."),
    "not_billed_again": _("Nothing more is billed for it."),
    "can_be_undone": _("Until then you can take this back here."),
    "goes_on": _("The subscription goes on as before."),
}

CANCEL_REASON_TEXTS = {
    "too_expensive": _("It is too expensive"),
    "not_used": _("I don't use it enough"),
    "missing_feature": _("Something is missing"),
    "other_provider": _("I am changing to another provider"),
    "quality": _("I am not satisfied with the quality"),
    "other": _("Another reason"),
}


def consequences(preview: dict[str, Any]) -> list[str]:
    """What a preview says will happen, a sentence each."""
    days = {name: day(preview[name]) for name in ("effective_on", "access_until", "resume_on")}
    return [str(CONSEQUENCE_TEXTS[code]) % days for code in preview["consequences"]]


def method_name(handle: str | None, wallet: Mapping[str, Any] | None) -> str:
    """The payment method ``handle`` as a person would name it; None is the default. ``wallet``: all that there are."""
    if handle is None:
        return gettext("your default payment method")
    for method in wallet["items"] if wallet else ():
        if method["payment_method"] == handle:
            kind = gettext("SEPA direct debit") if method["kind"] == "sepa_debit" else ""
            return " ".join(part for part in (kind, method["brand"], "••••", method["last4"]) if part)
    return gettext("another payment method")


def outcome(action: str, subscription: dict[str, Any]) -> str:
    """What has happened to ``subscription``, the view of it after ``action``."""
    product = subscription["product_name"]
    match action:
        case "pause" if (planned := subscription["pending_change"]) is not None:
            return gettext(
                "%(product)s will be paused from %(on)s on.", product=product, on=day(planned["on"])
            )
        case "pause":
            return gettext("%(product)s is paused.", product=product)
        case "cancel" if (last_day := subscription["access_until"]) is not None:
            return gettext(
                "%(product)s is cancelled. You can use it up to and including %(on)s.",
                product=product,
                on=day(last_day),
            )
        case "cancel":
            return gettext("%(product)s is cancelled.", product=product)
        case "uncancel" if subscription["status"] == "on_hold":
            return gettext("The cancellation is taken back. %(product)s stays paused.", product=product)
    if (next_bill := subscription["next_billing_on"]) is not None:
        return gettext(
            "%(product)s goes on. The next bill comes on %(on)s.", product=product, on=day(next_bill)
        )
    return gettext("%(product)s goes on.", product=product)

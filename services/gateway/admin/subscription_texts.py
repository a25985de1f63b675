"""What is said to staff about actions on a subscription, where it is something else than what customers read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from services.gateway.formats import day
from services.gateway.subscriptions.texts import CONSEQUENCE_TEXTS

STAFF_TEXTS = {
    **CONSEQUENCE_TEXTS,
    "paused_at_period_end": _(
        "The customer can use it until the paid period ends; from %(effective_on)s on it is paused."
    ),
    "resumes_on_request": _(
        "It stays paused until you resume it here; the customer can't resume what you have paused."
    ),
    "paid_period_goes_on": _("The period that is paid goes on; nothing is billed before it ends."),
    "ends_at_period_end": _("It ends with the paid period. The last day is %(access_until)s."),
    "ends_after_notice": _("It ends after the period of notice. The last day is %(access_until)s."),
    "ends_after_minimum_term": _(
        "It ends with the minimum term that was agreed. The last day is %(access_until)s."
    ),
    "ends_at_trial_end": _("It ends with the trial. The last day is %(access_until)s."),
}


def staff_consequences(preview: Mapping[str, Any]) -> list[str]:
    """What a preview says will happen, a sentence each."""
    days = {name: day(preview[name]) for name in ("effective_on", "access_until", "resume_on")}
    return [str(STAFF_TEXTS[code]) % days for code in preview["consequences"]]


def outcome(action: str, subscription: Mapping[str, Any]) -> str:
    """What has happened to ``subscription``, the view of it after ``action``."""
    product = subscription["product_name"]
    if subscription["status"] == "expired":
        return gettext("%(product)s has ended.", product=product)
    match action:
        case "pause" if planned := subscription["pending_change"]:
            return gettext(
                "%(product)s will be paused from %(on)s on.", product=product, on=day(planned["on"])
            )
        case "pause":
            return gettext("%(product)s is paused.", product=product)
        case "cancel":
            last_day = day(subscription["access_until"])
            return gettext("%(product)s is cancelled. Its last day is %(on)s.", product=product, on=last_day)
    if next_bill := subscription["next_billing_on"]:
        return gettext(
            "%(product)s goes on. The next bill comes on %(on)s.", product=product, on=day(next_bill)
        )
    return gettext("%(product)s goes on.", product=product)

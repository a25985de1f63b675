"""What staff do to a subscription: hold, resume, cancel, take back. What will come of it is shown first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.gateway.admin.desk import Desk, staff_page
from services.gateway.admin.subscription_texts import outcome, staff_consequences
from services.gateway.admin.subscriptions import find
from services.gateway.error_texts import status_of
from services.gateway.forms import idempotency_key
from services.gateway.subscriptions.asking import OfBillGroup
from services.gateway.subscriptions.choices import FIELDS, MOST_COMMENT, problem_of, reason, resume_day, when
from services.gateway.subscriptions.previews import compared, facts
from services.gateway.subscriptions.texts import CANCEL_REASON_TEXTS
from shared.kernel.errors import DomainError

blueprint = Blueprint(
    "admin_subscription_actions", __name__, url_prefix="/admin/subscriptions/<handle:subscription>"
)

_ACTION = "/<any(pause, resume, cancel, uncancel):action>"
_SHOWN = frozenset({"not_possible", "preview_outdated", *FIELDS})


@blueprint.get(_ACTION)
@staff_page(needs="subscriptions.pause_subscription")
def preview(desk: Desk, subscription: str, action: str) -> ResponseReturnValue:
    """What the action would do, with the choices that stand in the address."""
    return _page(desk, find(desk, subscription), action, request.args)


@blueprint.post(_ACTION)
@staff_page(needs="subscriptions.pause_subscription")
def confirm(desk: Desk, subscription: str, action: str) -> ResponseReturnValue:
    """Do what was shown, or show what would come of other choices first; they are never done unseen."""
    if "look" in request.form:
        at, resume_on = request.form.get("at"), request.form.get("resume_on") or None
        there = url_for(".preview", subscription=subscription, action=action, at=at, resume_on=resume_on)
        return redirect(there, 303)
    place = find(desk, subscription)
    try:
        done = OfBillGroup(desk, place["bill_group"]).begin(
            "subscriptions",
            f"{action}_subscription",
            subscription=subscription,
            # An empty one fits nothing: what was not shown is not done.
            fingerprint=request.form.get("fingerprint", "")[:100],
            key=idempotency_key(),
            **_choices(action, request.form),
            **reason(action, request.form),
        )
        view = done.result()
    except DomainError as error:
        if error.code not in _SHOWN:
            raise
        return _page(desk, place, action, request.form, error)
    flash(outcome(action, view), "good")
    return redirect(url_for("admin_subscriptions.show", subscription=subscription), 303)


def _page(
    desk: Desk,
    place: Mapping[str, Any],
    action: str,
    sent: Mapping[str, str],
    error: DomainError | None = None,
) -> ResponseReturnValue:
    """The page of an action for what was ``sent``: choices, what they lead to, and the button to confirm it.

    ``error`` is why it was not done.
    """
    subscription = place["subscription"]
    ours = OfBillGroup(desk, place["bill_group"])
    asked = ours.begin("subscriptions", "get_subscription", subscription=subscription)
    # Of a cancelled one nothing is left to cancel but the rest of its time.
    sent = {**sent, "at": "now"} if place["stage"] == "cancelled" and action == "cancel" else sent
    shown = None
    try:
        shown = ours.begin(
            "subscriptions",
            "preview_action",
            subscription=subscription,
            action=action,
            **_choices(action, sent),
        ).result()
    except DomainError as refusal:
        if refusal.code not in _SHOWN:
            raise
        error = refusal
    found = asked.result()
    page = render_template(
        f"admin/subscriptions/{action}.html",
        subscription=found,
        preview=shown,
        consequences=staff_consequences(shown) if shown else [],
        facts=compared(facts(ours, found, shown), sent) if shown else [],
        sent=sent,
        problem=problem_of(error) if error else "",
        wrong_field=FIELDS.get(error.code, "") if error else "",
        reasons=CANCEL_REASON_TEXTS,
        most_comment=MOST_COMMENT,
    )
    return page, status_of(error) if error else 200


def _choices(action: str, sent: Mapping[str, str]) -> dict[str, str | None]:
    """What was chosen for ``action``, as the service asks for it."""
    match action:
        case "pause":
            return {"at": when(sent), "resume_on": resume_day(sent)}
        case "cancel":
            return {"at": when(sent)}
    return {}

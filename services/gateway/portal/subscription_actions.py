"""Pausing, resuming, cancelling: what will happen is shown, in money and dates, before it is confirmed."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.gateway.asking import Visit
from services.gateway.error_texts import status_of, text_of
from services.gateway.forms import idempotency_key
from services.gateway.subscriptions.choices import FIELDS, MOST_COMMENT, problem_of, reason, resume_day, when
from services.gateway.subscriptions.previews import compared, facts
from services.gateway.subscriptions.texts import CANCEL_REASON_TEXTS, consequences, outcome
from services.gateway.visitors import signed_in
from shared.kernel.errors import DomainError

blueprint = Blueprint("subscription_actions", __name__, url_prefix="/subscriptions/<handle:subscription>")

_ACTION = "/<any(pause, resume, cancel, uncancel):action>"
# What stands in the way is explained beside the subscription, with what helps.
_NOT_NOW = frozenset(
    {"not_possible", "switched_off", "held_by_merchant", "held_for_payment", "cancelled_by_merchant"}
)


@blueprint.get(_ACTION)
@signed_in
def preview(visit: Visit, subscription: str, action: str) -> ResponseReturnValue:
    """What the action would do, with the choices that stand in the address."""
    return _page(visit, subscription, action, request.args)


@blueprint.post(_ACTION)
@signed_in
def confirm(visit: Visit, subscription: str, action: str) -> ResponseReturnValue:
    """Do what was shown, or show what would come of other choices first.

    Choices that changed since they were previewed have another fingerprint: they are never done unseen.
    """
    if "look" in request.form:
        at, resume_on = request.form.get("at"), request.form.get("resume_on") or None
        there = url_for(".preview", subscription=subscription, action=action, at=at, resume_on=resume_on)
        return redirect(there, 303)
    try:
        done = visit.call(
            "subscriptions",
            f"{action}_subscription",
            subscription=subscription,
            fingerprint=request.form.get("fingerprint", "")[:100],
            key=idempotency_key(),
            **_choices(action, request.form),
            **reason(action, request.form),
        )
    except DomainError as error:
        if error.code not in _NOT_NOW | {"preview_outdated", *FIELDS}:
            raise
        return _page(visit, subscription, action, request.form, error)
    flash(outcome(action, done), "good")
    return redirect(url_for("subscriptions.show", subscription=subscription), 303)


def _page(
    visit: Visit, subscription: str, action: str, sent: Mapping[str, str], error: DomainError | None = None
) -> tuple[str, int]:
    """The page of an action for what was ``sent``: choices, what they lead to, and the button to confirm it.

    ``error`` is why it was not done.
    """
    asked = visit.begin("subscriptions", "get_subscription", subscription=subscription)
    try:
        shown = visit.call(
            "subscriptions",
            "preview_action",
            subscription=subscription,
            action=action,
            **_choices(action, sent),
        )
    except DomainError as refusal:
        if refusal.code not in _NOT_NOW | {"invalid_resume_date"}:
            raise
        shown, error = None, refusal
    found = asked.result()
    status = status_of(error) if error else 200
    if error and error.code in _NOT_NOW:
        # What holds it up is explained there already, with what helps.
        told = found["status"] == "on_hold" and error.code in ("held_for_payment", "held_by_merchant")
        problem = "" if told else text_of(error)
        return render_template("subscriptions/not_now.html", subscription=found, problem=problem), status
    page = render_template(
        f"subscriptions/{action}.html",
        subscription=found,
        preview=shown,
        consequences=consequences(shown) if shown else [],
        facts=compared(facts(visit, found, shown), sent) if shown else [],
        sent=sent,
        problem=problem_of(error) if error else "",
        wrong_field=FIELDS.get(error.code, "") if error else "",
        reasons=CANCEL_REASON_TEXTS,
        most_comment=MOST_COMMENT,
    )
    return page, status


def _choices(action: str, sent: Mapping[str, str]) -> dict[str, str | None]:
    """What the customer chose for ``action``, as the service asks for it."""
    return {"at": when(sent), "resume_on": resume_day(sent)} if action == "pause" else {}

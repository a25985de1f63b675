"""Pausing, resuming, cancelling: what will happen is shown, in money and dates, before it is confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.gateway.asking import Visit
from services.gateway.error_texts import status_of, text_of
from services.gateway.forms import idempotency_key
from services.gateway.portal.subscription_texts import CANCEL_REASON_TEXTS, consequences, outcome
from services.gateway.visitors import signed_in
from shared.contracts.subscriptions import WHEN
from shared.kernel.errors import DomainError

blueprint = Blueprint("subscription_actions", __name__, url_prefix="/subscriptions/<handle:subscription>")

_ACTION = "/<any(pause, resume, cancel, uncancel):action>"


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
            fingerprint=request.form.get("fingerprint", ""),
            key=idempotency_key(),
            **_choices(action, request.form),
            **_reason(action, request.form),
        )
    except DomainError as error:
        if error.code not in ("preview_outdated", "invalid_resume_date"):
            raise
        return _page(visit, subscription, action, request.form, error), status_of(error)
    flash(outcome(action, done), "good")
    return redirect(url_for("subscriptions.show", subscription=subscription), 303)


def _page(
    visit: Visit, subscription: str, action: str, sent: Mapping[str, str], error: DomainError | None = None
) -> str:
    """The page of an action for what was ``sent``: choices, what they lead to, and the button to confirm."""
    found = visit.begin("subscriptions", "get_subscription", subscription=subscription)
    try:
        preview_of = visit.call(
            "subscriptions",
            "preview_action",
            subscription=subscription,
            action=action,
            **_choices(action, sent),
        )
    except DomainError as refusal:
        if refusal.code != "invalid_resume_date":
            raise
        preview_of, error = None, refusal
    return render_template(
        f"subscriptions/{action}.html",
        subscription=found.result(),
        preview=preview_of,
        consequences=consequences(preview_of) if preview_of else [],
        sent=sent,
        error=error,
        problem=text_of(error) if error else "",
        reasons=CANCEL_REASON_TEXTS,
    )


def _choices(action: str, sent: Mapping[str, str]) -> dict[str, str | None]:
    """What the customer chose for ``action``, as the service asks for it."""
    if action != "pause":
        return {}
    at = sent.get("at")
    resume_on = sent.get("resume_on", "").strip()
    if resume_on:
        _check_day(resume_on)
    return {"at": at if at in WHEN else None, "resume_on": resume_on or None}


def _check_day(text: str) -> None:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise DomainError("invalid_resume_date") from None


def _reason(action: str, sent: Mapping[str, str]) -> dict[str, str | None]:
    """Why the customer cancels, as far as they say."""
    if action != "cancel":
        return {}
    reason = sent.get("reason")
    return {
        "reason": reason if reason in CANCEL_REASON_TEXTS else None,
        # Browsers count a line break as one character and send it as two.
        "comment": sent.get("comment", "").replace("\r\n", "\n").strip(),
    }
